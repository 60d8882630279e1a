//! `gerai-central`: the chain's central server.

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use gerai_central::{
    app,
    config::Config,
    entry,
    features::{catalog, fleet},
    platform::{db::backup, telemetry},
    seed,
};
use gerai_shared::EdgeId;

mod report;

/// Requests are many small pieces of memory made on one thread and freed on another, which the system's
/// allocator is slow at.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    /// Says that the database was put back from a backup: outlets send again what it lost. To be run once
    /// after putting it back, before `serve`.
    Restored,
    /// Gives an outlet back to an edge that was approved after the backup; without one, lists those that wait.
    Adopt {
        /// The edge's id.
        edge: Option<EdgeId>,
    },
    /// Copies the embedded database into a new file, also while central serves.
    Backup {
        /// The file; it must not be there yet.
        file: PathBuf,
    },
    /// Puts in what a new database starts with.
    Seed {
        /// A whole chain to try the program with, too.
        #[arg(long)]
        demo: bool,
    },
    /// The catalogue.
    #[command(subcommand)]
    Catalog(Catalog),
    /// Prints the effective configuration, secrets masked.
    Config,
    /// Prints the OpenAPI document.
    #[command(hide = true)]
    Openapi,
}

#[derive(Subcommand)]
enum Catalog {
    /// Imports products from a CSV file: all of its rows or none.
    Import {
        /// The file.
        file: PathBuf,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gerai-central: {}", told(error.as_ref()));
            ExitCode::from(2)
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    if matches!(arguments.command, Command::Openapi) {
        println!("{}", entry::openapi::document().to_pretty_json()?);
        return Ok(());
    }
    let environment =
        std::env::vars_os().filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
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
        Command::Restored => {
            let platform = app::open_alone(config).await?;
            print!("{}", report::restored(&fleet::restored(&platform).await?));
        }
        Command::Adopt { edge } => {
            let platform = app::open(config).await?;
            match edge {
                Some(edge) => {
                    let incarnation = fleet::adopt_by_hand(&platform, edge).await?;
                    println!("{edge} leads its outlet again, as life {incarnation} of its edge");
                }
                None => print!("{}", report::forgotten(&fleet::forgotten(&platform).await?)),
            }
        }
        Command::Backup { file } => {
            let address = config.database_url();
            backup(&address, &file).await?;
            println!("{} is a copy of {address}", file.display());
        }
        Command::Seed { demo } => {
            let platform = app::open(config).await?;
            seed::run(&platform, demo).await?;
        }
        Command::Catalog(Catalog::Import { file }) => {
            let platform = app::open(config).await?;
            let imported = catalog::import_file(&platform, &file).await?;
            println!(
                "{} new, {} changed, {} as they were",
                imported.created, imported.changed, imported.unchanged
            );
        }
        Command::Config | Command::Openapi => {}
    }
    Ok(())
}

/// An error with its causes, each once. One line, but for a file with several bad rows.
fn told(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !line.contains(&text) {
            line = format!("{line}: {text}");
        }
        cause = error.source();
    }
    line
}
