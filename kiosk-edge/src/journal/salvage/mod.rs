//! A damaged journal is salvaged: every command whose hash verifies goes into a fresh file, what is
//! missing is named, and the old file is kept aside.
//!
//! Commands central has are only missed here. In the place of one it does not have stands a
//! `journal.lost`, which no program reads: central holds it, counts it and shows it, and whatever was
//! done after it passes. A `journal.salvaged` behind the last command says that the chain was linked anew.

mod commands;
mod pages;
mod rest;
#[cfg(test)]
mod tests;

pub(crate) use commands::{LOST, SALVAGED};

use std::{
    collections::HashMap,
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Serialize;

use super::{JournalError, schema};
use crate::clock::Clock;
use commands::Found;
use pages::Pages;

/// Says that the journal was seen to be damaged: the next start salvages it.
const MARK: &str = "journal.damaged";
const FILES: [&str; 3] = ["journal.db", "journal.db-wal", "journal.db-shm"];

/// What came of it; also written beside the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Salvaged {
    /// Commands that verify and are in the new file.
    pub kept: u64,
    /// Numbers of commands that are missing, from and to.
    pub missing: Vec<(u64, u64)>,
    /// Those of them that central does not have: nobody has.
    pub lost: Vec<u64>,
    /// Where the damaged file lies now.
    pub aside: PathBuf,
}

/// Notes that the journal is damaged.
pub(super) fn mark(data_dir: &Path) {
    if let Err(error) = std::fs::write(data_dir.join(MARK), b"") {
        tracing::error!(%error, "the damage was not noted");
    }
}

/// Whether it was.
pub(super) fn is_marked(data_dir: &Path) -> bool {
    data_dir.join(MARK).exists()
}

/// Salvages the journal in `data_dir`, and from its second copy in `copy_dir`. Nobody else may have it open.
///
/// # Errors
/// When there is nothing to salvage, or the disk does not take it.
pub fn salvage(data_dir: &Path, copy_dir: Option<&Path>, clock: &Clock) -> Result<Salvaged, JournalError> {
    let read = |folder: &Path| FILES.map(|name| std::fs::read(folder.join(name)).unwrap_or_default());
    let (own, copied) = (read(data_dir), copy_dir.map(read).unwrap_or_default());
    let (own, copied) = (Pages::of(&own[0], &own[1]), Pages::of(&copied[0], &copied[1]));
    let (found, facts) = both(&own, &copied);
    let number = |name: &str| facts.get(name).and_then(|value| value.parse().ok()).unwrap_or(0);
    let gaps = Gaps::of(&found, number("first_after"), number("acked_seq"));
    let fresh = data_dir.join("journal-salvaged");
    // From a try that was cut off.
    drop(std::fs::remove_dir_all(&fresh));
    let connection = schema::open(&fresh)?;
    let old = rusqlite::Connection::open(data_dir.join(FILES[0])).ok();
    connection.execute_batch("BEGIN IMMEDIATE")?;
    rest::copy(old.as_ref(), &connection, &facts)?;
    let kept = found.len() as u64;
    commands::write(&connection, found, &gaps, &facts, clock)?;
    rest::catch_up(&connection, !gaps.missing.is_empty())?;
    connection.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;")?;
    drop((old, connection));
    let salvaged = Salvaged {
        kept,
        missing: gaps.missing,
        lost: gaps.lost,
        aside: data_dir.join(format!("journal-damaged-{}", clock.now().0)),
    };
    exchange(data_dir, &fresh, &salvaged).map_err(|error| JournalError::Unusable {
        path: data_dir.display().to_string(),
        source: Arc::new(error),
    })?;
    tracing::error!(
        kept = salvaged.kept,
        missing = ?salvaged.missing,
        lost = ?salvaged.lost,
        aside = %salvaged.aside.display(),
        "the journal was damaged and is salvaged; `lost` commands are nowhere else"
    );
    Ok(salvaged)
}

/// Moves a journal's files to another folder. The file last: until it is gone the next start finds it as it
/// was, and begins anew.
pub(super) fn set_aside(folder: &Path, aside: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(aside)?;
    for name in FILES.iter().rev() {
        match std::fs::rename(folder.join(name), aside.join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// What the file and its second copy hold together. A copy of another edge's, or of another life's, counts
/// for nothing.
fn both(own: &Pages<'_>, copied: &Pages<'_>) -> (Vec<Found>, HashMap<String, String>) {
    let (mut facts, theirs) = (rest::facts(own), rest::facts(copied));
    let found = commands::verified(&[own]);
    let same = ["edge", "incarnation"]
        .iter()
        .all(|name| theirs.contains_key(*name) && facts.get(*name).is_none_or(|ours| theirs.get(*name) == Some(ours)));
    if !same {
        return (found, facts);
    }
    let last = |found: &[Found]| found.last().map_or(0, |found| found.seq);
    let together = commands::verified(&[own, copied]);
    // The token for the next hello, say, is of the same commit as the last command.
    let later = last(&together) > last(&found);
    for (name, value) in theirs {
        if later {
            facts.insert(name, value);
        } else {
            facts.entry(name).or_insert(value);
        }
    }
    (together, facts)
}

/// The old file goes aside and the new one into its place.
fn exchange(data_dir: &Path, fresh: &Path, salvaged: &Salvaged) -> std::io::Result<()> {
    std::fs::create_dir_all(&salvaged.aside)?;
    let report = serde_json::to_vec_pretty(salvaged)?;
    std::fs::write(salvaged.aside.join("report.json"), report)?;
    set_aside(data_dir, &salvaged.aside)?;
    std::fs::rename(fresh.join(FILES[0]), data_dir.join(FILES[0]))?;
    drop(std::fs::remove_dir_all(fresh));
    drop(std::fs::remove_file(data_dir.join(MARK)));
    if cfg!(unix) {
        File::open(data_dir)?.sync_all()?;
    }
    Ok(())
}

/// What is missing between and before the commands that were found.
struct Gaps {
    missing: Vec<(u64, u64)>,
    lost: Vec<u64>,
}

impl Gaps {
    fn of(found: &[Found], first_after: u64, acked: u64) -> Self {
        let mut gaps = Self {
            missing: Vec::new(),
            lost: Vec::new(),
        };
        // What was pruned is not missing: central has it for longer than this journal kept it.
        let begins = found
            .first()
            .map_or(first_after, |first| (first.seq - 1).min(acked))
            .max(first_after);
        let mut before = begins;
        for seq in found
            .iter()
            .map(|found| found.seq)
            .chain((acked > 0).then_some(acked + 1))
        {
            if seq > before + 1 {
                gaps.missing.push((before + 1, seq - 1));
                gaps.lost.extend((before + 1..seq).filter(|seq| *seq > acked));
            }
            before = before.max(seq);
        }
        gaps
    }
}
