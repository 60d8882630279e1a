//! Wrong PINs are counted on disk: pulling the plug does not help.

use gerai_shared::Micros;
use rusqlite::{Connection, OptionalExtension, params};

use super::StaffSettings;

/// All names together: someone who tries one PIN on everybody.
pub(super) const EVERYBODY: &str = "*";

/// Wrong PINs over all names, for each one that locks a single name.
const EVERYBODY_FACTOR: u32 = 10;

/// Wrong PINs of a subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Failures {
    count: u32,
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
    pub(super) fn one_more(self, now: Micros, allowed: u32, minutes: u32) -> Self {
        let lapsed = self.locked_until.is_some_and(|until| until <= now.0)
            || now.0 > Micros(self.last_at).plus_minutes(minutes).0;
        let count = if lapsed { 1 } else { self.count.saturating_add(1) };
        Self {
            count,
            last_at: now.0,
            locked_until: (count >= allowed).then(|| now.plus_minutes(minutes).0),
        }
    }
}

pub(super) fn allowed(subject: &str, settings: StaffSettings) -> u32 {
    let each = settings.lockout_after.max(1);
    if subject == EVERYBODY {
        each.saturating_mul(EVERYBODY_FACTOR)
    } else {
        each
    }
}

pub(super) fn of(connection: &Connection, subject: &str) -> rusqlite::Result<Failures> {
    connection
        .prepare_cached("SELECT failures, last_at, locked_until FROM pin_failures WHERE subject = ?1")?
        .query_row(params![subject], |row| {
            Ok(Failures {
                count: row.get(0)?,
                last_at: row.get(1)?,
                locked_until: row.get(2)?,
            })
        })
        .optional()
        .map(Option::unwrap_or_default)
}

/// Writes one more wrong PIN down; tells how many are left.
pub(super) fn count(
    connection: &Connection,
    subject: &str,
    now: Micros,
    settings: StaffSettings,
) -> rusqlite::Result<u32> {
    let allowed = allowed(subject, settings);
    let failures = of(connection, subject)?.one_more(now, allowed, settings.lockout_minutes);
    connection.execute(
        "INSERT INTO pin_failures (subject, failures, last_at, locked_until) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (subject) DO UPDATE SET failures = ?2, last_at = ?3, locked_until = ?4",
        params![subject, failures.count, failures.last_at, failures.locked_until],
    )?;
    Ok(allowed.saturating_sub(failures.count))
}

pub(super) fn forget(connection: &Connection, subject: &str) -> rusqlite::Result<()> {
    connection
        .execute(
            "DELETE FROM pin_failures WHERE subject IN (?1, ?2)",
            params![subject, EVERYBODY],
        )
        .map(drop)
}
