//! How long to wait for an answer, and how long to leave central alone.

use std::time::Duration;

use tokio::time::Instant;

use super::{call::Miss, link::Link};
use crate::clock::Clock;

/// A question without an answer for so long is given up when a fresh connection shows that central
/// is there. A cut that swallows packets leaves such questions behind.
pub const SHORTEST: Duration = Duration::from_millis(1_500);

const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Waits for an answer as long as one may still come. A question begun while the line was down, or
/// older than `on_heal`, ends when the line heals; one older than `on_sight`, when central is seen.
///
/// # Errors
/// What the question came to, or [`Miss::Stuck`].
pub async fn patiently<T>(
    link: &Link,
    on_heal: Duration,
    on_sight: Duration,
    question: impl Future<Output = Result<T, Miss>>,
) -> Result<T, Miss> {
    let begun = Instant::now();
    let (heals, mut sights) = (link.heals(), link.sights());
    let begun_down = !link.now().is_up();
    tokio::pin!(question);
    loop {
        tokio::select! {
            biased;
            answer = &mut question => return answer,
            Ok(()) = sights.changed() => {}
        }
        let healed = heals.has_changed().unwrap_or(false);
        let age = begun.elapsed();
        if (healed && (begun_down || age > on_heal)) || age > on_sight {
            return Err(Miss::Stuck);
        }
    }
}

/// The patience with pushes: it grows when they are given up, so that a line that is merely slow
/// gets its turn, and follows how long they take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    now: Duration,
    most: Duration,
}

impl Patience {
    /// Never more than `most`.
    pub fn new(most: Duration) -> Self {
        Self {
            now: SHORTEST.min(most),
            most,
        }
    }

    /// How long it is now.
    pub fn now(self) -> Duration {
        self.now
    }

    /// An answer took so long.
    pub fn answered(&mut self, took: Duration) {
        self.now = (took * 2).max(SHORTEST).min(self.most);
    }

    /// A question was given up.
    pub fn stuck(&mut self) {
        self.now = (self.now * 2).min(self.most);
    }
}

/// Pauses between failures: exponential, with full jitter.
#[derive(Clone, Debug, Default)]
pub struct Pauses {
    failures: u32,
}

impl Pauses {
    /// The pause after one more failure.
    pub fn next(&mut self, clock: &Clock) -> Duration {
        let most = PAUSE.saturating_mul(1 << self.failures.min(16)).min(LONGEST_PAUSE);
        self.failures = self.failures.saturating_add(1);
        // Not quite none, so that a failure that comes at once does not spin.
        most.mul_f64(clock.fraction()).max(Duration::from_millis(10))
    }

    /// Something worked.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}
