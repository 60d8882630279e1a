//! What a new life of an outlet's edge starts with, and what the life before took with it.

use gerai_shared::{Change, Day, EdgeId, Exception, OutletId};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr};

use super::{book::text, model::exception, store};
use crate::{
    features::{queue, requests, sales},
    platform::{clock::Clock, db::insert_rows},
};

/// The rows of an outlet since a business day, and all its rooms, with the position they stand at.
/// The caller's transaction holds the stream row from here on.
///
/// # Errors
/// The database's.
pub async fn inheritance(tx: &impl ConnectionTrait, outlet: OutletId, since: Day) -> Result<(u64, Vec<Change>), DbErr> {
    let at = store::lock(tx, outlet).await?;
    let mut rows = queue::rows_between(tx, outlet, Some(since), None).await?;
    rows.extend(queue::rows_of_no_day(tx, outlet).await?);
    rows.extend(sales::rows_between(tx, outlet, Some(since), None).await?);
    // The open one, however old.
    rows.extend(sales::open_shifts(tx, outlet, since).await?);
    rows.extend(requests::answers_between(tx, outlet, Some(since), None).await?);
    Ok((at.last_seq, rows))
}

/// States what an edge took with it that leads its outlet no more: the commands it told of and did
/// not push. They may still come, for review. The caller holds the stream row.
///
/// # Errors
/// The database's.
pub async fn state_lost(
    tx: &impl ConnectionTrait,
    clock: &Clock,
    at: &store::Position,
    edge: EdgeId,
    told: u64,
) -> Result<(), DbErr> {
    if told <= at.last_seq {
        return Ok(());
    }
    let lost = Exception::CommandsLost {
        first: at.last_seq + 1,
        last: told,
    };
    tracing::warn!(outlet = %at.outlet, %edge, first = at.last_seq + 1, last = told, "commands are missing");
    list(tx, clock, at.outlet, edge, told, "edge.replaced", &lost).await
}

/// States that central knows less than it has told this edge: its database was put back from a backup, and
/// nobody has said so yet. Numbers of central's own series go on where none can have been told. The
/// caller holds the stream row.
///
/// # Errors
/// The database's.
pub async fn state_set_back(
    tx: &impl ConnectionTrait,
    clock: &Clock,
    at: &store::Position,
    edge: EdgeId,
    told: u64,
) -> Result<(), DbErr> {
    let why = Exception::CentralSetBack { told, had: at.last_seq };
    list(tx, clock, at.outlet, edge, told, "central.set_back", &why).await
}

/// States that a copy of an edge was turned away.
///
/// # Errors
/// The database's.
pub async fn state_copied(
    tx: &impl ConnectionTrait,
    clock: &Clock,
    at: &store::Position,
    edge: EdgeId,
    why: &str,
) -> Result<(), DbErr> {
    let copied = Exception::EdgeCopied { why: why.to_owned() };
    list(tx, clock, at.outlet, edge, at.last_seq, "edge.copied", &copied).await
}

async fn list(
    tx: &impl ConnectionTrait,
    clock: &Clock,
    outlet: OutletId,
    edge: EdgeId,
    seq: u64,
    kind: &str,
    why: &Exception,
) -> Result<(), DbErr> {
    let row = exception::ActiveModel {
        id: Set(clock.id()),
        outlet_id: Set(outlet.0),
        // No command of it is here: the edge stands for them.
        command_id: Set(edge.0),
        seq: Set(i64::try_from(seq).unwrap_or(i64::MAX)),
        kind: Set(kind.to_owned()),
        code: Set(why.code().to_owned()),
        detail: Set(text(why)?),
        created_at: Set(clock.now().0),
        settled_at: Set(None),
        settled_by: Set(None),
    };
    insert_rows(tx, vec![row]).await
}
