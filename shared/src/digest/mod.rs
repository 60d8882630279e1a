//! The proof that outlet and central have the same rows: one digest over all rows an outlet owns, at
//! one stated position of its stream (E10).
//!
//! The outlet's edge sends a hash for each table and business day, once central has all its
//! commands. Where central's own differ it asks for the rows' hashes, and names those that differ.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    change::{Change, RowKey, Table},
    ids::OutletId,
    outlet::Outlet,
    queue::TicketState,
    session::SessionState,
    time::{Day, Micros},
};

/// Days before today whose rows are proved each night; the whole is proved on demand.
pub const WINDOW_DAYS: i64 = 14;
/// Days before a scope among whose rows open ones are looked for.
pub const OPEN_DAYS: i64 = 62;
/// The nightly proof is within so many minutes before the business day starts.
const NIGHT: u16 = 120;
const MINUTES: u16 = 24 * 60;
const MINUTE: i64 = 60_000_000;

/// Which of an outlet's rows a digest is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Scope {
    /// Rows of earlier days count only while they are open; all days when absent.
    #[serde(default)]
    pub since: Option<Day>,
    /// Rows of earlier days are not at this edge, which took the outlet over since. The one that is
    /// handed on, an open cash shift, is.
    #[serde(default)]
    pub from: Option<Day>,
}

/// Rows that are proved together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct PartKey {
    /// The table.
    pub table: Table,
    /// Their business day (of an answer, the day in UTC); absent for rows of no day, and for open
    /// ones of days before the scope.
    #[serde(default)]
    pub day: Option<Day>,
}

/// The hash of the rows of a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Part {
    /// Which.
    #[serde(flatten)]
    pub key: PartKey,
    /// How many rows.
    pub rows: u64,
    /// SHA-256, in hex, of their ids and hashes in the order of their ids.
    pub hash: String,
}

/// The hash of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowHash {
    /// The row.
    pub id: Uuid,
    /// SHA-256, in hex, of its JSON.
    pub hash: String,
}

/// A row that outlet and central do not have alike; absent where one of them has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowDiffers {
    /// The row.
    pub id: Uuid,
    /// Its hash at the outlet.
    #[serde(default)]
    pub edge: Option<String>,
    /// Its hash at central.
    #[serde(default)]
    pub central: Option<String>,
}

/// A position of an outlet's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatedPosition {
    /// The last command: the edge has no later one, and central has it.
    pub seq: u64,
    /// The journal's hash there.
    pub chain: String,
}

/// `POST /edge/v1/digest`: the hashes of an outlet's rows.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Digest {
    /// Made for this call; echoed.
    pub nonce: Uuid,
    /// The protocol the rows are of.
    pub protocol: u16,
    /// Where they stand.
    pub at: StatedPosition,
    /// Which rows.
    pub scope: Scope,
    /// Their hashes, by part.
    pub parts: Vec<Part>,
    /// The parts that central asked for, row by row; with the first question none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<PartRows>,
}

/// The rows of one part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartRows {
    /// Which part.
    #[serde(flatten)]
    pub key: PartKey,
    /// Its rows, by id.
    pub rows: Vec<RowHash>,
}

/// What central makes of a digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// Both have the same rows.
    Equal {
        /// Rows that central will have once it can read the commands it holds.
        held: u64,
    },
    /// These rows differ; they are listed for review.
    Differs {
        /// How many.
        rows: u64,
    },
    /// Send the rows of these parts, too.
    SendRows {
        /// Which.
        parts: Vec<PartKey>,
    },
    /// Central stands elsewhere in the stream: ask again when it has all commands.
    Moved {
        /// The last command it has.
        seq: u64,
    },
    /// Central is older than this edge and cannot say.
    Newer,
}

/// Answer to [`Digest`].
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DigestReply {
    /// The caller's nonce.
    pub nonce: Uuid,
    /// The life of central's database.
    pub epoch: Uuid,
    /// What it makes of it.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Central's clock.
    pub time: Micros,
}

/// An admin wants a proof now; feed kind `digest`, by the outlet's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DigestAsked {
    /// Which asking.
    pub id: Uuid,
    /// All days, or those of the nightly proof.
    pub whole: bool,
    /// When.
    pub at: Micros,
}

impl Scope {
    /// The part a row belongs to, if this scope is over it.
    #[must_use]
    pub fn part(&self, row: &Change) -> Option<PartKey> {
        let table = row.key().table;
        let undated = Some(PartKey { table, day: None });
        let Some(day) = day_of(row) else { return undated };
        if self.first_day().is_some_and(|first| day < open_since(first)) {
            return None;
        }
        if self.from.is_some_and(|from| day < from) {
            return undated.filter(|_| table == Table::Shift && is_open(row));
        }
        if self.since.is_some_and(|since| day < since) {
            return undated.filter(|_| is_open(row));
        }
        Some(PartKey { table, day: Some(day) })
    }

    /// The first day whose rows count whether open or not; `None` for all days.
    #[must_use]
    pub fn first_day(&self) -> Option<Day> {
        self.since.max(self.from)
    }
}

/// The first day among whose rows open ones count for a scope that starts at `first`.
#[must_use]
pub fn open_since(first: Day) -> Day {
    first.plus_days(-OPEN_DAYS)
}

/// The day a row is counted with.
fn day_of(row: &Change) -> Option<Day> {
    match row {
        Change::Ticket(row) => Some(row.day),
        Change::Session(row) => Some(row.day),
        Change::Sale(row) => Some(row.day),
        Change::SaleVoid(row) => Some(row.day),
        Change::BusinessDay(row) => Some(row.day),
        Change::Shift(row) => Some(row.day),
        Change::Answer(row) => Some(Day(row.at.to_utc().date())),
        Change::Room(_) | Change::Intake(_) => None,
    }
}

/// Whether something may still become of a row by itself.
fn is_open(row: &Change) -> bool {
    match row {
        Change::Ticket(row) => {
            let over = matches!(row.now.state, TicketState::Finished | TicketState::Cancelled);
            !over && row.closed_at.is_none()
        }
        Change::Session(row) => row.state == SessionState::Running,
        Change::Shift(row) => row.closed_at.is_none(),
        _ => false,
    }
}

/// SHA-256, in hex, of a row's JSON; as in [`crate::change::hash_of`], field order is that of the
/// types, and what a later program adds is left out where it is absent.
#[must_use]
pub fn hash_of_row(row: &Change) -> String {
    #[expect(clippy::expect_used, reason = "these types have no failing serializer")]
    let bytes = serde_json::to_vec(row).expect("a row serializes");
    hex::encode(Sha256::digest(bytes))
}

/// Rows by part, with their hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts(BTreeMap<PartKey, BTreeMap<Uuid, String>>);

impl Parts {
    /// Takes a row in, if the scope is over it.
    pub fn take(&mut self, scope: &Scope, row: &Change) {
        if let Some(part) = scope.part(row) {
            self.0.entry(part).or_default().insert(row.key().id, hash_of_row(row));
        }
    }

    /// The hash of each part.
    #[must_use]
    pub fn hashes(&self) -> Vec<Part> {
        let part = |(key, rows): (&PartKey, &BTreeMap<Uuid, String>)| {
            let mut hash = Sha256::new();
            for (id, row) in rows {
                hash.update(id.as_bytes());
                hash.update(row.as_bytes());
            }
            Part {
                key: *key,
                rows: rows.len() as u64,
                hash: hex::encode(hash.finalize()),
            }
        };
        self.0.iter().map(part).collect()
    }

    /// The rows of a part.
    #[must_use]
    pub fn rows(&self, key: PartKey) -> PartRows {
        let rows = self.0.get(&key).into_iter().flatten();
        let rows = rows.map(|(id, hash)| RowHash {
            id: *id,
            hash: hash.clone(),
        });
        PartRows {
            key,
            rows: rows.collect(),
        }
    }

    /// The parts that are not as `theirs`, missing ones among them.
    #[must_use]
    pub fn differing(&self, theirs: &[Part]) -> Vec<PartKey> {
        let ours = self.hashes();
        let mut differ: Vec<PartKey> = ours
            .iter()
            .filter(|part| !theirs.contains(part))
            .chain(theirs.iter().filter(|part| !ours.contains(part)))
            .map(|part| part.key)
            .collect();
        differ.sort_unstable();
        differ.dedup();
        differ
    }

    /// The rows of a part that are not as the outlet's.
    #[must_use]
    pub fn differing_rows(&self, theirs: &PartRows) -> Vec<RowDiffers> {
        let none = BTreeMap::new();
        let ours = self.0.get(&theirs.key).unwrap_or(&none);
        let theirs: BTreeMap<Uuid, &String> = theirs.rows.iter().map(|row| (row.id, &row.hash)).collect();
        let ids: std::collections::BTreeSet<Uuid> = ours.keys().chain(theirs.keys()).copied().collect();
        ids.into_iter()
            .map(|id| RowDiffers {
                id,
                edge: theirs.get(&id).map(|hash| (*hash).clone()),
                central: ours.get(&id).cloned(),
            })
            .filter(|row| row.edge != row.central)
            .collect()
    }
}

impl RowDiffers {
    /// Its key in a table.
    #[must_use]
    pub fn key(&self, table: Table) -> RowKey {
        RowKey::new(table, self.id)
    }
}

/// The last time before `now` at which an outlet proves its rows by itself: in the two hours before
/// its business day starts, each outlet at a minute of its own.
#[must_use]
pub fn last_night(outlet: &Outlet, now: Micros) -> Micros {
    let minute = (outlet.day_starts_at + MINUTES - NIGHT + jitter(outlet.id)) % MINUTES;
    let since = (outlet.zone.minute_of_day(now) + MINUTES - minute) % MINUTES;
    Micros(now.0 - now.0.rem_euclid(MINUTE) - i64::from(since) * MINUTE)
}

fn jitter(outlet: OutletId) -> u16 {
    let hash = Sha256::digest(outlet.0.as_bytes());
    u16::from_be_bytes([hash[0], hash[1]]) % NIGHT
}
