//! How devices are found, and what of it is told.

use std::time::Duration;

use gerai_shared::Micros;
use tokio_util::sync::CancellationToken;

use super::{
    super::{DeviceState, Devices, seen::Found},
    LOW, MOMENT, NO_PAPER, OPEN, WELL, device, devices,
    ear::{Ear, PATIENT, in_time},
};
use crate::{
    config::{DeviceAddress, DeviceKind},
    journal::scene::MORNING,
};

fn state(devices: &Devices, at: usize) -> (DeviceState, bool) {
    let seen = devices.0.seen.borrow();
    (seen.data[at].state, seen.data[at].told)
}

#[tokio::test]
async fn a_printer_is_as_it_says() {
    let ear = Ear::saying(WELL).await;
    let (devices, _folder) = devices(&[device("Kasir", DeviceKind::Printer, ear.address())], PATIENT);
    assert_eq!(devices.0.seen.borrow().data[0].checked_at, None, "not looked at yet");
    for (says, expected) in [
        (WELL, DeviceState::Ready),
        (LOW, DeviceState::PaperLow),
        (NO_PAPER, DeviceState::PaperOut),
        (OPEN, DeviceState::CoverOpen),
        (WELL, DeviceState::Ready),
    ] {
        ear.says.send_replace(says);
        devices.look(0).await;
        assert_eq!(state(&devices, 0), (expected, true));
    }
}

#[tokio::test]
async fn a_printer_that_never_spoke_is_ready_as_far_as_known_and_one_that_did_is_silent() {
    let ear = Ear::saying([None; 4]).await;
    let (devices, _folder) = devices(&[device("Kasir", DeviceKind::Printer, ear.address())], MOMENT);
    devices.look(0).await;
    assert_eq!(state(&devices, 0), (DeviceState::Ready, false));
    // On a busy machine an answer may be late: it is asked again.
    ear.says.send_replace(WELL);
    in_time(async {
        while state(&devices, 0) != (DeviceState::Ready, true) {
            devices.look(0).await;
        }
    })
    .await;
    ear.says.send_replace([None; 4]);
    devices.look(0).await;
    assert_eq!(state(&devices, 0), (DeviceState::Silent, false));
}

#[tokio::test]
async fn a_printer_that_is_off_is_silent_and_found_again() {
    let ear = Ear::saying(WELL).await;
    let (devices, _folder) = devices(&[device("Kasir", DeviceKind::Printer, ear.address())], PATIENT);
    devices.look(0).await;
    let address = ear.off().await;
    devices.look(0).await;
    assert_eq!(state(&devices, 0), (DeviceState::Silent, false));
    let _ear = Ear::on_again(address, LOW).await;
    devices.look(0).await;
    assert_eq!(state(&devices, 0), (DeviceState::PaperLow, true));
}

#[tokio::test]
async fn a_camera_is_there_when_it_can_be_reached() {
    let ear = Ear::saying([None; 4]).await;
    let (devices, _folder) = devices(&[device("Kamera", DeviceKind::Camera, ear.address())], PATIENT);
    devices.look(0).await;
    assert_eq!(state(&devices, 0), (DeviceState::Ready, false));
    ear.off().await;
    devices.look(0).await;
    assert_eq!(state(&devices, 0), (DeviceState::Silent, false));
}

#[tokio::test]
async fn a_printer_that_is_a_file_is_ready_when_it_can_be_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lp0");
    let usb = device("USB", DeviceKind::Printer, DeviceAddress::File(path.clone()));
    let (devices, _folder) = devices(&[usb], PATIENT);
    devices.look(0).await;
    assert_eq!(state(&devices, 0), (DeviceState::Silent, false));
    assert!(!path.exists(), "nothing is made where there is no printer");
    std::fs::write(&path, "before").unwrap();
    devices.look(0).await;
    assert_eq!(state(&devices, 0), (DeviceState::Ready, false));
    assert_eq!(std::fs::read(&path).unwrap(), b"before", "a look writes nothing");
}

#[test]
fn only_a_change_is_news_and_it_has_its_time() {
    let kasir = device(
        "Kasir",
        DeviceKind::Printer,
        DeviceAddress::Tcp("127.0.0.1:1".to_owned()),
    );
    let mut kasir = super::super::Device::unseen(&kasir, Micros(1));
    let low = Found::told(DeviceState::PaperLow);
    for (at, found, news, since) in [
        (2, Found::SILENT, true, 2),
        (3, Found::SILENT, false, 2),
        (4, Found::UNTOLD, true, 4),
        (5, Found::told(DeviceState::Ready), true, 4),
        (6, low, true, 6),
        (7, low, false, 6),
    ] {
        assert_eq!(kasir.find(found, Micros(at)), news, "at {at}");
        assert_eq!((kasir.since, kasir.checked_at), (Micros(since), Some(Micros(at))));
    }
}

#[tokio::test]
async fn whoever_follows_hears_of_changes_until_it_is_stopped() {
    let ear = Ear::saying(WELL).await;
    let (devices, _folder) = devices(&[device("Kasir", DeviceKind::Printer, ear.address())], PATIENT);
    let (mut follows, stop) = (devices.watch(), CancellationToken::new());
    let running = tokio::spawn(devices.clone().run(stop.clone()));
    in_time(follows.wait_for(|seen| seen.data[0].state == DeviceState::Ready))
        .await
        .unwrap();
    ear.says.send_replace(NO_PAPER);
    let seen = in_time(follows.wait_for(|seen| seen.data[0].state == DeviceState::PaperOut))
        .await
        .unwrap()
        .clone();
    assert_eq!((seen.data[0].since, seen.disk.room_left), (MORNING, true));
    stop.cancel();
    in_time(running).await.unwrap();
}

#[tokio::test]
async fn the_disk_is_looked_at_with_the_question() {
    let (devices, _folder) = devices(&[], Duration::ZERO);
    let seen = devices.looked().await.unwrap();
    assert!(seen.disk.room_left && seen.disk.free_mb > 0, "{seen:?}");
}
