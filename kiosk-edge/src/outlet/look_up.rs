//! Look-up by telephone number: which remote tickets of today are whoever's stands here and types it.
//!
//! The rows the edge follows have no number, only a mark of it under each ticket's own token
//! ([`gerai_shared::phone::mark`]), so what is typed is marked under each of today's tokens and compared.
//! That works with the line cut. The number is neither stored nor logged, and no name is told in full: the
//! guest knows their own. A check-in follows by the ticket's id, as with any other code.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::{Json, extract::State, response::IntoResponse};
use gerai_shared::{
    Day, Micros, ScreenId, TicketId,
    phone::{e164, mark, masked},
    queue::{RemoteState, RemoteTicket},
};
use http::header;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{House, Screen, asked::Body};
use crate::{
    journal::{self, JournalError},
    problems::Fault,
};

/// What was typed.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LookUpBody {
    /// An Indonesian mobile number, however it is written: `0812…`, `62812…`, `+62 812-…`.
    phone: String,
}

/// A remote ticket of today, as somebody may see it who knows its telephone number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct FoundTicket {
    /// Its id; what to check in with.
    id: TicketId,
    /// Its number as told: `M-007`.
    told: String,
    /// The product's name.
    product: String,
    /// How many people.
    party_size: u32,
    /// The name to call, masked: `S••• W•••`.
    holder: Option<String>,
    /// When the slot of a booking begins.
    starts_at: Option<Micros>,
    /// `joined`, or `checked_in` already.
    state: RemoteState,
}

/// What was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Found {
    /// The earliest slot first, then those without one in the order they joined.
    data: Vec<FoundTicket>,
    /// The number that was asked for, masked: `08•• •••• •890`.
    phone: String,
}

/// How many numbers may be tried in vain.
#[derive(Clone, Copy, Debug)]
pub struct LookUpSettings {
    /// Look-ups of one screen that find nothing, within the window.
    pub misses: usize,
    /// Minutes.
    pub window_minutes: u32,
}

impl LookUpSettings {
    fn window(self) -> Duration {
        Duration::from_secs(u64::from(self.window_minutes) * 60)
    }
}

/// Look-ups that found nothing, by screen, with the uptime they were made at. In memory: whoever can restart
/// the program at will holds the rows, too.
#[derive(Debug, Default)]
pub(super) struct Misses(Mutex<HashMap<ScreenId, VecDeque<Duration>>>);

impl Misses {
    /// Counts a look-up as one that finds nothing, before it is made: of many at once, only so many are made.
    /// The seconds to wait, when there were too many within the window.
    fn count(&self, screen: ScreenId, now: Duration, settings: LookUpSettings) -> Result<(), u64> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let made = all.entry(screen).or_default();
        while made
            .front()
            .is_some_and(|at| now.saturating_sub(*at) >= settings.window())
        {
            made.pop_front();
        }
        if made.len() < settings.misses {
            made.push_back(now);
            return Ok(());
        }
        let oldest = made.front().copied().unwrap_or(now);
        let left = (oldest + settings.window()).saturating_sub(now);
        Err(left.as_secs() + u64::from(left.subsec_nanos() > 0))
    }

    /// It found something after all.
    fn forgive(&self, screen: ScreenId, at: Duration) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = all.get_mut(&screen)
            && let Some(nth) = made.iter().position(|one| *one == at)
        {
            made.remove(nth);
        }
    }
}

/// The remote tickets of today that a telephone number belongs to. With or without a line to central. A screen
/// that tries too many numbers in vain has to wait.
#[utoipa::path(post, path = "/api/outlet/check-in/look-up", operation_id = "lookUp", tag = "queue",
    request_body = LookUpBody, responses((status = 200, body = Found),
    (status = 422, description = "`errors.phone`: no Indonesian mobile number", body = gerai_shared::Problem),
    (status = 429, description = "`too_many_look_ups`, with `Retry-After`", body = gerai_shared::Problem)))]
pub(super) async fn look_up(
    State(house): State<House>,
    screen: Screen,
    Body(body): Body<LookUpBody>,
) -> Result<impl IntoResponse, Fault> {
    let number = e164(body.phone.trim()).ok_or_else(|| Fault::field("phone", "not an Indonesian mobile number"))?;
    let day = house
        .journal
        .known()
        .day(house.clock.now())
        .ok_or(JournalError::NotReady)?;
    let (settings, at) = (house.rules.look_up, house.clock.uptime());
    house
        .misses
        .count(screen.id, at, settings)
        .map_err(|retry_after| Fault::TooManyLookUps { retry_after })?;
    let phone = masked(&number);
    let data = house.journal.read(move |db| tickets_of(db, day, &number)).await?;
    if !data.is_empty() {
        house.misses.forgive(screen.id, at);
    }
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(Found { data, phone })))
}

fn tickets_of(connection: &Connection, day: Day, number: &str) -> rusqlite::Result<Vec<FoundTicket>> {
    let mut of_today = connection.prepare_cached(
        "SELECT body FROM followed WHERE kind = 'remote_ticket' AND json_extract(body, '$.day') = ?1
         AND json_extract(body, '$.phone') IS NOT NULL",
    )?;
    let rows = of_today.query_map(params![day.to_string()], |row| {
        row.get::<_, journal::Json<RemoteTicket>>(0)
    })?;
    let mut found = Vec::new();
    for row in rows {
        let journal::Json(row) = row?;
        let marked = row.token.as_deref().map(|token| mark(token, number));
        if marked.is_none() || marked != row.phone {
            continue;
        }
        // Central may not have heard of a check-in yet; and being here beats a cancellation.
        let state = if journal::is_checked_in(connection, row.id.0)? {
            RemoteState::CheckedIn
        } else {
            row.state
        };
        if state != RemoteState::Cancelled {
            found.push((row, state));
        }
    }
    found.sort_by_key(|(row, _)| (row.starts_at.is_none(), row.starts_at, row.joined_at, row.number));
    Ok(found.into_iter().map(|(row, state)| shown(row, state)).collect())
}

fn shown(row: RemoteTicket, state: RemoteState) -> FoundTicket {
    FoundTicket {
        id: row.id,
        told: row.told(),
        holder: row.holder.as_deref().and_then(masked_name),
        product: row.product.name,
        party_size: row.party_size,
        starts_at: row.starts_at,
        state,
    }
}

/// The first letter of each word, and not how many follow.
fn masked_name(name: &str) -> Option<String> {
    let words: Vec<String> = name
        .split_whitespace()
        .filter_map(|word| word.chars().next().map(|first| format!("{first}•••")))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_first_letters() {
        for (name, shown) in [
            ("Sari Wulandari", Some("S••• W•••")),
            ("  Budi ", Some("B•••")),
            ("Al Ço", Some("A••• Ç•••")),
            ("愛 ☆", Some("愛••• ☆•••")),
            (" ", None),
        ] {
            assert_eq!(masked_name(name).as_deref(), shown);
        }
    }

    #[test]
    fn only_so_many_are_tried_in_vain_within_any_window() {
        let settings = LookUpSettings {
            misses: 3,
            window_minutes: 10,
        };
        let (misses, screen) = (Misses::default(), ScreenId(uuid::Uuid::from_u128(1)));
        let count = |second: u64| misses.count(screen, Duration::from_secs(second), settings);
        for second in [0, 60, 120] {
            assert_eq!(count(second), Ok(()));
        }
        assert_eq!(count(121), Err(479));
        assert_eq!(
            misses.count(ScreenId(uuid::Uuid::from_u128(2)), Duration::from_secs(121), settings),
            Ok(()),
            "of another screen"
        );
        // The window slides: one falls out, one may be tried.
        assert_eq!((count(600), count(601)), (Ok(()), Err(59)));
        // What found something does not count.
        misses.forgive(screen, Duration::from_secs(600));
        assert_eq!((count(602), count(603)), (Ok(()), Err(57)));
    }
}
