//! What waits for central, and what central said to it.

use gerai_shared::{
    CommandId,
    journal::GENESIS,
    sync::{CommandResult, Outcome, PushReply},
};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{Group, JournalError, device, rows};

/// A command as it is pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub seq: u64,
    /// Its id.
    pub id: CommandId,
    /// The command, to the byte that was hashed.
    pub json: String,
    /// Hash of the changes it made.
    pub changes_hash: String,
    /// Those changes, as a JSON list.
    pub changes_json: String,
}

pub(super) fn entries(connection: &Connection, after_seq: u64, limit: usize) -> rusqlite::Result<Vec<Entry>> {
    connection
        .prepare_cached(
            "SELECT seq, id, json, changes_hash, changes FROM journal WHERE seq > ?1 ORDER BY seq LIMIT ?2",
        )?
        .query_map(params![rows::int(after_seq), rows::int(limit as u64)], |row| {
            Ok(Entry {
                seq: rows::count(row.get(0)?),
                id: Uuid::from_bytes(row.get(1)?).into(),
                json: row.get(2)?,
                changes_hash: row.get(3)?,
                changes_json: row.get(4)?,
            })
        })?
        .collect()
}

pub(super) fn chain_at(connection: &Connection, seq: u64, first_after: u64) -> rusqlite::Result<Option<String>> {
    let kept: Option<String> = connection
        .prepare_cached("SELECT chain FROM journal WHERE seq = ?1")?
        .query_row(params![rows::int(seq)], |row| row.get(0))
        .optional()?;
    Ok(kept.or_else(|| (seq == first_after).then(|| GENESIS.to_owned())))
}

pub(super) fn settle(group: &mut Group<'_>, reply: &PushReply) -> Result<(), JournalError> {
    if group.known.device.epoch.is_some_and(|epoch| epoch != reply.epoch) {
        return Err(JournalError::EpochChanged);
    }
    let mut answered = group.known.acked_seq;
    for result in &reply.results {
        if outcome(group, result)? && result.outcome != Outcome::SendRows {
            answered = answered.max(result.seq);
        }
    }
    // Central can have no more than it was sent; less, when it lost its past.
    let acked = reply.acked_seq.min(answered);
    if acked != group.known.acked_seq {
        device::acked(group, acked)?;
    }
    Ok(())
}

/// Writes a command's outcome down; false when there is no such command in this journal.
pub(super) fn outcome(group: &mut Group<'_>, result: &CommandResult) -> Result<bool, JournalError> {
    let known = |changed: usize| {
        if changed == 0 {
            tracing::warn!(seq = result.seq, id = %result.id, "a result for a command this journal does not have");
        }
        changed > 0
    };
    if result.outcome == Outcome::SendRows {
        return Ok(true);
    }
    let changed = group
        .connection()
        .prepare_cached("UPDATE journal SET outcome = ?3, exceptions = ?4, settled_at = ?5 WHERE seq = ?1 AND id = ?2")?
        .execute(params![
            rows::int(result.seq),
            result.id.0.as_bytes(),
            result.outcome.as_str(),
            serde_json::to_string(&result.exceptions)?,
            group.clock.now().0
        ])?;
    Ok(known(changed))
}
