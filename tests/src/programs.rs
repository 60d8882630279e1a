//! The programs as they ship: where they are, and that they are of this source.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use anyhow::{Context, Result, anyhow, bail};

/// Names the folder of already built programs; without it they are built first.
pub const BIN_DIR: &str = "GERAI_BIN_DIR";

/// Where servers lie that are not in everybody's path.
const FOLDERS: [&str; 5] = [
    "/usr/sbin",
    "/usr/bin",
    "/usr/local/bin",
    "/usr/local/sbin",
    "/usr/libexec",
];

/// The workspace's root.
#[must_use]
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Cargo's target folder.
#[must_use]
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from)
}

/// The path of `gerai-central`.
///
/// # Errors
/// When it cannot be built.
pub fn central() -> Result<PathBuf> {
    program("gerai-central")
}

/// The path of `gerai-kiosk`.
///
/// # Errors
/// When it cannot be built.
pub fn kiosk() -> Result<PathBuf> {
    program("gerai-kiosk")
}

/// The path of `gerai-devices`.
///
/// # Errors
/// When it cannot be built.
pub fn devices() -> Result<PathBuf> {
    program("gerai-devices")
}

/// A program of this machine, under the first of these names that is there.
///
/// # Errors
/// When there is none, with the command that brings it.
pub fn installed(names: &[&str], install: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(FOLDERS.iter().map(PathBuf::from))
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .find(|candidate| candidate.exists())
        .with_context(|| format!("{} is not installed here; `{install}` brings it", names.join(" or ")))
}

fn program(name: &str) -> Result<PathBuf> {
    static FOLDER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let folder = FOLDER
        .get_or_init(|| folder().map_err(|error| format!("{error:#}")))
        .as_ref()
        .map_err(|error| anyhow!("{error}"))?;
    let path = folder.join(name);
    if !path.exists() {
        bail!("{} is not there", path.display());
    }
    Ok(path)
}

/// A story must never play on programs of older source, so without word that they are built, they
/// are built here; cargo does nothing when nothing changed.
fn folder() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os(BIN_DIR) {
        return Ok(PathBuf::from(folder));
    }
    let built = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "-p", "gerai-central", "-p", "gerai-kiosk"])
        .current_dir(workspace())
        .output()
        .context("cargo cannot be run")?;
    if !built.status.success() {
        bail!("the programs do not build:\n{}", String::from_utf8_lossy(&built.stderr));
    }
    Ok(target().join("debug"))
}
