//! The outlet's rows by day: those its digest is over, and the last one before a day.

use gerai_shared::{Change, Day, OutletId, queue::TicketState, session::SessionState};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::{convert, model};
use crate::platform::db::between;

/// An outlet's tickets, sessions and closed days from `since` on, those of `before` not among them.
///
/// # Errors
/// The database's.
pub async fn rows_between(
    db: &impl ConnectionTrait,
    outlet: OutletId,
    since: Option<Day>,
    before: Option<Day>,
) -> Result<Vec<Change>, DbErr> {
    let days = (since, before);
    let of = model::ticket::Column::OutletId.eq(outlet.0);
    let tickets = between(
        model::ticket::Entity::find().filter(of),
        model::ticket::Column::Day,
        days,
    );
    let of = model::session::Column::OutletId.eq(outlet.0);
    let sessions = between(
        model::session::Entity::find().filter(of),
        model::session::Column::Day,
        days,
    );
    let of = model::day::Column::OutletId.eq(outlet.0);
    let closed = between(model::day::Entity::find().filter(of), model::day::Column::Day, days);
    let mut rows = Vec::new();
    for row in tickets.all(db).await? {
        rows.push(Change::Ticket(convert::ticket(row)?));
    }
    for row in sessions.all(db).await? {
        rows.push(Change::Session(convert::session(&row)?));
    }
    for row in closed.all(db).await? {
        rows.push(Change::BusinessDay(convert::business_day(&row)?));
    }
    Ok(rows)
}

/// The last business day before `day` on which a ticket was issued.
///
/// # Errors
/// The database's.
pub async fn last_day_before(db: &impl ConnectionTrait, outlet: OutletId, day: Day) -> Result<Option<Day>, DbErr> {
    let last = model::ticket::Entity::find()
        .filter(model::ticket::Column::OutletId.eq(outlet.0))
        .filter(model::ticket::Column::Day.lt(day.to_string()))
        .order_by_desc(model::ticket::Column::Day)
        .one(db)
        .await?;
    Ok(last.and_then(|row| row.day.parse().ok()))
}

/// An outlet's rooms and its intake.
///
/// # Errors
/// The database's.
pub async fn rows_of_no_day(db: &impl ConnectionTrait, outlet: OutletId) -> Result<Vec<Change>, DbErr> {
    let rooms = model::room::Entity::find()
        .filter(model::room::Column::OutletId.eq(outlet.0))
        .all(db)
        .await?;
    let intake = model::intake::Entity::find_by_id(outlet.0).one(db).await?;
    let rooms = rooms.into_iter().map(|row| convert::room(row).map(Change::Room));
    let intake = intake.into_iter().map(|row| convert::intake(row).map(Change::Intake));
    rooms.chain(intake).collect()
}

/// An outlet's tickets and sessions of `since` up to `before` that are not over.
///
/// # Errors
/// The database's.
pub async fn open_rows(
    db: &impl ConnectionTrait,
    outlet: OutletId,
    since: Day,
    before: Day,
) -> Result<Vec<Change>, DbErr> {
    let over = [TicketState::Finished, TicketState::Cancelled].map(TicketState::as_str);
    let tickets = model::ticket::Entity::find()
        .filter(model::ticket::Column::OutletId.eq(outlet.0))
        .filter(model::ticket::Column::Day.gte(since.to_string()))
        .filter(model::ticket::Column::Day.lt(before.to_string()))
        .filter(model::ticket::Column::State.is_not_in(over))
        .filter(model::ticket::Column::ClosedAt.is_null())
        .all(db)
        .await?;
    let sessions = model::session::Entity::find()
        .filter(model::session::Column::OutletId.eq(outlet.0))
        .filter(model::session::Column::Day.gte(since.to_string()))
        .filter(model::session::Column::Day.lt(before.to_string()))
        .filter(model::session::Column::State.eq(SessionState::Running.as_str()))
        .all(db)
        .await?;
    let tickets = tickets.into_iter().map(|row| convert::ticket(row).map(Change::Ticket));
    let sessions = sessions.iter().map(|row| convert::session(row).map(Change::Session));
    tickets.chain(sessions).collect()
}
