//! The public HTTP cache tests as a program; `cargo xtask http-cache` builds everything and runs it.

use std::process::ExitCode;

use clap::Parser;
use gerai_tests::http_cache::{self, Plan};

/// Runs the public HTTP cache tests against the edge and others, and writes docs/HTTP-CACHE.md.
#[derive(Debug, Parser)]
struct Args {
    /// Which caches (edge, nginx, varnish, squid, trafficserver); all, and the page is written, when none is named.
    names: Vec<String>,
    /// How often each is tried; a test counts with its best result.
    #[arg(long, default_value_t = 2)]
    rounds: usize,
    /// A single test, with all that is said.
    #[arg(long)]
    only: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Args { names, rounds, only } = Args::parse();
    match http_cache::run(&Plan { names, rounds, only }).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
