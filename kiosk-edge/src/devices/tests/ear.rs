//! A printer that does as it is told, on a port of its own.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

use super::{super::status::Answers, SOON};
use crate::config::DeviceAddress;

/// A printer for tests.
pub(super) struct Ear {
    address: SocketAddr,
    /// What it answers; a question without an answer is not answered.
    pub(super) says: watch::Sender<Answers>,
    /// While set, it reads nothing after the first byte of a slip.
    pub(super) holds: watch::Sender<bool>,
    /// What came that was no question.
    paper: watch::Sender<Vec<u8>>,
    connections: watch::Sender<usize>,
    accepting: JoinHandle<()>,
}

impl Ear {
    pub(super) async fn saying(answers: Answers) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), answers).await
    }

    async fn at(address: SocketAddr, answers: Answers) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let ear = Self {
            address: listener.local_addr().unwrap(),
            says: watch::Sender::new(answers),
            holds: watch::Sender::new(false),
            paper: watch::Sender::new(Vec::new()),
            connections: watch::Sender::new(0),
            accepting: tokio::spawn(async {}),
        };
        let (says, holds) = (ear.says.subscribe(), ear.holds.subscribe());
        let (paper, connections) = (ear.paper.clone(), ear.connections.clone());
        let accepting = tokio::spawn(async move {
            let mut talks = tokio::task::JoinSet::new();
            while let Ok((line, _)) = listener.accept().await {
                connections.send_modify(|count| *count += 1);
                talks.spawn(listen(line, says.clone(), holds.clone(), paper.clone()));
            }
        });
        Self { accepting, ..ear }
    }

    /// It is switched off, with all its connections; its port, for when it is back.
    pub(super) async fn off(self) -> SocketAddr {
        self.accepting.abort();
        let _ = self.accepting.await;
        self.address
    }

    /// Switched on again.
    pub(super) async fn on_again(address: SocketAddr, answers: Answers) -> Self {
        Self::at(address, answers).await
    }

    pub(super) fn address(&self) -> DeviceAddress {
        DeviceAddress::Tcp(self.address.to_string())
    }

    /// How often somebody connected.
    pub(super) fn connections(&self) -> usize {
        *self.connections.borrow()
    }

    /// What is on its paper, once that is so many bytes.
    pub(super) async fn paper(&self, bytes: usize) -> Vec<u8> {
        let mut paper = self.paper.subscribe();
        let whole = paper.wait_for(|paper| paper.len() >= bytes);
        in_time(whole).await.unwrap().clone()
    }
}

pub(super) async fn in_time<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, what).await.expect("in time")
}

async fn listen(
    mut line: TcpStream,
    says: watch::Receiver<Answers>,
    mut holds: watch::Receiver<bool>,
    paper: watch::Sender<Vec<u8>>,
) {
    while let Ok(byte) = line.read_u8().await {
        if byte != 0x10 {
            paper.send_modify(|paper| paper.push(byte));
            if holds.wait_for(|holds| !holds).await.is_err() {
                return;
            }
            continue;
        }
        let question = [line.read_u8().await, line.read_u8().await];
        let [Ok(0x04), Ok(n @ 1..=4)] = question else {
            panic!("{question:?} after DLE");
        };
        let answer = says.borrow()[usize::from(n) - 1];
        if let Some(answer) = answer
            && line.write_all(&[answer]).await.is_err()
        {
            return;
        }
    }
}

/// So long that nothing of a test comes near it.
pub(super) const PATIENT: Duration = SOON;
