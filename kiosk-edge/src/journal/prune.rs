//! What is forgotten, and when.

use gerai_shared::Micros;
use rusqlite::{Connection, params};

use crate::clock::{Clock, Witness};

const DAY: i64 = 86_400_000_000;

/// Idempotent replies are remembered for so long, and ids with them.
const REPLIES: i64 = 400 * DAY;

/// Central may lose its past: acked commands are kept for so long, to be sent again.
const COMMANDS: i64 = 30 * DAY;

const FAILURES: i64 = DAY;

/// Forgets once a day, and only by central's time: a machine's clock that is forty days ahead would
/// forget what central may have to be sent again. The last command always stays: the chain goes on
/// from it.
pub(super) fn daily(connection: &Connection, clock: &Clock, last: &mut Option<Micros>) {
    if clock.witness() != Witness::Central {
        return;
    }
    let now = clock.now();
    if last.is_some_and(|last| now.0 < last.0.saturating_add(DAY)) {
        return;
    }
    *last = Some(now);
    if let Err(error) = prune(connection, now) {
        tracing::warn!(%error, "old rows were not pruned");
    }
}

fn prune(connection: &Connection, now: Micros) -> rusqlite::Result<()> {
    // The oldest lie first, so that only what goes is read.
    connection.execute(
        "DELETE FROM replies WHERE rowid < coalesce(
            (SELECT rowid FROM replies WHERE at >= ?1 ORDER BY rowid LIMIT 1),
            (SELECT max(rowid) + 1 FROM replies))",
        params![now.0 - REPLIES],
    )?;
    connection.execute(
        // Since central answered for it; when it was made may have been told by a wrong clock.
        "DELETE FROM journal WHERE settled_at < ?1
         AND seq <= (SELECT CAST(value AS INTEGER) FROM facts WHERE name = 'acked_seq')
         AND seq < (SELECT max(seq) FROM journal)
         AND outcome IN ('applied', 'excepted')",
        params![now.0 - COMMANDS],
    )?;
    connection.execute(
        "DELETE FROM pin_failures WHERE last_at < ?1 AND coalesce(locked_until, 0) < ?2",
        params![now.0 - FAILURES, now.0],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::scene::MORNING;

    #[test]
    fn a_clock_nobody_vouches_for_forgets_nothing() {
        let (connection, clock) = (Connection::open_in_memory().unwrap(), Clock::still(MORNING));
        let mut last = None;
        daily(&connection, &clock, &mut last);
        assert_eq!(last, None);
        clock.central_said(MORNING);
        daily(&connection, &clock, &mut last);
        assert_eq!(last, Some(clock.now()));
    }

    #[tokio::test]
    async fn answers_are_forgotten_after_their_days_and_no_younger_ones() {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::still(MORNING);
        let journal = crate::journal::Journal::open(dir.path(), clock.clone()).unwrap();
        let kept = |days: Vec<i64>| {
            let journal = journal.clone();
            async move {
                let written = journal.write(move |group| {
                    let connection = group.connection();
                    for (nth, days) in days.iter().enumerate() {
                        connection.execute(
                            "INSERT INTO replies VALUES ('screen', ?1, 'f', 200, x'', ?2)",
                            params![nth.to_string(), MORNING.0 - days * DAY],
                        )?;
                    }
                    prune(connection, MORNING)?;
                    let kept: i64 = connection.query_row("SELECT count(*) FROM replies", [], |row| row.get(0))?;
                    connection.execute("DELETE FROM replies", [])?;
                    Ok::<_, crate::journal::JournalError>(kept)
                });
                written.await.unwrap()
            }
        };
        assert_eq!(kept(vec![401, 402, 399, 1]).await, 2);
        assert_eq!(kept(vec![401, 500]).await, 0);
        assert_eq!(kept(vec![400, 0]).await, 2);
        assert_eq!(kept(vec![]).await, 0);
    }
}
