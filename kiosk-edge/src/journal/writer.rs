//! The one thread that writes.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use rusqlite::Connection;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use super::{Committed, Damage, JournalError, Known, Made, Pepper, Room, Second, prune};
use crate::clock::Clock;

/// The most jobs that share a commit.
const GROUP: usize = 256;

/// Tables that say who may ask, and who is there.
const ATTENDANCE: [&str; 2] = ["screens", "staff_sessions"];

/// What the writer is asked to do.
pub(super) trait Job: Send {
    /// Does it, inside the group's transaction.
    fn run(&mut self, group: &mut Group<'_>);
    /// Tells whoever asked, after the group's commit.
    fn tell(self: Box<Self>, committed: Result<(), JournalError>);
}

/// A closure as a job.
pub(super) struct Work<F, T, E> {
    work: Option<F>,
    outcome: Option<Result<T, E>>,
    tell: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Work<F, T, E> {
    pub(super) fn new(work: F, tell: oneshot::Sender<Result<T, E>>) -> Self {
        Self {
            work: Some(work),
            outcome: None,
            tell,
        }
    }
}

impl<F, T, E> Job for Work<F, T, E>
where
    F: FnOnce(&mut Group<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<JournalError> + Send,
{
    fn run(&mut self, group: &mut Group<'_>) {
        if let Some(work) = self.work.take() {
            self.outcome = Some(group.alone(work));
        }
    }

    fn tell(self: Box<Self>, committed: Result<(), JournalError>) {
        let outcome = match (committed, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(JournalError::Closed.into()),
            (Err(error), _) => Err(error.into()),
        };
        // Whoever asked may have gone away; what was done is done.
        drop(self.tell.send(outcome));
    }
}

/// The transaction that a group of jobs shares.
#[derive(Debug)]
pub struct Group<'w> {
    connection: &'w Connection,
    pub(crate) clock: &'w Clock,
    pub(crate) pepper: &'w Pepper,
    pub(super) known: Known,
    pub(super) room_left: bool,
    made: Vec<Made>,
    events: Vec<Committed>,
}

impl<'w> Group<'w> {
    /// The writer's connection, inside the transaction.
    #[must_use]
    pub fn connection(&self) -> &'w Connection {
        self.connection
    }

    /// What is known, earlier jobs of the group included.
    #[must_use]
    pub fn known(&self) -> &Known {
        &self.known
    }

    pub(super) fn event(&mut self, event: Committed) {
        self.events.push(event);
    }

    pub(super) fn made(&mut self, made: Made) {
        self.made.push(made);
    }

    /// Runs a job so that its failure undoes what it wrote, and nothing of the jobs before it.
    fn alone<T, E: From<JournalError>>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        let before = (self.known.clone(), self.made.len(), self.events.len());
        self.execute("SAVEPOINT job").map_err(JournalError::from)?;
        let outcome = catch_unwind(AssertUnwindSafe(|| work(self)))
            .unwrap_or_else(|_| Err(JournalError::Damaged("a job of the writer panicked".to_owned()).into()));
        if outcome.is_err() {
            self.known = before.0;
            self.made.truncate(before.1);
            self.events.truncate(before.2);
            self.execute("ROLLBACK TO job").map_err(JournalError::from)?;
        }
        self.execute("RELEASE job").map_err(JournalError::from)?;
        outcome
    }

    fn execute(&self, statement: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(statement)?.execute([]).map(drop)
    }
}

/// The disk the file lies on.
pub(super) struct Disk {
    pub(super) data_dir: PathBuf,
    pub(super) room: Room,
    pub(super) damage: Damage,
    /// A copy on another one.
    pub(super) second: Option<Second>,
}

pub(super) struct Writer {
    connection: Connection,
    disk: Disk,
    clock: Clock,
    pepper: Arc<Pepper>,
    known: watch::Sender<Arc<Known>>,
    committed: broadcast::Sender<Committed>,
    file_version: i64,
    /// Whether a row of [`ATTENDANCE`] was written; SQLite itself says so, so that nobody forgets to.
    attendance: Arc<AtomicBool>,
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        disk: Disk,
        clock: Clock,
        pepper: Arc<Pepper>,
        known: watch::Sender<Arc<Known>>,
        committed: broadcast::Sender<Committed>,
    ) -> Result<Self, JournalError> {
        let attendance = Arc::new(AtomicBool::new(false));
        let written = attendance.clone();
        connection.update_hook(Some(move |_, _: &str, table: &str, _| {
            if ATTENDANCE.contains(&table) {
                written.store(true, Ordering::Relaxed);
            }
        }))?;
        Ok(Self {
            connection,
            disk,
            clock,
            pepper,
            known,
            committed,
            // Never a version SQLite gives: the first group looks at the file once more.
            file_version: -1,
            attendance,
        })
    }

    pub(super) fn run(mut self, mut waiting: mpsc::Receiver<Box<dyn Job>>) {
        let mut pruned = None;
        let known = Known::clone(&self.known.borrow());
        self.copy(&known);
        while let Some(first) = waiting.blocking_recv() {
            let mut jobs = vec![first];
            while jobs.len() < GROUP
                && let Ok(job) = waiting.try_recv()
            {
                jobs.push(job);
            }
            metrics::histogram!("gerai_journal_group_size").record(jobs.len() as f64);
            let committed = if self.disk.damage.is_seen() {
                Err(JournalError::Torn)
            } else {
                self.group(&mut jobs)
            };
            if let Err(error) = &committed {
                self.disk.damage.notice(error);
                tracing::error!(
                    error = error as &dyn std::error::Error,
                    jobs = jobs.len(),
                    "a group was not committed"
                );
            }
            for job in jobs {
                job.tell(committed.clone());
            }
            prune::daily(&self.connection, &self.clock, &mut pruned);
        }
    }

    /// One transaction for all of them: committed together, or not at all.
    fn group(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<(), JournalError> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        match self.decide_and_commit(jobs) {
            Ok((known, made, events)) => {
                self.copy(&known);
                self.known.send_replace(Arc::new(known));
                // Nobody may be listening.
                if !made.is_empty() {
                    drop(self.committed.send(Committed::Commands(made.into())));
                }
                for event in events {
                    drop(self.committed.send(event));
                }
                Ok(())
            }
            Err(error) => {
                // A full disk or a failed write has rolled back already.
                if !self.connection.is_autocommit()
                    && let Err(error) = self.connection.execute_batch("ROLLBACK")
                {
                    tracing::error!(%error, "a failed group was not rolled back");
                }
                Err(error)
            }
        }
    }

    /// What is committed, also on the other disk.
    fn copy(&mut self, known: &Known) {
        if let Some(second) = &mut self.disk.second {
            second.follow(&self.connection, known, &self.clock);
        }
    }

    fn decide_and_commit(
        &mut self,
        jobs: &mut [Box<dyn Job>],
    ) -> Result<(Known, Vec<Made>, Vec<Committed>), JournalError> {
        let known = self.known_now()?;
        let mut group = Group {
            connection: &self.connection,
            clock: &self.clock,
            pepper: &self.pepper,
            known,
            room_left: self.disk.room.is_left(&self.connection, &self.disk.data_dir),
            made: Vec::new(),
            events: Vec::new(),
        };
        for job in jobs {
            job.run(&mut group);
            if self.connection.is_autocommit() {
                // SQLite gave the transaction up: nothing of this group may count.
                return Err(JournalError::DiskFull);
            }
        }
        let Group {
            mut known,
            made,
            events,
            ..
        } = group;
        if self.attendance.swap(false, Ordering::Relaxed) {
            known.attendance += 1;
        }
        self.connection.execute_batch("COMMIT")?;
        Ok((known, made, events))
    }

    /// The copy in memory, or the file anew when another process has written to it.
    fn known_now(&mut self) -> Result<Known, JournalError> {
        let version: i64 = self
            .connection
            .pragma_query_value(None, "data_version", |row| row.get(0))?;
        if version == self.file_version {
            return Ok(Known::clone(&self.known.borrow()));
        }
        let mut known = Known::load(&self.connection)?;
        known.attendance = self.known.borrow().attendance + 1;
        // The other process has committed it: it counts whatever becomes of this group.
        self.known.send_replace(Arc::new(known.clone()));
        self.file_version = version;
        Ok(known)
    }
}
