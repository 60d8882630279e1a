//! The demo as a program; `cargo xtask demo` builds everything and becomes it.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use gerai_tests::demo::{self, Wishes};

/// A chain one can touch: central, two outlets, and lines that can be cut.
#[derive(Debug, Parser)]
struct Args {
    /// Forget the last demo and start over.
    #[arg(long)]
    fresh: bool,
    /// Run central on a private MariaDB instead of the embedded database.
    #[arg(long)]
    mysql: bool,
    /// Keep everything in this folder and take free ports: a demo beside another.
    #[arg(long, value_name = "FOLDER")]
    apart: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let wishes = Wishes {
        fresh: args.fresh,
        mysql: args.mysql,
        apart: args.apart,
    };
    match demo::run(wishes).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
