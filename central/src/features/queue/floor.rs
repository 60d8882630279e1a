//! Where an outlet's queue stands: its intake, what has not ended, and how long one waits.

use std::str::FromStr;

use gerai_shared::{
    Day, Micros, OutletId, TicketId,
    catalog::Category,
    estimate::{Pace, Shop, Visit, Waits, waits},
    intake::{BusinessDay, Intake},
    outlet::Outlet,
    queue::{Ticket, TicketState},
    session::SessionState,
    wish::Floor,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{convert, model, store};
use crate::platform::db::padded;

/// So many of the last visits tell how long visits take.
const VISITS: u64 = 200;

/// Whether an outlet takes walk-ins, as it counts on a business day.
///
/// # Errors
/// The database's.
pub async fn intake(db: &impl ConnectionTrait, outlet: OutletId, day: Day) -> Result<Intake, DbErr> {
    let row = model::intake::Entity::find_by_id(outlet.0).one(db).await?;
    let known = row.map(convert::intake).transpose()?;
    Ok(known.map_or_else(|| Intake::open(outlet, day), |known| known.on(day)))
}

/// Where the queue stands on a business day, but for the numbers told.
///
/// # Errors
/// The database's.
pub async fn floor(db: &impl ConnectionTrait, outlet: OutletId, day: Day) -> Result<Floor, DbErr> {
    let closed = model::day::Entity::find_by_id(BusinessDay::id_of(outlet, day))
        .one(db)
        .await?;
    let tickets = store::day_tickets(db, outlet, day).await?;
    let open = |ticket: &&Ticket| {
        let ended = matches!(
            ticket.now.state,
            TicketState::Finished | TicketState::Cancelled | TicketState::InSession
        );
        !ended && ticket.closed_at.is_none()
    };
    let open: Vec<(TicketId, TicketState)> = tickets
        .iter()
        .filter(open)
        .map(|ticket| (ticket.id, ticket.now.state))
        .collect();
    let waiting = open.iter().filter(|(_, state)| *state == TicketState::Waiting).count();
    Ok(Floor {
        intake: Some(intake(db, outlet, day).await?),
        closed: closed.as_ref().map(convert::business_day).transpose()?,
        waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
        running: u32::try_from(running(db, outlet).await?.len()).unwrap_or(u32::MAX),
        open,
        told: Vec::new(),
    })
}

async fn running(db: &impl ConnectionTrait, outlet: OutletId) -> Result<Vec<gerai_shared::session::Session>, DbErr> {
    let rows = model::session::Entity::find()
        .filter(model::session::Column::OutletId.eq(outlet.0))
        .filter(model::session::Column::State.eq(SessionState::Running.as_str()))
        .all(db)
        .await?;
    rows.iter().map(convert::session).collect()
}

/// How long who is in these tickets waits, and whoever came now (Q3).
///
/// # Errors
/// The database's.
pub async fn queue_waits(
    db: &impl ConnectionTrait,
    outlet: &Outlet,
    intake: &Intake,
    tickets: &[Ticket],
    now: Micros,
) -> Result<Waits, DbErr> {
    let rooms = model::room::Entity::find()
        .filter(model::room::Column::OutletId.eq(outlet.id.0))
        .all(db)
        .await?;
    let rooms = rooms.into_iter().map(convert::room).collect::<Result<Vec<_>, _>>()?;
    let (running, pace) = (running(db, outlet.id).await?, pace(db, outlet.id).await?);
    Ok(waits(&Shop {
        now,
        studios: &outlet.studios,
        rooms: &rooms,
        running: &running,
        tickets,
        pace: &pace,
        adjust_minutes: intake.adjust_minutes,
    }))
}

async fn pace(db: &impl ConnectionTrait, outlet: OutletId) -> Result<Pace, DbErr> {
    let sessions = model::session::Entity::find()
        .filter(model::session::Column::OutletId.eq(outlet.0))
        .filter(model::session::Column::State.eq(SessionState::Ended.as_str()))
        .order_by_desc(model::session::Column::Id)
        .limit(VISITS)
        .all(db)
        .await?;
    let tickets: Vec<_> = sessions.iter().map(|session| session.ticket_id).collect();
    let categories: std::collections::HashMap<uuid::Uuid, String> = if tickets.is_empty() {
        std::collections::HashMap::new()
    } else {
        let found: Vec<(uuid::Uuid, String)> = model::ticket::Entity::find()
            .select_only()
            .column(model::ticket::Column::Id)
            .column(model::ticket::Column::Category)
            .filter(model::ticket::Column::Id.is_in(padded(tickets)))
            .into_tuple()
            .all(db)
            .await?;
        found.into_iter().collect()
    };
    let visits: Vec<Visit> = sessions
        .iter()
        .filter_map(|session| {
            let category = categories.get(&session.ticket_id);
            Some(Visit {
                product: session.product_id.into(),
                category: category.and_then(|category| Category::from_str(category).ok()),
                studio: session.studio_id.into(),
                started_at: Micros(session.started_at),
                ended_at: Micros(session.ended_at?),
            })
        })
        .collect();
    Ok(Pace::learn(&visits))
}
