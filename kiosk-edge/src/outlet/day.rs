//! After a boot of the machine without central, staff confirm the day before anything is written
//! with it; where the machine's clock is wrong, they say what time it is.

use axum::extract::State;
use gerai_shared::{Day, Micros, ScreenId, outlet::Outlet};
use http::StatusCode;
use rusqlite::params;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    House,
    asked::Asked,
    staff::{ManageQueue, Staff},
};
use crate::{
    clock::Witness,
    journal::{Group, JournalError, Question, TapError},
    problems::Fault,
};

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// No outlet is closed for longer; a year further on is a slip of the finger.
const LONGEST_PAUSE: i64 = 366 * DAY;

/// The day as staff see it on the wall.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfirmDay {
    /// The business day: `2026-11-21`
    day: Day,
    /// The time at the outlet, `14:05`; needed where the clock is wrong.
    #[serde(default)]
    time: Option<String>,
}

/// Staff confirm the business day after a start without central, or say what time it is.
#[utoipa::path(post, path = "/api/outlet/day/confirm", operation_id = "confirmDay", tag = "outlet",
    request_body = ConfirmDay, responses((status = 204, description = "Confirmed"),
    (status = 409, description = "The clock says another day; say the time, too", body = gerai_shared::Problem),
    (status = 422, body = gerai_shared::Problem)))]
pub(super) async fn confirm_day(
    State(house): State<House>,
    staff: Staff<ManageQueue>,
    asked: Asked<ConfirmDay>,
) -> Result<StatusCode, Fault> {
    let outlet = house.journal.known().outlet.clone().ok_or(JournalError::NotReady)?;
    let seen = Seen {
        now: house.clock.now(),
        witness: house.clock.witness(),
        sure: house.journal.last_sure_time().await?,
    };
    let question = asked.question(staff.screen);
    let time = judge(&outlet, seen, &asked.body);
    confirm(&house, staff.screen, question, time).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How the clock stands when staff speak.
#[derive(Clone, Copy, Debug)]
struct Seen {
    now: Micros,
    witness: Witness,
    /// The latest time that was right and written down.
    sure: Micros,
}

/// The time from here on, when staff say this.
fn judge(outlet: &Outlet, seen: Seen, stated: &ConfirmDay) -> Result<Micros, Fault> {
    let clock = outlet.business_day(seen.now);
    let time = stated.time.as_deref().map(minute).transpose()?;
    let differs = Fault::DayDiffers {
        clock,
        stated: stated.day,
    };
    let said = match (time, seen.witness) {
        (None, _) | (Some(_), Witness::Central) if stated.day == clock => return Ok(seen.now),
        (None, _) | (_, Witness::Central) => return Err(differs),
        (Some(minute), _) => at(outlet, stated.day, minute),
    };
    let latest = outlet.business_day(seen.sure);
    // A wall clock tells minutes: within that last one it is now.
    if said.0 + MINUTE <= seen.sure.0 {
        return Err(Fault::DayPast {
            latest,
            stated: stated.day,
        });
    }
    if seen.sure.0 > 0 && said.0 > seen.sure.0 + LONGEST_PAUSE {
        return Err(Fault::field("day", format!("within a year of {latest}")));
    }
    Ok(said.max(seen.sure))
}

/// Minutes after midnight.
fn minute(text: &str) -> Result<i64, Fault> {
    let read = || {
        let (hours, minutes) = text.split_once(':')?;
        let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours < 24 && minutes < 60).then(|| i64::from(hours) * 60 + i64::from(minutes))
    };
    read().ok_or_else(|| Fault::field("time", "00:00–23:59"))
}

/// The point in time of a business day at which the wall shows this minute.
fn at(outlet: &Outlet, day: Day, minute: i64) -> Micros {
    let midnight = Micros::from(day.0.midnight().assume_utc());
    // The outlet's midnight is some hours before UTC's: found by asking what the wall shows then.
    let shown = i64::from(outlet.zone.minute_of_day(midnight));
    let local = Micros(midnight.0 - shown * MINUTE + minute * MINUTE);
    let after_midnight = minute < i64::from(outlet.day_starts_at);
    Micros(local.0 + if after_midnight { DAY } else { 0 })
}

async fn confirm(
    house: &House,
    screen: ScreenId,
    question: Question,
    time: Result<Micros, Fault>,
) -> Result<(), Fault> {
    let clock = house.clock.clone();
    let said = house.journal.write(move |group| {
        if group.told(&question)?.is_some() {
            return Ok(None);
        }
        let time = time?;
        group.keep_time(&clock.anchor_by_staff(time))?;
        move_staff(group, screen, time)?;
        group.remember(&question, 204, b"")?;
        Ok::<_, Fault>(Some(time))
    });
    if let Some(time) = said.await? {
        house.clock.staff_said(time);
        tracing::info!(time = time.to_rfc3339(), "staff have confirmed the day");
    }
    Ok(())
}

/// Sessions and locks were written with the time before: whoever says the time stays signed in,
/// others sign in again, and no lock outlasts its length.
fn move_staff(group: &Group<'_>, screen: ScreenId, time: Micros) -> Result<(), TapError> {
    let connection = group.connection();
    let far = (group.clock.now().0 - time.0).abs() > MINUTE;
    if far {
        connection.execute("DELETE FROM staff_sessions WHERE screen <> ?1", [screen.0.as_bytes()])?;
        connection.execute("UPDATE staff_sessions SET started_at = ?1, seen_at = ?1", [time.0])?;
        connection.execute(
            "UPDATE pin_failures SET locked_until = locked_until - last_at + ?1, since = since - last_at + ?1,
             last_at = ?1 WHERE last_at > ?1",
            params![time.0],
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::scene::{MORNING, Scene};

    fn says(day: &str, time: Option<&str>) -> ConfirmDay {
        ConfirmDay {
            day: day.parse().unwrap(),
            time: time.map(str::to_owned),
        }
    }

    #[tokio::test]
    async fn what_staff_say_is_weighed_against_the_clock_and_the_journal() {
        let outlet = Scene::new().await.outlet;
        let seen = |now: Micros, witness| Seen {
            now,
            witness,
            sure: Micros(MORNING.0 - 3_600 * 1_000_000),
        };
        let (dead, ahead) = (Micros(MORNING.0 - 3_600 * 1_000_000), Micros(MORNING.0 + DAY));
        let code = |fault: Fault| fault.problem(gerai_shared::problem::Lang::En).code;
        // (clock, witness, day, time) → the time, or the refusal's code.
        let table = [
            (MORNING, Witness::Machine, "2026-11-21", None, Ok(MORNING)),
            (MORNING, Witness::Machine, "2026-11-22", None, Err("day_differs")),
            (ahead, Witness::Machine, "2026-11-21", None, Err("day_differs")),
            (ahead, Witness::Machine, "2026-11-21", Some("10:00"), Ok(MORNING)),
            (dead, Witness::Machine, "2026-11-22", Some("10:00"), Ok(ahead)),
            (dead, Witness::Staff, "2026-11-22", Some("10:00"), Ok(ahead)),
            (dead, Witness::Machine, "2026-11-21", Some("08:59"), Err("day_past")),
            (dead, Witness::Machine, "2026-11-21", Some("09:00"), Ok(dead)),
            (dead, Witness::Machine, "2062-11-21", Some("10:00"), Err("invalid_body")),
            (dead, Witness::Machine, "2026-11-21", Some("25:00"), Err("invalid_body")),
            (
                MORNING,
                Witness::Central,
                "2026-11-22",
                Some("10:00"),
                Err("day_differs"),
            ),
            (MORNING, Witness::Central, "2026-11-21", Some("12:00"), Ok(MORNING)),
        ];
        for (now, witness, day, time, expected) in table {
            let found = judge(&outlet, seen(now, witness), &says(day, time)).map_err(code);
            assert_eq!(
                found,
                expected.map_err(str::to_owned),
                "{day} {time:?} at {now:?}, {witness:?}"
            );
        }
        // Two at night belongs to the day before.
        let night = judge(
            &outlet,
            seen(MORNING, Witness::Machine),
            &says("2026-11-21", Some("02:00")),
        );
        assert_eq!(night.unwrap(), Micros(MORNING.0 + 16 * 60 * MINUTE));
    }
}
