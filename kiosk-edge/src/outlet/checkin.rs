//! Check-in: the holder of a remote ticket or booking is here, with a code.
//!
//! What is said may be the QR code (a token, or the address of the status page that ends in it), the
//! number as told, or the ticket's id. It is looked up among the rows the edge follows, so that it
//! works with the line cut.

use axum::extract::State;
use gerai_shared::{
    Day, TicketId,
    queue::{RemoteTicket, Series},
    wish::Wish,
};
use rusqlite::{Connection, params};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    House,
    asked::Asked,
    staff::Caller,
    tickets::{Issued, issued},
};
use crate::{
    journal::{JournalError, Json, Reply, Tap},
    problems::Fault,
};

/// What the holder shows.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckInBody {
    /// The QR code's text, the number as told (`M-007`, `b12`), or the ticket's id.
    code: String,
}

/// What a code names.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Code {
    Id(Uuid),
    Number(Series, u32),
    Token(String),
}

impl Code {
    fn read(text: &str) -> Self {
        let text = text.trim();
        // The QR code of a status page: https://…/t/TOKEN?lang=en
        let last = text.rsplit('/').next().unwrap_or(text);
        let bare = last.split(['?', '#']).next().unwrap_or(last);
        if let Ok(id) = bare.parse() {
            return Self::Id(id);
        }
        let mut letters = bare.chars();
        let series = match letters.next().map(|letter| letter.to_ascii_uppercase()) {
            Some('M') => Some(Series::Mobile),
            Some('B') => Some(Series::Booking),
            _ => None,
        };
        let digits = letters.as_str().trim_start_matches([' ', '-', '.']);
        match (series, digits.parse()) {
            (Some(series), Ok(number)) if digits.len() <= 6 => Self::Number(series, number),
            _ => Self::Token(bare.to_owned()),
        }
    }

    /// The remote ticket of this day that it names.
    fn find(&self, connection: &Connection, day: Day) -> rusqlite::Result<Option<TicketId>> {
        let (path, value) = match self {
            Self::Id(id) => return Ok(Some(TicketId(*id))),
            Self::Number(_, number) => ("$.number", number.to_string()),
            Self::Token(token) => ("$.token", token.clone()),
        };
        let mut found = connection.prepare_cached(
            "SELECT body FROM followed WHERE kind = 'remote_ticket' AND json_extract(body, '$.day') = ?1
             AND CAST(json_extract(body, ?2) AS TEXT) = ?3",
        )?;
        let rows = found.query_map(params![day.to_string(), path, value], |row| {
            row.get::<_, Json<RemoteTicket>>(0)
        })?;
        let fits = |row: &RemoteTicket| match self {
            Self::Number(series, _) => row.series == *series,
            _ => true,
        };
        let first = rows
            .filter_map(|row| row.map(|Json(row)| fits(&row).then_some(row.id)).transpose())
            .next();
        first.transpose()
    }
}

/// Checks in whoever holds a remote ticket or a booking of today. The ticket keeps its number and
/// can be called from now on.
#[utoipa::path(post, path = "/api/outlet/check-in", operation_id = "checkIn", tag = "queue",
    request_body = CheckInBody, responses((status = 201, body = Issued),
    (status = 404, description = "Nothing of today has this code", body = gerai_shared::Problem),
    (status = 409, description = "`exists`: checked in already", body = gerai_shared::Problem)))]
pub(super) async fn check_in(
    State(house): State<House>,
    caller: Caller,
    asked: Asked<CheckInBody>,
) -> Result<Reply, Fault> {
    let day = house
        .journal()
        .known()
        .day(house.clock.now())
        .ok_or(JournalError::NotReady)?;
    let code = Code::read(&asked.body.code);
    let remote = house.journal().read(move |db| code.find(db, day)).await?;
    // What is not known is refused by the journal, which may hold the answer to an earlier asking.
    let remote = remote.unwrap_or(TicketId(Uuid::nil()));
    let tap = Tap {
        question: asked.question(caller.screen),
        wish: Wish::CheckIn { remote },
        actor: caller.actor(),
        status: 201,
        answer: issued,
        circumstances: house.circumstances(),
        supersedes: None,
    };
    Ok(house.journal.tap(tap).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_said() {
        let id = Uuid::from_u128(7);
        let token = || Code::Token("kY3vZ0l2m9Qw7tR5xN8aBg".to_owned());
        for (text, code) in [
            ("M-007", Code::Number(Series::Mobile, 7)),
            (" b12 ", Code::Number(Series::Booking, 12)),
            ("m 3", Code::Number(Series::Mobile, 3)),
            ("kY3vZ0l2m9Qw7tR5xN8aBg", token()),
            ("https://gerai.example/t/kY3vZ0l2m9Qw7tR5xN8aBg?lang=en", token()),
            (&id.to_string(), Code::Id(id)),
            ("A-001", Code::Token("A-001".to_owned())),
            ("B1234567", Code::Token("B1234567".to_owned())),
            ("", Code::Token(String::new())),
        ] {
            assert_eq!(Code::read(text), code, "{text}");
        }
    }
}
