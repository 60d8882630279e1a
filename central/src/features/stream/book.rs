//! The one door: commands become rows here, set-wise.
//!
//! One read of the rows the batch touches, decisions in memory in order, one multi-row write per
//! table. The caller holds the outlet's stream row.

use std::collections::{BTreeMap, HashSet};

use gerai_shared::{
    Act, Change, Exception, Micros, OutletId, RowKey, State,
    command::Command,
    journal::link,
    sync::{CommandResult, Outcome},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr};

use super::{
    agree::{Agreed, agree},
    closing,
    foreign::Ground,
    incoming::Incoming,
    model::{command, exception, held_rows},
    numbers::{number_of, tell_numbers},
    review::Review,
    store::{self, Position},
};
use crate::{
    features::{queue, requests, sales},
    platform::{clock::Clock, db::insert_rows, feed::touch},
};

/// What became of a batch.
#[derive(Debug, Default)]
pub(super) struct Booked {
    pub results: Vec<CommandResult>,
    pub changes: Vec<Change>,
}

/// A command's fate, before it is written.
struct Fate {
    outcome: Outcome,
    central_hash: Option<String>,
    exceptions: Vec<Exception>,
}

/// Its bytes are kept, and a person looks.
fn not_stored(why: String) -> Fate {
    Fate {
        outcome: Outcome::Excepted,
        central_hash: None,
        exceptions: vec![Exception::NotStored { why }],
    }
}

/// Books commands that come right after `at`. Stops before the first that central comes to other
/// rows for; its result says to send it again with its rows.
pub(super) async fn book(
    tx: &impl ConnectionTrait,
    clock: &Clock,
    at: &Position,
    incoming: &[&Incoming],
) -> Result<Booked, DbErr> {
    let mut booked = Booked::default();
    if incoming.is_empty() {
        return Ok(booked);
    }
    let now = clock.now();
    let held = store::held(tx, at.outlet).await?;
    let mut waiting: HashSet<RowKey> = store::held_keys(&held);
    let readable = || incoming.iter().filter_map(|item| item.command.as_ref().ok());
    let mut ground = load(tx, at.outlet, readable()).await?;
    let review = Review::load(tx, at.outlet, readable()).await?;

    let mut rows: BTreeMap<RowKey, Change> = BTreeMap::new();
    let mut numbers = Vec::new();
    let mut fates: Vec<(&Incoming, Fate)> = Vec::with_capacity(incoming.len());
    for item in incoming {
        let waits = item.header.keys.iter().any(|key| waiting.contains(key));
        let fate = match &item.command {
            Ok(command) if !waits => {
                if let Some(why) = not_its_own(&ground, item, command) {
                    fates.push((item, not_stored(why)));
                    continue;
                }
                let state = &mut ground.state;
                let Some(Agreed { decision, hash }) = agree(state, command, item) else {
                    booked.results.push(result(item, Outcome::SendRows, Vec::new()));
                    break;
                };
                let mut exceptions = decision.exceptions;
                exceptions.extend(review.exceptions(command));
                exceptions.extend(check_in(tx, command, now).await?);
                numbers.extend(number_of(command));
                state.apply(decision.changes.iter().cloned());
                rows.extend(decision.changes.iter().map(|change| (change.key(), change.clone())));
                booked.changes.extend(decision.changes);
                Fate {
                    outcome: Outcome::Applied,
                    central_hash: Some(hash),
                    exceptions,
                }
            }
            // Its owner's rows are kept with it: on the day it is released they may be the truth.
            _ if item.rows.is_none() => {
                booked.results.push(result(item, Outcome::SendRows, Vec::new()));
                break;
            }
            unreadable => {
                if let Err(why) = unreadable {
                    tracing::warn!(seq = item.seq(), kind = item.header.kind, %why, "a command is held");
                }
                waiting.extend(item.header.keys.iter().copied());
                Fate {
                    outcome: Outcome::Held,
                    central_hash: None,
                    exceptions: Vec::new(),
                }
            }
        };
        fates.push((item, fate));
    }

    for (id, taken) in tell_numbers(tx, at.outlet, numbers).await? {
        if let Some((_, fate)) = fates.iter_mut().find(|(item, _)| item.id() == id) {
            fate.exceptions.push(taken);
        }
    }
    store_rows(tx, at.outlet, rows, now).await?;
    for (item, fate) in &mut fates {
        if let (Outcome::Applied, Ok(command)) = (fate.outcome, &item.command) {
            fate.exceptions.extend(closing::audit(tx, at, command).await?);
        }
    }
    write(tx, clock, at, &mut fates, &mut booked.results).await?;
    Ok(booked)
}

/// Why a command cannot stand as its owner sent it, if so.
pub(super) fn not_its_own(ground: &Ground, item: &Incoming, command: &Command) -> Option<String> {
    if item.is_forged() {
        return Some("the rows sent are not those it was proved with".to_owned());
    }
    let key = ground.overstepped(item, command)?;
    Some(format!("{key:?} is not this outlet's to change"))
}

async fn load<'c>(
    tx: &impl ConnectionTrait,
    outlet: OutletId,
    commands: impl Iterator<Item = &'c Command>,
) -> Result<Ground, DbErr> {
    let mut keys: Vec<RowKey> = commands.flat_map(|command| command.act.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    load_rows(tx, outlet, &keys).await
}

/// The rows of an outlet with these keys.
pub(super) async fn load_rows(tx: &impl ConnectionTrait, outlet: OutletId, keys: &[RowKey]) -> Result<Ground, DbErr> {
    let mut loaded = State::default();
    queue::load(tx, keys, &mut loaded).await?;
    sales::load(tx, keys, &mut loaded).await?;
    requests::load(tx, keys, &mut loaded).await?;
    Ground::of(tx, outlet, keys, &loaded).await
}

pub(super) async fn check_in(
    tx: &impl ConnectionTrait,
    command: &Command,
    now: Micros,
) -> Result<Option<Exception>, DbErr> {
    let Act::CheckIn(act) = &command.act else {
        return Ok(None);
    };
    let cancelled = queue::check_in_remote(tx, command.outlet, act.remote, now).await?;
    Ok(cancelled.then_some(Exception::RemoteCancelled))
}

pub(super) async fn store_rows(
    tx: &impl ConnectionTrait,
    outlet: OutletId,
    rows: BTreeMap<RowKey, Change>,
    now: Micros,
) -> Result<(), DbErr> {
    let rows: Vec<&Change> = rows.values().collect();
    queue::store(tx, &rows).await?;
    sales::store(tx, &rows).await?;
    let answers: Vec<_> = rows
        .iter()
        .filter_map(|row| match row {
            Change::Answer(answer) => Some(answer),
            _ => None,
        })
        .collect();
    requests::answer(tx, outlet, &answers, now).await?;
    if rows.iter().any(|row| {
        matches!(
            row,
            Change::Ticket(_) | Change::Session(_) | Change::Room(_) | Change::Intake(_)
        )
    }) {
        touch(tx, &queue::topic(outlet)).await?;
    }
    Ok(())
}

/// Writes the commands, their exceptions, and where the stream stands now.
async fn write(
    tx: &impl ConnectionTrait,
    clock: &Clock,
    at: &Position,
    fates: &mut Vec<(&Incoming, Fate)>,
    results: &mut Vec<CommandResult>,
) -> Result<(), DbErr> {
    let mut chain = at.chain_hash.clone();
    let mut last = at.last_seq;
    let (mut commands, mut exceptions, mut held) = (Vec::new(), Vec::new(), Vec::new());
    let again = results.pop();
    for (item, mut fate) in fates.drain(..) {
        chain = link(&chain, item.json.as_bytes(), &item.hash);
        last = item.seq();
        if !fate.exceptions.is_empty() {
            fate.outcome = Outcome::Excepted;
        }
        exceptions.extend(exception_rows(clock, item, &fate.exceptions)?);
        if let (Outcome::Held, Some(sent)) = (fate.outcome, &item.rows) {
            held.push(held_rows::ActiveModel {
                command_id: Set(item.id().0),
                changes: Set(sent.json.clone()),
            });
        }
        commands.push(command_row(clock.now(), item, &fate)?);
        results.push(result(item, fate.outcome, fate.exceptions));
    }
    results.extend(again);
    if commands.is_empty() {
        return Ok(());
    }
    insert_rows(tx, commands).await?;
    insert_rows(tx, exceptions).await?;
    insert_rows(tx, held).await?;
    store::advance(tx, at.outlet, last, &chain).await
}

pub(super) fn exception_rows(
    clock: &Clock,
    item: &Incoming,
    exceptions: &[Exception],
) -> Result<Vec<exception::ActiveModel>, DbErr> {
    exceptions
        .iter()
        .map(|why| {
            Ok(exception::ActiveModel {
                id: Set(clock.id()),
                outlet_id: Set(item.header.outlet.0),
                command_id: Set(item.id().0),
                seq: Set(i64::try_from(item.seq()).unwrap_or(i64::MAX)),
                kind: Set(item.header.kind.clone()),
                code: Set(why.code().to_owned()),
                detail: Set(text(why)?),
                created_at: Set(clock.now().0),
                settled_at: Set(None),
                settled_by: Set(None),
            })
        })
        .collect()
}

fn command_row(now: Micros, item: &Incoming, fate: &Fate) -> Result<command::ActiveModel, DbErr> {
    Ok(command::ActiveModel {
        id: Set(item.id().0),
        outlet_id: Set(item.header.outlet.0),
        incarnation: Set(i64::from(item.header.incarnation)),
        seq: Set(i64::try_from(item.seq()).unwrap_or(i64::MAX)),
        kind: Set(item.header.kind.clone()),
        version: Set(i32::from(item.header.version)),
        body: Set(item.json.clone()),
        edge_hash: Set(item.hash.clone()),
        central_hash: Set(fate.central_hash.clone()),
        outcome: Set(fate.outcome.as_str().to_owned()),
        exceptions: Set(text(&fate.exceptions)?),
        given_at: Set(item.command.as_ref().ok().map(|command| command.stamp.time.0)),
        received_at: Set(now.0),
    })
}

pub(super) fn text(value: &impl serde::Serialize) -> Result<String, DbErr> {
    serde_json::to_string(value).map_err(|error| DbErr::Json(error.to_string()))
}

fn result(item: &Incoming, outcome: Outcome, exceptions: Vec<Exception>) -> CommandResult {
    CommandResult {
        id: item.id(),
        seq: item.seq(),
        outcome,
        exceptions,
    }
}

/// Books one command that the database refuses the rows of: its bytes are kept, and a person
/// looks.
pub(super) async fn book_unstored(
    tx: &impl ConnectionTrait,
    clock: &Clock,
    at: &Position,
    item: &Incoming,
    why: String,
) -> Result<CommandResult, DbErr> {
    let mut fates = vec![(item, not_stored(why))];
    let mut results = Vec::new();
    write(tx, clock, at, &mut fates, &mut results).await?;
    results
        .pop()
        .ok_or_else(|| DbErr::RecordNotFound(format!("result of command {}", item.seq())))
}
