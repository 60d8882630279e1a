//! The one source of time, ids and randomness.
//!
//! A clock is a witness, not a judge: time here is central's last word plus what the monotonic
//! clock has counted since, over restarts of the program too, as long as the machine runs on. After a
//! boot of the machine it is the machine's own clock, never earlier than what the journal has already
//! seen, and staff confirm it before anything is written with it.

#![expect(
    clippy::disallowed_methods,
    reason = "this is the one place that asks the machine for time and randomness"
)]

mod anchor;
mod machine;
#[cfg(test)]
mod tests;

pub use anchor::{Anchor, Witness};

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use gerai_shared::{Day, Micros, Stamp};
use uuid::Uuid;

use machine::Machine;

/// Time, ids and randomness, to be handed to whoever needs them.
#[derive(Clone, Debug)]
pub struct Clock {
    boot: Uuid,
    machine: Arc<Machine>,
    hands: Arc<Mutex<Hands>>,
}

#[derive(Debug)]
struct Hands {
    monotonic: Monotonic,
    /// A point in time, and the uptime at which it was right.
    base: Micros,
    base_at: Duration,
    /// Whose word it is.
    witness: Witness,
    /// When central last spoke.
    heard: Option<Micros>,
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
    /// A clock that starts now, from the machine's own plus `correction_seconds`.
    #[must_use]
    pub fn start(correction_seconds: i64) -> Self {
        let machine = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let corrected = micros(machine).saturating_add(correction_seconds.saturating_mul(1_000_000));
        let monotonic = Monotonic::Since(Instant::now());
        Self::new(Micros(corrected.max(0)), monotonic, Machine::ask())
    }

    /// A clock that stands still until it is moved with [`Clock::advance`].
    #[must_use]
    pub fn still(at: Micros) -> Self {
        Self::new(at, Monotonic::Still(Duration::ZERO), Machine::default())
    }

    /// [`Clock::still`], of a machine that names its boots and has run for a while.
    #[cfg(test)]
    pub(crate) fn still_on(boot: &str, ran_for: Duration, at: Micros) -> Self {
        let machine = Machine {
            boot: Some(boot.to_owned()),
            ran_for,
        };
        Self::new(at, Monotonic::Still(Duration::ZERO), machine)
    }

    fn new(base: Micros, monotonic: Monotonic, machine: Machine) -> Self {
        Self {
            boot: Uuid::new_v4(),
            machine: Arc::new(machine),
            hands: Arc::new(Mutex::new(Hands {
                monotonic,
                base,
                base_at: Duration::ZERO,
                witness: Witness::Machine,
                heard: None,
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
        hands.witness = Witness::Central;
        hands.heard = Some(time);
        hands.set(time);
    }

    /// Staff's word counts until central speaks.
    pub fn staff_said(&self, time: Micros) {
        let mut hands = self.hands();
        if hands.witness != Witness::Central {
            hands.witness = Witness::Staff;
            hands.set(time);
        }
    }

    /// Whose word the time rests on, since the machine's boot.
    #[must_use]
    pub fn witness(&self) -> Witness {
        self.hands().witness
    }

    /// Whether somebody has said that the day is right, since the machine's boot.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.witness() != Witness::Machine
    }

    /// Time since central last spoke; none before it ever has.
    #[must_use]
    pub fn since_central(&self) -> Duration {
        let hands = self.hands();
        let since = hands.heard.map_or(0, |heard| hands.now().0.saturating_sub(heard.0));
        Duration::from_micros(u64::try_from(since).unwrap_or_default())
    }

    /// What to write down of it at `time`; nothing while only the machine's own clock speaks for it.
    #[must_use]
    pub fn anchor(&self) -> Option<Anchor> {
        let witness = self.witness();
        (witness != Witness::Machine).then(|| self.anchored(self.now(), witness))
    }

    /// What to write down when staff say that it is `time`.
    #[must_use]
    pub fn anchor_by_staff(&self, time: Micros) -> Anchor {
        let witness = match self.witness() {
            Witness::Central => Witness::Central,
            Witness::Machine | Witness::Staff => Witness::Staff,
        };
        self.anchored(time, witness)
    }

    fn anchored(&self, time: Micros, witness: Witness) -> Anchor {
        Anchor {
            boot: self.machine.boot.clone(),
            uptime: micros(self.machine.ran_for + self.uptime()),
            time,
            witness,
            heard: self.hands().heard,
        }
    }

    /// Goes on from what was written down: in the same boot of the machine with the time that was
    /// told, however the machine's own clock was set meanwhile; in another not before it.
    pub fn resume(&self, anchor: &Anchor) {
        let ran_for = micros(self.machine.ran_for + self.uptime());
        let mut hands = self.hands();
        if hands.witness != Witness::Machine {
            return;
        }
        hands.heard = anchor.heard;
        let same_boot = self.machine.boot.is_some() && self.machine.boot == anchor.boot;
        if same_boot && ran_for >= anchor.uptime {
            hands.witness = anchor.witness;
            hands.set(Micros(anchor.time.0.saturating_add(ran_for - anchor.uptime)));
        } else if hands.now() < anchor.time {
            hands.set(anchor.time);
        }
    }

    /// Central spoke then at the latest, as far as the journal of an older program tells.
    pub fn heard_at(&self, time: Micros) {
        self.hands().heard.get_or_insert(time);
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
        if hands.witness == Witness::Machine && hands.now() < seen {
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

    /// A fresh secret of 128 bits, for an address that is told to one person.
    #[must_use]
    pub fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>())
    }

    /// A fraction in 0..1, for jitter.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        rand::random()
    }
}
