//! The journal: what the outlet did, and the rows that followed from it, in one SQLite file.
//!
//! There is one write path. A job is sent to the one writer thread, which takes what is queued into
//! one transaction (group commit), decides each job inside it, commits with `synchronous=FULL`, and
//! only then answers. Whoever was answered was told something that is on disk.

mod committed;
mod damage;
mod device;
mod error;
mod follow;
pub mod grants;
mod ground;
mod known;
mod opened;
mod pepper;
mod proof;
mod prune;
mod readers;
mod room;
mod rows;
mod salvage;
#[cfg(test)]
pub(crate) mod scene;
mod schema;
mod second;
mod settle;
mod tap;
#[cfg(test)]
mod tests;
mod verify;
mod writer;

pub use committed::{Committed, Made};
pub use device::Device;
pub use error::{JournalError, TapError};
pub use ground::{Circumstances, open_shift, shift_totals};
pub use known::Known;
pub use pepper::Pepper;
pub use proof::{Due, Proof, ProofAsked, Proofs, last_proof};
pub use room::Room;
pub(crate) use rows::Json;
pub use rows::{count_rows, followed_row, followed_rows, is_checked_in, row, rows_of};
pub(crate) use salvage::{LOST, SALVAGED};
pub use salvage::{Salvaged, salvage};
pub use settle::Entry;
pub use tap::{Booked, Question, Reply, Tap};
pub use verify::Verdict;
pub use writer::Group;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use gerai_shared::{
    Micros,
    sync::{PushReply, Snapshot, TopicChanges},
};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use uuid::Uuid;

use crate::clock::Clock;
use damage::Damage;
use opened::Opened;
use readers::Readers;
use second::Second;
use writer::{Disk, Job, Work};

/// Bytes that must stay free on the journal's disk for new work to be taken.
pub const RESERVE_BYTES: u64 = 64 * 1024 * 1024;

/// Jobs that may wait for the writer before whoever asks must wait too.
const QUEUE: usize = 1_024;

/// Commits a slow listener may lag behind before it is told to start over.
const LAG: usize = 1_024;

/// A handle to the journal; cheap to clone.
#[derive(Clone, Debug)]
pub struct Journal {
    jobs: mpsc::Sender<Box<dyn Job>>,
    readers: Readers,
    pepper: Arc<Pepper>,
    known: watch::Receiver<Arc<Known>>,
    committed: broadcast::Sender<Committed>,
    damage: Damage,
    clock: Clock,
    place: Arc<(PathBuf, Room)>,
}

impl Journal {
    /// Opens the journal in `data_dir`, or makes it.
    ///
    /// # Errors
    /// When the directory or the file cannot be used, or is from a newer program.
    pub fn open(data_dir: &Path, clock: Clock) -> Result<Self, JournalError> {
        Self::open_with_reserve(data_dir, clock, RESERVE_BYTES)
    }

    /// [`Journal::open`], with the bytes that must stay free for new work to be taken.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn open_with_reserve(data_dir: &Path, clock: Clock, reserve: u64) -> Result<Self, JournalError> {
        let room = Room { reserve, most: None };
        Self::work_on(Opened::open(data_dir, &clock)?, data_dir, None, clock, room)
    }

    /// [`Journal::open`] for whoever has `data_dir` to itself: a damaged journal is salvaged first, also
    /// from its second copy in `copy_dir`, which is kept from then on.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn open_or_salvage(
        data_dir: &Path,
        copy_dir: Option<&Path>,
        clock: Clock,
        room: Room,
    ) -> Result<Self, JournalError> {
        let opened = match Opened::open(data_dir, &clock) {
            Err(error) if error.is_damage() => {
                tracing::error!(error = &error as &dyn std::error::Error, "the journal is damaged");
                salvage::salvage(data_dir, copy_dir, &clock)?;
                Opened::open(data_dir, &clock)?
            }
            opened => opened?,
        };
        Self::work_on(opened, data_dir, copy_dir, clock, room)
    }

    fn work_on(
        opened: Opened,
        data_dir: &Path,
        copy_dir: Option<&Path>,
        clock: Clock,
        room: Room,
    ) -> Result<Self, JournalError> {
        let Opened {
            connection,
            pepper,
            known,
        } = opened;
        room.bound(&connection)?;
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let (publish, known) = watch::channel(Arc::new(known));
        let (committed, _) = broadcast::channel(LAG);
        let damage = Damage::of(data_dir);
        let readers = Readers::open(data_dir, damage.clone())?;
        let writer = writer::Writer::new(
            connection,
            Disk {
                data_dir: data_dir.to_owned(),
                room,
                damage: damage.clone(),
                second: copy_dir.map(Second::of),
            },
            clock.clone(),
            pepper.clone(),
            publish,
            committed.clone(),
        )?;
        std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || writer.run(waiting))
            .map_err(|error| JournalError::Unusable {
                path: "the journal's thread".to_owned(),
                source: Arc::new(error),
            })?;
        Ok(Self {
            jobs,
            readers,
            pepper,
            known,
            committed,
            damage,
            clock,
            place: Arc::new((data_dir.to_owned(), room)),
        })
    }

    /// Ends, with why, when nothing can be written any more: the file is damaged, or the writer is gone.
    pub async fn over(&self) -> JournalError {
        tokio::select! {
            () = self.damage.seen() => JournalError::Torn,
            () = self.jobs.closed() => JournalError::Closed,
        }
    }

    /// Walks the whole file, beside the work: damage is better found now than when it is needed.
    ///
    /// # Errors
    /// When it cannot be read; a damaged one makes [`Journal::over`] end.
    pub async fn examine(&self) -> Result<(), JournalError> {
        let verdict: String = self
            .read(|connection| connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)))
            .await?;
        if verdict != "ok" {
            tracing::error!(verdict, "the journal's file is damaged");
            self.damage.note();
        }
        Ok(())
    }

    /// Whether there is room for new work: without it, it is refused.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn room_left(&self) -> Result<bool, JournalError> {
        let place = self.place.clone();
        self.read(move |connection| Ok(place.1.is_left(connection, &place.0)))
            .await
    }

    /// Bytes that are free on its disk; 0 where the disk does not say.
    #[must_use]
    pub fn free_bytes(&self) -> u64 {
        fs4::available_space(&self.place.0).unwrap_or_default()
    }

    /// The journal's clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What it takes to read a grant, as of the last commit.
    #[must_use]
    pub fn trust(&self) -> grants::Trust {
        grants::Trust {
            device: self.device(),
            pepper: self.pepper.clone(),
        }
    }

    /// What is known as of the last commit: device, outlet profile, last command, cursors.
    #[must_use]
    pub fn known(&self) -> Arc<Known> {
        self.known.borrow().clone()
    }

    /// As [`Journal::known`], to wait for changes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Arc<Known>> {
        self.known.clone()
    }

    /// What is committed from here on.
    #[must_use]
    pub fn committed(&self) -> broadcast::Receiver<Committed> {
        self.committed.subscribe()
    }

    /// Runs `work` in the writer's next group; told after its commit. A failure of `work` undoes
    /// what `work` wrote and nothing else.
    ///
    /// # Errors
    /// What `work` said, or that the group could not be committed.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<JournalError> + Send + 'static,
        F: FnOnce(&mut Group<'_>) -> Result<T, E> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let job = Box::new(Work::new(work, tell));
        self.jobs.send(job).await.map_err(|_| JournalError::Closed)?;
        told.await.map_err(|_| JournalError::Closed)?
    }

    /// Jobs that wait for the writer.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.jobs.max_capacity() - self.jobs.capacity()
    }

    /// Reads with `query` on one of a few connections of its own.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn read<T, F>(&self, query: F) -> Result<T, JournalError>
    where
        T: Send + 'static,
        F: FnOnce(&rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        self.readers.read(query).await
    }

    /// A screen's write: told again if it was asked before, else planned, decided, journalled.
    ///
    /// # Errors
    /// When the rules refuse it, the key is another question's, or it could not be written.
    pub async fn tap(&self, tap: Tap) -> Result<Reply, TapError> {
        self.write(move |group| tap::take(group, tap)).await
    }

    /// [`Journal::tap`], unless `check` says no to what would be booked; then nothing is.
    ///
    /// # Errors
    /// As [`Journal::tap`], and what `check` says.
    pub async fn tap_if<E, F>(&self, tap: Tap, check: F) -> Result<Reply, E>
    where
        E: From<TapError> + From<JournalError> + Send + 'static,
        F: FnOnce(&Booked<'_>) -> Result<(), E> + Send + 'static,
    {
        self.write(move |group| tap::take_if(group, tap, check)).await
    }

    /// Takes a page of the feed: rows, cursor, and the commands that answer requests in it. Rows
    /// up to the cursor are passed over, so that a page may come twice.
    ///
    /// # Errors
    /// When the page does not join on, is of another epoch, or cannot be written.
    pub async fn follow(&self, page: TopicChanges, epoch: Uuid) -> Result<(), JournalError> {
        self.write(move |group| follow::page(group, &page, epoch)).await
    }

    /// Puts a snapshot in the place of what is followed of its topic.
    ///
    /// # Errors
    /// When it is of another epoch or cannot be written.
    pub async fn follow_snapshot(&self, snapshot: Snapshot) -> Result<(), JournalError> {
        self.write(move |group| follow::snapshot(group, &snapshot)).await
    }

    /// Takes central's outcomes in. Results that are not of this journal's commands, and an
    /// `acked_seq` beyond the commands answered, do not count.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn settle(&self, reply: PushReply) -> Result<(), JournalError> {
        self.write(move |group| settle::settle(group, &reply)).await
    }

    /// The commands after `after_seq`, in order, at most `limit`.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn unsent(&self, after_seq: u64, limit: usize) -> Result<Vec<Entry>, JournalError> {
        self.read(move |connection| settle::entries(connection, after_seq, limit))
            .await
    }

    /// Who this edge is, as of the last commit.
    #[must_use]
    pub fn device(&self) -> Arc<Device> {
        self.known.borrow().device.clone()
    }

    /// The chain's hash after a command, or before the first; `None` when it is not kept any more.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn chain_at(&self, seq: u64) -> Result<Option<String>, JournalError> {
        let first_after = self.known().device.first_after;
        self.read(move |connection| settle::chain_at(connection, seq, first_after))
            .await
    }

    /// Writes down where the clock stands, so that the next start goes on from there.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn keep_time(&self) -> Result<(), JournalError> {
        self.write(|group| device::time_kept(group, group.clock.anchor().as_ref()))
            .await
    }

    /// The latest time that was written down while it was known to be right.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn last_sure_time(&self) -> Result<Micros, JournalError> {
        self.read(schema::last_sure_time).await
    }

    /// Looks whether another process (`enroll`, `screen add`) has changed the file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn refresh(&self) -> Result<(), JournalError> {
        self.write(|_| Ok(())).await
    }

    /// Recomputes the hash chain over all commands that are kept.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn verify(&self) -> Result<Verdict, JournalError> {
        self.read(verify::chain).await
    }
}
