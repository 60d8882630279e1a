//! A private Redis: a socket of its own, no network, nothing on disk; never one that happens to run.

use std::path::PathBuf;

use anyhow::{Context, Result};
use redis::{Client, aio::MultiplexedConnection};

use crate::{
    process::{Launch, Running},
    programs, wait,
};

const INSTALL: &str = "sudo apt-get install -y redis-server";

/// A server that is stopped on drop.
#[derive(Debug)]
pub struct Redis {
    launch: Launch,
    running: Option<Running>,
    socket: PathBuf,
    /// Short, as the path of a socket has to be.
    _folder: tempfile::TempDir,
}

impl Redis {
    /// Starts one.
    ///
    /// # Errors
    /// When it is not installed (naming the one command that installs it), or does not start.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("gerai-redis").tempdir()?;
        let socket = folder.path().join("s");
        let program = programs::installed(&["redis-server"], INSTALL)?;
        let path = socket.display().to_string();
        let args = ["--port", "0", "--unixsocket", &path, "--save", "", "--appendonly", "no"];
        let mut redis = Self {
            launch: Launch::new(&program, folder.path()).args(&args),
            running: None,
            socket,
            _folder: folder,
        };
        redis.start_again().await?;
        Ok(redis)
    }

    /// `kill -9`.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub fn kill(&mut self) -> Result<()> {
        self.running.take().map_or(Ok(()), |mut running| running.kill())
    }

    /// Starts it where it was, having forgotten everything.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start_again(&mut self) -> Result<()> {
        self.running = Some(self.launch.start()?);
        wait::until("Redis to answer", wait::SOON, async || Ok(self.connection().await.ok()))
            .await
            .map(drop)
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis+unix://{}", self.socket.display())
    }

    /// Its client.
    ///
    /// # Errors
    /// When its address is none.
    pub fn client(&self) -> Result<Client> {
        Ok(Client::open(self.url())?)
    }

    async fn connection(&self) -> Result<MultiplexedConnection> {
        Ok(self.client()?.get_multiplexed_async_connection().await?)
    }

    /// How many listen to a channel.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn listeners(&self, channel: &str) -> Result<u64> {
        let mut connection = self.connection().await?;
        let mut asked = redis::cmd("PUBSUB");
        asked.arg("NUMSUB").arg(channel);
        let told: Vec<(String, u64)> = asked.query_async(&mut connection).await?;
        told.first().map(|(_, listeners)| *listeners).context("no count")
    }
}
