//! Acts on an outlet without an active edge: central leads, through the same door.

use gerai_shared::{
    Act, Actor, Change, Command, CommandId, Day, Decision, Micros, OutletId, RequestId, Stamp, TicketId,
    change::hash_of,
    decide,
    queue::Series,
    wish::{Wish, refuse},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};
use uuid::Uuid;

use super::{
    StreamError,
    book::{self, load_rows},
    ground::ground,
    incoming::Incoming,
    model::number,
    store,
};
use crate::{
    features::{outlets, requests},
    platform::Platform,
};

/// What central's own act came to.
#[derive(Clone, Debug)]
pub struct Led {
    /// The command's id.
    pub command: CommandId,
    /// Its place in the stream.
    pub seq: u64,
    /// The new rows.
    pub changes: Vec<Change>,
}

/// Acts on an outlet that has no edge, in the caller's transaction.
///
/// # Errors
/// [`StreamError::HasEdge`] when it has one; [`StreamError::Waits`] when a held command of the edge
/// it had is about the same rows; the rules' refusals.
pub async fn lead(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    outlet: OutletId,
    wish: Wish,
    actor: Actor,
    request: Option<RequestId>,
) -> Result<Led, StreamError> {
    let profile = outlets::get(tx, outlet).await?.ok_or(StreamError::UnknownOutlet)?;
    let at = store::lock(tx, outlet).await?;
    if at.incarnation != 0 {
        return Err(StreamError::HasEdge);
    }
    let now = platform.clock.now();
    let day = profile.business_day(now);
    let state = load_rows(tx, outlet, &wish.keys()).await?.state;
    let ground = ground(tx, platform, &profile, &wish, (day, now)).await?;
    let act = wish.plan(&state, &ground)?;
    give(tx, platform, &at, stamp(now, day), act, actor, request).await
}

/// Answers what the outlet's edge was asked and did not answer, now that central leads: the act
/// asked for, or its refusal.
///
/// # Errors
/// [`StreamError::HasEdge`] when it has one; the database's.
pub async fn answer_waiting(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    outlet: OutletId,
) -> Result<(), StreamError> {
    let profile = outlets::get(tx, outlet).await?.ok_or(StreamError::UnknownOutlet)?;
    for asked in requests::waiting(tx, outlet).await? {
        let request = Some(asked.id);
        match lead(tx, platform, outlet, asked.wish, asked.by, request).await {
            // What waits for a held command is answered when that is released.
            Ok(_) | Err(StreamError::Waits) => {}
            Err(StreamError::Refused(refusal)) => {
                let at = store::lock(tx, outlet).await?;
                let now = platform.clock.now();
                let stamp = stamp(now, profile.business_day(now));
                let act = refuse(asked.id, &refusal);
                give(tx, platform, &at, stamp, act, Actor::System, request).await?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

pub(super) fn stamp(time: Micros, day: Day) -> Stamp {
    Stamp {
        time,
        day,
        boot: Uuid::nil(),
        uptime: 0,
    }
}

/// Gives central's own command, after `at`.
pub(super) async fn give(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    at: &store::Position,
    stamp: Stamp,
    act: Act,
    actor: Actor,
    request: Option<RequestId>,
) -> Result<Led, StreamError> {
    let outlet = at.outlet;
    let command = Command {
        id: CommandId(platform.clock.id()),
        outlet,
        incarnation: 0,
        seq: at.last_seq + 1,
        stamp,
        actor,
        request,
        supersedes: None,
        act,
    };
    let keys = command.act.keys();
    let held = store::held_keys(&store::held(tx, outlet).await?);
    if keys.iter().any(|key| held.contains(key)) {
        return Err(StreamError::Waits);
    }
    let state = load_rows(tx, outlet, &keys).await?.state;
    let Decision { changes, .. } = decide(&state, &command)?;
    let item = Incoming::read(
        command.to_json(),
        hash_of(&changes),
        None,
        gerai_shared::command::PROTOCOL,
    )?;
    let booked = book::book(tx, &platform.clock, at, &[&item]).await?;
    // What is told to be done has to be in the rows.
    if booked.changes != changes {
        return Err(StreamError::NotBooked(format!("{:?}", booked.results)));
    }
    Ok(Led {
        command: command.id,
        seq: command.seq,
        changes,
    })
}

/// Takes the next number of a series that central owns (mobile, booking). The caller's transaction
/// holds the outlet's stream row.
///
/// # Errors
/// The database's.
pub async fn next_number(
    tx: &impl ConnectionTrait,
    outlet: OutletId,
    day: Day,
    series: Series,
    ticket: TicketId,
) -> Result<u32, DbErr> {
    let next = store::last_told(tx, outlet, day, series).await? + 1;
    number::Entity::insert(number::ActiveModel {
        outlet_id: Set(outlet.0),
        day: Set(day.to_string()),
        series: Set(series.as_str().to_owned()),
        number: Set(i32::try_from(next).unwrap_or(i32::MAX)),
        row_id: Set(ticket.0),
    })
    .exec_without_returning(tx)
    .await?;
    Ok(next)
}
