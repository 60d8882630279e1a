//! The demo: a chain one can touch. Central with a realistic chain, two outlets' edges behind lines
//! that can be cut, the first with a printer and cameras that can fail, and a control address to do it by.

mod control;
mod devices;
mod memory;
mod outlets;

use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use serde_json::json;
use tokio::sync::Mutex;

use crate::{
    central::Central,
    chain,
    client::Admin,
    database::{Database, Engine},
    programs, wait,
};
use memory::Memory;
use outlets::Outlets;

/// How many outlets have an edge.
const EDGES: usize = 2;
const CENTRAL_PORT: u16 = 8080;
const CONTROL_PORT: u16 = 8090;

/// What the demo is asked for.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// Forget what was, start over.
    pub fresh: bool,
    /// Run central on a private MariaDB instead of the embedded database.
    pub mysql: bool,
    /// Keep everything in this folder and take free ports: a demo beside another.
    pub apart: Option<PathBuf>,
}

/// Where the demo keeps everything.
#[must_use]
pub fn folder() -> PathBuf {
    programs::target().join("demo")
}

/// Says a step, with the seconds since the start.
#[derive(Debug)]
struct Progress(std::time::Instant);

impl Progress {
    fn say(&self, step: &str) {
        println!("  {:>5.1} s  {step}", self.0.elapsed().as_secs_f32());
        // Somebody may read along through a pipe.
        let _ = std::io::stdout().flush();
    }
}

/// Runs the demo until Ctrl-C or SIGTERM.
///
/// # Errors
/// When a part does not come up; whatever did is stopped.
pub async fn run(wishes: Wishes) -> Result<()> {
    let progress = Progress(wait::stopwatch());
    let usual_ports = wishes.apart.is_none();
    let folder = wishes.apart.unwrap_or_else(folder);
    let _only_one = claim(&folder)?;
    if wishes.fresh && folder.exists() {
        progress.say("forgetting the last demo");
        std::fs::remove_dir_all(&folder)?;
    }
    let (engine, name) = if wishes.mysql {
        (Engine::MariaDb, "mariadb")
    } else {
        (Engine::Sqlite, "sqlite")
    };
    let home = folder.join(name);
    std::fs::create_dir_all(&home)?;
    let ready = folder.join("ready.json");
    remove(&ready)?;
    let stop = stopped();
    tokio::pin!(stop);
    let ended = tokio::select! {
        // Bringing it up may be interrupted at any step: what runs is stopped when it is dropped.
        signal = &mut stop => signal,
        up = bring_up(&progress, engine, &home, &ready, usual_ports) => match up {
            Ok(up) => up.until(stop, &progress).await,
            Err(error) => Err(error),
        },
    };
    remove(&ready)?;
    println!(
        "stopped; the next start finds everything as it is ({})",
        folder.display()
    );
    ended
}

/// A running demo.
struct Up {
    outlets: Outlets,
    control: tokio::task::JoinHandle<()>,
    central: Arc<Mutex<Central>>,
    database: Database,
}

async fn bring_up(progress: &Progress, engine: Engine, home: &Path, ready: &Path, usual_ports: bool) -> Result<Up> {
    let mut memory = Memory::load(&home.join("memory.json"))?;
    memory.usual_ports = usual_ports;
    progress.say("starting the database");
    let database = Database::open(engine, home).await?;
    let port = memory.port("central", CENTRAL_PORT)?;
    let mut central = Central::new(&home.join("central"), database.url(), port)?;
    if !memory.seeded {
        progress.say("making the chain: outlets, studios, products, staff, customers");
        central.seed().await?;
        memory.seeded = true;
        memory.save()?;
    }
    progress.say("starting central");
    central.start().await?;
    let admin = Admin::sign_in(&central.url(), chain::ADMIN_EMAIL, chain::ADMIN_PASSWORD).await?;
    let outlets = Outlets::open(progress, &admin, &central, home, &mut memory, EDGES).await?;
    let url = central.url();
    let central = Arc::new(Mutex::new(central));
    let control = control::serve(memory.port("control", CONTROL_PORT)?, &outlets, &central).await?;
    outlets
        .announce(
            ready.to_path_buf(),
            json!({
                "central": url,
                "admin": {
                    "url": url,
                    "email": chain::ADMIN_EMAIL,
                    "password": chain::ADMIN_PASSWORD,
                },
                "control": control.url,
            }),
        )
        .await?;
    outlets.introduce(&url, &control.url, ready).await;
    Ok(Up {
        outlets,
        control: control.serving,
        central,
        database,
    })
}

impl Up {
    async fn until(self, stop: impl Future<Output = Result<()>>, progress: &Progress) -> Result<()> {
        let ended = tokio::select! {
            signal = stop => signal,
            died = self.outlets.watch() => Err(died),
        };
        println!();
        progress.say("stopping the outlets");
        self.control.abort();
        self.outlets.stop().await?;
        progress.say("stopping central");
        self.central.lock().await.stop().await?;
        self.database.close().await?;
        ended
    }
}

/// Ctrl-C or SIGTERM.
async fn stopped() -> Result<()> {
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed?,
        _ = terminated.recv() => {}
    }
    Ok(())
}

/// Only one demo at a time: two would share ports and data.
fn claim(folder: &Path) -> Result<File> {
    let parent = folder.parent().context("the demo's folder has no parent")?;
    std::fs::create_dir_all(parent)?;
    let lock = File::create(folder.with_extension("lock"))?;
    if lock.try_lock().is_err() {
        bail!("a demo runs already; see {}", folder.join("ready.json").display());
    }
    Ok(lock)
}

fn remove(file: &Path) -> Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Writes a file whole or not at all.
fn write_whole(file: &Path, text: &str) -> Result<()> {
    let half = file.with_extension("half");
    std::fs::write(&half, text)?;
    Ok(std::fs::rename(&half, file)?)
}
