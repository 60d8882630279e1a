//! The one source of time, ids and randomness.
//!
//! A clock is a witness, not a judge: time here is central's last word plus what the monotonic
//! clock has counted since. Until central has spoken it is the machine's own clock, but never
//! earlier than what the journal has already seen.

#![expect(
    clippy::disallowed_methods,
    reason = "this is the one place that asks the machine for time and randomness"
)]

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use gerai_shared::{Day, Micros, Stamp};
use uuid::Uuid;

/// Time, ids and randomness, to be handed to whoever needs them.
#[derive(Clone, Debug)]
pub struct Clock {
    boot: Uuid,
    hands: Arc<Mutex<Hands>>,
}

#[derive(Debug)]
struct Hands {
    monotonic: Monotonic,
    /// A point in time, and the uptime at which it was right.
    base: Micros,
    base_at: Duration,
    /// Where the clock stood, minus where central's did, when central last spoke.
    offset_micros: Option<i64>,
}

#[derive(Debug)]
enum Monotonic {
    Since(Instant),
    /// Moves only when told to, for tests.
    Still(Duration),
}

impl Monotonic {
    fn uptime(&self) -> Duration {
        match self {
            Self::Since(boot) => boot.elapsed(),
            Self::Still(uptime) => *uptime,
        }
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl Hands {
    fn now(&self) -> Micros {
        let since = self.monotonic.uptime().saturating_sub(self.base_at);
        Micros(self.base.0.saturating_add(micros(since)))
    }

    fn set(&mut self, now: Micros) {
        self.base = now;
        self.base_at = self.monotonic.uptime();
    }
}

impl Clock {
    /// A clock that starts now, from the machine's own.
    #[must_use]
    pub fn start() -> Self {
        let machine = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        Self::new(Micros(micros(machine)), Monotonic::Since(Instant::now()))
    }

    /// A clock that stands still until it is moved with [`Clock::advance`].
    #[must_use]
    pub fn still(at: Micros) -> Self {
        Self::new(at, Monotonic::Still(Duration::ZERO))
    }

    fn new(base: Micros, monotonic: Monotonic) -> Self {
        Self {
            boot: Uuid::new_v4(),
            hands: Arc::new(Mutex::new(Hands {
                monotonic,
                base,
                base_at: Duration::ZERO,
                offset_micros: None,
            })),
        }
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.hands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Micros {
        self.hands().now()
    }

    /// Time since the process started; never jumps.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        self.hands().monotonic.uptime()
    }

    /// Now, in the standard library's type, for HTTP caching.
    #[must_use]
    pub fn system_time(&self) -> SystemTime {
        let since = Duration::from_micros(u64::try_from(self.now().0).unwrap_or_default());
        SystemTime::UNIX_EPOCH + since
    }

    /// Names this boot of the program.
    #[must_use]
    pub fn boot(&self) -> Uuid {
        self.boot
    }

    /// The stamp of a command given now.
    #[must_use]
    pub fn stamp(&self, now: Micros, day: Day) -> Stamp {
        Stamp {
            time: now,
            day,
            boot: self.boot,
            uptime: micros(self.uptime()),
        }
    }

    /// Central's word counts from here on.
    pub fn central_said(&self, time: Micros) {
        let mut hands = self.hands();
        hands.offset_micros = Some(hands.now().0.saturating_sub(time.0));
        hands.set(time);
    }

    /// Whether central has told the time since the program started.
    #[must_use]
    pub fn told_by_central(&self) -> bool {
        self.hands().offset_micros.is_some()
    }

    /// How far this clock had strayed from central's, in milliseconds, when central last spoke.
    #[must_use]
    pub fn offset_millis(&self) -> i64 {
        self.hands().offset_micros.unwrap_or_default() / 1_000
    }

    /// Time does not fall behind what has been written down already, as it would after a power cut
    /// on a machine without a clock battery.
    pub fn not_before(&self, seen: Micros) {
        let mut hands = self.hands();
        if hands.offset_micros.is_none() && hands.now() < seen {
            hands.set(seen);
        }
    }

    /// Moves a clock that stands still; does nothing to one that runs.
    pub fn advance(&self, by: Duration) {
        if let Monotonic::Still(uptime) = &mut self.hands().monotonic {
            *uptime += by;
        }
    }

    /// A fresh id: UUID v7 of now.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        let millis = u64::try_from(self.now().0 / 1_000).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &rand::random()).into_uuid()
    }

    /// A fresh secret of 256 bits, in 43 characters that need no escaping anywhere.
    #[must_use]
    pub fn secret(&self) -> String {
        URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
    }

    /// A fraction in 0..1, for jitter.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        rand::random()
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, Duration, Micros};

    #[test]
    fn time_is_centrals_word_plus_what_has_passed_since() {
        let clock = Clock::still(Micros(1_000_000));
        clock.advance(Duration::from_secs(5));
        assert_eq!(clock.now(), Micros(6_000_000));
        clock.central_said(Micros(60_000_000));
        clock.advance(Duration::from_secs(1));
        assert_eq!(clock.now(), Micros(61_000_000));
        assert_eq!(clock.offset_millis(), -54_000);
        assert_eq!(clock.uptime(), Duration::from_secs(6));
    }

    #[test]
    fn the_journal_pulls_a_clock_forward_only_until_central_has_spoken() {
        let clock = Clock::still(Micros(5));
        clock.not_before(Micros(9));
        assert_eq!(clock.now(), Micros(9));
        clock.not_before(Micros(3));
        assert_eq!(clock.now(), Micros(9));
        clock.central_said(Micros(7));
        clock.not_before(Micros(9));
        assert_eq!(clock.now(), Micros(7));
    }

    #[test]
    fn ids_sort_by_time() {
        let clock = Clock::still(Micros(1_795_289_400_000_000));
        let earlier = clock.uuid();
        clock.advance(Duration::from_millis(1));
        assert!(earlier < clock.uuid());
        assert_eq!(earlier.get_version_num(), 7);
    }
}
