//! What the outlet's own house lends to a plan.

use std::collections::HashMap;

use gerai_shared::{
    Day, Refusal, Rupiah, ShiftId, Stamp, TicketId,
    change::Table,
    intake::{BusinessDay, Intake, SeriesTold},
    outlet::Outlet,
    queue::{RemoteTicket, Series, TicketState},
    sale::Unacked,
    shift::Shift,
    wish::{Floor, Ground, Till, Wish},
};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{Group, Json, TapError, rows};

/// What the journal does not know of itself when a wish is planned.
#[derive(Clone, Copy, Debug, Default)]
pub struct Circumstances {
    /// Whether central cannot be reached.
    pub line_down: bool,
    /// Whether cash is taken only while a shift is open.
    pub shift_required: bool,
}

pub(super) fn ground<'o>(
    group: &Group<'_>,
    outlet: &'o Outlet,
    wish: &Wish,
    stamp: Stamp,
    circumstances: Circumstances,
) -> Result<Ground<'o>, TapError> {
    let day = stamp.day;
    let connection = group.connection();
    let mut products = HashMap::new();
    for id in wish.products() {
        if let Some(product) = rows::followed_row(connection, "product", id.0)? {
            products.insert(id, product);
        }
    }
    let mut ground = Ground {
        outlet,
        day,
        now: stamp.time,
        fresh: group.clock.uuid(),
        token: group.clock.token(),
        ticket_number: rows::next_number(connection, day, Series::WalkIn)?,
        receipt_number: rows::next_number(connection, day, Series::Receipt)?,
        products,
        remote: None,
        catalog_version: group.known.catalog().0,
        floor: Floor::default(),
        till: Till::default(),
    };
    if let Wish::CheckIn { remote } = wish {
        // Cancelled from afar counts for less than being here; checked in already does not.
        if rows::is_checked_in(connection, remote.0)? {
            return Err(Refusal::Exists.into());
        }
        let ticket = rows::followed_row::<RemoteTicket>(connection, "remote_ticket", remote.0)?;
        // A number of another day may be somebody else's today.
        ground.remote = ticket.filter(|ticket| ticket.day == day);
    }
    if wish.asks_for_the_floor() {
        ground.floor = look_at_the_floor(connection, outlet, wish, day)?;
    }
    if wish.asks_for_the_till() {
        ground.till = look_into_the_till(group, outlet, wish, day, circumstances)?;
    }
    Ok(ground)
}

/// Only what the wish needs: a ticket for a walk-in is asked for all day long.
fn look_at_the_floor(connection: &Connection, outlet: &Outlet, wish: &Wish, day: Day) -> rusqlite::Result<Floor> {
    let intake: Option<Intake> = rows::row(connection, Table::Intake, outlet.id.0)?;
    let closed = rows::row(connection, Table::BusinessDay, BusinessDay::id_of(outlet.id, day))?;
    match wish {
        Wish::Issue { .. } => Ok(Floor {
            waiting: match intake.as_ref().and_then(|intake| intake.cap) {
                Some(cap) => waiting(connection, day, cap)?,
                None => 0,
            },
            intake,
            closed,
            ..Floor::default()
        }),
        _ => Ok(Floor {
            intake,
            closed,
            ..end_of(connection, day)?
        }),
    }
}

/// How many wait, counted no further than to the cap.
fn waiting(connection: &Connection, day: Day, cap: u32) -> rusqlite::Result<u32> {
    connection
        .prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM rows WHERE kind = 'ticket' AND day = ?1 AND state = 'waiting'
             LIMIT ?2)",
        )?
        .query_row(params![day.to_string(), cap], |row| row.get(0))
}

/// What a business day that is to be closed has left: tickets, sessions, numbers told.
pub(super) fn end_of(connection: &Connection, day: Day) -> rusqlite::Result<Floor> {
    let open: Vec<(TicketId, TicketState)> = connection
        .prepare_cached(
            "SELECT id, state FROM rows WHERE kind = 'ticket' AND day = ?1
             AND state IN ('waiting', 'called', 'on_hold', 'no_show')
             AND json_extract(body, '$.closed_at') IS NULL ORDER BY position",
        )?
        .query_map(params![day.to_string()], |row| {
            let (id, state): (Vec<u8>, String) = (row.get(0)?, row.get(1)?);
            let state = TicketState::ALL.into_iter().find(|known| known.as_str() == state);
            Ok((
                Uuid::from_slice(&id).unwrap_or_default().into(),
                state.unwrap_or(TicketState::Waiting),
            ))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let running = connection
        .prepare_cached("SELECT count(*) FROM rows WHERE kind = 'room' AND state = 'in_use'")?
        .query_row([], |row| row.get(0))?;
    let told = [Series::WalkIn, Series::Receipt].map(|series| {
        let next = rows::next_number(connection, day, series)?;
        Ok(SeriesTold { series, last: next - 1 })
    });
    Ok(Floor {
        waiting: 0,
        open,
        running,
        told: told.into_iter().collect::<rusqlite::Result<_>>()?,
        ..Floor::default()
    })
}

fn look_into_the_till(
    group: &Group<'_>,
    outlet: &Outlet,
    wish: &Wish,
    day: Day,
    circumstances: Circumstances,
) -> rusqlite::Result<Till> {
    let connection = group.connection();
    let shift = open_shift(connection)?;
    let (sales, voids) = match (&shift, wish) {
        (Some(shift), Wish::CloseShift { .. }) => shift_totals(connection, shift.id, shift.day)?,
        _ => Default::default(),
    };
    let capped = matches!(wish, Wish::Sell { .. }) && circumstances.line_down && outlet.is_capped();
    Ok(Till {
        shift,
        sales,
        voids,
        shift_required: circumstances.shift_required,
        unacked: if capped { Some(unacked(group, day)?) } else { None },
    })
}

/// The open cash shift, if one is.
///
/// # Errors
/// When it cannot be read.
pub fn open_shift(connection: &Connection) -> rusqlite::Result<Option<Shift>> {
    connection
        .prepare_cached("SELECT body FROM rows WHERE kind = 'shift' AND state = 'open' LIMIT 1")?
        .query_row([], |row| row.get::<_, Json<Shift>>(0))
        .optional()
        .map(|found| found.map(|Json(shift)| shift))
}

/// What was sold in a shift, and what was given back in it for voids. `since` is the day it began on.
///
/// # Errors
/// When it cannot be read, or is beyond counting.
pub fn shift_totals(connection: &Connection, shift: ShiftId, since: Day) -> rusqlite::Result<(Rupiah, Rupiah)> {
    let sum = |kind: Table, field: &str| {
        connection
            .prepare_cached(&format!(
                "SELECT coalesce(sum(json_extract(body, '$.{field}')), 0) FROM rows
                 WHERE kind = ?1 AND day >= ?2 AND json_extract(body, '$.shift') = ?3"
            ))?
            .query_row(params![kind.as_str(), since.to_string(), shift.to_string()], |row| {
                row.get(0).map(Rupiah)
            })
    };
    Ok((sum(Table::Sale, "total")?, sum(Table::SaleVoid, "amount")?))
}

/// The sums of the sales central has not acknowledged.
fn unacked(group: &Group<'_>, day: Day) -> rusqlite::Result<Unacked> {
    group
        .connection()
        .prepare_cached(
            "SELECT coalesce(sum(total) FILTER (WHERE day = ?2), 0), coalesce(sum(total), 0)
             FROM (SELECT json_extract(json, '$.body.total') AS total, json_extract(json, '$.stamp.day') AS day
                   FROM journal WHERE seq > ?1 AND kind = 'sale.sell')",
        )?
        .query_row(params![rows::int(group.known.acked_seq), day.to_string()], |row| {
            Ok(Unacked {
                day: Rupiah(row.get(0)?),
                outage: Rupiah(row.get(1)?),
            })
        })
}
