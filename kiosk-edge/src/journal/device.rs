//! Who this edge is: facts from enrolment and hello.

use std::sync::Arc;

use gerai_shared::{
    EdgeId, OutletId,
    sync::{Enrolled, Welcome},
};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{Committed, Group, Journal, JournalError, proof::ROWS_SINCE, rows};
use crate::clock::Anchor;

/// The fact that holds the clock's [`Anchor`].
const CLOCK: &str = "clock";

/// Who this edge is, and what central told it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// Its id, once enrolled.
    pub edge: Option<EdgeId>,
    /// Its outlet, once enrolled.
    pub outlet: Option<OutletId>,
    /// Which life of the outlet's edge this is; 0 until it was approved.
    pub incarnation: u32,
    /// Base64 of central's Ed25519 public key.
    pub central_key: Option<String>,
    /// The token for the next hello.
    pub token: Option<String>,
    /// Central's word that this edge was approved, for a central that has forgotten it.
    pub certificate: Option<String>,
    /// The life of central's database.
    pub epoch: Option<Uuid>,
    /// The last command central has.
    pub acked_seq: u64,
    /// The command after which this incarnation's stream starts.
    pub first_after: u64,
    /// Why central does not let this edge speak for its outlet any more, as it said.
    pub barred: Option<String>,
}

impl Device {
    pub(super) fn load(connection: &Connection) -> Result<Self, JournalError> {
        let mut device = Self::default();
        let mut facts = connection.prepare_cached("SELECT name, value FROM facts")?;
        let mut facts = facts.query([])?;
        while let Some(fact) = facts.next()? {
            let (name, value): (String, String) = (fact.get(0)?, fact.get(1)?);
            match name.as_str() {
                "edge" => device.edge = Some(parse(&name, &value)?),
                "outlet" => device.outlet = Some(parse(&name, &value)?),
                "incarnation" => device.incarnation = parse(&name, &value)?,
                "central_key" => device.central_key = Some(value),
                "token" => device.token = Some(value),
                "certificate" => device.certificate = Some(value),
                "epoch" => device.epoch = Some(parse(&name, &value)?),
                "acked_seq" => device.acked_seq = parse(&name, &value)?,
                "first_after" => device.first_after = parse(&name, &value)?,
                "barred" => device.barred = Some(value),
                // From a newer program, before this one was put back.
                _ => {}
            }
        }
        Ok(device)
    }
}

fn parse<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, JournalError> {
    value
        .parse()
        .map_err(|_| JournalError::Damaged(format!("fact `{name}` is `{value}`")))
}

pub(super) fn state(group: &Group<'_>, name: &str, value: &str) -> rusqlite::Result<()> {
    group
        .connection()
        .prepare_cached("INSERT INTO facts (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2")?
        .execute(params![name, value])
        .map(drop)
}

fn reload(group: &mut Group<'_>) -> Result<(), JournalError> {
    let device = Device::load(group.connection())?;
    group.known.acked_seq = device.acked_seq;
    if group.known.empty {
        group.known.last_seq = device.first_after;
    }
    group.known.device = Arc::new(device);
    group.event(Committed::Device);
    Ok(())
}

pub(super) fn enrolled(group: &mut Group<'_>, enrolled: &Enrolled) -> Result<(), JournalError> {
    let device = group.known.device.clone();
    if !group.known.empty && device.outlet.is_some_and(|outlet| outlet != enrolled.outlet) {
        // What is in it would never be taken for the other outlet's.
        return Err(JournalError::OtherOutlet);
    }
    if device.edge.is_some_and(|edge| edge != enrolled.edge) {
        if !group.known.empty {
            // Its numbers are the former edge's; what that could not send is reviewed as that one's.
            return Err(JournalError::OtherEdge);
        }
        // Its token and its approval are the former edge's: shown by this one they would look stolen.
        group
            .connection()
            .execute("DELETE FROM facts WHERE name IN ('token', 'certificate', 'barred')", [])?;
    }
    state(group, "edge", &enrolled.edge.to_string())?;
    state(group, "outlet", &enrolled.outlet.to_string())?;
    state(group, "incarnation", &enrolled.incarnation.to_string())?;
    state(group, "central_key", &enrolled.central_key)?;
    reload(group)
}

pub(super) fn welcomed(group: &mut Group<'_>, welcome: &Welcome) -> Result<(), JournalError> {
    if group.known.empty {
        // Numbers may have been told by the edge this one replaces: never start below central's.
        state(group, "first_after", &welcome.acked_seq.to_string())?;
        // The outlet goes on from the rows it has, whoever decided them.
        group.connection().execute("DELETE FROM rows", [])?;
        for row in &welcome.rows {
            rows::store(group.connection(), row)?;
        }
        if let Some(since) = welcome.rows_since {
            state(group, ROWS_SINCE, &serde_json::to_string(&since)?)?;
        }
        for floor in &welcome.series {
            rows::raise_series(group.connection(), floor.day, floor.series, floor.next)?;
        }
    }
    let another = group.known.device.epoch.is_some_and(|epoch| epoch != welcome.epoch);
    if another || welcome.acked_seq < group.known.acked_seq {
        // Its feed counts anew, or again what it has counted before it was set back: rows stay
        // usable until the snapshots that are asked for next.
        group.connection().execute("DELETE FROM cursors", [])?;
        group.known.cursors = Arc::default();
    }
    let floor = if group.known.empty {
        welcome.acked_seq
    } else {
        group.known.last_seq
    };
    state(group, "acked_seq", &welcome.acked_seq.min(floor).to_string())?;
    state(group, "token", &welcome.token)?;
    if let Some(certificate) = &welcome.certificate {
        state(group, "certificate", certificate)?;
    }
    state(group, "epoch", &welcome.epoch.to_string())?;
    time_kept(group, group.clock.anchor().as_ref())?;
    bar(group, None)
}

/// Keeps central's word against this edge, also for the next start without a line; or forgets it.
///
/// What central never answered for is to be handed over: a central that has another edge's commands in
/// these places counts further than this journal was heard.
pub(super) fn bar(group: &mut Group<'_>, code: Option<&str>) -> Result<(), JournalError> {
    match code {
        Some(code) => {
            state(group, "barred", code)?;
            let unheard: Option<i64> =
                group
                    .connection()
                    .query_row("SELECT min(seq) FROM journal WHERE outcome IS NULL", [], |row| {
                        row.get(0)
                    })?;
            if let Some(first) = unheard.map(rows::count)
                && first <= group.known.acked_seq
            {
                state(group, "acked_seq", &(first - 1).to_string())?;
            }
        }
        None => {
            let connection = group.connection();
            connection.execute("DELETE FROM facts WHERE name = 'barred'", [])?;
        }
    }
    reload(group)
}

/// An edge that was shut out hears of another epoch: what it handed over before may be forgotten, too.
pub(super) fn outlived(group: &mut Group<'_>, epoch: Uuid) -> Result<bool, JournalError> {
    if group.known.device.epoch == Some(epoch) {
        return Ok(false);
    }
    let first_after = group.known.device.first_after;
    state(group, "epoch", &epoch.to_string())?;
    state(group, "acked_seq", &first_after.to_string())?;
    reload(group)?;
    Ok(true)
}

pub(super) fn acked(group: &mut Group<'_>, acked_seq: u64) -> Result<(), JournalError> {
    state(group, "acked_seq", &acked_seq.to_string())?;
    group.known.acked_seq = acked_seq;
    Arc::make_mut(&mut group.known.device).acked_seq = acked_seq;
    group.event(Committed::Settled { acked_seq });
    Ok(())
}

/// Writes down where the clock stands, for the next start of the program.
pub(super) fn time_kept(group: &Group<'_>, anchor: Option<&Anchor>) -> Result<(), JournalError> {
    let Some(anchor) = anchor else { return Ok(()) };
    Ok(state(group, CLOCK, &serde_json::to_string(anchor)?)?)
}

/// What was last written down of the clock.
pub(super) fn anchor(connection: &Connection) -> rusqlite::Result<Option<Anchor>> {
    let text: Option<String> = connection
        .query_row("SELECT value FROM facts WHERE name = ?1", [CLOCK], |row| row.get(0))
        .optional()?;
    // One that cannot be read says as much as none: staff confirm the day.
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

impl Journal {
    /// Takes in what central said at enrolment.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn enrolled(&self, enrolled: Enrolled) -> Result<(), JournalError> {
        self.write(move |group| self::enrolled(group, &enrolled)).await
    }

    /// Takes in what central said at hello: token, epoch, how far it has the journal, and, while
    /// the journal is empty, where commands and numbers go on. Another epoch, or a position that
    /// fell back, makes what central lost unsent again.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn welcomed(&self, welcome: Welcome) -> Result<(), JournalError> {
        self.write(move |group| self::welcomed(group, &welcome)).await
    }

    /// Takes in the epoch of an answer to what an edge that was shut out handed over. Says whether it is
    /// another: then all that is kept is to be handed over again.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn outlived(&self, epoch: Uuid) -> Result<bool, JournalError> {
        self.write(move |group| self::outlived(group, epoch)).await
    }

    /// Keeps why central does not let this edge speak for its outlet any more; new work is refused
    /// from here on. `None` when it may again.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn barred(&self, code: Option<String>) -> Result<(), JournalError> {
        self.write(move |group| self::bar(group, code.as_deref())).await
    }
}
