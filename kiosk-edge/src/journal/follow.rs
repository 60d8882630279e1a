//! What central owns arrives: rows, cursor, and answers to requests, in one go.

use gerai_shared::{
    Change, Refusal, RowKey, State,
    catalog::Product,
    change::Table,
    command::{Act, RefuseRequest},
    outlet::{Outlet, SignedGrant},
    queue::RemoteTicket,
    request::Request,
    sync::{CommandResult, FeedRow, Snapshot, TopicChanges},
    wish,
};
use rusqlite::params;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use super::{Circumstances, Committed, Group, JournalError, TapError, grants, rows, settle, tap};

/// The refusal of a request this program cannot read.
const UNREADABLE: &str = "unreadable";

pub(super) fn page(group: &mut Group<'_>, page: &TopicChanges, epoch: Uuid) -> Result<(), JournalError> {
    of_this_epoch(group, epoch)?;
    let cursor = group.known.position(&page.topic);
    let gap = |found| JournalError::FeedGap {
        topic: page.topic.clone(),
        cursor,
        found,
    };
    if page.after > cursor {
        return Err(gap(page.after));
    }
    let fresh: Vec<&FeedRow> = page.rows.iter().filter(|row| row.number > cursor).collect();
    let mut reached = cursor;
    for row in &fresh {
        if row.number != reached + 1 {
            return Err(gap(row.number));
        }
        reached = row.number;
    }
    if page.position > reached {
        return Err(gap(page.position));
    }
    take(group, &page.topic, &fresh, reached)
}

pub(super) fn snapshot(group: &mut Group<'_>, snapshot: &Snapshot) -> Result<(), JournalError> {
    of_this_epoch(group, snapshot.epoch)?;
    group
        .connection()
        .prepare_cached("DELETE FROM followed WHERE topic = ?1")?
        .execute(params![snapshot.topic])?;
    let rows: Vec<&FeedRow> = snapshot.rows.iter().collect();
    take(group, &snapshot.topic, &rows, snapshot.position)?;
    group.event(Committed::Followed {
        topic: snapshot.topic.clone(),
        position: snapshot.position,
        rows: [].into(),
    });
    Ok(())
}

fn of_this_epoch(group: &Group<'_>, epoch: Uuid) -> Result<(), JournalError> {
    match group.known.device.epoch {
        Some(known) if known != epoch => Err(JournalError::EpochChanged),
        _ => Ok(()),
    }
}

fn take(group: &mut Group<'_>, topic: &str, fresh: &[&FeedRow], position: u64) -> Result<(), JournalError> {
    for row in fresh {
        match row.kind.as_str() {
            "request" => {}
            "command_result" => take_result(group, row)?,
            _ => take_row(group, topic, row)?,
        }
    }
    let before = group.known.outlet.clone();
    group.known.load_outlet(group.connection())?;
    if group.known.outlet.is_none() {
        group.known.outlet = before;
    }
    // Last, so that they are answered with the page's own products and studios at hand.
    for row in fresh.iter().filter(|row| row.kind == "request") {
        answer(group, row)?;
    }
    let now = group.clock.now();
    group
        .connection()
        .prepare_cached(
            "INSERT INTO cursors (topic, position, as_of) VALUES (?1, ?2, ?3)
             ON CONFLICT (topic) DO UPDATE SET position = ?2, as_of = ?3",
        )?
        .execute(params![topic, rows::int(position), now.0])?;
    group.known.moved(topic, position, now);
    if !fresh.is_empty() {
        group.event(Committed::Followed {
            topic: topic.to_owned(),
            position,
            rows: fresh.iter().map(|row| (row.kind.clone(), row.id)).collect(),
        });
    }
    Ok(())
}

fn take_row(group: &mut Group<'_>, topic: &str, row: &FeedRow) -> Result<(), JournalError> {
    let Some(body) = &row.body else {
        group
            .connection()
            .prepare_cached("DELETE FROM followed WHERE topic = ?1 AND kind = ?2 AND id = ?3")?
            .execute(params![topic, row.kind, row.id.as_bytes()])?;
        return Ok(());
    };
    if let Err(why) = readable(group, row, body) {
        // What is here stays: an outlet with yesterday's row is better than one with none.
        tracing::error!(topic, number = row.number, kind = row.kind, id = %row.id, why, "a feed row was ignored");
        return Ok(());
    }
    let body = match row.kind.as_str() {
        "grant" => grants::sealed(group.pepper, row.id, body)?,
        _ => body.to_string(),
    };
    group
        .connection()
        .prepare_cached(
            "INSERT INTO followed (topic, kind, id, body) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (topic, kind, id) DO UPDATE SET body = ?4",
        )?
        .execute(params![topic, row.kind, row.id.as_bytes(), body])?;
    Ok(())
}

/// Whether this program can use the row. Kinds it does not know are kept for one that does.
fn readable(group: &Group<'_>, row: &FeedRow, body: &Value) -> Result<(), String> {
    fn as_a<T: DeserializeOwned>(body: &Value) -> Result<T, String> {
        T::deserialize(body).map_err(|error| error.to_string())
    }
    match row.kind.as_str() {
        "product" => as_a::<Product>(body).map(drop),
        "outlet" => as_a::<Outlet>(body).map(drop),
        "remote_ticket" => as_a::<RemoteTicket>(body).map(drop),
        "grant" => {
            let grant = grants::open(&group.known.device, &as_a::<SignedGrant>(body)?)?;
            if grant.staff.0 == row.id {
                Ok(())
            } else {
                Err("it is another's grant".to_owned())
            }
        }
        _ => Ok(()),
    }
}

/// Central has booked a command that it had held.
fn take_result(group: &mut Group<'_>, row: &FeedRow) -> Result<(), JournalError> {
    match row.body.as_ref().map(CommandResult::deserialize) {
        Some(Ok(result)) => settle::outcome(group, &result).map(drop),
        Some(Err(error)) => {
            tracing::error!(number = row.number, %error, "a command's result was not understood");
            Ok(())
        }
        None => Ok(()),
    }
}

/// Answers a request by a command: the act asked for, or its refusal. An answered one is passed over.
fn answer(group: &mut Group<'_>, row: &FeedRow) -> Result<(), JournalError> {
    let Some(body) = &row.body else { return Ok(()) };
    let mut state = State::default();
    let key = RowKey::new(Table::Answer, row.id);
    rows::load(group.connection(), &[key], &mut state)?;
    if let Some(Change::Answer(_)) = state.row(key) {
        return Ok(());
    }
    let outlet = group.known.outlet.clone().ok_or(JournalError::NotReady)?;
    let refusal = match Request::deserialize(body) {
        Ok(request) => {
            let by = tap::Origin {
                request: Some(request.id),
                ..tap::Origin::of(request.by)
            };
            // It came over the line, which therefore is up.
            let booked = tap::book(group, &outlet, &mut state, request.wish, by, Circumstances::default());
            match booked {
                Ok(_) => return Ok(()),
                Err(TapError::Refused(refusal)) => wish::refuse(row.id.into(), &refusal),
                Err(error) => return Err(broken(error)),
            }
        }
        Err(error) => {
            tracing::error!(number = row.number, %error, "a request was not understood");
            Act::RefuseRequest(RefuseRequest {
                request: row.id.into(),
                code: UNREADABLE.to_owned(),
            })
        }
    };
    let by = tap::Origin {
        request: Some(row.id.into()),
        ..tap::Origin::of(gerai_shared::Actor::System)
    };
    let stamp = tap::stamp(group, &outlet);
    tap::journal(group, stamp, &mut state, outlet.id, refusal, by)
        .map(drop)
        .map_err(broken)
}

fn broken(error: TapError) -> JournalError {
    match error {
        TapError::Journal(error) => error,
        TapError::Refused(Refusal::Exists) => JournalError::Damaged("an answer exists twice".to_owned()),
        error => JournalError::Damaged(error.to_string()),
    }
}
