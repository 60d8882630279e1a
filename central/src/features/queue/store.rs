//! Reading and writing the outlet's rows, many at a time.

use gerai_shared::{Change, Day, OutletId, RowKey, State, TicketId, change::Table, queue::Ticket};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{convert, model};
use crate::platform::{
    db::{padded, upsert_rows},
    http::PageQuery,
};

/// The most ids of one `IN (…)`.
const LOAD_CHUNK: usize = 512;

fn ids(keys: &[RowKey], table: Table) -> Vec<Uuid> {
    keys.iter().filter(|key| key.table == table).map(|key| key.id).collect()
}

/// Loads the tickets, sessions, rooms, intakes and business days among `keys` into `state`.
///
/// # Errors
/// The database's.
pub async fn load(db: &impl ConnectionTrait, keys: &[RowKey], state: &mut State) -> Result<(), DbErr> {
    for chunk in ids(keys, Table::Ticket).chunks(LOAD_CHUNK) {
        let found = model::ticket::Entity::find()
            .filter(model::ticket::Column::Id.is_in(padded(chunk.to_vec())))
            .all(db)
            .await?;
        for row in found {
            state.apply([Change::Ticket(convert::ticket(row)?)]);
        }
    }
    for chunk in ids(keys, Table::Session).chunks(LOAD_CHUNK) {
        let found = model::session::Entity::find()
            .filter(model::session::Column::Id.is_in(padded(chunk.to_vec())))
            .all(db)
            .await?;
        for row in found {
            state.apply([Change::Session(convert::session(&row)?)]);
        }
    }
    for chunk in ids(keys, Table::Room).chunks(LOAD_CHUNK) {
        let found = model::room::Entity::find()
            .filter(model::room::Column::Id.is_in(padded(chunk.to_vec())))
            .all(db)
            .await?;
        for row in found {
            state.apply([Change::Room(convert::room(row)?)]);
        }
    }
    for chunk in ids(keys, Table::Intake).chunks(LOAD_CHUNK) {
        let found = model::intake::Entity::find()
            .filter(model::intake::Column::OutletId.is_in(padded(chunk.to_vec())))
            .all(db)
            .await?;
        for row in found {
            state.apply([Change::Intake(convert::intake(row)?)]);
        }
    }
    for chunk in ids(keys, Table::BusinessDay).chunks(LOAD_CHUNK) {
        let found = model::day::Entity::find()
            .filter(model::day::Column::Id.is_in(padded(chunk.to_vec())))
            .all(db)
            .await?;
        for row in found {
            state.apply([Change::BusinessDay(convert::business_day(&row)?)]);
        }
    }
    Ok(())
}

/// Writes the tickets, sessions, rooms, intakes and business days among `rows`, each of which is there once.
///
/// # Errors
/// The database's.
pub async fn store(tx: &impl ConnectionTrait, rows: &[&Change]) -> Result<(), DbErr> {
    let (mut tickets, mut sessions, mut rooms) = (Vec::new(), Vec::new(), Vec::new());
    let (mut intakes, mut days) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Change::Ticket(row) => tickets.push(convert::ticket_row(row)?),
            Change::Session(row) => sessions.push(convert::session_row(row)?),
            Change::Room(row) => rooms.push(convert::room_row(row)?),
            Change::Intake(row) => intakes.push(convert::intake_row(row)?),
            Change::BusinessDay(row) => days.push(convert::business_day_row(row)?),
            _ => {}
        }
    }
    upsert_rows(tx, tickets).await?;
    upsert_rows(tx, sessions).await?;
    upsert_rows(tx, rooms).await?;
    upsert_rows(tx, intakes).await?;
    upsert_rows(tx, days).await
}

/// A ticket, if an outlet has issued it and central has heard.
///
/// # Errors
/// The database's.
pub async fn ticket(db: &impl ConnectionTrait, id: TicketId) -> Result<Option<Ticket>, DbErr> {
    let row = model::ticket::Entity::find_by_id(id.0).one(db).await?;
    row.map(convert::ticket).transpose()
}

/// The ticket whose status page a token opens. One that two tickets claim opens none.
///
/// # Errors
/// The database's.
pub async fn ticket_by_token(db: &impl ConnectionTrait, token: &str) -> Result<Option<Ticket>, DbErr> {
    let mut rows = model::ticket::Entity::find()
        .filter(model::ticket::Column::Token.eq(token))
        .limit(2)
        .all(db)
        .await?;
    match (rows.pop(), rows.is_empty()) {
        (Some(row), true) => convert::ticket(row).map(Some),
        _ => Ok(None),
    }
}

/// The outlet's own ticket that a remote one became at check-in.
///
/// # Errors
/// The database's.
pub async fn checked_in(
    db: &impl ConnectionTrait,
    outlet: OutletId,
    day: Day,
    remote: TicketId,
) -> Result<Option<Ticket>, DbErr> {
    let row = model::ticket::Entity::find()
        .filter(model::ticket::Column::OutletId.eq(outlet.0))
        .filter(model::ticket::Column::Day.eq(day.to_string()))
        .filter(model::ticket::Column::RemoteId.eq(remote.0))
        .one(db)
        .await?;
    row.map(convert::ticket).transpose()
}

/// The tickets of an outlet's business day, by position. Who is served first depends on the time, too: see
/// [`Ticket::service_order`].
///
/// # Errors
/// The database's.
pub async fn day_tickets(db: &impl ConnectionTrait, outlet: OutletId, day: Day) -> Result<Vec<Ticket>, DbErr> {
    let rows = model::ticket::Entity::find()
        .filter(model::ticket::Column::OutletId.eq(outlet.0))
        .filter(model::ticket::Column::Day.eq(day.to_string()))
        .all(db)
        .await?;
    let mut tickets = rows.into_iter().map(convert::ticket).collect::<Result<Vec<_>, _>>()?;
    tickets.sort_by_key(|ticket| ticket.now.position);
    Ok(tickets)
}

/// A page of an outlet's rows of one table, by id, and how many there are.
///
/// # Errors
/// The database's.
pub async fn rows_page(
    db: &impl ConnectionTrait,
    outlet: OutletId,
    table: Table,
    page: PageQuery,
) -> Result<(u64, Vec<Change>), DbErr> {
    macro_rules! page_of {
        ($entity:ident, $id:ident, $convert:expr) => {{
            let all = model::$entity::Entity::find().filter(model::$entity::Column::OutletId.eq(outlet.0));
            let total = all.clone().count(db).await?;
            let rows = all
                .order_by_asc(model::$entity::Column::$id)
                .offset(page.offset())
                .limit(page.size())
                .all(db)
                .await?;
            let rows = rows.into_iter().map($convert).collect::<Result<Vec<_>, DbErr>>()?;
            Ok((total, rows))
        }};
    }
    match table {
        Table::Ticket => page_of!(ticket, Id, |row| convert::ticket(row).map(Change::Ticket)),
        Table::Session => page_of!(session, Id, |row| convert::session(&row).map(Change::Session)),
        Table::Room => page_of!(room, Id, |row| convert::room(row).map(Change::Room)),
        Table::Intake => page_of!(intake, OutletId, |row| convert::intake(row).map(Change::Intake)),
        Table::BusinessDay => page_of!(day, Id, |row| convert::business_day(&row).map(Change::BusinessDay)),
        _ => Ok((0, Vec::new())),
    }
}
