//! The line between an outlet and central: a TCP proxy on a fixed port that can be broken.
//!
//! A cut is a black hole, as a pulled cable is: nothing is refused, nothing is answered. A connection
//! that lost bytes, or was made during a cut, is dead for ever, also after the heal; new ones work.

mod portal;
mod pump;

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::ports;

/// What the line does with what is sent over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Carries it.
    Open,
    /// Drops all bytes both ways and keeps every connection.
    Cut,
    /// Carries requests up, and drops the answers.
    HalfOpen,
    /// Carries it late and slowly.
    Slow {
        /// Before each piece.
        latency: Duration,
        /// At most so many bytes a second, each way.
        bytes_per_second: u64,
    },
    /// Carries everything but pushes, whose connections it drops.
    WithoutPushes,
    /// Answers every HTTP request itself, as the page of a hotel's network does.
    Portal {
        /// With this status.
        status: u16,
    },
    /// Lets every n-th push through to central, drops its answer and the connection.
    LosingAnswers {
        /// Every so many pushes.
        every: u64,
    },
}

/// How often the line did wrong, since it was laid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Connections accepted, in any mode.
    pub connections: u64,
    /// Connections made while the line was cut, or caught by a cut.
    pub swallowed_connections: u64,
    /// Bytes that were sent and never delivered.
    pub swallowed_bytes: u64,
    /// Pushes that went through.
    pub pushes: u64,
    /// Pushes whose answer was dropped after central had given it.
    pub lost_answers: u64,
    /// Requests the portal answered.
    pub portal_answers: u64,
    /// Pushes among those.
    pub portal_pushes: u64,
    /// Pieces that were held back.
    pub delayed: u64,
    /// Pushes that reached central whole or in part, and whose connection ended before the first byte of an
    /// answer.
    pub broken_pushes: u64,
}

#[derive(Debug, Default)]
struct Counters {
    connections: AtomicU64,
    swallowed_connections: AtomicU64,
    swallowed_bytes: AtomicU64,
    pushes: AtomicU64,
    lost_answers: AtomicU64,
    portal_answers: AtomicU64,
    portal_pushes: AtomicU64,
    delayed: AtomicU64,
    broken_pushes: AtomicU64,
    /// Pushes that wait for the first byte of their answer now.
    open_pushes: AtomicU64,
}

#[derive(Clone, Copy, Debug)]
struct Course {
    mode: Mode,
    central: SocketAddr,
}

/// What all connections of a line share.
#[derive(Debug)]
struct Shared {
    course: Mutex<Course>,
    /// Counts up when all connections are to be closed.
    hang_ups: tokio::sync::watch::Sender<u64>,
    counters: Counters,
}

impl Shared {
    fn course(&self) -> MutexGuard<'_, Course> {
        self.course.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mode(&self) -> Mode {
        self.course().mode
    }
}

/// A line, from its fixed address to central's.
#[derive(Debug)]
pub struct Line {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

impl Line {
    /// Lays a line to central at `central`, on a free port.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn lay(central: SocketAddr) -> Result<Self> {
        Self::lay_at(ports::free_port()?, central).await
    }

    /// Lays a line on a given port.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn lay_at(port: u16, central: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(ports::loopback(port))
            .await
            .with_context(|| format!("the line cannot use port {port}"))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            course: Mutex::new(Course {
                mode: Mode::Open,
                central,
            }),
            hang_ups: tokio::sync::watch::Sender::new(0),
            counters: Counters::default(),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self {
            address,
            shared,
            accepting,
        })
    }

    /// Where the outlet's side of it is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL an edge calls central by.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sets what the line does from now on.
    pub fn set(&self, mode: Mode) {
        self.shared.course().mode = mode;
    }

    /// What the line does now.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.shared.mode()
    }

    /// Cuts it: a black hole.
    pub fn cut(&self) {
        self.set(Mode::Cut);
    }

    /// Mends it.
    pub fn heal(&self) {
        self.set(Mode::Open);
    }

    /// Makes it a bad mobile line: 300 ms and 32 KiB a second.
    pub fn slow(&self) {
        self.set(Mode::Slow {
            latency: Duration::from_millis(300),
            bytes_per_second: 32 * 1024,
        });
    }

    /// Leads to another central from now on; connections to the one before are closed.
    pub fn lead_to(&self, central: SocketAddr) {
        self.shared.course().central = central;
        self.shared.hang_ups.send_modify(|times| *times += 1);
    }

    /// Pushes that were carried to central and wait for their answer now.
    #[must_use]
    pub fn open_pushes(&self) -> u64 {
        self.shared.counters.open_pushes.load(Ordering::SeqCst)
    }

    /// What it did wrong so far.
    #[must_use]
    pub fn faults(&self) -> Faults {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counters = &self.shared.counters;
        Faults {
            connections: of(&counters.connections),
            swallowed_connections: of(&counters.swallowed_connections),
            swallowed_bytes: of(&counters.swallowed_bytes),
            pushes: of(&counters.pushes),
            lost_answers: of(&counters.lost_answers),
            portal_answers: of(&counters.portal_answers),
            portal_pushes: of(&counters.portal_pushes),
            delayed: of(&counters.delayed),
            broken_pushes: of(&counters.broken_pushes),
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, say: let others close theirs first.
            crate::wait::between_tries().await;
            continue;
        };
        shared.counters.connections.fetch_add(1, Ordering::Relaxed);
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // A connection that fails is an everyday event to both ends.
            let _ = match shared.mode() {
                Mode::Portal { status } => portal::answer(stream, status, &shared).await,
                _ => pump::carry(stream, &shared).await,
            };
        });
    }
}

#[cfg(test)]
mod tests;
