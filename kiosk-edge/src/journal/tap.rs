//! From a wish to a command: planned, decided, written.

use gerai_shared::{
    Act, Actor, Command, CommandId, Decision, OutletId, RequestId, RowKey, Stamp, State,
    change::{Table, hash_of},
    decide,
    intake::BusinessDay,
    journal::link,
    outlet::Outlet,
    wish::{Wish, close_forgotten_day, number_taken},
};
use rusqlite::{OptionalExtension, params};

use super::{
    Group, JournalError, Made, TapError, device,
    ground::{Circumstances, end_of, ground},
    rows,
};
use crate::clock::Anchor;

/// A screen's write.
#[derive(Debug)]
pub struct Tap {
    /// What is wanted.
    pub wish: Wish,
    /// Who wants it.
    pub actor: Actor,
    /// How the same question is known again.
    pub question: Question,
    /// The HTTP status of a booked answer.
    pub status: u16,
    /// The answer's body.
    pub answer: fn(&Booked<'_>) -> serde_json::Result<Vec<u8>>,
    /// What stands around it.
    pub circumstances: Circumstances,
    /// The command it corrects.
    pub supersedes: Option<CommandId>,
}

/// How a question that is asked twice is known again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Who asks: keys of different screens never meet.
    pub scope: String,
    /// The `Idempotency-Key`.
    pub key: String,
    /// Hash of method, path and body.
    pub fingerprint: String,
}

/// What was told, or is told again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body, byte for byte.
    pub body: Vec<u8>,
    /// Whether it was told before.
    pub replayed: bool,
}

/// A command that was decided, and what stands after it.
#[derive(Debug)]
pub struct Booked<'b> {
    /// The outlet.
    pub outlet: &'b Outlet,
    /// The command.
    pub command: &'b Command,
    /// What followed.
    pub decision: &'b Decision,
    /// The rows it read, as they stand after it.
    pub state: &'b State,
}

/// Who gives a command, and because of what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    pub(super) actor: Actor,
    pub(super) request: Option<RequestId>,
    pub(super) supersedes: Option<CommandId>,
}

impl Origin {
    /// Nothing but who.
    pub(super) fn of(actor: Actor) -> Self {
        Self {
            actor,
            request: None,
            supersedes: None,
        }
    }

    /// Whether it is work from a screen, which waits when there is little room left. An answer to a request
    /// uses the reserve: with it comes its whole page, grants and revocations included.
    fn is_new_work(self) -> bool {
        self.request.is_none() && self.actor != Actor::System
    }
}

pub(super) fn take(group: &mut Group<'_>, tap: Tap) -> Result<Reply, TapError> {
    take_if(group, tap, |_| Ok(()))
}

/// Takes a tap, unless `check` says no to what it comes to: its failure undoes what was written.
pub(super) fn take_if<E>(
    group: &mut Group<'_>,
    tap: Tap,
    check: impl FnOnce(&Booked<'_>) -> Result<(), E>,
) -> Result<Reply, E>
where
    E: From<TapError>,
{
    if let Some(told) = group.told(&tap.question)? {
        return Ok(told);
    }
    let mut state = State::default();
    let outlet = group.known.outlet.clone();
    let outlet = outlet.ok_or(TapError::Journal(JournalError::NotReady))?;
    if !group.clock.is_confirmed() {
        return Err(TapError::DayUnconfirmed(outlet.business_day(group.clock.now())).into());
    }
    let (command, decision) = book(
        group,
        &outlet,
        &mut state,
        tap.wish,
        Origin {
            supersedes: tap.supersedes,
            ..Origin::of(tap.actor)
        },
        tap.circumstances,
    )?;
    let booked = Booked {
        outlet: &outlet,
        command: &command,
        decision: &decision,
        state: &state,
    };
    check(&booked)?;
    let body = (tap.answer)(&booked).map_err(|error| TapError::Journal(error.into()))?;
    group.remember(&tap.question, tap.status, &body)?;
    Ok(Reply {
        status: tap.status,
        body,
        replayed: false,
    })
}

impl Group<'_> {
    /// What was told to this question before.
    ///
    /// # Errors
    /// When its key belongs to another question, or it cannot be read.
    pub fn told(&self, question: &Question) -> Result<Option<Reply>, TapError> {
        let told: Option<(String, u16, Vec<u8>)> = self
            .connection()
            .prepare_cached("SELECT fingerprint, status, body FROM replies WHERE scope = ?1 AND key = ?2")?
            .query_row(params![question.scope, question.key], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        match told {
            Some((fingerprint, ..)) if fingerprint != question.fingerprint => Err(TapError::KeyReused),
            Some((_, status, body)) => Ok(Some(Reply {
                status,
                body,
                replayed: true,
            })),
            None => Ok(None),
        }
    }

    /// Writes down where the clock stands.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn keep_time(&self, anchor: &Anchor) -> Result<(), JournalError> {
        device::time_kept(self, Some(anchor))
    }

    /// Keeps an answer, to be told again byte for byte to the same question.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn remember(&self, question: &Question, status: u16, body: &[u8]) -> Result<(), TapError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO replies (scope, key, fingerprint, status, body, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                question.scope,
                question.key,
                question.fingerprint,
                status,
                body,
                self.clock.now().0
            ])?;
        Ok(())
    }
}

/// Plans, decides and journals a wish. A refusal writes nothing.
pub(super) fn book(
    group: &mut Group<'_>,
    outlet: &Outlet,
    state: &mut State,
    wish: Wish,
    origin: Origin,
    circumstances: Circumstances,
) -> Result<(Command, Decision), TapError> {
    let stamp = stamp(group, outlet);
    close_the_day_before(group, outlet, stamp)?;
    let ground = ground(group, outlet, &wish, stamp, circumstances)?;
    rows::load(group.connection(), &wish.keys(), state)?;
    let act = wish.plan(state, &ground)?;
    journal(group, stamp, state, outlet.id, act, origin)
}

/// A day that nobody closed is closed with the first command of the next (E4).
fn close_the_day_before(group: &mut Group<'_>, outlet: &Outlet, stamp: Stamp) -> Result<(), TapError> {
    if group.known.day_begun == Some(stamp.day) {
        return Ok(());
    }
    group.known.day_begun = Some(stamp.day);
    let Some(before) = rows::last_day_before(group.connection(), stamp.day)? else {
        return Ok(());
    };
    let mut state = State::default();
    rows::load(group.connection(), &[BusinessDay::key(outlet.id, before)], &mut state)?;
    let floor = end_of(group.connection(), before)?;
    if state.business_day(outlet.id, before).is_some() && floor.open.is_empty() {
        return Ok(());
    }
    let act = close_forgotten_day(outlet.id, before, &floor);
    journal(group, stamp, &mut state, outlet.id, act, Origin::of(Actor::System)).map(drop)
}

/// The stamp of a command given now. Taken once for each: the clock may be set by central meanwhile,
/// and a number is of the day it is stamped with.
pub(super) fn stamp(group: &Group<'_>, outlet: &Outlet) -> Stamp {
    let now = group.clock.now();
    group.clock.stamp(now, outlet.business_day(now))
}

/// Decides an act and writes it down with what follows.
pub(super) fn journal(
    group: &mut Group<'_>,
    stamp: Stamp,
    state: &mut State,
    outlet: OutletId,
    act: Act,
    origin: Origin,
) -> Result<(Command, Decision), TapError> {
    if let Some(code) = &group.known.device.barred {
        return Err(JournalError::Barred(code.clone()).into());
    }
    if !group.room_left && origin.is_new_work() {
        return Err(JournalError::DiskFull.into());
    }
    let command = Command {
        id: group.clock.uuid().into(),
        outlet,
        incarnation: group.known.device.incarnation,
        seq: group.known.last_seq + 1,
        stamp,
        actor: origin.actor,
        request: origin.request,
        supersedes: origin.supersedes,
        act,
    };
    let mut keys = command.act.keys();
    keys.extend(origin.request.map(|request| RowKey::new(Table::Answer, request.0)));
    rows::load(group.connection(), &keys, state)?;
    let decision = decide(state, &command)?;
    write(group, &command, &decision)?;
    state.apply(decision.changes.iter().cloned());
    Ok((command, decision))
}

fn write(group: &mut Group<'_>, command: &Command, decision: &Decision) -> Result<(), TapError> {
    let connection = group.connection();
    for change in &decision.changes {
        rows::store(connection, change)?;
    }
    if let Some((series, number)) = number_taken(&command.act) {
        rows::raise_series(connection, command.stamp.day, series, number + 1)?;
    }
    let json = command.to_json();
    let changes_hash = hash_of(&decision.changes);
    let chain = link(&group.known.last_hash, json.as_bytes(), &changes_hash);
    connection
        .prepare_cached(
            "INSERT INTO journal (seq, id, kind, json, changes, changes_hash, chain, made_at, exceptions)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            rows::int(command.seq),
            command.id.0.as_bytes(),
            command.act.kind(),
            json,
            serde_json::to_string(&decision.changes).map_err(JournalError::from)?,
            changes_hash,
            chain,
            command.stamp.time.0,
            serde_json::to_string(&decision.exceptions).map_err(JournalError::from)?
        ])?;
    group.known.last_seq = command.seq;
    group.known.last_hash = chain;
    group.known.empty = false;
    group.made(Made {
        seq: command.seq,
        id: command.id,
        changes: decision.changes.clone(),
    });
    Ok(())
}
