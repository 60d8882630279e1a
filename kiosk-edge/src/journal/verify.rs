//! The proof that nothing in the journal was altered.

use gerai_shared::journal::{GENESIS, link};
use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use super::rows::count;

/// What came of walking the hash chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Commands walked.
    pub commands: u64,
    /// The first command whose hash, or whose changes' hash, does not follow; or that is missing.
    pub broken_at: Option<u64>,
}

/// Walks the chain from the first command that is kept. When earlier ones were pruned, that one's
/// own hash is where trust begins.
pub(super) fn chain(connection: &Connection) -> rusqlite::Result<Verdict> {
    let first_after: Option<i64> = connection.query_row(
        "SELECT max(CAST(value AS INTEGER)) FROM facts WHERE name = 'first_after'",
        [],
        |row| row.get(0),
    )?;
    // Behind what a salvage could not save trust begins anew; the gap itself is known.
    let resumed: Option<String> = connection
        .query_row("SELECT value FROM facts WHERE name = 'salvaged'", [], |row| row.get(0))
        .optional()?;
    let resumed: Vec<u64> = resumed
        .and_then(|list| serde_json::from_str(&list).ok())
        .unwrap_or_default();
    let mut before = GENESIS.to_owned();
    let mut last = count(first_after.unwrap_or_default());
    let mut commands = 0;
    let mut entries = connection.prepare("SELECT seq, json, changes, changes_hash, chain FROM journal ORDER BY seq")?;
    let mut entries = entries.query([])?;
    while let Some(entry) = entries.next()? {
        let seq = count(entry.get(0)?);
        let json: String = entry.get(1)?;
        let changes: String = entry.get(2)?;
        let (changes_hash, chain): (String, String) = (entry.get(3)?, entry.get(4)?);
        let pruned = commands == 0 && seq > last + 1;
        let follows = pruned
            || resumed.contains(&seq)
            || (seq == last + 1 && link(&before, json.as_bytes(), &changes_hash) == chain);
        if !follows || hex::encode(Sha256::digest(&changes)) != changes_hash {
            return Ok(Verdict {
                commands,
                broken_at: Some(seq),
            });
        }
        commands += 1;
        last = seq;
        before = chain;
    }
    Ok(Verdict {
        commands,
        broken_at: None,
    })
}
