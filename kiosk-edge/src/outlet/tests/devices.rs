//! Printers and cameras, as screens are told of them.

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::watch,
};
use tokio_util::sync::CancellationToken;

use super::{
    live::Ear,
    till::{Heard, Till},
};
use crate::{
    config::{DeviceAddress, DeviceConfig, DeviceKind, DevicesCheck},
    devices::Devices,
};

const CHECK: DevicesCheck = DevicesCheck {
    every_ms: 1,
    timeout_ms: 10_000,
};
const SLIP: &[u8] = b"\x1b@A-012\n";

/// A printer that answers every question with this byte, and where it is; what was printed.
async fn printer(says: watch::Receiver<u8>) -> (String, watch::Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, paper) = (listener.local_addr().unwrap(), watch::Sender::new(Vec::new()));
    let printed = paper.subscribe();
    tokio::spawn(async move {
        while let Ok((mut line, _)) = listener.accept().await {
            while let Ok(byte) = line.read_u8().await {
                if byte == 0x10 {
                    line.read_exact(&mut [0; 2]).await.unwrap();
                    let answer = *says.borrow();
                    line.write_all(&[answer]).await.unwrap();
                } else {
                    paper.send_modify(|paper| paper.push(byte));
                }
            }
        }
    });
    (address.to_string(), printed)
}

fn outlet(printer: &str) -> [DeviceConfig; 2] {
    [
        DeviceConfig {
            name: "Printer Kasir".to_owned(),
            kind: DeviceKind::Printer,
            address: DeviceAddress::Tcp(printer.to_owned()),
            studio: None,
        },
        DeviceConfig {
            name: "Kamera 1".to_owned(),
            kind: DeviceKind::Camera,
            address: DeviceAddress::Tcp(printer.to_owned()),
            studio: Some("Ruang 1".to_owned()),
        },
    ]
}

async fn print(till: &Till, id: &str, slip: impl Into<Body>) -> Heard {
    let request = till.request(Method::POST, &format!("/api/outlet/devices/{id}/print"));
    let request = request.header("content-type", "application/octet-stream");
    till.send(request.body(slip.into()).unwrap()).await
}

fn said(event: &str) -> Value {
    let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    serde_json::from_str(data).unwrap()
}

async fn until(ear: &mut Ear, holds: impl Fn(&Value) -> bool) -> Value {
    loop {
        let seen = said(&ear.next("devices").await);
        if holds(&seen) {
            return seen;
        }
    }
}

fn run(devices: &Devices) -> tokio_util::sync::DropGuard {
    let stop = CancellationToken::new();
    tokio::spawn(devices.clone().run(stop.clone()));
    stop.drop_guard()
}

#[tokio::test]
async fn screens_see_the_devices_and_hear_of_them_live() {
    let mut till = Till::new().await;
    let says = watch::Sender::new(0x12);
    let (address, _paper) = printer(says.subscribe()).await;
    let devices = till.look_after(&outlet(&address), CHECK);
    let now = till.scene.clock.now().0;
    let listed = till.get("/api/outlet/devices").await.body;
    assert_eq!(
        listed["data"],
        json!([
            { "id": "printer-kasir", "name": "Printer Kasir", "kind": "printer", "studio": null,
              "state": "silent", "told": false, "since": now, "checked_at": null },
            { "id": "kamera-1", "name": "Kamera 1", "kind": "camera", "studio": "Ruang 1",
              "state": "silent", "told": false, "since": now, "checked_at": null },
        ])
    );
    assert_eq!(listed["disk"]["room_left"], true);
    assert!(listed["disk"]["free_mb"].as_u64().unwrap() > 0, "{listed}");

    let mut ear = Ear::on(till.stream("/api/outlet/events").await);
    let first = said(&ear.next("devices").await);
    assert_eq!(first, listed, "the same body");
    let _run = run(&devices);
    let ready = |seen: &Value| seen["data"][0]["state"] == "ready" && seen["data"][1]["state"] == "ready";
    let seen = until(&mut ear, ready).await;
    assert_eq!(
        (&seen["data"][0]["told"], &seen["data"][1]["told"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(seen["data"][0]["checked_at"], now);
    says.send_replace(0x1A);
    until(&mut ear, |seen| seen["data"][0]["state"] == "failed").await;
    let listed = till.get("/api/outlet/devices").await.body;
    assert_eq!(listed["data"][0]["state"], "failed");
}

#[tokio::test]
async fn a_slip_is_printed_or_refused_in_words() {
    let mut till = Till::new().await;
    let says = watch::Sender::new(0x12);
    let (address, mut paper) = printer(says.subscribe()).await;
    till.look_after(&outlet(&address), CHECK);

    let printed = print(&till, "printer-kasir", SLIP).await;
    assert_eq!(printed.status, 200, "{}", printed.body);
    assert_eq!(
        (&printed.body["data"]["id"], &printed.body["data"]["state"]),
        (&json!("printer-kasir"), &json!("ready"))
    );
    assert_eq!(*paper.wait_for(|paper| paper.len() >= SLIP.len()).await.unwrap(), SLIP);
    let kept = till.scene.journal.unsent(0, 10).await.unwrap();
    assert!(kept.is_empty(), "a slip is no command");

    assert_eq!(print(&till, "printer-dapur", SLIP).await.problem(), (404, "not_found"));
    assert_eq!(print(&till, "kamera-1", SLIP).await.problem(), (409, "not_a_printer"));
    assert_eq!(print(&till, "printer-kasir", "").await.problem(), (422, "invalid_body"));
    let most = vec![b'x'; 64 << 10];
    assert_eq!(print(&till, "printer-kasir", most.clone()).await.status, 200);
    let large = [&most[..], b"x"].concat();
    assert_eq!(
        print(&till, "printer-kasir", large).await.problem(),
        (413, "body_too_large")
    );

    // Bits of no paper, cover, error in whatever is asked for.
    for (byte, code, title) in [
        (0x7E, "cover_open", "The printer's cover is open"),
        (0x72, "paper_out", "The printer is out of paper"),
        (0x52, "paper_out", "The printer is out of paper"),
        (0x1A, "printer_failed", "The printer reports a fault"),
    ] {
        says.send_replace(byte);
        let refused = print(&till, "printer-kasir", SLIP).await;
        assert_eq!(refused.problem(), (503, code), "{byte:#x}");
        assert_eq!(refused.body["title"], title);
    }
}

#[tokio::test]
async fn a_printer_that_is_not_there_is_said_to_be_silent() {
    let mut till = Till::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    till.look_after(&outlet(&address), CHECK);
    assert_eq!(
        print(&till, "printer-kasir", SLIP).await.problem(),
        (503, "printer_silent")
    );
}

#[tokio::test]
async fn a_page_says_that_it_sends_bytes() {
    let mut till = Till::new().await;
    till.look_after(&outlet("127.0.0.1:1"), CHECK);
    for (kind, expected) in [
        ("text/plain", (415, "not_bytes")),
        ("application/json", (415, "not_bytes")),
        ("application/octet-stream", (404, "not_found")),
    ] {
        let request = Request::post("/api/outlet/devices/printer-dapur/print")
            .header("cookie", format!("gerai_screen={}", till.token))
            .header("content-type", kind);
        let heard = till.send(request.body(Body::from(SLIP)).unwrap()).await;
        assert_eq!(heard.problem(), expected, "{kind}");
    }
}
