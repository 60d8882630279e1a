//! What a dying disk does to an edge: a page of its journal is gone.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{
    edge::Edge,
    wait::{LATER, Tries},
};

/// `SQLite`'s, as the edge makes its files.
const PAGE: usize = 4_096;
/// The first byte of a page that holds rows of a table.
const LEAF: u8 = 0x0d;

/// Overwrites the first page that holds `text`; not the first of the file.
///
/// # Errors
/// When no page holds it.
pub fn tear(file: &Path, text: &str) -> Result<()> {
    let mut bytes = std::fs::read(file)?;
    let holds = |page: &[u8]| page[0] == LEAF && page.windows(text.len()).any(|window| window == text.as_bytes());
    let torn = bytes.chunks(PAGE).skip(1).position(holds).context("no such page")? + 1;
    bytes[torn * PAGE..(torn + 1) * PAGE].fill(0xff);
    Ok(std::fs::write(file, bytes)?)
}

/// Where the damaged files of an edge lie.
///
/// # Errors
/// When its folder cannot be read.
pub fn aside(edge: &Edge) -> Result<Vec<PathBuf>> {
    let file = edge.journal_file();
    let folder = std::fs::read_dir(file.parent().context("a folder")?)?;
    let entries = folder.flatten().map(|entry| entry.path());
    Ok(entries
        .filter(|path| path.to_string_lossy().contains("journal-damaged-"))
        .collect())
}

/// Starts an edge whose journal is damaged until it runs on what was salvaged; returns where the damaged
/// file lies, beside those of `before`. The start finds the damage, at once or when it has looked at the whole file, which may be
/// before or after its first answer; whoever supervises the program starts it again.
///
/// # Errors
/// When nothing is salvaged in time.
pub async fn salvaged(edge: &mut Edge, before: &[PathBuf]) -> Result<PathBuf> {
    let mut tries = Tries::of("the journal to be salvaged", LATER);
    loop {
        if (edge.pid().is_none() || edge.has_died()?)
            && let Err(ended) = edge.start().await
        {
            eprintln!("the edge ended while it started: {ended:#}");
        }
        if let Some(found) = aside(edge)?.into_iter().find(|path| !before.contains(path)) {
            return Ok(found);
        }
        tries.again().await?;
    }
}

/// Tears the page with the middle one of the commands only the edge has, and lets it salvage the rest.
///
/// # Errors
/// When it has none, or does not come up again.
pub async fn lose_a_page(edge: &mut Edge) -> Result<()> {
    edge.stop().await?;
    let (file, before) = (edge.journal_file(), aside(edge)?);
    let journal = rusqlite::Connection::open(&file)?;
    let unsent = "FROM journal WHERE outcome IS NULL";
    let command: String = journal
        .query_row(
            &format!(
                "SELECT json_extract(json, '$.id') {unsent} ORDER BY seq LIMIT 1 \
                 OFFSET (SELECT count(*) / 2 {unsent})"
            ),
            [],
            |row| row.get(0),
        )
        .context("a command that only this edge has")?;
    journal.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    drop(journal);
    tear(&file, &command)?;
    salvaged(edge, &before).await.map(drop)
}
