//! The screens: npm's part of the build.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{
    shell::{self, headline},
    tools,
};

/// What the build makes, and what else is not an input to it.
const NOT_INPUTS: [&str; 4] = ["dist", "node_modules", "coverage", "e2e"];

/// Where they are.
pub fn folder() -> PathBuf {
    shell::workspace().join("kiosk-ui")
}

/// npm, run there.
pub fn npm(args: &[&str]) -> Command {
    let mut command = shell::program("npm", args);
    command.current_dir(folder());
    command
}

/// Runs one of the screens' npm scripts.
pub fn script(name: &str) -> Result<()> {
    shell::run(npm(&["run", "--silent", name]))
}

/// Runs one of the scripts that drive the built screens, in a browser, against the built programs.
pub fn browse(name: &str) -> Result<()> {
    let mut command = npm(&["run", "--silent", name]);
    command
        .env("GERAI_CHROMIUM", tools::chromium()?)
        .env("GERAI_BIN_DIR", tools::built(false));
    shell::run(command)
}

/// Installs the screens' libraries, when the lock file changed.
pub fn install() -> Result<()> {
    tools::node()?;
    let lock = fs::read(folder().join("package-lock.json"))?;
    when_changed("node_modules/.installed", &lock, || {
        headline("the screens' libraries (npm ci)");
        shell::run(npm(&["ci", "--no-audit", "--no-fund"]))
    })
}

/// Builds the screens, when anything they are made of changed.
pub fn build() -> Result<()> {
    install()?;
    let mut inputs = Vec::new();
    read_all(&folder(), &mut inputs)?;
    when_changed("dist/.built", &inputs, || {
        headline("the screens (vite build)");
        script("build")
    })
}

/// Does `work` unless the mark beside its result (below the screens' folder, unless it is absolute) says that
/// it was done for these inputs.
pub fn when_changed(mark: impl AsRef<Path>, inputs: &[u8], work: impl FnOnce() -> Result<()>) -> Result<()> {
    let mut hasher = DefaultHasher::new();
    inputs.hash(&mut hasher);
    let hash = format!("{:016x}", hasher.finish());
    let mark = folder().join(mark);
    if fs::read_to_string(&mark).is_ok_and(|last| last == hash) {
        return Ok(());
    }
    work()?;
    Ok(fs::write(mark, hash)?)
}

/// Every input's name and bytes, in one order.
fn read_all(folder: &Path, into: &mut Vec<u8>) -> Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        if NOT_INPUTS.iter().any(|other| name == *other) {
            continue;
        }
        if path.is_dir() {
            read_all(&path, into)?;
        } else {
            into.extend_from_slice(path.to_string_lossy().as_bytes());
            into.extend(fs::read(&path)?);
        }
    }
    Ok(())
}
