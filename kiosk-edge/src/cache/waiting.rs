//! What is decided but not on disk yet. Asked before the disk, so that the disk may be late.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Resource;

/// Bodies waiting to be written may take this much memory; above, they are not written at all.
const WAITING_BYTES: u64 = 64 << 20;
/// The newest number of each key, with what is to be stored or `None` for a removal.
type ByKey = HashMap<Arc<str>, (u64, Option<Arc<Resource>>)>;

/// What is decided but not written yet: newer than the disk, asked before it.
#[derive(Default)]
pub struct Waiting {
    by_key: Mutex<ByKey>,
    bytes: AtomicU64,
    numbers: AtomicU64,
}

impl Waiting {
    /// Takes a resource (or its removal) in; the number to ask the writer with.
    pub fn put(&self, key: &Arc<str>, resource: Option<Arc<Resource>>) -> u64 {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let weight = resource.as_ref().map_or(0, |resource| resource.weight());
        // A disk that does not keep up loses copies, never memory: the old row goes instead.
        let fits = self.bytes.load(Ordering::Relaxed) + weight <= WAITING_BYTES;
        let resource = resource.filter(|_| fits);
        self.bytes
            .fetch_add(resource.as_ref().map_or(0, |r| r.weight()), Ordering::Relaxed);
        let before = self.lock().insert(Arc::clone(key), (number, resource));
        self.forget(before);
        number
    }

    /// What waits for a key: nothing, a removal, or a resource.
    pub fn get(&self, key: &str) -> Option<Option<Arc<Resource>>> {
        self.lock().get(key).map(|(_, resource)| resource.clone())
    }

    /// What waits under this number, unless something newer does.
    pub fn at(&self, key: &str, number: u64) -> Option<Option<Arc<Resource>>> {
        self.lock()
            .get(key)
            .filter(|(have, _)| *have == number)
            .map(|(_, resource)| resource.clone())
    }

    /// The disk holds it now.
    pub fn done(&self, key: &str, number: u64) {
        let mut by_key = self.lock();
        if by_key.get(key).is_some_and(|(have, _)| *have == number) {
            let before = by_key.remove(key);
            drop(by_key);
            self.forget(before);
        }
    }

    /// The disk does not take it: until it takes something newer, nothing of the key is there.
    pub fn refused(&self, key: &Arc<str>, number: u64) {
        let mut by_key = self.lock();
        if by_key.get(key).is_some_and(|(have, _)| *have == number) {
            let before = by_key.insert(Arc::clone(key), (number, None));
            drop(by_key);
            self.forget(before);
        }
    }

    fn forget(&self, before: Option<(u64, Option<Arc<Resource>>)>) {
        let weight = before
            .and_then(|(_, resource)| resource)
            .map_or(0, |resource| resource.weight());
        self.bytes.fetch_sub(weight, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, ByKey> {
        self.by_key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
