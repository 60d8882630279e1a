//! The public HTTP cache tests: brings the suite, builds everything, and runs `tests/src/http_cache`.

use anyhow::Result;
use clap::Args;

use crate::{
    shell::{self, headline},
    tools, ui,
};

/// What is to be tried.
#[derive(Args)]
pub struct Wishes {
    /// Which caches (edge, nginx, varnish, squid, trafficserver), `--rounds N`, `--only TEST`; all, when
    /// nothing is said.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

pub fn run(wishes: &Wishes) -> Result<()> {
    tools::node()?;
    let suite = shell::workspace().join("tests/http-cache");
    let lock = std::fs::read(suite.join("package-lock.json"))?;
    ui::when_changed(suite.join("node_modules/.installed"), &lock, || {
        headline("the suite (npm ci)");
        let mut npm = shell::program("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        npm.current_dir(&suite);
        shell::run(npm)
    })?;
    headline("the programs (cargo build)");
    tools::build()?;
    let folder = tools::built(false);
    let runs = folder.join("gerai-http-cache");
    tools::expect_built(&runs)?;
    let mut command = shell::program(&runs, &[]);
    command.args(&wishes.args).env("GERAI_BIN_DIR", &folder);
    shell::run(command)
}
