//! `gerai-central`: the chain's central server.

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use gerai_central::{app, config::Config, entry, platform::telemetry};

/// The chain's central server.
#[derive(Parser)]
#[command(name = "gerai-central", version)]
struct Arguments {
    /// A TOML file over the compiled-in configuration.
    #[arg(long, env = "GERAI_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answers requests, and does background work too.
    Serve {
        /// Leaves background work to `worker` processes.
        #[arg(long)]
        no_worker: bool,
    },
    /// Does background work only.
    Worker,
    /// Brings the database to this version.
    Migrate,
    /// Prints the effective configuration, secrets masked.
    Config,
    /// Prints the OpenAPI document.
    #[command(hide = true)]
    Openapi,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gerai-central: {}", in_one_line(error.as_ref()));
            ExitCode::from(2)
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    if matches!(arguments.command, Command::Openapi) {
        println!("{}", entry::openapi::document().to_pretty_json()?);
        return Ok(());
    }
    let environment = std::env::vars_os().filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
    let config = Config::load(arguments.config.as_deref(), environment)?;
    if let Command::Config = arguments.command {
        print!("{}", config.printed()?);
        return Ok(());
    }
    telemetry::start_logging(&config.log);
    match arguments.command {
        Command::Serve { no_worker } => app::serve(config, !no_worker).await?,
        Command::Worker => app::work(config).await?,
        Command::Migrate => {
            app::open(config).await?;
        }
        Command::Config | Command::Openapi => {}
    }
    Ok(())
}

/// An error with its causes, each once, on one line.
fn in_one_line(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let told = error.to_string();
        if !line.contains(&told) {
            line = format!("{line}: {told}");
        }
        cause = error.source();
    }
    line.replace('\n', " ")
}
