//! The outlet's HTTP cache: RFC 9111 for a shared cache, with 5861 (stale), purges from the feed,
//! memory above disk.
//!
//! What may be kept is said by one table ([`CacheConfig`]); everything personal stays out. A hit in
//! memory is one look-up and one comparison of seconds: no disk, no copy of the content. All else
//! happens beside the request: a [writer](writer) thread owns the file, and what it has not
//! written yet is found before the disk is asked.

mod date;
mod directives;
mod disk;
mod entry;
mod flight;
mod freshness;
mod judge;
mod parts;
mod places;
mod policy;
mod store;
#[cfg(test)]
mod tests;
mod waiting;
mod writer;

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};

use gerai_shared::Micros;
use http::StatusCode;
use moka::policy::EvictionPolicy;
use rusqlite::Connection;

use self::places::Places;
use self::policy::Table;
use self::waiting::Waiting;
use self::writer::{Job, Told, Writer};

use crate::clock::Clock;

pub use self::date::parse as parse_date;
pub use self::directives::Wishes;
pub use self::entry::{Entry, Exchange};
pub use self::flight::{Flights, Seat, Ticket, landed};
pub use self::freshness::says_for_how_long;
pub use self::judge::{Verdict, Why, judge, stands_in};
pub use self::parts::Part;
pub use self::policy::{CacheConfig, Mode, Policy, Rule};

/// Content larger than this is passed through and not kept. Bytes.
pub const MAX_CONTENT_BYTES: usize = 16 << 20;

/// Parts may take this share of what memory may hold, on top of it.
const PARTS_OF_MEMORY: u64 = 4;

/// The cache could not be opened, not even anew.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The data folder cannot be made or written.
    #[error("the cache's folder cannot be used")]
    Folder(#[from] std::io::Error),
    /// SQLite refuses even an empty file.
    #[error("the cache's file cannot be made")]
    File(#[from] rusqlite::Error),
}

/// Everything stored for one URI.
pub struct Resource {
    variants: Vec<Arc<Entry>>,
    written_used: AtomicI64,
}

impl Resource {
    fn weight(&self) -> u64 {
        self.variants.iter().map(|entry| entry.weight() as u64).sum()
    }
}

/// What was forgotten lately, by the number of its forgetting.
#[derive(Default)]
struct Forgotten {
    keys: HashMap<Arc<str>, u64>,
    /// Of what was forgotten up to this number, the keys are not known any more.
    before: u64,
}

impl Forgotten {
    /// So many keys are remembered; above, all count as forgotten once.
    const MOST: usize = 4_096;

    fn note(&mut self, key: &Arc<str>, number: u64) {
        if self.keys.len() >= Self::MOST {
            self.keys.clear();
            self.before = number;
        }
        self.keys.insert(Arc::clone(key), number);
    }

    /// Whether the key was, or may have been, forgotten after this number.
    fn since(&self, key: &str, number: u64) -> bool {
        self.before > number || self.keys.get(key).is_some_and(|at| *at > number)
    }
}

/// What was found for a request.
pub enum Found {
    /// A stored response chosen by the same headers.
    Entry(Arc<Entry>),
    /// Responses to other headers only.
    VaryMiss,
    /// Nothing.
    Nothing,
}

/// How central failed, as it is remembered and told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// 502, 503 or 504.
    pub status: StatusCode,
    /// `lan`, `internet` or `central`.
    pub cause: &'static str,
}

/// Numbers for `/metrics` and the sync desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Bytes on disk.
    pub disk_bytes: u64,
    /// Bytes in memory.
    pub memory_bytes: u64,
    /// URIs in memory.
    pub memory_entries: u64,
    /// Whether the disk refused the last write.
    pub disk_full: bool,
}

/// The cache.
pub struct Cache {
    table: Arc<Table>,
    memory: moka::sync::Cache<Arc<str>, Arc<Resource>>,
    parts: moka::sync::Cache<Arc<str>, Arc<Part>>,
    /// Serialises changes of what is stored; look-ups do not take it.
    change: Mutex<Forgotten>,
    /// How often something was forgotten.
    forgotten: AtomicU64,
    waiting: Arc<Waiting>,
    told: Arc<Told>,
    jobs: Option<Sender<Job>>,
    thread: Option<std::thread::JoinHandle<()>>,
    reader: Arc<Mutex<(u64, Option<Connection>)>>,
    places: Places,
    topics: HashMap<String, Arc<AtomicU64>>,
    failed: moka::sync::Cache<Arc<str>, (Micros, Failure)>,
    /// Requests to central under way.
    pub flights: Flights,
    clock: Clock,
}

impl Cache {
    /// Opens the cache below `data_dir`; a damaged one is built anew with a warning.
    ///
    /// After a power cut the file may have forgotten the last purges: call [`Cache::purge`] once
    /// with each followed topic's cursor after opening.
    ///
    /// # Errors
    /// When not even an empty cache can be made.
    pub fn open(data_dir: &Path, config: CacheConfig, clock: Clock) -> Result<Self, CacheError> {
        std::fs::create_dir_all(data_dir)?;
        let places = Places::below(data_dir);
        let opened = places.open()?;
        let mut topics: HashMap<String, Arc<AtomicU64>> = HashMap::new();
        for (topic, needed) in opened.topics {
            topics.insert(topic, Arc::new(AtomicU64::new(needed)));
        }
        let (max_bytes, memory_bytes, policies) = (config.max_bytes, config.memory_bytes, config.table());
        for topic in policies.iter().flat_map(|policy| &policy.topics) {
            topics.entry(topic.clone()).or_default();
        }
        let number_of = |topic: &str| topics.get(topic).cloned().unwrap_or_default();
        let rules = policies
            .into_iter()
            .map(|policy| Arc::new(Rule::new(policy, number_of)));
        let table = Arc::new(Table::new(rules.collect()));
        let (waiting, told) = (Arc::new(Waiting::default()), Arc::new(Told::default()));
        told.bytes.store(opened.bytes, Ordering::Relaxed);
        let (jobs, queue) = std::sync::mpsc::channel();
        let writer = Writer {
            places: places.clone(),
            connection: opened.connection,
            waiting: Arc::clone(&waiting),
            told: Arc::clone(&told),
            max_bytes,
            clock: clock.clone(),
        };
        let thread = std::thread::Builder::new()
            .name("cache-writer".to_owned())
            .spawn(move || writer.run(&queue))?;
        Ok(Self {
            table,
            memory: moka::sync::Cache::builder()
                .max_capacity(memory_bytes)
                .eviction_policy(EvictionPolicy::lru())
                .weigher(|_, resource: &Arc<Resource>| u32::try_from(resource.weight()).unwrap_or(u32::MAX))
                .build(),
            parts: moka::sync::Cache::builder()
                .max_capacity(memory_bytes / PARTS_OF_MEMORY)
                .weigher(|_, part: &Arc<Part>| u32::try_from(part.entry.weight()).unwrap_or(u32::MAX))
                .build(),
            change: Mutex::default(),
            forgotten: AtomicU64::new(0),
            waiting,
            told,
            jobs: Some(jobs),
            thread: Some(thread),
            reader: Arc::new(Mutex::new((0, None))),
            places,
            topics,
            failed: moka::sync::Cache::new(10_000),
            flights: Flights::default(),
            clock,
        })
    }

    /// Says that what lists `topic` must be at least as new as `feed_number`. Older copies are not
    /// shown any more while central can be asked; a lower number than before changes nothing.
    pub fn purge(&self, topic: &str, feed_number: u64) {
        let topics = &self.topics;
        let any_of_its_kind = topic.split_once(':').map(|(kind, _)| format!("{kind}:*"));
        for topic in [Some(topic), any_of_its_kind.as_deref()].into_iter().flatten() {
            let Some(needed) = topics.get(topic) else {
                continue;
            };
            if needed.fetch_max(feed_number, Ordering::AcqRel) < feed_number {
                self.ask(Job::Needed(topic.to_owned(), feed_number));
            }
        }
    }

    /// Makes room on disk: keeps no more than this many bytes for now.
    pub fn evict_to(&self, bytes: u64) {
        self.ask(Job::EvictTo(bytes));
    }

    /// Waits until everything asked so far is on disk. Blocks; for shutdown and tests.
    pub fn flush(&self) {
        let (done, wait) = std::sync::mpsc::channel();
        self.ask(Job::Flush(done));
        let _ = wait.recv();
    }

    /// How full it is.
    pub fn stats(&self) -> Stats {
        Stats {
            disk_bytes: self.told.bytes.load(Ordering::Relaxed),
            memory_bytes: self.memory.weighted_size(),
            memory_entries: self.memory.entry_count(),
            disk_full: self.told.full.load(Ordering::Relaxed),
        }
    }

    fn ask(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(job);
        }
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        // The writer ends when its queue does, with everything in it written.
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
