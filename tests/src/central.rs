//! `gerai-central` as a process.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::Result;

use crate::{
    ports,
    process::{Launch, Running},
    programs,
    wait::LATER,
};

/// A central server with an address it keeps over restarts.
#[derive(Debug)]
pub struct Central {
    launch: Launch,
    address: SocketAddr,
    running: Option<Running>,
}

impl Central {
    /// A central that keeps its data in `folder` and its rows at `database`; not started yet.
    ///
    /// # Errors
    /// When the program is not there.
    pub fn new(folder: &Path, database: &str, port: u16) -> Result<Self> {
        let address = ports::loopback(port);
        let launch = Launch::new(&programs::central()?, folder)
            .env("DATABASE_URL", database)
            .env("GERAI_CENTRAL__LISTEN", address)
            .env("GERAI_CENTRAL__PUBLIC_URL", format!("http://{address}"))
            .env("GERAI_CENTRAL__DATA_DIR", data(folder).display())
            .env("GERAI_CENTRAL__LOG__FORMAT", "text")
            // All callers of a story are one address.
            .env("GERAI_CENTRAL__LIMITS__REQUESTS_PER_MINUTE", 1_000_000)
            .env("GERAI_CENTRAL__LIMITS__SIGN_INS_PER_MINUTE", 1_000_000);
        Ok(Self {
            launch,
            address,
            running: None,
        })
    }

    /// Sets a variable of its environment, from its next start on.
    pub fn set(&mut self, name: &str, value: impl ToString) {
        self.launch = self.launch.clone().env(name, value);
    }

    /// From its next start on, a file that cannot grow is an error to it, and not its end.
    pub fn tell_of_limits(&mut self) {
        self.launch = self.launch.clone().told_of_limits();
    }

    /// Lets no file of it grow beyond so many bytes, until told otherwise.
    ///
    /// # Errors
    /// When the limit cannot be set.
    pub fn limit_files(&self, bytes: Option<u64>) -> Result<()> {
        self.running
            .as_ref()
            .map_or(Ok(()), |running| running.limit_files(bytes))
    }

    /// Another release of the program, from its next start on.
    pub fn use_program(&mut self, program: &Path) {
        self.launch = self.launch.clone().program(program);
    }

    /// The program with other arguments, in the same environment.
    #[must_use]
    pub fn command(&self, args: &[&str]) -> Launch {
        self.launch.clone().args(args)
    }

    /// Makes the tables and, for a demo chain, its rows.
    ///
    /// # Errors
    /// When it fails.
    pub async fn seed(&self) -> Result<()> {
        self.command(&["migrate"]).succeed().await?;
        self.command(&["seed", "--demo"]).succeed().await?;
        Ok(())
    }

    /// Starts it and waits until it is ready.
    ///
    /// # Errors
    /// When it does not come up; with the end of its log.
    pub async fn start(&mut self) -> Result<()> {
        let mut running = self.command(&["serve"]).start()?;
        running.ready(&format!("{}/readyz", self.url()), LATER).await?;
        self.running = Some(running);
        Ok(())
    }

    /// `kill -9`.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub fn kill(&mut self) -> Result<()> {
        self.running.take().map_or(Ok(()), |mut running| running.kill())
    }

    /// Stops it in good order.
    ///
    /// # Errors
    /// When it does not stop in time.
    pub async fn stop(&mut self) -> Result<()> {
        if let Some(mut running) = self.running.take() {
            running.terminate().await?;
        }
        Ok(())
    }

    /// Stops it and starts it with a changed environment.
    ///
    /// # Errors
    /// When it does not stop or come up.
    pub async fn restart_with(&mut self, name: &str, value: impl ToString) -> Result<()> {
        self.stop().await?;
        self.set(name, value);
        self.start().await
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its base URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its process id, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.running.as_ref().map(Running::pid)
    }
}

/// Where a central in `folder` keeps its keys and files.
#[must_use]
pub fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}
