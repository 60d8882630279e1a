//! A slip on paper, or words why not.

use std::time::Duration;

use super::{
    super::{DeviceState, Unprinted},
    MOMENT, NO_PAPER, OPEN, SOON, WELL, device, devices,
    ear::{Ear, PATIENT, in_time},
};
use crate::config::{DeviceAddress, DeviceKind};

const SLIP: &[u8] = b"\x1b@A-012\n\x1dVB\0";

#[tokio::test]
async fn a_slip_arrives_as_it_was_sent() {
    let ear = Ear::saying(WELL).await;
    let (devices, _folder) = devices(&[device("Kasir", DeviceKind::Printer, ear.address())], PATIENT);
    let printed = devices.print("kasir", SLIP.to_vec()).await.unwrap();
    assert_eq!((printed.state, printed.told), (DeviceState::Ready, true));
    assert_eq!(ear.paper(SLIP.len()).await, SLIP);
    let large = vec![b'x'; 64 << 10];
    devices.print("kasir", large.clone()).await.unwrap();
    assert_eq!(ear.paper(SLIP.len() + large.len()).await, [SLIP, &large].concat());
}

#[tokio::test]
async fn nothing_is_sent_to_a_printer_that_says_it_cannot_print() {
    let ear = Ear::saying(NO_PAPER).await;
    let (devices, _folder) = devices(&[device("Kasir", DeviceKind::Printer, ear.address())], PATIENT);
    for (says, why) in [
        (NO_PAPER, Unprinted::PaperOut),
        (OPEN, Unprinted::CoverOpen),
        ([Some(0x1A), Some(0x52), Some(0x32), Some(0x12)], Unprinted::Failed),
    ] {
        ear.says.send_replace(says);
        assert_eq!(devices.print("kasir", b"early".to_vec()).await, Err(why));
    }
    ear.says.send_replace(WELL);
    devices.print("kasir", SLIP.to_vec()).await.unwrap();
    assert_eq!(ear.paper(SLIP.len()).await, SLIP, "only what came when there was paper");
}

#[tokio::test]
async fn paper_that_runs_out_with_the_slip_is_told() {
    let ear = Ear::saying(WELL).await;
    let (devices, _folder) = devices(&[device("Kasir", DeviceKind::Printer, ear.address())], PATIENT);
    ear.holds.send_replace(true);
    let printing = tokio::spawn({
        let devices = devices.clone();
        async move { devices.print("kasir", SLIP.to_vec()).await }
    });
    ear.paper(1).await;
    ear.says.send_replace(NO_PAPER);
    ear.holds.send_replace(false);
    assert_eq!(in_time(printing).await.unwrap(), Err(Unprinted::PaperOut));
    assert_eq!(devices.0.seen.borrow().data[0].state, DeviceState::PaperOut);
}

#[tokio::test]
async fn a_look_never_falls_into_a_slip() {
    let ear = Ear::saying(WELL).await;
    let (devices, _folder) = devices(&[device("Kasir", DeviceKind::Printer, ear.address())], PATIENT);
    ear.holds.send_replace(true);
    let printing = tokio::spawn({
        let devices = devices.clone();
        async move { devices.print("kasir", SLIP.to_vec()).await }
    });
    ear.paper(1).await;
    let looking = tokio::spawn({
        let devices = devices.clone();
        async move { devices.look(0).await }
    });
    let mut looked = std::pin::pin!(looking);
    // Without its turn it would be answered: the printer is held up on the other connection only.
    let early = tokio::time::timeout(Duration::from_millis(500), &mut looked).await;
    assert!(early.is_err(), "it looked in the middle of a slip");
    assert_eq!(ear.connections(), 1);
    ear.holds.send_replace(false);
    in_time(printing).await.unwrap().unwrap();
    in_time(looked).await.unwrap();
    assert_eq!(ear.paper(SLIP.len()).await, SLIP);
    assert_eq!(ear.connections(), 2);
}

#[tokio::test]
async fn a_slip_goes_on_when_whoever_asked_for_it_has_gone() {
    let ear = Ear::saying(WELL).await;
    let (devices, _folder) = devices(&[device("Kasir", DeviceKind::Printer, ear.address())], PATIENT);
    ear.holds.send_replace(true);
    let asking = tokio::spawn({
        let devices = devices.clone();
        async move { devices.print("kasir", SLIP.to_vec()).await }
    });
    ear.paper(1).await;
    asking.abort();
    assert!(asking.await.unwrap_err().is_cancelled());
    ear.holds.send_replace(false);
    assert_eq!(ear.paper(SLIP.len()).await, SLIP);
    // It was seen through to the last question.
    let mut seen = devices.watch();
    in_time(seen.wait_for(|seen| seen.data[0].checked_at.is_some()))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_printer_that_tells_nothing_is_trusted_and_one_that_is_off_is_not() {
    let ear = Ear::saying([None; 4]).await;
    let (devices, _folder) = devices(&[device("Kasir", DeviceKind::Printer, ear.address())], MOMENT);
    let printed = devices.print("kasir", SLIP.to_vec()).await.unwrap();
    assert_eq!((printed.state, printed.told), (DeviceState::Ready, false));
    assert_eq!(ear.paper(SLIP.len()).await, SLIP);
    ear.off().await;
    assert_eq!(devices.print("kasir", SLIP.to_vec()).await, Err(Unprinted::Silent));
}

#[tokio::test]
async fn only_a_printer_prints() {
    let camera = device(
        "Kamera",
        DeviceKind::Camera,
        DeviceAddress::Tcp("127.0.0.1:1".to_owned()),
    );
    let (devices, _folder) = devices(&[camera], MOMENT);
    assert_eq!(
        devices.print("kamera", SLIP.to_vec()).await,
        Err(Unprinted::NotAPrinter)
    );
    assert_eq!(
        devices.print("kasir", SLIP.to_vec()).await,
        Err(Unprinted::NoSuchDevice)
    );
}

#[tokio::test]
async fn a_printer_that_is_a_file_gets_the_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lp0");
    std::fs::write(&path, "").unwrap();
    let usb = device("USB", DeviceKind::Printer, DeviceAddress::File(path.clone()));
    let (devices, _folder) = devices(&[usb], PATIENT);
    let printed = devices.print("usb", SLIP.to_vec()).await.unwrap();
    assert_eq!((printed.state, printed.told), (DeviceState::Ready, false));
    assert_eq!(std::fs::read(&path).unwrap(), SLIP);
}

/// A pipe blocks whoever opens it until somebody reads, as a device can that is stuck.
#[cfg(unix)]
#[tokio::test]
async fn a_file_that_blocks_is_given_up_and_not_waited_for_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lp0");
    let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    let usb = device("USB", DeviceKind::Printer, DeviceAddress::File(path.clone()));
    let (devices, _folder) = devices(&[usb], MOMENT);
    assert_eq!(devices.print("usb", SLIP.to_vec()).await, Err(Unprinted::Silent));
    assert_eq!(devices.print("usb", b"again".to_vec()).await, Err(Unprinted::Silent));
    // It comes back: what it had taken comes out, once, and nothing of what it was not given.
    let reading = tokio::task::spawn_blocking(move || std::fs::read(path));
    assert_eq!(
        tokio::time::timeout(SOON, reading).await.unwrap().unwrap().unwrap(),
        SLIP
    );
}
