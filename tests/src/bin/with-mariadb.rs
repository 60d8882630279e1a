//! Runs a command beside a private MariaDB, whose address it finds in `GERAI_TEST_MYSQL`.

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use gerai_tests::mariadb::MariaDb;

/// Starts a MariaDB of its own, runs a command, and stops it again.
#[derive(Debug, Parser)]
struct Args {
    /// The command and its arguments.
    #[arg(required = true, trailing_var_arg = true)]
    command: Vec<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<bool> {
    let folder = tempfile::tempdir().context("a folder for MariaDB cannot be made")?;
    let server = MariaDb::start(folder.path()).await?;
    let (program, arguments) = args.command.split_first().context("no command")?;
    let status = tokio::process::Command::new(program)
        .args(arguments)
        .env("GERAI_TEST_MYSQL", server.fresh_database().await?)
        .status()
        .await
        .with_context(|| format!("{program} cannot be run"))?;
    server.stop().await?;
    Ok(status.success())
}
