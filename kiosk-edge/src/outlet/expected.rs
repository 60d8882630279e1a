//! Who is expected today: bookings and tickets joined from afar whose holders have not checked in, among the
//! rows the edge follows, so that staff see them with the line cut, too.

use axum::{Json, extract::State};
use gerai_shared::{
    Day, Micros, TicketId,
    queue::{RemoteState, RemoteTicket},
};
use rusqlite::{Connection, params};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    House,
    staff::{ManageQueue, Staff},
    views::Data,
};
use crate::{
    journal::{self, JournalError},
    problems::Fault,
};

/// A remote ticket of today whose holder has not checked in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct ExpectedTicket {
    /// Its id; what to check in with.
    id: TicketId,
    /// Its number as told: `B-007`.
    told: String,
    /// The product's name.
    product: String,
    /// How many people.
    party_size: u32,
    /// The name to call.
    holder: Option<String>,
    /// When the slot of a booking begins.
    starts_at: Option<Micros>,
}

/// Who is expected today: the earliest slot first, then those without one in the order they joined.
#[utoipa::path(get, path = "/api/outlet/expected", operation_id = "expected", tag = "queue",
    responses((status = 200, body = Data<Vec<ExpectedTicket>>)))]
pub(super) async fn expected(
    State(house): State<House>,
    _staff: Staff<ManageQueue>,
) -> Result<Json<Data<Vec<ExpectedTicket>>>, Fault> {
    let day = house
        .journal
        .known()
        .day(house.clock.now())
        .ok_or(JournalError::NotReady)?;
    let data = house.journal.read(move |db| of_day(db, day)).await?;
    Ok(Json(Data { data }))
}

fn of_day(connection: &Connection, day: Day) -> rusqlite::Result<Vec<ExpectedTicket>> {
    // Central may not have heard of a check-in yet.
    let mut joined = connection.prepare_cached(
        "SELECT body FROM followed WHERE kind = 'remote_ticket' AND json_extract(body, '$.day') = ?1
         AND json_extract(body, '$.state') = ?2 AND json_extract(body, '$.id') NOT IN (
             SELECT json_extract(body, '$.remote') FROM rows
             WHERE kind = 'ticket' AND json_extract(body, '$.remote') IS NOT NULL)",
    )?;
    let mut rows: Vec<RemoteTicket> = joined
        .query_map(params![day.to_string(), RemoteState::Joined.as_str()], |row| {
            row.get(0).map(|journal::Json(row)| row)
        })?
        .collect::<rusqlite::Result<_>>()?;
    rows.sort_by_key(|row| (row.starts_at.is_none(), row.starts_at, row.joined_at, row.number));
    let shown = rows.into_iter().map(|row| ExpectedTicket {
        id: row.id,
        told: row.told(),
        product: row.product.name,
        party_size: row.party_size,
        holder: row.holder,
        starts_at: row.starts_at,
    });
    Ok(shown.collect())
}
