//! A captive portal: answers every request itself, with a page that means nothing to a program.

use std::io;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    Shared,
    pump::{PUSH, count},
};

const PAGE: &str = "<!doctype html><title>Wi-Fi</title><p>Selamat datang! Masukkan nomor kamar untuk memakai internet.";

/// Answers one request and closes, so that the next comes on a new connection.
pub(super) async fn answer(mut outlet: TcpStream, status: u16, shared: &Shared) -> io::Result<()> {
    let mut request = Vec::new();
    let mut piece = vec![0; 4096];
    while !request.windows(4).any(|window| window == b"\r\n\r\n") {
        let read = outlet.read(&mut piece).await?;
        if read == 0 {
            return Ok(());
        }
        request.extend_from_slice(&piece[..read]);
    }
    count(&shared.counters.portal_answers, 1);
    if request.starts_with(PUSH) {
        count(&shared.counters.portal_pushes, 1);
    }
    let reason = if status == 200 { "OK" } else { "Forbidden" };
    let head = format!(
        "HTTP/1.1 {status} {reason}\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        PAGE.len()
    );
    outlet.write_all(head.as_bytes()).await?;
    outlet.write_all(PAGE.as_bytes()).await?;
    outlet.shutdown().await?;
    // The rest of the request is read to its end: a reset would take the answer with it.
    while outlet.read(&mut piece).await? > 0 {}
    Ok(())
}
