//! Plays the stories of two releases; `cargo xtask skew` builds both and runs it.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::Parser;
use gerai_tests::{
    Engine,
    skew::{self, Release},
};

/// Older and newer programs together, on both databases.
#[derive(Debug, Parser)]
struct Args {
    /// The folder of the older release's programs.
    #[arg(long)]
    old: PathBuf,
    /// The folder of the newer release's programs.
    #[arg(long)]
    new: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<()> {
    let (old, new) = (Release { folder: &args.old }, Release { folder: &args.new });
    for engine in [Engine::Sqlite, Engine::MariaDb] {
        println!("  {engine:?}: an old edge at a new central");
        let told = skew::old_edge_at_a_new_central(old, new, engine)
            .await
            .context("an old edge at a new central")?;
        println!("      {told} writes told, all there once, rows equal");
        println!("  {engine:?}: a new edge at an old central");
        let told = skew::new_edge_at_an_old_central(old, new, engine)
            .await
            .context("a new edge at an old central")?;
        println!("      {told} writes told, all there once, rows equal");
    }
    Ok(())
}
