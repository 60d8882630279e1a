//! What the commands need beside Rust and a C compiler. Installed where that is allowed (root and
//! apt), else the one command that does it is named. Nothing is skipped for want of a tool.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::shell::{self, headline};

/// The oldest Node the screens build with.
const NODE: u32 = 20;
const FOLDERS: [&str; 4] = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin"];

fn installed(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(FOLDERS.iter().map(PathBuf::from))
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}

fn is_root() -> bool {
    shell::said(shell::program("id", &["-u"])).is_ok_and(|id| id.trim() == "0")
}

/// Brings a Debian package, or says how.
fn install(package: &str, what_for: &str) -> Result<()> {
    let command = format!("sudo apt-get install -y {package}");
    if !is_root() || installed("apt-get").is_none() {
        bail!("{what_for} needs {package}; install it with `{command}`");
    }
    headline(&format!("installing {package}, for {what_for}"));
    for args in [&["update"][..], &["install", "-y", "--no-install-recommends", package]] {
        let mut apt = shell::program("apt-get", args);
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        shell::run(apt).with_context(|| format!("`{command}` may say more"))?;
    }
    Ok(())
}

/// Sees that MariaDB's server is there.
pub fn mariadb() -> Result<()> {
    match installed("mariadbd") {
        Some(_) => Ok(()),
        None => install("mariadb-server", "the tests on MariaDB"),
    }
}

/// Sees that a Redis is there.
pub fn redis() -> Result<()> {
    match installed("redis-server") {
        Some(_) => Ok(()),
        None => install("redis-server", "the tests with Redis"),
    }
}

/// Sees that Galera is there.
pub fn galera() -> Result<()> {
    mariadb()?;
    for (file, package) in [
        ("/usr/lib/galera/libgalera_smm.so", "galera-4"),
        ("/usr/bin/rsync", "rsync"),
    ] {
        if !Path::new(file).exists() {
            install(package, "the tests on Galera")?;
        }
    }
    Ok(())
}

/// Sees that those the benches measure us by are there.
pub fn yardsticks() -> Result<()> {
    for (program, package) in [("nginx", "nginx"), ("varnishd", "varnish"), ("taskset", "util-linux")] {
        if installed(program).is_none() {
            install(package, "the benches")?;
        }
    }
    Ok(())
}

/// Sees that a browser is there, for driving the screens; says where.
pub fn chromium() -> Result<PathBuf> {
    if installed("chromium").is_none() {
        install("chromium", "driving the screens")?;
    }
    installed("chromium").context("chromium is not where it was installed to")
}

/// Sees that Node and npm are there, and new enough.
pub fn node() -> Result<()> {
    if installed("node").is_none() {
        install("nodejs", "building the screens")?;
    }
    if installed("npm").is_none() {
        install("npm", "building the screens")?;
    }
    let version = shell::said(shell::program("node", &["--version"]))?;
    match major(&version) {
        Some(major) if major >= NODE => Ok(()),
        _ => bail!("the screens need Node {NODE} or newer, this is {}", version.trim()),
    }
}

fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

/// The folder the programs are built into.
pub fn built(release: bool) -> PathBuf {
    shell::target().join(if release { "release" } else { "debug" })
}

/// Builds the programs and their tests. Always all of them: for one package alone, cargo chooses
/// other features of the libraries and builds most of them anew.
pub fn build() -> Result<()> {
    shell::run(shell::cargo(&["build", "--workspace", "--all-targets"]))
}

/// Sees that a file is there after a build.
pub fn expect_built(file: &Path) -> Result<()> {
    if file.exists() {
        return Ok(());
    }
    bail!("{} was not built", file.display())
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn nodes_version_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v9.1.0"), Some(9));
        assert_eq!(major("nonsense"), None);
    }
}
