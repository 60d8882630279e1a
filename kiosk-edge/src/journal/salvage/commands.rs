//! Commands that prove themselves.

use std::collections::{BTreeMap, HashMap};

use gerai_shared::{
    Actor,
    change::hash_of,
    command::{Envelope, PROTOCOL},
    journal::{GENESIS, link},
};
use rusqlite::Connection;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Gaps, pages::Pages};
use crate::{
    clock::Clock,
    journal::{JournalError, rows},
};

/// What stands in the place of a command that nobody has.
pub(crate) const LOST: &str = "journal.lost";
/// What stands behind the last command where some are lost.
pub(crate) const SALVAGED: &str = "journal.salvaged";

/// A command as it was read from a page.
pub(super) struct Found {
    pub(super) seq: u64,
    /// The same, as SQLite counts.
    row: i64,
    id: Vec<u8>,
    kind: String,
    json: String,
    changes: String,
    changes_hash: String,
    chain: String,
    made_at: i64,
    outcome: Option<String>,
    exceptions: String,
    settled_at: Option<i64>,
}

/// The commands in these files that verify, in order.
///
/// Each page of a command may be there in several versions; what of it may change is not hashed, and the
/// settled one is the later.
pub(super) fn verified(pages: &[&Pages<'_>]) -> Vec<Found> {
    let mut read: BTreeMap<u64, Vec<Found>> = BTreeMap::new();
    for (seq, columns) in pages.iter().flat_map(|pages| pages.table_rows()) {
        let found = found(seq, &columns).filter(Found::is_itself);
        if let Some(found) = found {
            read.entry(found.seq).or_default().push(found);
        }
    }
    let mut kept: Vec<Found> = Vec::new();
    for (seq, mut versions) in read {
        versions.sort_by_key(|found| std::cmp::Reverse(found.settled_at));
        let before = kept.last().filter(|last| last.seq + 1 == seq);
        // Behind a gap there is nothing to link to: there it must at least be itself.
        let links = |found: &Found| before.is_none_or(|before| found.follows(&before.chain));
        let first = seq == 1;
        kept.extend(
            versions
                .into_iter()
                .find(|found| links(found) && (!first || found.follows(GENESIS))),
        );
    }
    kept
}

fn found(seq: i64, columns: &[super::pages::Value]) -> Option<Found> {
    // `seq` is the row id, which the record leaves empty.
    let [
        _,
        id,
        kind,
        json,
        changes,
        changes_hash,
        chain,
        made_at,
        outcome,
        exceptions,
        settled_at,
    ] = columns
    else {
        return None;
    };
    Some(Found {
        seq: u64::try_from(seq).ok()?,
        row: seq,
        id: id.blob()?.to_vec(),
        kind: kind.text()?.to_owned(),
        json: json.text()?.to_owned(),
        changes: changes.text()?.to_owned(),
        changes_hash: changes_hash.text()?.to_owned(),
        chain: chain.text()?.to_owned(),
        made_at: made_at.int()?,
        outcome: outcome.text().map(str::to_owned),
        exceptions: exceptions.text()?.to_owned(),
        settled_at: settled_at.int(),
    })
}

impl Found {
    /// Its changes hash as it says, and its command is the one its columns name.
    fn is_itself(&self) -> bool {
        let named = serde_json::from_str::<Envelope>(&self.json).is_ok_and(|command| {
            (command.seq, command.kind.as_str(), command.stamp.time.0) == (self.seq, self.kind.as_str(), self.made_at)
                && command.id.0.as_bytes() == self.id.as_slice()
        });
        named && hex::encode(Sha256::digest(&self.changes)) == self.changes_hash
    }

    fn follows(&self, before: &str) -> bool {
        link(before, self.json.as_bytes(), &self.changes_hash) == self.chain
    }
}

/// Writes them, and what stands for the lost ones, into a fresh journal.
///
/// Behind a stand-in the chain is linked anew: central does not have those commands yet, and links them to
/// the stand-in, too. A last one says so, since central may have heard how the chain ended before, and takes
/// another end in the same place for a copy's.
pub(super) fn write(
    connection: &Connection,
    found: Vec<Found>,
    gaps: &Gaps,
    facts: &HashMap<String, String>,
    clock: &Clock,
) -> Result<(), JournalError> {
    let mut insert = connection.prepare(
        "INSERT INTO journal (seq, id, kind, json, changes, changes_hash, chain, made_at, outcome, exceptions, settled_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    let mut lost = gaps.lost.iter().copied().peekable();
    let mut chain = GENESIS.to_owned();
    let (mut resumed, mut anew) = (Vec::new(), false);
    let last = found.last().map(|last| (last.seq, last.json.clone()));
    for mut command in found {
        while let Some(seq) = lost.next_if(|seq| *seq < command.seq) {
            let Some(stand_in) = stand_in(LOST, seq, &command.json, facts, clock, &chain)? else {
                continue;
            };
            insert.execute(stand_in.params())?;
            chain = stand_in.chain;
            anew = true;
        }
        if anew {
            command.chain = link(&chain, command.json.as_bytes(), &command.changes_hash);
        } else if !command.follows(&chain) {
            resumed.push(command.seq);
        }
        insert.execute(command.params())?;
        chain = command.chain;
    }
    if let (true, Some((seq, json))) = (anew, last)
        && let Some(end) = stand_in(SALVAGED, seq + 1, &json, facts, clock, &chain)?
    {
        insert.execute(end.params())?;
    }
    connection.execute(
        "INSERT INTO facts (name, value) VALUES ('salvaged', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1",
        [serde_json::to_string(&resumed)?],
    )?;
    Ok(())
}

impl Found {
    fn params(&self) -> [&dyn rusqlite::ToSql; 11] {
        [
            &self.row,
            &self.id,
            &self.kind,
            &self.json,
            &self.changes,
            &self.changes_hash,
            &self.chain,
            &self.made_at,
            &self.outcome,
            &self.exceptions,
            &self.settled_at,
        ]
    }
}

/// In the place of a command that nobody has, or behind the last: of a kind and version no program reads, so
/// that central holds it where people see it, and on no rows, so that nothing waits with it. It takes outlet and
/// time from `beside`, the command next to it.
fn stand_in(
    kind: &str,
    seq: u64,
    beside: &str,
    facts: &HashMap<String, String>,
    clock: &Clock,
    before: &str,
) -> Result<Option<Found>, JournalError> {
    let beside: Envelope = serde_json::from_str(beside)?;
    let Some(incarnation) = facts.get("incarnation").and_then(|value| value.parse().ok()) else {
        return Ok(None);
    };
    let id = clock.uuid();
    let command = Envelope {
        id: id.into(),
        outlet: beside.outlet,
        incarnation,
        seq,
        kind: kind.to_owned(),
        version: PROTOCOL + 1,
        keys: Vec::new(),
        stamp: beside.stamp,
        actor: Actor::System,
        request: None,
        supersedes: None,
        further: Vec::new(),
        body: json!({ "seq": seq }),
    };
    let json = serde_json::to_string(&command)?;
    let changes_hash = hash_of(&[]);
    Ok(Some(Found {
        seq,
        row: rows::int(seq),
        id: id.as_bytes().to_vec(),
        kind: kind.to_owned(),
        chain: link(before, json.as_bytes(), &changes_hash),
        json,
        changes: "[]".to_owned(),
        changes_hash,
        made_at: beside.stamp.time.0,
        outcome: None,
        exceptions: "[]".to_owned(),
        settled_at: None,
    }))
}
