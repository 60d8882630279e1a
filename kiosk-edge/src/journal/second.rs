//! The second copy, on another disk: the commands central does not have yet, and who this edge is.
//!
//! Written after each commit of the journal and before anybody is told of it, so that a torn page of the
//! journal's own file loses nothing: a salvage reads both. The outlet works on with one copy where the
//! other disk fails; that one is tried again, and caught up.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rusqlite::{Connection, params};

use super::{Device, JournalError, Known, rows, salvage, schema};
use crate::clock::Clock;

/// Before a disk that failed is tried again.
const AGAIN: Duration = Duration::from_secs(10);
/// So many commands that central has may lie in the copy before they are swept out.
const SWEPT: u64 = 1_000;
const COLUMNS: &str = "seq, id, kind, json, changes, changes_hash, chain, made_at, outcome, exceptions, settled_at";

/// A folder on another disk that follows the journal.
pub(super) struct Second {
    folder: PathBuf,
    file: Option<Written>,
    /// When it failed last, by the machine's uptime; none while it is well.
    failed: Option<Duration>,
}

/// How far the open copy is.
struct Written {
    connection: Connection,
    last_seq: u64,
    swept: u64,
    device: Option<Arc<Device>>,
    acked_seq: u64,
}

impl Second {
    pub(super) fn of(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            file: None,
            failed: None,
        }
    }

    /// Brings it up to what is committed. That it fails is said once, and measured: the journal itself has
    /// all of it.
    pub(super) fn follow(&mut self, journal: &Connection, known: &Known, clock: &Clock) {
        let now = clock.uptime();
        if self.failed.is_some_and(|at| now < at + AGAIN) || known.device.edge.is_none() {
            return;
        }
        match self.write(journal, known, clock) {
            Ok(()) => {
                if self.failed.take().is_some() {
                    tracing::info!(folder = %self.folder.display(), "the second copy of the journal is up to date again");
                }
            }
            Err(error) => {
                self.file = None;
                if self.failed.replace(now).is_none() {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        folder = %self.folder.display(),
                        "the second copy of the journal cannot be written"
                    );
                }
            }
        }
        metrics::gauge!("gerai_journal_copy_up").set(f64::from(u8::from(self.failed.is_none())));
    }

    fn write(&mut self, journal: &Connection, known: &Known, clock: &Clock) -> Result<(), JournalError> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(Written::open(&self.folder, known, clock)?),
        };
        let same_facts =
            file.acked_seq == known.acked_seq && file.device.as_ref().is_some_and(|device| *device == known.device);
        if file.last_seq == known.last_seq && same_facts {
            return Ok(());
        }
        file.connection.execute_batch("BEGIN IMMEDIATE")?;
        file.take(journal, known)?;
        file.connection.execute_batch("COMMIT")?;
        file.last_seq = known.last_seq;
        file.acked_seq = known.acked_seq;
        file.device = Some(known.device.clone());
        Ok(())
    }
}

impl Written {
    /// Opens the copy of this edge's journal. One of another life or edge, and one that is ahead of the
    /// journal, is somebody's only copy: it is kept aside.
    fn open(folder: &Path, known: &Known, clock: &Clock) -> Result<Self, JournalError> {
        let mut connection = schema::open(folder)?;
        let (there, last_seq) = seen(&connection)?;
        let ours = there.edge.is_none()
            || (there.edge, there.incarnation) == (known.device.edge, known.device.incarnation)
                && last_seq <= known.last_seq;
        if !ours {
            drop(connection);
            let aside = folder.join(format!("journal-aside-{}", clock.now().0));
            salvage::set_aside(folder, &aside).map_err(|error| JournalError::Unusable {
                path: aside.display().to_string(),
                source: Arc::new(error),
            })?;
            tracing::error!(aside = %aside.display(), "a copy of another journal, or of a later one, is kept aside");
            connection = schema::open(folder)?;
        }
        let (_, last_seq) = seen(&connection)?;
        Ok(Self {
            connection,
            // What was acknowledged before there was a copy is central's.
            last_seq: last_seq.max(known.acked_seq.min(known.last_seq)),
            swept: known.acked_seq,
            device: None,
            acked_seq: 0,
        })
    }

    fn take(&mut self, journal: &Connection, known: &Known) -> Result<(), JournalError> {
        let to = &self.connection;
        let marks = ["?"; 11].join(", ");
        let mut insert = to.prepare_cached(&format!("INSERT OR REPLACE INTO journal ({COLUMNS}) VALUES ({marks})"))?;
        let mut new = journal.prepare_cached(&format!("SELECT {COLUMNS} FROM journal WHERE seq > ?1 ORDER BY seq"))?;
        let mut new = new.query([rows::int(self.last_seq)])?;
        while let Some(row) = new.next()? {
            let columns: Vec<rusqlite::types::Value> = (0..11).map(|at| row.get(at)).collect::<Result<_, _>>()?;
            insert.execute(rusqlite::params_from_iter(columns))?;
        }
        to.prepare_cached("DELETE FROM facts")?.execute([])?;
        let mut fact = to.prepare_cached("INSERT INTO facts (name, value) VALUES (?1, ?2)")?;
        let mut facts = journal.prepare_cached("SELECT name, value FROM facts")?;
        let mut facts = facts.query([])?;
        while let Some(row) = facts.next()? {
            fact.execute(params![row.get::<_, String>(0)?, row.get::<_, String>(1)?])?;
        }
        if known.acked_seq >= self.swept + SWEPT {
            to.prepare_cached("DELETE FROM journal WHERE seq < ?1")?
                .execute([rows::int(known.acked_seq)])?;
            self.swept = known.acked_seq;
        }
        Ok(())
    }
}

/// Whose copy it is, and its last command.
fn seen(connection: &Connection) -> Result<(Device, u64), JournalError> {
    let last: i64 = connection.query_row("SELECT coalesce(max(seq), 0) FROM journal", [], |row| row.get(0))?;
    Ok((Device::load(connection)?, rows::count(last)))
}
