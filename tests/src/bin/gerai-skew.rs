//! Plays the stories of two releases; `cargo xtask skew` builds both and runs it.

use std::{path::PathBuf, process::ExitCode, time::Instant};

use anyhow::{Context, Result};
use clap::Parser;
use gerai_tests::{
    Engine,
    skew::{self, Release},
    wait,
};

/// Older and newer programs together, on both databases.
#[derive(Debug, Parser)]
struct Args {
    /// An older release, as `name:protocol:folder of its programs`; as often as there are some.
    #[arg(long, required = true)]
    old: Vec<Release>,
    /// The newer release, likewise.
    #[arg(long)]
    new: Release,
    /// Plays nothing, but writes what each older release's central tells an edge into this folder.
    #[arg(long)]
    record: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let done = match &args.record {
        Some(folder) => record(&args.old, folder).await,
        None => play(&args).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn play(args: &Args) -> Result<()> {
    for old in &args.old {
        for engine in [Engine::Sqlite, Engine::MariaDb] {
            println!("  {} (protocol {}), {engine:?}", old.name, old.protocol);
            let begun = wait::stopwatch();
            let told = skew::old_edge_at_a_new_central(old, &args.new, engine)
                .await
                .context("an old edge at a new central")?;
            say("an old edge at a new central", told, begun);
            let begun = wait::stopwatch();
            let told = skew::new_edge_at_an_old_central(old, &args.new, engine)
                .await
                .context("a new edge at an old central")?;
            say("a new edge at an old central", told, begun);
            let begun = wait::stopwatch();
            let told = skew::one_after_the_other(old, &args.new, engine)
                .await
                .context("both updated, one after the other")?;
            say("both updated in place, one after the other", told, begun);
        }
    }
    Ok(())
}

fn say(story: &str, told: usize, begun: Instant) {
    let seconds = begun.elapsed().as_secs();
    println!("    {story}: {told} writes told, all there once, rows equal ({seconds} s)");
}

async fn record(releases: &[Release], folder: &std::path::Path) -> Result<()> {
    for release in releases {
        let feed = skew::feed(release).await.with_context(|| release.name.clone())?;
        let file = folder.join(format!("feed-{}.json", release.protocol));
        std::fs::write(&file, format!("{feed}\n"))?;
        println!("  {}", file.display());
    }
    Ok(())
}
