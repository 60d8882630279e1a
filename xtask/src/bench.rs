//! Builds everything as it ships, and runs the benches of `tests/src/bench`.

use anyhow::Result;
use clap::Args;

use crate::{
    shell::{self, headline},
    tools,
};

/// What is to be measured.
#[derive(Args)]
pub struct Wishes {
    /// Which benches, and options of theirs (`--list`, `--rounds N`, `--seconds S`); all, when
    /// nothing is said.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

pub fn run(wishes: &Wishes) -> Result<()> {
    tools::yardsticks()?;
    headline("the programs as they ship (cargo build --release)");
    shell::run(shell::cargo(&["build", "--release", "--workspace", "--bins"]))?;
    let folder = tools::built(true);
    let bench = folder.join("gerai-bench");
    tools::expect_built(&bench)?;
    let mut command = shell::program(&bench, &[]);
    command.args(&wishes.args).env("GERAI_BIN_DIR", &folder);
    shell::run(command)
}
