//! The release before this one, built from the repository's history, beside this one.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::{
    shell::{self, headline},
    tools,
};

/// What the outlets run until they are updated.
const PREVIOUS: &str = "56e69c468a9034234b1454e3c382eaa248803fc6";

/// Which release is the older one.
#[derive(Args)]
pub struct Wishes {
    /// A commit; the release before this one when not said.
    #[arg(long, default_value = PREVIOUS)]
    from: String,
}

pub fn run(wishes: &Wishes) -> Result<()> {
    tools::mariadb()?;
    let old = previous(&wishes.from)?;
    headline("this release (cargo build)");
    tools::build()?;
    headline("old and new together");
    let new = tools::built(false);
    let mut stories = shell::program(new.join("gerai-skew"), &[]);
    stories.arg("--old").arg(old).arg("--new").arg(&new);
    stories.env("GERAI_BIN_DIR", &new);
    shell::run(stories)
}

/// Builds the programs of `commit` in a folder of their own; returns that folder. Done once a commit.
fn previous(commit: &str) -> Result<PathBuf> {
    let commit = shell::said(shell::program(
        "git",
        &["rev-parse", "--verify", &format!("{commit}^{{commit}}")],
    ))
    .with_context(|| format!("the history here does not reach back to {commit}"))?;
    let home = shell::target().join("skew").join(commit.trim());
    let (source, built) = (home.join("source"), home.join("target").join("debug"));
    if built.join("gerai-kiosk").exists() && built.join("gerai-central").exists() {
        return Ok(built);
    }
    headline(&format!("the release before: {}", commit.trim()));
    if !source.exists() {
        std::fs::create_dir_all(&home)?;
        let folder = source.display().to_string();
        shell::run(shell::program("git", &["worktree", "prune"]))?;
        shell::run(shell::program(
            "git",
            &["worktree", "add", "--detach", &folder, commit.trim()],
        ))?;
    }
    let mut build = shell::cargo(&["build", "--workspace", "--bins"]);
    build.current_dir(&source).env("CARGO_TARGET_DIR", home.join("target"));
    shell::run(build)?;
    Ok(built)
}
