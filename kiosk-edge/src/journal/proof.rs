//! The outlet's side of the convergence proof (E10): which rows, at which position, and how the last
//! one went.

use gerai_shared::{
    Change, Day, Micros,
    change::Table,
    digest::{DigestAsked, Parts, Scope, StatedPosition, WINDOW_DAYS, last_night, open_since},
    outlet::Outlet,
};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Committed, Group, Journal, JournalError, device, rows};

/// The fact that holds the last [`Proof`].
const PROOF: &str = "proof";
/// The fact that holds what the sync desk has asked for.
const ASKED: &str = "proof_asked";
/// The fact that says since when all rows are here; set when an edge takes an outlet over.
pub(super) const ROWS_SINCE: &str = "rows_since";

/// How outlet and central stood when they were last compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Proof {
    /// When.
    pub at: Micros,
    /// The last command they were compared after.
    pub seq: u64,
    /// The first business day compared; all days when null. An outlet's edge has rows since it leads.
    pub since: Option<Day>,
    /// How many rows were compared.
    pub rows: u64,
    /// Whether they are the same.
    pub equal: bool,
    /// How many rows differ; central lists them.
    pub differing: u64,
    /// How many rows central will have once it can read the commands it holds.
    pub held: u64,
    /// The life of central's database.
    #[serde(default)]
    #[schema(ignore)]
    pub epoch: Option<Uuid>,
    /// What an admin had asked for.
    #[serde(default)]
    #[schema(ignore)]
    pub asked: Option<Uuid>,
    /// When the sync desk had last asked for one.
    #[serde(default)]
    pub asked_here: Option<Micros>,
}

/// A proof that somebody at the outlet wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProofAsked {
    /// When it was asked for.
    pub at: Micros,
    /// All business days, or those of the nightly proof.
    pub whole: bool,
}

/// What is known of proofs: the last, and what was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proofs {
    /// The last one.
    pub last: Option<Proof>,
    /// What the sync desk wants.
    pub here: Option<ProofAsked>,
    /// What an admin wants.
    pub admin: Option<DigestAsked>,
    /// Rows of earlier days are not here.
    pub from: Option<Day>,
}

/// A proof that is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which rows.
    pub scope: Scope,
    /// What an admin asked for.
    pub asked: Option<Uuid>,
    /// What the sync desk asked for.
    pub asked_here: Option<Micros>,
}

impl Proofs {
    /// Whether a proof is due: somebody wants one, there was none since the outlet's last night, or
    /// central's database is another one.
    #[must_use]
    pub fn due(&self, outlet: &Outlet, now: Micros, epoch: Option<Uuid>) -> Option<Due> {
        let last = self.last.as_ref();
        let here = self
            .here
            .filter(|asked| last.and_then(|last| last.asked_here) != Some(asked.at));
        let admin = self
            .admin
            .filter(|asked| last.and_then(|last| last.asked) != Some(asked.id));
        let old = last.is_none_or(|last| last.at < last_night(outlet, now) || last.epoch != epoch);
        if here.is_none() && admin.is_none() && !old {
            return None;
        }
        let whole = here.is_some_and(|asked| asked.whole) || admin.is_some_and(|asked| asked.whole);
        Some(Due {
            scope: Scope {
                since: (!whole).then(|| outlet.business_day(now).plus_days(-WINDOW_DAYS)),
                from: self.from,
            },
            asked: self.admin.map(|asked| asked.id),
            asked_here: self.here.map(|asked| asked.at),
        })
    }
}

fn fact<T: serde::de::DeserializeOwned>(connection: &Connection, name: &str) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = connection
        .prepare_cached("SELECT value FROM facts WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    // What a newer program wrote says as much as nothing.
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// How the last proof went.
///
/// # Errors
/// When it cannot be read.
pub fn last_proof(connection: &Connection) -> rusqlite::Result<Option<Proof>> {
    fact(connection, PROOF)
}

fn proofs(connection: &Connection, outlet: &Outlet, first_after: u64) -> rusqlite::Result<Proofs> {
    Ok(Proofs {
        last: last_proof(connection)?,
        here: fact(connection, ASKED)?,
        admin: rows::followed_row(connection, "digest", outlet.id.0)?,
        from: match fact(connection, ROWS_SINCE)? {
            Some(since) => Some(since),
            None if first_after > 0 => Some(day_after_the_first(connection, outlet)?),
            None => None,
        },
    })
}

/// An edge that took its outlet over before it was said since when it has all rows has those of the
/// days after its first command.
fn day_after_the_first(connection: &Connection, outlet: &Outlet) -> rusqlite::Result<Day> {
    let first: Option<i64> = connection
        .query_row("SELECT made_at FROM journal ORDER BY seq LIMIT 1", [], |row| row.get(0))
        .optional()?;
    let first = Micros(first.unwrap_or(i64::MAX / 2));
    Ok(outlet.business_day(first).plus_days(1))
}

/// The rows of a scope, with the position they stand at; `None` when central does not have all
/// commands. One transaction reads both.
fn digest(
    connection: &Connection,
    scope: &Scope,
    first_after: u64,
) -> rusqlite::Result<Option<(StatedPosition, Parts)>> {
    let transaction = connection.unchecked_transaction()?;
    let last: Option<(i64, String)> = transaction
        .query_row("SELECT seq, chain FROM journal ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let (seq, chain) = match last {
        Some((seq, chain)) => (rows::count(seq), chain),
        None => (first_after, gerai_shared::journal::GENESIS.to_owned()),
    };
    let acked: u64 = fact(&transaction, "acked_seq")?.unwrap_or_default();
    if acked != seq {
        return Ok(None);
    }
    let mut parts = Parts::default();
    // Of days before the scope only open rows count. Answers have no day in their column.
    let since = scope
        .first_day()
        .map_or_else(String::new, |first| open_since(first).to_string());
    let mut found = transaction.prepare_cached(
        "SELECT body FROM rows WHERE kind = ?1 AND day IS NULL
         UNION ALL SELECT body FROM rows WHERE kind = ?1 AND day >= ?2",
    )?;
    for table in Table::ALL {
        let mut found = found.query(params![table.as_str(), since])?;
        while let Some(row) = found.next()? {
            let body: String = row.get(0)?;
            parts.take(scope, &change(table, &body)?);
        }
    }
    Ok(Some((StatedPosition { seq, chain }, parts)))
}

fn change(table: Table, body: &str) -> rusqlite::Result<Change> {
    let json = format!("{{\"table\":\"{}\",\"row\":{body}}}", table.as_str());
    serde_json::from_str(&json)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error)))
}

fn state(group: &Group<'_>, name: &str, value: &impl Serialize) -> Result<(), JournalError> {
    Ok(device::state(group, name, &serde_json::to_string(value)?)?)
}

impl Group<'_> {
    /// Somebody at the outlet wants a proof.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn ask_proof(&mut self, whole: bool) -> Result<ProofAsked, JournalError> {
        let asked = ProofAsked {
            at: self.clock.now(),
            whole,
        };
        state(self, ASKED, &asked)?;
        self.event(Committed::ProofAsked);
        Ok(asked)
    }
}

impl Journal {
    /// The proof that is due now, if one is and the outlet's profile is here.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn proof_due(&self) -> Result<Option<Due>, JournalError> {
        let known = self.known();
        let Some(outlet) = known.outlet.clone() else {
            return Ok(None);
        };
        let (now, device) = (self.clock().now(), known.device.clone());
        self.read(move |connection| {
            let proofs = proofs(connection, &outlet, device.first_after)?;
            Ok(proofs.due(&outlet, now, device.epoch))
        })
        .await
    }

    /// The hashes of the rows of a scope, at the journal's last command; `None` when central does
    /// not have that yet.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn digest(&self, scope: Scope) -> Result<Option<(StatedPosition, Parts)>, JournalError> {
        let first_after = self.known().device.first_after;
        self.read(move |connection| digest(connection, &scope, first_after))
            .await
    }

    /// Writes down how a proof went.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn proved(&self, proof: Proof) -> Result<(), JournalError> {
        self.write(move |group| {
            state(group, PROOF, &proof)?;
            group.event(Committed::Proved);
            Ok(())
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::scene::Scene;

    const DAY: i64 = 86_400_000_000;

    fn proof(at: Micros, epoch: Uuid) -> Proof {
        Proof {
            at,
            seq: 0,
            since: None,
            rows: 0,
            equal: true,
            differing: 0,
            held: 0,
            epoch: Some(epoch),
            asked: None,
            asked_here: None,
        }
    }

    #[tokio::test]
    async fn a_proof_is_due_once_a_night_for_another_database_and_for_whoever_asks() {
        let scene = Scene::new().await;
        let (now, outlet, epoch) = (scene.clock.now(), &scene.outlet, scene.epoch);
        let whole_of = |proofs: &Proofs, at: Micros, epoch: Uuid| {
            let due = proofs.due(outlet, at, Some(epoch));
            due.map(|due| due.scope.since.is_none())
        };
        assert_eq!(whole_of(&Proofs::default(), now, epoch), Some(false), "there was none");
        let last = Some(proof(now, epoch));
        let proofs = Proofs {
            last: last.clone(),
            ..Proofs::default()
        };
        assert_eq!(whole_of(&proofs, now, epoch), None);
        assert_eq!(whole_of(&proofs, now, Uuid::nil()), Some(false), "another database");
        let next = Micros(last_night(outlet, now).0 + DAY);
        assert_eq!(whole_of(&proofs, Micros(next.0 - 1), epoch), None);
        assert_eq!(whole_of(&proofs, next, epoch), Some(false), "a night has come");
        let here = ProofAsked { at: now, whole: true };
        let asked = Proofs {
            here: Some(here),
            last: last.clone(),
            ..Proofs::default()
        };
        assert_eq!(whole_of(&asked, now, epoch), Some(true));
        let admin = DigestAsked {
            id: Uuid::from_u128(1),
            whole: false,
            at: now,
        };
        let both = Proofs {
            here: Some(here),
            admin: Some(admin),
            last: Some(Proof {
                asked_here: Some(now),
                ..proof(now, epoch)
            }),
            from: None,
        };
        assert_eq!(whole_of(&both, now, epoch), Some(false), "the admin's is still to come");
        let done = Proofs {
            last: Some(Proof {
                asked: Some(admin.id),
                asked_here: Some(now),
                ..proof(now, epoch)
            }),
            ..both
        };
        assert_eq!(whole_of(&done, now, epoch), None);
    }

    #[tokio::test]
    async fn a_digest_is_made_at_a_position_central_has_and_over_the_rows_there() {
        let scene = Scene::new().await;
        let ticket = scene.issued("k").await;
        let journal = &scene.journal;
        assert_eq!(
            journal.digest(Scope::default()).await.unwrap(),
            None,
            "central has nothing of it"
        );
        let entries = journal.unsent(0, 10).await.unwrap();
        let reply = gerai_shared::sync::PushReply {
            nonce: Uuid::nil(),
            epoch: scene.epoch,
            results: vec![gerai_shared::sync::CommandResult {
                id: entries[0].id,
                seq: 1,
                outcome: gerai_shared::sync::Outcome::Applied,
                exceptions: Vec::new(),
            }],
            acked_seq: 1,
            time: scene.clock.now(),
        };
        journal.settle(reply).await.unwrap();
        let (at, parts) = journal.digest(Scope::default()).await.unwrap().unwrap();
        let known = journal.known();
        assert_eq!((at.seq, &at.chain), (1, &known.last_hash));
        let mut expected = Parts::default();
        expected.take(&Scope::default(), &Change::Ticket(ticket));
        assert_eq!(parts, expected);
    }
}
