//! `gerai-kiosk` as a process, behind its line.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    client::{Admin, Screen},
    line::Line,
    ports,
    process::{Launch, Running},
    programs,
    wait::{self, LATER, SOON},
};

/// An edge with an address it keeps over kills and starts.
#[derive(Debug)]
pub struct Edge {
    /// The line it calls central over.
    pub line: Line,
    /// Its outlet.
    pub outlet: Uuid,
    folder: PathBuf,
    launch: Launch,
    address: SocketAddr,
    running: Option<Running>,
}

impl Edge {
    /// An edge of `outlet` that keeps its data in `folder`; neither enrolled nor started yet.
    ///
    /// # Errors
    /// When the program is not there.
    pub fn new(outlet: Uuid, folder: PathBuf, port: u16, line: Line) -> Result<Self> {
        let address = ports::loopback(port);
        let launch = Launch::new(&programs::kiosk()?, &folder)
            .env("GERAI_KIOSK__LISTEN", address)
            .env("GERAI_KIOSK__DATA_DIR", folder.join("data").display())
            .env("GERAI_KIOSK__CENTRAL", line.url())
            .env("GERAI_KIOSK__LOG__FORMAT", "text");
        Ok(Self {
            line,
            outlet,
            folder,
            launch,
            address,
            running: None,
        })
    }

    /// Sets a variable of its environment, from its next start on.
    pub fn set(&mut self, name: &str, value: impl ToString) {
        self.launch = self.launch.clone().env(name, value);
    }

    /// Gives it a file of settings, from its next start on.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn configure(&mut self, toml: &str) -> Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let file = self.folder.join("kiosk.toml");
        std::fs::write(&file, toml)?;
        self.set("GERAI_KIOSK_CONFIG", file.display());
        Ok(())
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

    /// Goes all the way an installer and an admin go: code, key, approval.
    ///
    /// # Errors
    /// When a step is refused.
    pub async fn enroll(&self, admin: &Admin, name: &str) -> Result<()> {
        let made = admin
            .post("/api/admin/fleet/codes", &json!({ "outlet": self.outlet }))
            .await?;
        let code = made.text("/code")?.to_owned();
        let mut enrolling = self
            .command(&["enroll", "--code", &code, "--name", name, "--wait"])
            .start()?;
        let pending = wait::until("the edge to ask for approval", SOON, async || {
            if let Some(status) = enrolling.status()?
                && !status.success()
            {
                bail!(
                    "enrolling ended with {status}: {}",
                    crate::process::tail(self.launch.log_file())
                );
            }
            let edges = admin.all("/api/admin/fleet/edges").await?;
            Ok(edges.into_iter().find(|edge| {
                let outlet = edge["outlet"].as_str().or_else(|| edge["outlet"]["id"].as_str());
                outlet == Some(&self.outlet.to_string()) && edge["status"] == "pending"
            }))
        })
        .await?;
        let id = pending["id"].as_str().context("an edge without an id")?;
        admin
            .post(&format!("/api/admin/fleet/edges/{id}/approve"), &json!({}))
            .await?;
        let status = enrolling.ended(LATER).await?;
        if !status.success() {
            bail!(
                "enrolling ended with {status}: {}",
                crate::process::tail(self.launch.log_file())
            );
        }
        Ok(())
    }

    /// A machine beside this one with a copy of its disk, on a line of its own; neither runs while it is
    /// copied.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub fn copied(&self, folder: PathBuf, line: Line) -> Result<Self> {
        ensure!(self.running.is_none(), "a disk in use is not copied");
        let copy = Self::new(self.outlet, folder, ports::free_port()?, line)?;
        let to = copy.folder.join("data");
        std::fs::create_dir_all(&to)?;
        for file in std::fs::read_dir(self.folder.join("data"))? {
            let file = file?;
            if file.file_type()?.is_file() {
                std::fs::copy(file.path(), to.join(file.file_name()))?;
            }
        }
        Ok(copy)
    }

    /// Its disk is gone; it does not run.
    ///
    /// # Errors
    /// When it runs, or the disk is not there.
    pub fn lose_disk(&self) -> Result<()> {
        ensure!(self.running.is_none(), "a disk in use is not lost");
        Ok(std::fs::remove_dir_all(self.folder.join("data"))?)
    }

    /// Something it has written down about itself: `epoch`, say, or `barred`.
    ///
    /// # Errors
    /// When its journal cannot be read.
    pub fn fact(&self, name: &str) -> Result<Option<String>> {
        let file =
            rusqlite::Connection::open_with_flags(self.journal_file(), rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        file.busy_timeout(std::time::Duration::from_secs(10))?;
        let mut facts = file.prepare("SELECT value FROM facts WHERE name = ?1")?;
        let mut found = facts.query([name])?;
        Ok(found.next()?.map(|row| row.get(0)).transpose()?)
    }

    /// Pairs a screen; returns its token.
    ///
    /// # Errors
    /// When the program refuses.
    pub async fn pair(&self, name: &str) -> Result<String> {
        let said = self.command(&["screen", "add", name]).succeed().await?;
        said.split_whitespace()
            .last()
            .map(str::to_owned)
            .with_context(|| format!("no pairing token in {said:?}"))
    }

    /// A newly paired screen.
    ///
    /// # Errors
    /// When the program refuses.
    pub async fn screen(&self, name: &str) -> Result<Screen> {
        Screen::new(&self.url(), &self.pair(name).await?)
    }

    /// Starts it and waits until it answers.
    ///
    /// # Errors
    /// When it does not come up; with the end of its log.
    pub async fn start(&mut self) -> Result<()> {
        let mut running = self.command(&["serve"]).start()?;
        running.ready(&format!("{}/healthz", self.url()), LATER).await?;
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

    /// Whether its process is there.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.running.as_ref().map(Running::pid)
    }

    /// Whether its process has ended by itself.
    ///
    /// # Errors
    /// When its state cannot be read.
    pub fn has_died(&mut self) -> Result<bool> {
        match &mut self.running {
            Some(running) => Ok(running.status()?.is_some()),
            None => Ok(false),
        }
    }

    /// Its base URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its journal file.
    #[must_use]
    pub fn journal_file(&self) -> PathBuf {
        self.folder.join("data").join("journal.db")
    }

    /// A call through its proxy, as an app on a screen makes it.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn through(&self, screen: &Screen, path: &str, bearer: Option<&str>) -> Result<crate::client::Answer> {
        let mut request = screen.request(Method::GET, path);
        if let Some(bearer) = bearer {
            request = request.bearer_auth(bearer);
        }
        Ok(crate::client::Answer::read(request.send().await?).await?)
    }

    /// What it says about itself and its journal.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn sync(&self, screen: &Screen) -> Result<Value> {
        screen.data("/api/outlet/sync").await
    }
}
