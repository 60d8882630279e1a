//! How long one waits (Q3), from the rows as they stand.

use std::sync::{Arc, Mutex, PoisonError};

use gerai_shared::{
    Day, Micros,
    change::Table,
    estimate::{Pace, Shop, Visit, Waits, waits},
    intake::Intake,
    outlet::Outlet,
    queue::Ticket,
    session::{Room, Session, SessionState},
};
use rusqlite::{Connection, params};

use crate::journal::{self, Json};

/// So many of the last visits tell how long visits take.
const VISITS: u32 = 200;
/// The pace is learned anew after so many microseconds.
const KEPT: i64 = 60_000_000;

/// The pace as last learned: screens look often, and it changes slowly.
#[derive(Clone, Debug, Default)]
pub(super) struct PaceCache(Arc<Mutex<Learned>>);

#[derive(Debug, Default)]
struct Learned {
    at: Option<Micros>,
    pace: Arc<Pace>,
}

impl PaceCache {
    fn pace(&self, connection: &Connection, now: Micros) -> rusqlite::Result<Arc<Pace>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = kept
            .at
            .is_some_and(|at| (0..KEPT).contains(&now.0.saturating_sub(at.0)));
        if !fresh {
            kept.pace = Arc::new(Pace::learn(&visits(connection)?));
            kept.at = Some(now);
        }
        Ok(kept.pace.clone())
    }
}

fn visits(connection: &Connection) -> rusqlite::Result<Vec<Visit>> {
    let sessions: Vec<Json<Session>> = connection
        .prepare_cached(
            "SELECT body FROM rows WHERE kind = 'session' AND state = ?1
             ORDER BY day DESC, position DESC LIMIT ?2",
        )?
        .query_map(params![SessionState::Ended.as_str(), VISITS], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let visits = sessions.into_iter().filter_map(|Json(session)| {
        let ended_at = session.ended_at?;
        let ticket = journal::row::<Ticket>(connection, Table::Ticket, session.ticket.0);
        Some(ticket.map(|ticket| Visit {
            product: session.product,
            category: ticket.map(|ticket| ticket.product.category),
            studio: session.studio,
            started_at: session.started_at,
            ended_at,
        }))
    });
    visits.collect()
}

/// The intake as it counts on a business day.
pub(super) fn intake(connection: &Connection, outlet: &Outlet, day: Day) -> rusqlite::Result<Intake> {
    let known: Option<Intake> = journal::row(connection, Table::Intake, outlet.id.0)?;
    Ok(known.map_or_else(|| Intake::open(outlet.id, day), |known| known.on(day)))
}

/// What everybody waits on a business day.
pub(super) fn queue_waits(
    connection: &Connection,
    outlet: &Outlet,
    (day, now): (Day, Micros),
    cache: &PaceCache,
    adjust_minutes: i32,
) -> rusqlite::Result<Waits> {
    let tickets: Vec<Json<Ticket>> = connection
        .prepare_cached("SELECT body FROM rows WHERE kind = 'ticket' AND day = ?1 AND state IN ('waiting', 'called')")?
        .query_map(params![day.to_string()], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let tickets: Vec<Ticket> = tickets.into_iter().map(|Json(ticket)| ticket).collect();
    let (mut rooms, mut running) = (Vec::new(), Vec::new());
    for studio in &outlet.studios {
        let Some(room): Option<Room> = journal::row(connection, Table::Room, studio.id.0)? else {
            continue;
        };
        if let Some(id) = room.session {
            running.extend(journal::row::<Session>(connection, Table::Session, id.0)?);
        }
        rooms.push(room);
    }
    Ok(waits(&Shop {
        now,
        studios: &outlet.studios,
        rooms: &rooms,
        running: &running,
        tickets: &tickets,
        pace: &*cache.pace(connection, now)?,
        adjust_minutes,
    }))
}
