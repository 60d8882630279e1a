//! Wrong PINs are counted on disk: pulling the plug does not help.

use gerai_shared::{Micros, ScreenId};
use rusqlite::{Connection, OptionalExtension, params};

use super::StaffSettings;

/// How wrong PINs are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    /// The wrong PIN that locks.
    allowed: u32,
    /// For so long, in minutes.
    minutes: u32,
    /// The count starts anew so long after it began; after so long without one, when there is none.
    window: Option<u32>,
}

impl Bounds {
    /// A name's.
    pub(super) fn of_name(settings: StaffSettings) -> Self {
        Self {
            allowed: settings.lockout_after.max(1),
            minutes: settings.lockout_minutes,
            window: None,
        }
    }

    /// A screen's, over all names: somebody who tries one PIN on everybody.
    pub(super) fn of_screen(settings: StaffSettings) -> Self {
        Self {
            allowed: settings.screen_lockout_after.max(1),
            minutes: settings.screen_lockout_minutes,
            window: Some(settings.screen_window_minutes),
        }
    }
}

/// A screen as the subject of wrong PINs.
pub(super) fn subject_of(screen: ScreenId) -> String {
    format!("screen:{screen}")
}

/// Wrong PINs of a subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Failures {
    count: u32,
    since: i64,
    last_at: i64,
    locked_until: Option<i64>,
}

impl Failures {
    /// Seconds it is still locked.
    pub(super) fn locked_for(self, now: Micros) -> Option<u64> {
        let left = self.locked_until?.saturating_sub(now.0);
        u64::try_from(left)
            .ok()
            .filter(|left| *left > 0)
            .map(|left| left.div_ceil(1_000_000))
    }

    /// One more; locks when it was the last one allowed.
    pub(super) fn one_more(self, now: Micros, bounds: Bounds) -> Self {
        let over = match bounds.window {
            Some(window) => now.0 > Micros(self.since).plus_minutes(window).0,
            None => now.0 > Micros(self.last_at).plus_minutes(bounds.minutes).0,
        };
        let lapsed = over || self.locked_until.is_some_and(|until| until <= now.0);
        let count = if lapsed { 1 } else { self.count.saturating_add(1) };
        Self {
            count,
            since: if count == 1 { now.0 } else { self.since },
            last_at: now.0,
            locked_until: (count >= bounds.allowed).then(|| now.plus_minutes(bounds.minutes).0),
        }
    }
}

pub(super) fn of(connection: &Connection, subject: &str) -> rusqlite::Result<Failures> {
    connection
        .prepare_cached("SELECT failures, since, last_at, locked_until FROM pin_failures WHERE subject = ?1")?
        .query_row(params![subject], |row| {
            Ok(Failures {
                count: row.get(0)?,
                since: row.get(1)?,
                last_at: row.get(2)?,
                locked_until: row.get(3)?,
            })
        })
        .optional()
        .map(Option::unwrap_or_default)
}

/// Writes one more wrong PIN down; tells how many are left.
pub(super) fn count(connection: &Connection, subject: &str, now: Micros, bounds: Bounds) -> rusqlite::Result<u32> {
    let failures = of(connection, subject)?.one_more(now, bounds);
    connection.execute(
        "INSERT INTO pin_failures (subject, failures, since, last_at, locked_until) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (subject) DO UPDATE SET failures = ?2, since = ?3, last_at = ?4, locked_until = ?5",
        params![
            subject,
            failures.count,
            failures.since,
            failures.last_at,
            failures.locked_until
        ],
    )?;
    Ok(bounds.allowed.saturating_sub(failures.count))
}

/// A right PIN ends the count of its name. A screen's goes on: whoever knows one PIN must not buy
/// guesses at the others with it.
pub(super) fn forget(connection: &Connection, subject: &str) -> rusqlite::Result<()> {
    connection
        .execute("DELETE FROM pin_failures WHERE subject = ?1", params![subject])
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_begins_with_the_first_wrong_pin_and_ends_by_itself() {
        let minute = |n: i64| Micros(n * 60_000_000);
        let bounds = Bounds {
            allowed: 3,
            minutes: 10,
            window: Some(60),
        };
        let mut failures = Failures::default();
        for at in [100, 130] {
            failures = failures.one_more(minute(at), bounds);
            assert_eq!(failures.locked_for(minute(at)), None);
        }
        let late = failures.one_more(minute(161), bounds);
        assert_eq!((late.count, late.locked_until), (1, None), "the window is over");
        let soon = failures.one_more(minute(160), bounds);
        assert_eq!((soon.count, soon.locked_for(minute(160))), (3, Some(600)));
        assert_eq!(soon.one_more(minute(170), bounds).count, 1, "the lock is over");
    }
}
