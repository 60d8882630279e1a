//! A ticket that is told is on disk: the edge's durable writes, beside SQLite's own.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use futures_util::future::try_join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Finding, Goal, Plan};
use crate::{Engine, World, client::fresh_key};

/// Connections that take tickets at once.
const CROWD: usize = 64;
/// Bytes of a row of the yardstick: those of a command.
const ROW: usize = 900;

pub(super) async fn told(plan: &Plan) -> Result<Finding> {
    let mut world = World::on(Engine::Sqlite).build().await?;
    let token = world.edge().pair("bench").await?;
    let screen = crate::Screen::new(&world.edge().url(), &token)?;
    crate::wait::until_true("the catalogue", crate::wait::LATER, async || {
        Ok(screen.visited_product().await.is_ok())
    })
    .await?;
    let product = screen.visited_product().await?;
    // Offline, as the promise is about, and so that only the edge is measured.
    world.edge().line.cut();
    world.central.stop().await?;
    let asker = Asker {
        address: world.edge().url().trim_start_matches("http://").parse()?,
        token,
        body: format!("{{\"product\":\"{product}\",\"party_size\":2}}"),
    };
    let (mut raw, mut one, mut many) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        raw.push(sqlite(&world.folder().join("yardstick.db"), plan.span)?);
        one.push(asker.rate(1, plan.span).await?);
        many.push(asker.rate(CROWD, plan.span).await?);
        println!(
            "    SQLite {:6.0}, one connection {:6.0}, {CROWD} connections {:6.0} a second",
            raw[raw.len() - 1],
            one[one.len() - 1],
            many[many.len() - 1]
        );
    }
    let ratios = |rates: &[f64]| -> Vec<f64> { rates.iter().zip(&raw).map(|(rate, raw)| rate / raw).collect() };
    let row = |name: &str, rates: &[f64]| vec![name.to_owned(), format!("{:.0}", super::median(rates.to_vec()))];
    Ok(Finding {
        how: format!(
            "{} rounds of {:.0} s each, the edge offline. The yardstick inserts a row of {ROW} bytes and commits, again \
             and again, in one thread with WAL and synchronous=FULL on the same disk; a ticket is a command, its row, \
             its number and its answer in one commit, over HTTP.",
            plan.rounds,
            plan.span.as_secs_f64()
        ),
        head: ["", "a second"].map(str::to_owned).to_vec(),
        rows: vec![
            row("SQLite, one row a commit", &raw),
            row("ticket POST, 1 connection", &one),
            row(&format!("ticket POST, {CROWD} connections"), &many),
        ],
        goals: vec![
            Goal::least("1 connection, to SQLite's commits".to_owned(), &ratios(&one), 0.5),
            Goal::least(format!("{CROWD} connections, to SQLite's commits"), &ratios(&many), 2.0),
        ],
    })
}

/// Commits of one row each, in a second.
fn sqlite(file: &std::path::Path, span: Duration) -> Result<f64> {
    let connection = rusqlite::Connection::open(file)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch("CREATE TABLE IF NOT EXISTS told (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT")?;
    let mut insert = connection.prepare("INSERT INTO told (body) VALUES (?1)")?;
    let body = "x".repeat(ROW);
    let (start, mut commits) = (Instant::now(), 0);
    while start.elapsed() < span {
        insert.execute([&body])?;
        commits += 1;
    }
    Ok(f64::from(commits) / start.elapsed().as_secs_f64())
}

struct Asker {
    address: SocketAddr,
    token: String,
    body: String,
}

impl Asker {
    async fn rate(&self, connections: usize, span: Duration) -> Result<f64> {
        let start = Instant::now();
        let told = try_join_all((0..connections).map(|_| self.one(start + span))).await?;
        Ok(told.iter().sum::<usize>() as f64 / start.elapsed().as_secs_f64())
    }

    /// One connection: how many tickets it was told.
    async fn one(&self, until: Instant) -> Result<usize> {
        let mut stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let mut buffer = vec![0; 16 << 10];
        let mut told = 0;
        while Instant::now() < until {
            let request = format!(
                "POST /api/outlet/tickets HTTP/1.1\r\nhost: {}\r\ngerai-screen: {}\r\nidempotency-key: {}\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\n\r\n{}",
                self.address,
                self.token,
                fresh_key(),
                self.body.len(),
                self.body
            );
            stream.write_all(request.as_bytes()).await?;
            answer(&mut stream, &mut buffer).await?;
            told += 1;
        }
        Ok(told)
    }
}

/// Reads one answer that says 201.
async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<()> {
    let mut have = 0;
    loop {
        let read = stream.read(&mut buffer[have..]).await?;
        if read == 0 {
            bail!("the connection was closed");
        }
        have += read;
        let Some(head) = buffer[..have].windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let text = String::from_utf8_lossy(&buffer[..head]).to_lowercase();
        if !text.starts_with("http/1.1 201") {
            bail!("answered {}", String::from_utf8_lossy(&buffer[..have]));
        }
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .context("no content-length")?;
        if have >= head + 4 + length.trim().parse::<usize>()? {
            return Ok(());
        }
    }
}
