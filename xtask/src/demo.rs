//! Builds everything the demo needs, in the open, and becomes the demo.

use std::os::unix::process::CommandExt;

use anyhow::{Result, anyhow};
use clap::Args;

use crate::{
    shell::{self, headline},
    tools, ui,
};

/// What the demo is asked for.
#[derive(Args)]
pub struct Wishes {
    /// Forget the last demo and start over.
    #[arg(long)]
    fresh: bool,
    /// Run central on a private MariaDB instead of the embedded database.
    #[arg(long)]
    mysql: bool,
    /// Build with optimizations: a longer build, a faster demo.
    #[arg(long)]
    release: bool,
}

pub fn run(wishes: &Wishes) -> Result<()> {
    if wishes.mysql {
        tools::mariadb()?;
    }
    ui::build()?;
    headline("the programs (cargo build)");
    let mut args = vec!["build", "--workspace", "--bins"];
    if wishes.release {
        args.push("--release");
    }
    shell::run(shell::cargo(&args))?;
    let folder = tools::built(wishes.release);
    let demo = folder.join("gerai-demo");
    tools::expect_built(&demo)?;
    headline("the demo");
    let mut command = shell::program(&demo, &[]);
    command.env("GERAI_BIN_DIR", &folder);
    if wishes.fresh {
        command.arg("--fresh");
    }
    if wishes.mysql {
        command.arg("--mysql");
    }
    // The same process goes on, so that Ctrl-C and SIGTERM reach the demo itself.
    let error = command.exec();
    Err(anyhow!(error).context(demo.display().to_string()))
}
