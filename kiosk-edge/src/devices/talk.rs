//! How one talks to a printer over a line, whatever the line is.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::status::{Answers, is_status};

const DLE: u8 = 0x10;
const EOT: u8 = 0x04;
/// As much of a slip as must be taken within the patience; what small printers can hold at once.
pub(super) const PIECE: usize = 4_096;

/// Connects, if that goes in time.
pub(super) async fn connect(place: &str, patience: Duration) -> io::Result<TcpStream> {
    let line = timeout(patience, TcpStream::connect(place)).await??;
    // Questions are three bytes, and each is waited for.
    line.set_nodelay(true)?;
    Ok(line)
}

/// Asks for the real-time status, one answer after the other, as far as they come within the patience.
pub(super) async fn ask<L>(line: &mut L, patience: Duration) -> io::Result<Answers>
where
    L: AsyncRead + AsyncWrite + Unpin,
{
    let mut answers = [None; 4];
    let asking = async {
        for (n, answer) in (1..).zip(&mut answers) {
            line.write_all(&[DLE, EOT, n]).await?;
            line.flush().await?;
            *answer = Some(answer_on(line).await?);
        }
        Ok(())
    };
    match timeout(patience, asking).await {
        Ok(Err(error)) => Err(error),
        // Not all printers know all questions.
        Ok(Ok(())) | Err(_) => Ok(answers),
    }
}

/// The next status byte; whatever else a printer sends unasked is passed over.
async fn answer_on<L: AsyncRead + Unpin>(line: &mut L) -> io::Result<u8> {
    loop {
        let byte = line.read_u8().await?;
        if is_status(byte) {
            return Ok(byte);
        }
    }
}

/// Sends a slip, each piece of it within the patience.
pub(super) async fn send<L: AsyncWrite + Unpin>(line: &mut L, slip: &[u8], patience: Duration) -> io::Result<()> {
    for piece in slip.chunks(PIECE) {
        timeout(patience, line.write_all(piece)).await??;
    }
    timeout(patience, line.flush()).await?
}
