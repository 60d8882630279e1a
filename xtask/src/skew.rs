//! Older releases, built from the repository's history, beside this one.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use crate::{
    shell::{self, headline},
    tools,
};

/// What outlets may run until they are updated: the last commits of earlier protocols, oldest first.
const RELEASES: [&str; 2] = [
    "56e69c468a9034234b1454e3c382eaa248803fc6",
    "eb4632c54469184d108c3275c1af9437215101d4",
];

/// Which releases are the older ones.
#[derive(Args)]
pub struct Wishes {
    /// A commit, as often as there are some; the last of each earlier protocol when not said.
    #[arg(long, value_name = "COMMIT")]
    from: Vec<String>,
    /// A folder with a commit's programs, which then are not built here; as often as there are some.
    #[arg(long, value_name = "COMMIT=FOLDER")]
    programs: Vec<String>,
    /// Plays nothing, but writes what each release's central tells an edge into `shared/fixtures`.
    #[arg(long)]
    record: bool,
}

pub fn run(wishes: &Wishes) -> Result<()> {
    tools::mariadb()?;
    let from: Vec<&str> = match wishes.from.as_slice() {
        [] => RELEASES.to_vec(),
        said => said.iter().map(String::as_str).collect(),
    };
    let releases = from.into_iter().map(|commit| release(commit, &wishes.programs));
    let releases = releases.collect::<Result<Vec<String>>>()?;
    headline("this release (cargo build)");
    tools::build()?;
    headline("old and new together");
    let new = tools::built(false);
    let mut stories = shell::program(new.join("gerai-skew"), &[]);
    for release in releases {
        stories.arg("--old").arg(release);
    }
    stories.arg("--new").arg(told("this", protocol(&said_of(&[])?)?, &new));
    if wishes.record {
        stories.arg("--record").arg(shell::workspace().join("shared/fixtures"));
    }
    stories.env("GERAI_BIN_DIR", &new);
    shell::run(stories)
}

/// Where a commit, or what is here, says what it speaks.
fn said_of(commit: &[&str]) -> Result<String> {
    let question = ["grep", "--no-color", "-h", "pub const PROTOCOL: u16 = "];
    let question = [&question[..], commit, &["--", "shared/src"][..]].concat();
    shell::said(shell::program("git", &question))
}

/// `name:protocol:folder` of a commit whose programs are there, built if need be.
fn release(commit: &str, programs: &[String]) -> Result<String> {
    let commit = shell::said(shell::program(
        "git",
        &["rev-parse", "--verify", &format!("{commit}^{{commit}}")],
    ))
    .with_context(|| format!("the history here does not reach back to {commit}"))?;
    let commit = commit.trim();
    let ready = programs.iter().filter_map(|said| said.split_once('='));
    let ready = ready
        .filter(|(of, _)| commit.starts_with(of))
        .map(|(_, folder)| PathBuf::from(folder))
        .next();
    let folder = ready.map_or_else(|| built(commit), Ok)?;
    Ok(told(&commit[..7], protocol(&said_of(&[commit])?)?, &folder))
}

fn told(name: &str, protocol: u16, folder: &Path) -> String {
    format!("{name}:{protocol}:{}", folder.display())
}

/// What a program's source says that it speaks.
fn protocol(source: &str) -> Result<u16> {
    let said = source
        .lines()
        .find_map(|line| line.strip_prefix("pub const PROTOCOL: u16 = "));
    let number = said.and_then(|said| said.strip_suffix(';'));
    Ok(number.context("it does not say what it speaks")?.parse()?)
}

/// Builds the programs of `commit` in a folder of their own; returns that folder. Done once a commit.
fn built(commit: &str) -> Result<PathBuf> {
    let home = shell::target().join("skew").join(commit);
    let (source, built) = (home.join("source"), home.join("target").join("debug"));
    if built.join("gerai-kiosk").exists() && built.join("gerai-central").exists() {
        return Ok(built);
    }
    headline(&format!("a release before: {commit}"));
    if !source.exists() {
        std::fs::create_dir_all(&home)?;
        let folder = source.display().to_string();
        shell::run(shell::program("git", &["worktree", "prune"]))?;
        shell::run(shell::program("git", &["worktree", "add", "--detach", &folder, commit]))?;
    }
    let mut build = shell::cargo(&["build", "--workspace", "--bins"]);
    build.current_dir(&source).env("CARGO_TARGET_DIR", home.join("target"));
    shell::run(build)?;
    Ok(built)
}

#[cfg(test)]
mod tests {
    use super::protocol;

    #[test]
    fn what_a_release_speaks_is_read() {
        assert_eq!(protocol("//! x\npub const PROTOCOL: u16 = 7;\n").unwrap(), 7);
        assert!(protocol("").is_err());
    }
}
