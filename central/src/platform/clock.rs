//! The one source of time, randomness and ids.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use gerai_shared::Micros;
use rand::{RngCore, TryRngCore, rngs::OsRng};
use uuid::{Timestamp, Uuid};

/// Time, randomness and ids. Clones share one clock; tests set it by [`Clock::advance`].
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Micros {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
        let wall = time::OffsetDateTime::now_utc();
        Micros(Micros::from(wall).0 + self.offset.load(Ordering::Relaxed))
    }

    /// Moves this clock and its clones.
    pub fn advance(&self, micros: i64) {
        self.offset.fetch_add(micros, Ordering::Relaxed);
    }

    /// A new id, UUID v7.
    #[must_use]
    pub fn id(&self) -> Uuid {
        let now = self.now().0;
        let (seconds, nanos) = (now.div_euclid(1_000_000), now.rem_euclid(1_000_000) * 1_000);
        let context = uuid::NoContext;
        Uuid::new_v7(Timestamp::from_unix(
            context,
            u64::try_from(seconds).unwrap_or_default(),
            u32::try_from(nanos).unwrap_or_default(),
        ))
    }

    /// Unguessable bytes from the operating system.
    ///
    /// # Panics
    /// When the operating system has none, which it treats as fatal itself.
    #[must_use]
    pub fn secret<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        let mut rng = OsRng.unwrap_err();
        rng.fill_bytes(&mut bytes);
        bytes
    }
}
