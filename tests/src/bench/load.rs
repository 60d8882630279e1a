//! Whoever asks: one thread, many connections, each asking again as soon as it has its answer.
//!
//! It speaks just enough HTTP/1.1 for that, because on a machine of two cores the asker must not be
//! what is measured. Answers need a `Content-Length`; any status but 200 ends the run.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::LocalSet,
};

use super::core::{Role, pin_this_thread};

const BUFFER: usize = 128 << 10;

/// What is asked for, again and again.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where.
    pub address: SocketAddr,
    /// The whole request, to the byte.
    pub bytes: Vec<u8>,
}

impl Request {
    /// A GET with these headers.
    #[must_use]
    pub fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Self {
        let mut text = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\naccept: application/json\r\n");
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        Self {
            address,
            bytes: text.into_bytes(),
        }
    }
}

/// What was measured in a round.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measured {
    /// Answers in a second.
    pub rate: f64,
    /// Answers in all.
    pub answers: usize,
    /// Processor time of whoever answered, for each answer, in microseconds.
    pub cpu_micros: f64,
    /// The median of the times an answer took, in milliseconds.
    pub p50_ms: f64,
    /// The time that one in a hundred took at least, in milliseconds.
    pub p99_ms: f64,
}

/// The head of one answer.
pub(super) async fn head(request: &Request) -> Result<String> {
    let mut stream = TcpStream::connect(request.address).await?;
    stream.write_all(&request.bytes).await?;
    let mut buffer = vec![0; BUFFER];
    let mut have = 0;
    loop {
        let read = stream.read(&mut buffer[have..]).await?;
        ensure!(read > 0, "the connection was closed");
        have += read;
        if let Some(end) = buffer[..have].windows(4).position(|four| four == b"\r\n\r\n") {
            return Ok(String::from_utf8_lossy(&buffer[..end]).into_owned());
        }
    }
}

/// Asks for `span` with so many connections, on a thread and core of its own.
///
/// # Errors
/// When a connection fails, or an answer is not 200.
pub(super) async fn ask(request: &Request, span: Duration, connections: usize) -> Result<Measured> {
    let request = request.clone();
    let (tell, told) = tokio::sync::oneshot::channel();
    std::thread::Builder::new().name("asker".to_owned()).spawn(move || {
        let _ = tell.send(on_this_thread(&request, span, connections));
    })?;
    told.await.context("the asker is gone")?
}

fn on_this_thread(request: &Request, span: Duration, connections: usize) -> Result<Measured> {
    pin_this_thread(Role::Beside)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let start = Instant::now();
        let askers: Vec<_> = (0..connections)
            .map(|_| tokio::task::spawn_local(one(request.clone(), start + span)))
            .collect();
        let mut times = Vec::new();
        for asker in askers {
            times.extend(asker.await??);
        }
        let took = start.elapsed();
        times.sort_unstable();
        let at = |part: usize| {
            let index = (times.len() * part / 100).min(times.len().saturating_sub(1));
            times.get(index).map_or(0.0, |micros| f64::from(*micros) / 1_000.0)
        };
        Ok(Measured {
            rate: times.len() as f64 / took.as_secs_f64(),
            answers: times.len(),
            cpu_micros: 0.0,
            p50_ms: at(50),
            p99_ms: at(99),
        })
    })
}

/// One connection; the times its answers took, in microseconds.
async fn one(request: Request, until: Instant) -> Result<Vec<u32>> {
    let mut stream = TcpStream::connect(request.address).await?;
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; BUFFER];
    let mut times = Vec::with_capacity(1 << 14);
    loop {
        let asked = Instant::now();
        if asked >= until {
            return Ok(times);
        }
        stream.write_all(&request.bytes).await?;
        answer(&mut stream, &mut buffer).await?;
        times.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
}

/// Reads one answer to its last byte.
async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<()> {
    let mut have = 0;
    let whole = loop {
        let read = stream.read(&mut buffer[have..]).await?;
        ensure!(read > 0, "the connection was closed");
        have += read;
        if let Some(whole) = length(&buffer[..have])? {
            break whole;
        }
        ensure!(have < buffer.len(), "a head without end");
    };
    while have < whole {
        let read = stream.read(buffer).await?;
        ensure!(read > 0, "the connection was closed in an answer");
        have += read;
    }
    ensure!(have == whole, "more than was asked for");
    Ok(())
}

/// The bytes of head and content together, once the head is whole.
fn length(bytes: &[u8]) -> Result<Option<usize>> {
    let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let lines = bytes[..head].split(|&byte| byte == b'\n');
    for (nth, line) in lines.enumerate() {
        if nth == 0 {
            if !line.starts_with(b"HTTP/1.1 200") {
                bail!("answered {:?}", String::from_utf8_lossy(&bytes[..head]));
            }
        } else if line.len() > 15 && line[..15].eq_ignore_ascii_case(b"content-length:") {
            let digits = std::str::from_utf8(&line[15..])?.trim();
            return Ok(Some(head + 4 + digits.parse::<usize>()?));
        }
    }
    bail!("no Content-Length in {:?}", String::from_utf8_lossy(&bytes[..head]))
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn the_length_of_an_answer_is_read_from_its_head() {
        assert_eq!(length(b"HTTP/1.1 200 OK\r\nX: y\r\n").unwrap(), None);
        let whole = b"HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 12\r\n\r\nabc";
        assert_eq!(length(whole).unwrap(), Some(whole.len() - 3 + 12));
        assert!(length(b"HTTP/1.1 503 No\r\nContent-Length: 12\r\n\r\n").is_err());
        assert!(length(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
    }
}
