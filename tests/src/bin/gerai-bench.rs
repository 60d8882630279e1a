//! The benches as a program; `cargo xtask bench` builds everything and runs it.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, time::Duration};

use clap::Parser;
use gerai_tests::bench::{self, BENCHES, Plan};

/// Measures our programs beside others, and writes docs/BENCHMARKS.md.
#[derive(Debug, Parser)]
struct Args {
    /// Which benches; all, when none is named.
    names: Vec<String>,
    /// Says what there is.
    #[arg(long)]
    list: bool,
    /// Alternating rounds.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each subject in a round.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Connections that ask at once.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Serves a file's bytes with axum alone, to be measured.
    #[arg(long, hide = true, requires = "listen")]
    bare: Option<PathBuf>,
    /// Where.
    #[arg(long, hide = true)]
    listen: Option<SocketAddr>,
}

// One thread: what is measured has a core of its own, and this program only waits for it.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let args = Args::parse();
    if args.list {
        for bench in &BENCHES {
            println!("{:16} {}", bench.name, bench.about);
        }
        return ExitCode::SUCCESS;
    }
    let plan = Plan {
        rounds: args.rounds,
        span: Duration::from_secs_f64(args.seconds),
        connections: args.connections,
    };
    let done = match (&args.bare, args.listen) {
        (Some(file), Some(address)) => bench::serve_bare(file, address).await,
        _ => bench::run(&args.names, &plan).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
