//! Breaks the line, the programs, their clocks and their disks, and sees whether the promise is kept.

use std::process::ExitCode;

use clap::Parser;
use gerai_tests::{chaos, simulation};

/// Breaks the line, the programs, their clocks and their disks, and sees whether the promise is kept.
#[derive(Parser)]
struct Arguments {
    /// How many runs over the programs.
    #[arg(long, default_value_t = 20)]
    runs: u64,
    /// The first run's seed; run n has seed + n.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Runs at once.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Begin no run after so many seconds.
    #[arg(long)]
    seconds: Option<u64>,
    /// Instead: so many schedules of the rules alone, in memory.
    #[arg(long)]
    simulate: Option<u64>,
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    if let Some(schedules) = arguments.simulate {
        let tally = simulation::run(arguments.seed, schedules, arguments.jobs)?;
        println!("{tally}");
        return Ok(ExitCode::from(u8::from(!tally.broken.is_empty())));
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let tally = runtime.block_on(chaos::run(chaos::Wishes {
        runs: arguments.runs,
        seed: arguments.seed,
        jobs: arguments.jobs,
        seconds: arguments.seconds,
    }))?;
    println!("\n{tally}");
    Ok(ExitCode::from(u8::from(!tally.broken.is_empty())))
}
