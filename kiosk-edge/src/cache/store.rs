//! Looking up, keeping and forgetting: memory, then what waits to be written, then disk.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError};

use gerai_shared::Micros;
use http::HeaderMap;

use super::disk;
use super::writer::Job;
use super::{Cache, Entry, Failure, Found, Resource, Rule};

/// Longer keys (path and query) are not kept.
const MAX_KEY_BYTES: usize = 2048;
/// Variants kept of one URI; the oldest goes first.
const MAX_VARIANTS: usize = 8;
/// How exact the memory of "last used" on disk is.
const USED_EVERY_MS: i64 = 60_000;

impl Cache {
    /// The rule for a path (without query), or `None` when nothing of it may be kept.
    pub fn rule(&self, path: &str) -> Option<&Arc<Rule>> {
        self.table.rule(path)
    }

    /// The first segments of the paths that have a rule.
    pub fn first_segments(&self) -> impl Iterator<Item = &str> {
        self.table.first_segments()
    }

    /// The time.
    pub fn now(&self) -> Micros {
        self.clock.now()
    }

    /// Looks in memory only: the way of almost every hit.
    pub fn recall(&self, key: &str, request: &HeaderMap) -> Option<Arc<Entry>> {
        let resource = self.memory.get(key)?;
        let entry = resource.variants.iter().find(|entry| entry.answers(request)).cloned()?;
        self.note_use(key, &resource);
        Some(entry)
    }

    /// Looks in memory, in what waits to be written, and on disk.
    pub async fn look_up(&self, key: &Arc<str>, request: &HeaderMap) -> Found {
        let resource = match self.memory.get(key).or_else(|| self.waiting_for(key)) {
            Some(resource) => Some(resource),
            None if self.waiting.get(key).is_some() => None,
            None => self.read(key).await,
        };
        let Some(resource) = resource else {
            return Found::Nothing;
        };
        self.note_use(key, &resource);
        match resource.variants.iter().find(|entry| entry.answers(request)) {
            Some(entry) => Found::Entry(Arc::clone(entry)),
            None => Found::VaryMiss,
        }
    }

    fn waiting_for(&self, key: &Arc<str>) -> Option<Arc<Resource>> {
        let resource = self.waiting.get(key)??;
        self.memory.insert(Arc::clone(key), Arc::clone(&resource));
        Some(resource)
    }

    async fn read(&self, key: &Arc<str>) -> Option<Arc<Resource>> {
        let (reader, table, places) = (Arc::clone(&self.reader), Arc::clone(&self.table), self.places.clone());
        let (told, wanted) = (Arc::clone(&self.told), Arc::clone(key));
        let read = tokio::task::spawn_blocking(move || {
            let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
            let file = told.file.load(Ordering::Acquire);
            if reader.0 != file || reader.1.is_none() {
                *reader = (file, Some(places.connect()?));
            }
            let connection = reader.1.as_ref().ok_or(rusqlite::Error::InvalidQuery)?;
            disk::read(connection, &places, &table, &wanted)
        });
        let variants = match read.await.ok()? {
            Ok(variants) => variants,
            Err(error) => {
                if error.is_damage() {
                    self.ask(Job::Rebuild);
                }
                tracing::warn!(%error, "the cache could not be read");
                return None;
            }
        };
        if variants.is_empty() {
            return None;
        }
        let variants = variants.into_iter().map(Arc::new).collect();
        // Its use just now is still to be written: it starts as never written.
        let resource = Arc::new(Resource {
            variants,
            written_used: AtomicI64::new(0),
        });
        // Whatever was stored or removed while the disk was read is newer than what it said.
        let _changing = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        match self.waiting.get(key) {
            Some(newer) => newer,
            None => {
                self.memory.insert(Arc::clone(key), Arc::clone(&resource));
                Some(resource)
            }
        }
    }

    fn note_use(&self, key: &str, resource: &Resource) {
        let (now, before) = (self.now(), Micros(resource.written_used.load(Ordering::Relaxed)));
        if now.millis_since(before) < USED_EVERY_MS {
            return;
        }
        let swap = resource
            .written_used
            .compare_exchange(before.0, now.0, Ordering::Relaxed, Ordering::Relaxed);
        if swap.is_ok() {
            self.ask(Job::Used(Arc::from(key), now));
        }
    }

    /// How often something was forgotten; to be read before central is asked.
    pub fn forgotten(&self) -> u64 {
        self.forgotten.load(Ordering::Acquire)
    }

    /// Keeps a response, in place of the one chosen by the same headers. When the key was forgotten
    /// since `forgotten`, the response may be from before that, and is not kept.
    pub fn store(&self, key: &Arc<str>, entry: Arc<Entry>, forgotten: u64) {
        if key.len() > MAX_KEY_BYTES {
            return;
        }
        let changing = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        if changing.since(key, forgotten) {
            return;
        }
        let before = self.memory.get(key).or_else(|| self.waiting.get(key)?);
        let mut variants = vec![Arc::clone(&entry)];
        if let Some(before) = before {
            // Where the origin now chooses by other headers, what it chose before means nothing.
            let same_choice = |other: &Entry| {
                other
                    .vary
                    .iter()
                    .map(|(name, _)| name)
                    .eq(entry.vary.iter().map(|(name, _)| name))
            };
            let others = before
                .variants
                .iter()
                .filter(|other| other.vary != entry.vary && same_choice(other));
            variants.extend(others.take(MAX_VARIANTS - 1).cloned());
        }
        let resource = Arc::new(Resource {
            variants,
            written_used: AtomicI64::new(self.now().0),
        });
        self.memory.insert(Arc::clone(key), Arc::clone(&resource));
        self.failed.invalidate(key);
        let number = self.waiting.put(key, Some(resource));
        self.ask(Job::Sync(Arc::clone(key), number));
    }

    /// Forgets everything stored for a key.
    pub fn forget(&self, key: &Arc<str>) {
        let mut changing = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        let number = self.forgotten.fetch_add(1, Ordering::AcqRel) + 1;
        changing.note(key, number);
        self.memory.invalidate(key);
        self.parts.invalidate(key);
        let number = self.waiting.put(key, None);
        self.ask(Job::Sync(Arc::clone(key), number));
    }

    /// Remembers for the policy's seconds that central failed a key.
    pub fn note_failure(&self, key: &Arc<str>, rule: &Rule, failure: Failure) {
        let until = Micros(self.now().0 + i64::from(rule.policy.negative_seconds) * 1_000_000);
        self.failed.insert(Arc::clone(key), (until, failure));
    }

    /// The failure remembered for a key.
    pub fn failure(&self, key: &str) -> Option<Failure> {
        let (until, failure) = self.failed.get(key)?;
        (self.now() < until).then_some(failure)
    }
}
