//! The edge's OpenAPI document, and the types of the screens' client, which are generated from it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

use crate::{shell, tools, ui};

const DOCUMENT: &str = "openapi.json";
const CLIENT: &str = "src/lib/api/schema.d.ts";

fn document() -> Result<String> {
    shell::said(shell::program(tools::built(false).join("gerai-kiosk"), &["openapi"]))
}

fn generate(into: &Path) -> Result<()> {
    let into = into.to_string_lossy();
    shell::said(ui::npm(&[
        "exec",
        "--",
        "openapi-typescript",
        DOCUMENT,
        "--output",
        &into,
    ]))
    .map(drop)
}

/// Writes both as the edge says them now.
pub fn write() -> Result<()> {
    tools::build()?;
    ui::install()?;
    fs::write(ui::folder().join(DOCUMENT), document()?)?;
    generate(&ui::folder().join(CLIENT))?;
    println!("{DOCUMENT} and {CLIENT} of kiosk-ui are written");
    Ok(())
}

/// Sees that those that are there are what the edge that was built says.
pub fn check() -> Result<()> {
    ui::install()?;
    let generated: PathBuf = shell::target().join("schema.d.ts");
    generate(&generated)?;
    let there = |file: &str| fs::read_to_string(ui::folder().join(file)).unwrap_or_default();
    let old = |file: &str, now: &str| there(file).trim() != now.trim();
    if old(DOCUMENT, &document()?) || old(CLIENT, &fs::read_to_string(&generated)?) {
        bail!("kiosk-ui's {DOCUMENT} or {CLIENT} is not what the edge says; `cargo xtask openapi` writes both");
    }
    Ok(())
}
