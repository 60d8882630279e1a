//! Printers and cameras that stand for those of an outlet, which cannot be had on every desk: the program
//! `gerai-devices`, and how it is started and told what to be.
//!
//! Each is a port of the loopback address. A printer answers real-time status as Epson's "ESC/POS Command
//! Reference" has it and keeps what it printed; a camera is there, or not. Over the control address each is
//! told what to be (`POST /NAME/STATE`), and what came out of a printer is read (`GET /NAME/printed`).

mod control;
mod paper;
mod stand;
#[cfg(test)]
mod tests;

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    client::{self, Answer},
    ports,
    process::{Launch, Running},
    programs,
    wait::{LATER, SOON},
};

pub use control::serve;
pub use paper::{Print, lines};

/// What a device is told to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// All is well.
    Ready,
    /// The roll is nearly at its end; it prints.
    PaperLow,
    /// No paper: what comes waits in the printer.
    PaperOut,
    /// The cover is open: what comes waits in the printer.
    CoverOpen,
    /// A fault: what comes waits in the printer.
    Failed,
    /// Takes connections, prints, and answers no question.
    Silent,
    /// Switched off: nothing listens at its port, and its connections are gone.
    Off,
}

/// Which device is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Speaks ESC/POS.
    Printer,
    /// A port that can be reached.
    Camera,
}

/// A device that is to stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What the control address calls it; the id the edge makes of its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Its port on the loopback address.
    pub port: u16,
}

/// `NAME=PORT`, as the program's arguments have it.
impl std::str::FromStr for Plan {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (name, port) = text.split_once('=').context("NAME=PORT is wanted")?;
        Ok(Self {
            name: name.to_owned(),
            kind: Kind::Printer,
            port: port.parse().context("the port is not one")?,
        })
    }
}

/// `gerai-devices` as a process; gone when dropped.
#[derive(Debug)]
pub struct Gear {
    running: Running,
    control: String,
}

impl Gear {
    /// Starts it in a folder, with its control address at this port, and waits until everything listens.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start(folder: &Path, control: u16, plans: &[Plan]) -> Result<Self> {
        let mut args = vec!["--control".to_owned(), control.to_string()];
        for plan in plans {
            let flag = match plan.kind {
                Kind::Printer => "--printer",
                Kind::Camera => "--camera",
            };
            args.extend([flag.to_owned(), format!("{}={}", plan.name, plan.port)]);
        }
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut running = Launch::new(&programs::devices()?, folder).args(&args).start()?;
        let control = format!("http://{}", ports::loopback(control));
        running.ready(&control, LATER).await?;
        Ok(Self { running, control })
    }

    /// Its control address.
    #[must_use]
    pub fn control(&self) -> &str {
        &self.control
    }

    /// Tells a device what to be; it is when this returns.
    ///
    /// # Errors
    /// When there is no such device, or it cannot.
    pub async fn be(&self, name: &str, state: State) -> Result<Value> {
        let state = serde_json::to_value(state)?;
        let url = format!("{}/{name}/{}", self.control, state.as_str().unwrap_or_default());
        let told = client::plain(SOON)?.post(url).send().await?;
        Ok(Answer::read(told).await?.ok()?.data().clone())
    }

    /// What a printer has printed, slip by slip.
    ///
    /// # Errors
    /// When there is no such printer.
    pub async fn printed(&self, name: &str) -> Result<Vec<Print>> {
        let url = format!("{}/{name}/printed", self.control);
        let told = client::plain(SOON)?.get(url).send().await?;
        Ok(serde_json::from_value(Answer::read(told).await?.ok()?.data().clone())?)
    }

    /// Stops it in good order.
    ///
    /// # Errors
    /// When it does not stop in time.
    pub async fn stop(&mut self) -> Result<()> {
        self.running.terminate().await.map(drop)
    }

    /// Whether it has ended by itself.
    ///
    /// # Errors
    /// When its state cannot be read.
    pub fn has_died(&mut self) -> Result<bool> {
        Ok(self.running.status()?.is_some())
    }
}
