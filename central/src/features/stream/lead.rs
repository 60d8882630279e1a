//! Acts on an outlet without an active edge: central leads, through the same door.

use std::collections::HashMap;

use gerai_shared::{
    Actor, Change, Command, CommandId, Day, Decision, OutletId, RequestId, Stamp, TicketId,
    change::hash_of,
    decide,
    outlet::Outlet,
    queue::{RemoteTicket, Series},
    wish::{Ground, Wish},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};
use uuid::Uuid;

use super::{
    StreamError,
    book::{self, load_rows},
    incoming::Incoming,
    model::number,
    store,
};
use crate::{
    features::{catalog, outlets, queue},
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
/// [`StreamError::HasEdge`] when it has one; the rules' refusals.
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
    let state = load_rows(tx, &wish.keys()).await?;
    let ground = ground(tx, platform, &profile, &wish, day).await?;
    let act = wish.plan(&state, &ground)?;
    let command = Command {
        id: CommandId(platform.clock.id()),
        outlet,
        incarnation: 0,
        seq: at.last_seq + 1,
        stamp: Stamp {
            time: now,
            day,
            boot: Uuid::nil(),
            uptime: 0,
        },
        actor,
        request,
        supersedes: None,
        act,
    };
    let state = load_rows(tx, &command.act.keys()).await?;
    let Decision { changes, .. } = decide(&state, &command)?;
    let item = Incoming::read(
        &command.to_json(),
        hash_of(&changes),
        None,
        gerai_shared::command::PROTOCOL,
    )?;
    book::book(tx, &platform.clock, &at, &[&item]).await?;
    Ok(Led {
        command: command.id,
        seq: command.seq,
        changes,
    })
}

async fn ground<'o>(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    outlet: &'o Outlet,
    wish: &Wish,
    day: Day,
) -> Result<Ground<'o>, DbErr> {
    let products = wish.products();
    let remote: Option<RemoteTicket> = match wish {
        Wish::CheckIn { remote } => queue::remote_ticket(tx, *remote).await?,
        _ => None,
    };
    Ok(Ground {
        outlet,
        fresh: platform.clock.id(),
        ticket_number: store::last_told(tx, outlet.id, day, Series::WalkIn).await? + 1,
        receipt_number: store::last_told(tx, outlet.id, day, Series::Receipt).await? + 1,
        products: if products.is_empty() {
            HashMap::new()
        } else {
            catalog::products(tx, &products).await?
        },
        remote,
        catalog_version: catalog::version(tx).await?,
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
