//! The project's own commands: `cargo xtask demo`, `cargo xtask test` and their parts.

mod bench;
mod chaos;
mod demo;
mod galera;
mod guards;
mod http_cache;
mod openapi;
mod shell;
mod skew;
mod suite;
mod tidy;
mod tools;
mod ui;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The project's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds everything and opens a chain one can touch: central, two outlets, lines to cut.
    Demo(demo::Wishes),
    /// Everything CI checks.
    Test {
        /// Only what takes a minute: no end-to-end stories, no database servers.
        #[arg(long)]
        quick: bool,
    },
    /// Measures the programs as they ship beside nginx and Varnish; writes docs/BENCHMARKS.md.
    Bench(bench::Wishes),
    /// Breaks line, programs, clocks and disks, and sees whether what was told is kept.
    Chaos(chaos::Wishes),
    /// Runs central's tests on a MariaDB Galera cluster of three nodes, one of which is killed meanwhile.
    Galera,
    /// Takes the guards of the invariants out, one by one, and expects their tests to fail.
    Guards(guards::Wishes),
    /// Runs the public HTTP cache tests against the edge and other caches; writes docs/HTTP-CACHE.md.
    HttpCache(http_cache::Wishes),
    /// Builds the screens, when they changed.
    Ui,
    /// Drives the screens in a browser, against an outlet whose line is really cut.
    E2e,
    /// Takes a picture of every screen, both ways up and in both languages, into target/screens.
    Screens,
    /// Writes the edge's OpenAPI document and the types of the screens' client.
    Openapi {
        /// Only says whether those that are there are up to date.
        #[arg(long)]
        check: bool,
    },
    /// The release before this one and this one together, on both databases.
    Skew(skew::Wishes),
    /// Checks what no compiler does: directions of imports, lengths, words, migrations.
    Tidy,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Demo(wishes) => demo::run(&wishes),
        Command::Test { quick } => suite::run(quick),
        Command::Bench(wishes) => bench::run(&wishes),
        Command::Chaos(wishes) => chaos::run(&wishes),
        Command::Galera => galera::run(),
        Command::Guards(wishes) => guards::run(&wishes),
        Command::HttpCache(wishes) => http_cache::run(&wishes),
        Command::Ui => ui::build(),
        Command::E2e => suite::browse("e2e"),
        Command::Screens => suite::browse("screens"),
        Command::Openapi { check: false } => openapi::write(),
        Command::Openapi { check: true } => tools::build().and_then(|()| openapi::check()),
        Command::Skew(wishes) => skew::run(&wishes),
        Command::Tidy => tidy::run(),
    }
}
