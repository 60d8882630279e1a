//! Chaos over the programs as they ship, and simulations of the rules.

use anyhow::Result;
use clap::Args;

use crate::{
    shell::{self, headline},
    tools,
};

/// What is asked for.
#[derive(Args)]
pub struct Wishes {
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
    /// Build with optimizations.
    #[arg(long)]
    release: bool,
}

impl Wishes {
    /// A short one, for CI.
    pub fn short() -> Self {
        Self {
            runs: 20,
            seed: 1,
            jobs: 1,
            seconds: Some(45),
            simulate: None,
            release: false,
        }
    }
}

pub fn run(wishes: &Wishes) -> Result<()> {
    headline("the programs (cargo build)");
    if wishes.release {
        shell::run(shell::cargo(&["build", "--workspace", "--bins", "--release"]))?;
    } else {
        tools::build()?;
    }
    headline("chaos");
    let folder = tools::built(wishes.release);
    let chaos = folder.join("gerai-chaos");
    tools::expect_built(&chaos)?;
    let mut command = shell::program(&chaos, &[]);
    command
        .env("GERAI_BIN_DIR", &folder)
        .args(["--runs", &wishes.runs.to_string()])
        .args(["--seed", &wishes.seed.to_string()])
        .args(["--jobs", &wishes.jobs.to_string()]);
    if let Some(seconds) = wishes.seconds {
        command.args(["--seconds", &seconds.to_string()]);
    }
    if let Some(schedules) = wishes.simulate {
        command.args(["--simulate", &schedules.to_string()]);
    }
    shell::run(command)
}
