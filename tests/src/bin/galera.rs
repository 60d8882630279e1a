//! Runs a command beside a Galera cluster of three nodes, and kills one of them meanwhile.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use gerai_tests::galera::Cluster;

/// The database the command is given; it makes others beside it.
const DATABASE: &str = "gerai_galera";

/// Starts three nodes, gives the first one's address to a command in `GERAI_TEST_MYSQL`, kills the third node
/// while it runs, lets it join again, and compares the rows of all three in the end.
#[derive(Debug, Parser)]
struct Args {
    /// Seconds after which the third node is killed, and as many until it joins again.
    #[arg(long, default_value_t = 10)]
    kill_after: u64,
    /// Where the nodes' folders are kept for a look at them; a temporary one when absent.
    #[arg(long)]
    keep: Option<PathBuf>,
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
    let temporary = tempfile::tempdir().context("a folder for the nodes cannot be made")?;
    let folder = args.keep.as_deref().unwrap_or(temporary.path());
    println!("starting three nodes in {}", folder.display());
    let mut cluster = Cluster::start(folder).await?;
    println!("node 1 sees {} nodes", cluster.size(1).await?);
    let url = cluster.database(1, DATABASE).await?;
    let (program, arguments) = args.command.split_first().context("no command")?;
    println!("all writes go to node 1: {}", args.command.join(" "));
    let mut command = tokio::process::Command::new(program)
        .args(arguments)
        .env("GERAI_TEST_MYSQL", url)
        .spawn()
        .with_context(|| format!("{program} cannot be run"))?;
    let pause = Duration::from_secs(args.kill_after);
    if let Ok(status) = tokio::time::timeout(pause, command.wait()).await {
        println!("the command ended with {} before a node was killed", status?);
        return Ok(false);
    }
    cluster.kill(3)?;
    println!("killed node 3; node 1 sees {} nodes", cluster.size(1).await?);
    let early = tokio::time::timeout(pause, command.wait()).await.ok().transpose()?;
    cluster.rejoin(3).await?;
    println!("node 3 is back in step; node 1 sees {} nodes", cluster.size(1).await?);
    let status = match early {
        Some(status) => status,
        None => command.wait().await?,
    };
    let tables = cluster.compare().await?;
    println!("the command ended with {status}; {tables} tables have the same rows at all three nodes");
    ensure!(tables > 0, "nothing was written");
    Ok(status.success())
}
