//! A receipt printer: how it is, and what is put on its paper.

use std::{io, time::Duration};

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use super::{node::Node, seen::Found, status, talk};
use crate::config::DeviceAddress;

/// A printer, for one to talk to at a time.
#[derive(Debug)]
pub(super) struct Printer {
    way: Way,
    manner: Manner,
}

/// How one gets to it.
#[derive(Debug)]
enum Way {
    /// A connection for each look and each slip: others may use the printer, too, and many take one at a time.
    Tcp(String),
    /// A file, which is written to and never read: such a printer tells nothing.
    File(Node),
}

/// How it behaves, as it was learned, and how long it is waited for.
#[derive(Debug)]
pub(super) struct Manner {
    pub(super) patience: Duration,
    /// Whether it tells its state; not known before it was asked. One that once did and does no more is
    /// silent; one that never did takes what it is sent, for all one knows.
    pub(super) speaks: Option<bool>,
}

impl Printer {
    pub(super) fn new(address: &DeviceAddress, patience: Duration) -> Self {
        Self {
            way: match address {
                DeviceAddress::Tcp(place) => Way::Tcp(place.clone()),
                DeviceAddress::File(path) => Way::File(Node::new(path.clone())),
            },
            manner: Manner { patience, speaks: None },
        }
    }

    /// How it is.
    pub(super) async fn look(&mut self) -> Found {
        match &mut self.way {
            Way::Tcp(place) => told(self.manner.look(place).await),
            Way::File(node) => node.write(Vec::new(), self.manner.patience).await,
        }
    }

    /// Prints a slip; how it is after that. Nothing is sent to one that says it cannot print: it would come
    /// out later, beside the slip that is printed again.
    pub(super) async fn print(&mut self, slip: Vec<u8>) -> Found {
        match &mut self.way {
            Way::Tcp(place) => told(self.manner.print(place, &slip).await),
            Way::File(node) => node.write(slip, self.manner.patience).await,
        }
    }
}

fn told(found: io::Result<Found>) -> Found {
    found.unwrap_or_else(|error| {
        tracing::debug!(%error, "a printer is silent");
        Found::SILENT
    })
}

impl Manner {
    async fn look(&mut self, place: &str) -> io::Result<Found> {
        let mut line = talk::connect(place, self.patience).await?;
        self.ask(&mut line).await
    }

    async fn print(&mut self, place: &str, slip: &[u8]) -> io::Result<Found> {
        let mut line = talk::connect(place, self.patience).await?;
        self.print_on(&mut line, slip).await
    }

    /// Asks how it is, and learns whether it speaks.
    async fn ask<L>(&mut self, line: &mut L) -> io::Result<Found>
    where
        L: AsyncRead + AsyncWrite + Unpin,
    {
        let answers = talk::ask(line, self.patience).await?;
        Ok(match (status::judge(answers), self.speaks) {
            (Some(state), _) => {
                self.speaks = Some(true);
                Found::told(state)
            }
            (None, Some(true)) => Found::SILENT,
            (None, _) => {
                self.speaks = Some(false);
                Found::UNTOLD
            }
        })
    }

    /// A slip between two questions, on one line: an answer to the second means that all before it was taken.
    pub(super) async fn print_on<L>(&mut self, line: &mut L, slip: &[u8]) -> io::Result<Found>
    where
        L: AsyncRead + AsyncWrite + Unpin,
    {
        let before = self.ask_if_it_speaks(line).await?;
        if before.state.printed().is_err() {
            return Ok(before);
        }
        talk::send(line, slip, self.patience).await?;
        let after = self.ask_if_it_speaks(line).await?;
        line.shutdown().await?;
        Ok(after)
    }

    async fn ask_if_it_speaks<L>(&mut self, line: &mut L) -> io::Result<Found>
    where
        L: AsyncRead + AsyncWrite + Unpin,
    {
        if self.speaks == Some(false) {
            // It would be waited for in vain, while somebody waits for paper.
            return Ok(Found::UNTOLD);
        }
        self.ask(line).await
    }
}
