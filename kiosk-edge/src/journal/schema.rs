//! The journal's file: opened, made, brought up to date.

use std::{path::Path, sync::Arc, time::Duration};

use gerai_shared::Micros;
use rusqlite::{Connection, OpenFlags};

use super::{JournalError, device};
use crate::clock::Clock;

/// In order; `user_version` counts those that are in. Never edited once released, only added to.
const MIGRATIONS: [&str; 6] = [
    include_str!("../../../migrations/edge/0001_journal.sql"),
    include_str!("../../../migrations/edge/0002_followed.sql"),
    include_str!("../../../migrations/edge/0003_staff_and_screens.sql"),
    include_str!("../../../migrations/edge/0030_staff_known.sql"),
    include_str!("../../../migrations/edge/0031_forget_tokens.sql"),
    include_str!("../../../migrations/edge/0040_apart.sql"),
];

/// How long to wait for another process (`enroll`, `screen add`) that is writing.
const BUSY: Duration = Duration::from_secs(10);

const STATEMENTS: usize = 64;

/// KB of pages that the writer's connection keeps, and each that only reads: small machines run this, and
/// the system keeps the file's pages anyway.
const WRITER_KB: i64 = 2_048;
const READER_KB: i64 = 256;

/// Pages of 4 KB that gather beside the file before they are moved into it: a page that is written with
/// every command is moved once for all of them.
const GATHERED_PAGES: i64 = 4_000;

pub(super) fn open(data_dir: &Path) -> Result<Connection, JournalError> {
    std::fs::create_dir_all(data_dir).map_err(|error| JournalError::Unusable {
        path: data_dir.display().to_string(),
        source: Arc::new(error),
    })?;
    let mut connection = Connection::open(data_dir.join("journal.db"))?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "cache_size", -WRITER_KB)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", GATHERED_PAGES)?;
    // What a job that fails puts back is noted in memory, not in a file of its own.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    migrate(&mut connection)?;
    Ok(connection)
}

pub(super) fn open_reader(data_dir: &Path) -> Result<Connection, JournalError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(data_dir.join("journal.db"), flags)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "cache_size", -READER_KB)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), JournalError> {
    let known = MIGRATIONS.len() as i64;
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let done = usize::try_from(found).unwrap_or(usize::MAX);
    let missing = MIGRATIONS.get(done..).ok_or(JournalError::Newer { found, known })?;
    for migration in missing {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

/// The clock goes on from where it was written down to stand.
pub(super) fn set_going(connection: &Connection, clock: &Clock) -> rusqlite::Result<()> {
    if let Some(anchor) = device::anchor(connection)? {
        clock.resume(&anchor);
    }
    let followed: i64 = connection.query_row("SELECT coalesce(max(as_of), 0) FROM cursors", [], |row| row.get(0))?;
    if followed > 0 {
        clock.heard_at(Micros(followed));
    }
    clock.not_before(last_time(connection)?);
    Ok(())
}

/// The latest time that is written down anywhere.
fn last_time(connection: &Connection) -> rusqlite::Result<Micros> {
    connection.query_row(
        "SELECT max(?1,
            coalesce((SELECT max(seen_at) FROM staff_sessions), 0),
            coalesce((SELECT max(last_at) FROM pin_failures), 0))",
        [last_sure_time(connection)?.0],
        |row| row.get(0).map(Micros),
    )
}

/// The latest time written down while central or staff stood for it: what signing in writes may be
/// from before that.
pub(super) fn last_sure_time(connection: &Connection) -> rusqlite::Result<Micros> {
    connection.query_row(
        "SELECT max(
            coalesce((SELECT made_at FROM journal ORDER BY seq DESC LIMIT 1), 0),
            coalesce((SELECT max(as_of) FROM cursors), 0),
            coalesce((SELECT json_extract(value, '$.time') FROM facts WHERE name = 'clock'), 0))",
        [],
        |row| row.get(0).map(Micros),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_any_earlier_version_is_brought_up_to_date_with_all_that_is_in_it() {
        for done in 1..MIGRATIONS.len() {
            let mut connection = Connection::open_in_memory().unwrap();
            for migration in &MIGRATIONS[..done] {
                connection.execute_batch(migration).unwrap();
            }
            connection.pragma_update(None, "user_version", done as i64).unwrap();
            connection
                .execute_batch(
                    "INSERT INTO rows VALUES ('ticket', x'02', '2026-11-21', 'waiting', 2, '{\"remote\":\"r\"}'),
                         ('ticket', x'01', '2026-11-21', 'waiting', 1, '{}'), ('room', x'01', NULL, 'free', NULL, '{}');
                     INSERT INTO replies VALUES ('screen:1', 'b', 'f', 201, x'7b7d', 2), ('screen:1', 'a', 'f', 200, x'7b', 1);",
                )
                .unwrap();
            migrate(&mut connection).unwrap();
            let told: String = connection
                .query_row(
                    "SELECT group_concat(line, ' ') FROM (
                     SELECT kind || hex(id) || coalesce(position, '-') AS line FROM rows
                     UNION ALL SELECT key || status || hex(body) || at FROM replies ORDER BY line)",
                    [],
                    |row| row.get(0),
                )
                .unwrap();
            assert_eq!(
                told, "a2007B1 b2017B7D2 room01- ticket011 ticket022",
                "from version {done}"
            );
            let again = "INSERT INTO rows VALUES ('ticket', x'03', NULL, NULL, NULL, '{\"remote\":\"r\"}')";
            assert!(
                connection.execute(again, []).is_err(),
                "a remote ticket is checked in once"
            );
        }
    }
}
