//! A device at its port.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

use super::{
    Kind, Plan, State,
    paper::{Piece, Print, piece},
};
use crate::ports;

/// One device.
#[derive(Debug)]
pub(super) struct Stand {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) address: SocketAddr,
    state: watch::Sender<State>,
    port: watch::Sender<Port>,
    rolls: Mutex<Rolls>,
}

/// How its port is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Port {
    Closed,
    Open,
    /// It should be open, and cannot be used.
    Taken(String),
}

/// What has come to a printer.
#[derive(Debug, Default)]
struct Rolls {
    printed: Vec<Print>,
    /// Taken while it could not print.
    waiting: Vec<Print>,
}

impl Rolls {
    /// What waits comes out when it can, and is lost with the power.
    fn turn(&mut self, state: State) {
        if !state.is_stuck() {
            self.printed.append(&mut self.waiting);
        }
        if state == State::Off {
            self.waiting.clear();
        }
    }
}

impl Stand {
    /// Sets it up, and waits until it listens.
    pub(super) async fn set_up(plan: &Plan) -> Result<Arc<Self>> {
        let stand = Arc::new(Self {
            name: plan.name.clone(),
            kind: plan.kind,
            address: ports::loopback(plan.port),
            state: watch::Sender::new(State::Ready),
            port: watch::Sender::new(Port::Closed),
            rolls: Mutex::default(),
        });
        tokio::spawn(stand.clone().attend());
        stand.be(State::Ready).await?;
        Ok(stand)
    }

    pub(super) fn state(&self) -> State {
        *self.state.borrow()
    }

    /// Is that from now on.
    pub(super) async fn be(&self, state: State) -> Result<()> {
        self.state.send_replace(state);
        self.rolls().turn(state);
        let off = state == State::Off;
        let mut port = self.port.subscribe();
        let done = port.wait_for(|port| (*port == Port::Closed) == off);
        match &*done.await.context("nobody attends to it")? {
            Port::Taken(why) => bail!("{}: {why}", self.address),
            Port::Open | Port::Closed => Ok(()),
        }
    }

    pub(super) fn printed(&self) -> Vec<Print> {
        self.rolls().printed.clone()
    }

    fn rolls(&self) -> std::sync::MutexGuard<'_, Rolls> {
        self.rolls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens for as long as it is on, again and again.
    async fn attend(self: Arc<Self>) {
        let mut state = self.state.subscribe();
        while state.wait_for(|state| *state != State::Off).await.is_ok() {
            match TcpListener::bind(self.address).await {
                Ok(listener) => {
                    self.port.send_replace(Port::Open);
                    // Ends with the listener, and all who talk to it.
                    let mut talks = JoinSet::new();
                    tokio::select! {
                        _ = state.wait_for(|state| *state == State::Off) => {}
                        () = self.accept(&listener, &mut talks) => {}
                    }
                    talks.shutdown().await;
                }
                Err(error) => {
                    self.port.send_replace(Port::Taken(error.to_string()));
                    // It is tried again when it was switched off and on.
                    drop(state.wait_for(|state| *state == State::Off).await);
                }
            }
            self.port.send_replace(Port::Closed);
        }
    }

    async fn accept(self: &Arc<Self>, listener: &TcpListener, talks: &mut JoinSet<()>) {
        while let Ok((line, _)) = listener.accept().await {
            let stand = self.clone();
            talks.spawn(async move {
                let mut slip = Vec::new();
                // Whoever talks may leave as he likes.
                let _ = stand.talk(line, &mut slip).await;
                stand.keep(&slip);
            });
            while talks.try_join_next().is_some() {}
        }
    }

    /// Reads a slip and answers questions until the line ends. What was read before an answer is on paper by
    /// then, so that whoever heard the answer finds it there.
    async fn talk(&self, mut line: TcpStream, slip: &mut Vec<u8>) -> io::Result<()> {
        let (mut came, mut more) = (Vec::new(), [0; 4_096]);
        loop {
            let read = line.read(&mut more).await?;
            if read == 0 {
                return Ok(());
            }
            came.extend_from_slice(&more[..read]);
            loop {
                match piece(&came) {
                    Piece::Half => break,
                    Piece::Slip(length) => slip.extend(came.drain(..length)),
                    Piece::Question(n) => {
                        came.drain(..3);
                        self.keep(&std::mem::take(slip));
                        if let Some(answer) = self.state().answer(n)
                            && self.kind == Kind::Printer
                        {
                            line.write_all(&[answer]).await?;
                        }
                    }
                }
            }
        }
    }

    fn keep(&self, slip: &[u8]) {
        if slip.is_empty() {
            return;
        }
        let (stuck, mut rolls) = (self.state().is_stuck(), self.rolls());
        let roll = if stuck { &mut rolls.waiting } else { &mut rolls.printed };
        roll.push(Print::of(slip));
    }
}

impl State {
    /// Whether what comes is not printed.
    fn is_stuck(self) -> bool {
        matches!(self, Self::PaperOut | Self::CoverOpen | Self::Failed | Self::Off)
    }

    /// What it answers to `DLE EOT n`, if it does. Bits 1 and 4 are always set.
    fn answer(self, n: u8) -> Option<u8> {
        const WELL: u8 = 0x12;
        let bits = match (self, n) {
            (Self::Silent | Self::Off, _) | (_, 0 | 5..) => return None,
            // Offline.
            (Self::PaperOut | Self::CoverOpen | Self::Failed, 1) => 0x08,
            // Why: stopped for want of paper, cover, error.
            (Self::PaperOut, 2) => 0x20,
            (Self::CoverOpen, 2) => 0x04,
            (Self::Failed, 2) => 0x40,
            // One that has to be switched off and on.
            (Self::Failed, 3) => 0x20,
            // Near its end, and at its end with it; both sensors.
            (Self::PaperLow, 4) => 0x0C,
            (Self::PaperOut, 4) => 0x6C,
            _ => 0,
        };
        Some(WELL | bits)
    }
}
