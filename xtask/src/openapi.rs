//! The edge's OpenAPI document, from which the screens' client is generated.

use std::{fs, path::PathBuf};

use anyhow::{Result, bail};

use crate::shell;

fn file() -> PathBuf {
    shell::workspace().join("kiosk-ui").join("openapi.json")
}

fn document() -> Result<String> {
    shell::said(shell::cargo(&[
        "run",
        "--quiet",
        "-p",
        "gerai-kiosk",
        "--",
        "openapi",
    ]))
}

/// Writes it as the edge says it now.
pub fn write() -> Result<()> {
    fs::write(file(), document()?)?;
    println!("{}", file().display());
    Ok(())
}

/// Sees that the one that is there is what the edge says.
pub fn check() -> Result<()> {
    if fs::read_to_string(file()).unwrap_or_default().trim() != document()?.trim() {
        bail!("kiosk-ui/openapi.json is not what the edge says; `cargo xtask openapi` writes it");
    }
    Ok(())
}
