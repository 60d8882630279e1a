//! The one thread that writes the cache's file, so that no request waits for the disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender};

use gerai_shared::Micros;
use rusqlite::{Connection, params};

use super::disk::{self, DiskError};
use super::places::Places;
use super::waiting::Waiting;
use crate::clock::Clock;

/// How many jobs share a transaction.
const BATCH: usize = 256;

/// What the writer is asked.
pub enum Job {
    /// Bring the row of a key to what is waiting under this number.
    Sync(Arc<str>, u64),
    /// The key was used at this time.
    Used(Arc<str>, Micros),
    /// The topic needs this feed number.
    Needed(String, u64),
    /// Keep no more than this many bytes.
    EvictTo(u64),
    /// The file was found damaged.
    Rebuild,
    /// Say when everything before this is written.
    Flush(Sender<()>),
}

/// What the writer tells the rest.
#[derive(Default)]
pub struct Told {
    /// Bytes on disk.
    pub bytes: AtomicU64,
    /// Whether the disk refused the last write.
    pub full: AtomicBool,
    /// Counts the files there have been: a reader of an older one opens anew.
    pub file: AtomicU64,
}

/// The writer's belongings.
pub struct Writer {
    pub places: Places,
    pub connection: Connection,
    pub waiting: Arc<Waiting>,
    pub told: Arc<Told>,
    pub max_bytes: u64,
    pub clock: Clock,
}

impl Writer {
    /// Works until every sender is gone.
    pub fn run(mut self, jobs: &Receiver<Job>) {
        if let Err(error) = disk::sweep(&self.places, &self.connection) {
            tracing::warn!(%error, "pictures could not be swept");
        }
        while let Ok(first) = jobs.recv() {
            let mut batch = vec![first];
            batch.extend(jobs.try_iter().take(BATCH));
            self.work(&batch);
            for job in batch {
                if let Job::Flush(done) = job {
                    let _ = done.send(());
                }
            }
        }
    }

    fn work(&mut self, batch: &[Job]) {
        if batch.iter().any(|job| matches!(job, Job::Rebuild)) {
            self.rebuild();
        }
        let mut result = self.write(batch);
        if result.as_ref().is_err_and(DiskError::is_full) {
            // Pictures and copies go first when the disk is short: everything else matters more.
            let quarter_less = self.told.bytes.load(Ordering::Relaxed) / 4 * 3;
            let _ = disk::evict(&self.connection, &self.places, quarter_less);
            result = self.write(batch);
        }
        // A batch that stores nothing says nothing about the disk.
        if batch.iter().any(|job| matches!(job, Job::Sync(..))) {
            let full = result.as_ref().is_err_and(DiskError::is_full);
            self.told.full.store(full, Ordering::Relaxed);
        }
        let refused = match result {
            Ok(()) => false,
            Err(error) if error.is_damage() => {
                self.rebuild();
                false
            }
            Err(error) => {
                tracing::warn!(%error, "the cache could not be written; nothing is lost by it");
                true
            }
        };
        for job in batch {
            match job {
                // What the disk holds instead is out of date, and must not be found again.
                Job::Sync(key, number) if refused => self.waiting.refused(key, *number),
                Job::Sync(key, number) => self.waiting.done(key, *number),
                _ => {}
            }
        }
    }

    fn write(&mut self, batch: &[Job]) -> Result<(), DiskError> {
        let at = self.clock.now();
        let mut limit = self.max_bytes;
        let transaction = self.connection.transaction()?;
        for job in batch {
            match job {
                Job::Sync(key, number) => match self.waiting.at(key, *number) {
                    Some(Some(resource)) => {
                        disk::write(&transaction, &self.places, key, &resource.variants, at)?;
                    }
                    Some(None) => drop(disk::remove(&transaction, &self.places, key)?),
                    None => {}
                },
                Job::Used(key, at) => {
                    transaction
                        .prepare_cached("UPDATE stored SET used = ?2 WHERE key = ?1")?
                        .execute(params![key, at.0])?;
                }
                Job::Needed(topic, number) => {
                    let number = i64::try_from(*number).unwrap_or(i64::MAX);
                    transaction
                        .prepare_cached(
                            "INSERT INTO topic VALUES (?1, ?2)
                             ON CONFLICT (name) DO UPDATE SET needed = max(needed, excluded.needed)",
                        )?
                        .execute(params![topic, number])?;
                }
                Job::EvictTo(bytes) => limit = limit.min(*bytes),
                Job::Rebuild | Job::Flush(_) => {}
            }
        }
        transaction.commit()?;
        let mut bytes = disk::total(&self.connection)?;
        if bytes > limit {
            // A little below the limit, so that not every store evicts.
            bytes = disk::evict(&self.connection, &self.places, limit / 10 * 9)?;
        }
        self.told.bytes.store(bytes, Ordering::Relaxed);
        Ok(())
    }

    fn rebuild(&mut self) {
        tracing::warn!(file = %self.places.file.display(), "the cache is damaged and is built anew");
        self.places.wipe();
        match self.places.open() {
            Ok(opened) => self.connection = opened.connection,
            Err(error) => tracing::warn!(%error, "the cache could not be built anew"),
        }
        self.told.file.fetch_add(1, Ordering::Release);
    }
}
