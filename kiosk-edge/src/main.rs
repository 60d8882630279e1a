//! The program at an outlet: `serve`, `enroll`, `screen add`, `config`; `openapi` for the build.

use std::{error::Error, path::PathBuf, process::ExitCode, time::Duration};

use clap::{Parser, Subcommand};
use gerai_kiosk::{
    app::{self, App, StartError},
    clock::Clock,
    config::{self, Config},
    device::{DeviceKey, EnrolError, Pending, enrol},
    journal::{self, Journal},
    openapi, outlet,
    sync::{Caller, Miss},
    telemetry,
};
use gerai_shared::sync::Enrolled;

/// Requests are many small pieces of memory made on one thread and freed on another, which the system's
/// allocator is slow at.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Keeps an outlet working, whatever becomes of its line to central.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A TOML file with settings.
    #[arg(long, env = "GERAI_KIOSK_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the outlet's screens.
    Serve,
    /// Make this machine the edge of an outlet.
    Enroll {
        /// The one-time code from the dashboard.
        #[arg(long)]
        code: String,
        /// What this machine is called, for the admin who approves it.
        #[arg(long)]
        name: String,
        /// Wait until an admin has approved it.
        #[arg(long)]
        wait: bool,
    },
    /// Screens of this outlet.
    #[command(subcommand)]
    Screen(ScreenCommand),
    /// Save what can be saved of a damaged journal; `serve` does it by itself.
    Salvage,
    /// Print the settings as they are in effect.
    Config,
    /// Print the OpenAPI document of what it answers itself.
    #[command(hide = true)]
    Openapi,
}

#[derive(Subcommand)]
enum ScreenCommand {
    /// Pair a screen; prints its token.
    Add {
        /// What the screen is called.
        name: String,
    },
}

/// The settings, the port or the data cannot be used.
const UNUSABLE: u8 = 2;
/// After so long a thread that reads files and has nothing to read is given back, with the memory it keeps.
const IDLE_THREAD: Duration = Duration::from_secs(2);
/// Between two questions how far approval is.
const APPROVAL: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("gerai-kiosk: {}", told(failure.error.as_ref()));
            ExitCode::from(failure.code)
        }
    }
}

struct Failure {
    code: u8,
    error: Box<dyn Error>,
}

fn unusable(error: impl Into<Box<dyn Error>>) -> Failure {
    Failure {
        code: UNUSABLE,
        error: error.into(),
    }
}

fn failed(error: impl Into<Box<dyn Error>>) -> Failure {
    Failure {
        code: 1,
        error: error.into(),
    }
}

/// An error and what caused it, on one line.
fn told(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        line.push_str(": ");
        line.push_str(&cause.to_string());
        source = cause.source();
    }
    line.replace('\n', " ")
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    if let Command::Openapi = arguments.command {
        println!("{}", openapi::document().to_pretty_json().map_err(failed)?);
        return Ok(());
    }
    let config = config::load(arguments.config.as_deref(), std::env::vars()).map_err(unusable)?;
    telemetry::log(&config.log).map_err(unusable)?;
    if let Command::Config = arguments.command {
        print!("{}", toml::to_string(&config).map_err(failed)?);
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_keep_alive(IDLE_THREAD)
        .build()
        .map_err(failed)?;
    runtime.block_on(async {
        match arguments.command {
            Command::Serve => serve(&config).await,
            Command::Enroll { code, name, wait } => enroll(&config, Pending { code, name }, wait).await,
            Command::Screen(ScreenCommand::Add { name }) => add_screen(&config, &name).await,
            Command::Salvage => salvage(&config),
            Command::Config | Command::Openapi => Ok(()),
        }
    })
}

async fn serve(config: &Config) -> Result<(), Failure> {
    let app = App::start(config).map_err(unusable)?;
    let address = app.address().map_err(failed)?;
    tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "serving");
    app.run(asked_to_stop()).await.map_err(failed)
}

#[cfg(unix)]
async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() {
    drop(tokio::signal::ctrl_c().await);
}

fn open(config: &Config) -> Result<Journal, Failure> {
    Journal::open(&config.data_dir, Clock::start(config.clock.correction_seconds))
        .map_err(|error| unusable(StartError::from(error)))
}

async fn enroll(config: &Config, pending: Pending, wait: bool) -> Result<(), Failure> {
    let journal = open(config)?;
    let key = DeviceKey::read_or_make(&config.data_dir).map_err(unusable)?;
    let caller = Caller::new(config.central.clone()).map_err(failed)?;
    let ask = || enrol(&caller, &key, &journal, &pending, &config.data_dir);
    let address = config.central.at("");
    let refused = |error: EnrolError| failed(format!("no enrolment with {address}: {}", told(&error)));
    let mut answer = ask().await.map_err(refused)?;
    if answer.incarnation == 0 {
        // A running or later `serve` goes on asking.
        pending.keep(&config.data_dir).map_err(failed)?;
    }
    tell(&answer);
    while wait && answer.incarnation == 0 {
        tokio::time::sleep(APPROVAL).await;
        match ask().await {
            Ok(next) => answer = next,
            // The line may be cut while somebody is on the way to the dashboard.
            Err(EnrolError::Miss(Miss::Unreached(_) | Miss::Busy(_) | Miss::NotCentral(_))) => {}
            Err(error) => return Err(refused(error)),
        }
        if answer.incarnation > 0 {
            tell(&answer);
        }
    }
    Ok(())
}

fn tell(enrolled: &Enrolled) {
    println!(
        "edge {} of outlet {}: {}",
        enrolled.edge, enrolled.outlet, enrolled.status
    );
}

fn salvage(config: &Config) -> Result<(), Failure> {
    let _alone = app::lock(config).map_err(unusable)?;
    let clock = Clock::start(config.clock.correction_seconds);
    let salvaged = journal::salvage(&config.data_dir, config.journal.copy_dir(), &clock).map_err(failed)?;
    println!("{}", serde_json::to_string_pretty(&salvaged).map_err(failed)?);
    Ok(())
}

async fn add_screen(config: &Config, name: &str) -> Result<(), Failure> {
    let journal = open(config)?;
    let screen = outlet::add_screen(&journal, name).await.map_err(failed)?;
    println!("{}", screen.token);
    Ok(())
}
