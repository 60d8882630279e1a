//! What goes wrong in a run, and when: all of it follows from the seed.

use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The line drops all bytes and keeps every connection.
    Cut,
    /// The line is late and narrow.
    Slow,
    /// What the edge says arrives, what central answers does not.
    HalfOpen,
    /// Answers to pushes are lost after central has committed.
    LostAnswers,
    /// A captive portal answers in central's place.
    Portal,
    /// `kill -9` of the edge.
    EdgeKilled,
    /// `kill -9` of central.
    CentralKilled,
    /// The edge's machine starts with a wrong clock, without a line.
    ClockJump,
    /// No file of the edge can grow.
    EdgeDiskFull,
    /// No file of central can grow.
    CentralDiskFull,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Cut,
        Self::Slow,
        Self::HalfOpen,
        Self::LostAnswers,
        Self::Portal,
        Self::EdgeKilled,
        Self::CentralKilled,
        Self::ClockJump,
        Self::EdgeDiskFull,
        Self::CentralDiskFull,
    ];

    /// As shown.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Slow => "slow",
            Self::HalfOpen => "half open",
            Self::LostAnswers => "answers lost",
            Self::Portal => "portal",
            Self::EdgeKilled => "edge killed",
            Self::CentralKilled => "central killed",
            Self::ClockJump => "clock jump",
            Self::EdgeDiskFull => "edge disk full",
            Self::CentralDiskFull => "central disk full",
        }
    }

    /// Whether it is the line that is at fault.
    #[must_use]
    pub fn is_of_the_line(self) -> bool {
        matches!(
            self,
            Self::Cut | Self::Slow | Self::HalfOpen | Self::LostAnswers | Self::Portal
        )
    }
}

/// One fault of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What goes wrong.
    pub kind: Kind,
    /// After so many more writes were told.
    pub after: usize,
    /// And so many milliseconds more, which is at any moment to the programs.
    pub moment_ms: u64,
    /// For so many writes, where the outlet works on meanwhile.
    pub during: usize,
    /// A fault of the line that lasts until the next fault is over.
    pub lasts: bool,
    /// How far the clock jumps, in milliseconds.
    pub jump_ms: i64,
    /// Every so many answers are lost; a portal answers 200 to odd numbers, 403 to even ones.
    pub every: u64,
}

/// All that goes wrong in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// What it follows from.
    pub seed: u64,
    /// The faults, in order.
    pub faults: Vec<Fault>,
    /// How many screens work.
    pub screens: usize,
    /// Commands in a push.
    pub batch: usize,
    /// The longest rest of a hand between two taps, in milliseconds.
    pub rest_ms: u64,
}

const MINUTE_MS: i64 = 60_000;
/// The most screens of a run.
pub const SCREENS: usize = 6;

impl Schedule {
    /// The schedule of a seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let mut kinds = Kind::ALL;
        kinds.shuffle(&mut random);
        let count = random.random_range(2..=4);
        let faults = kinds[..count].iter().map(|kind| fault(*kind, &mut random)).collect();
        Self {
            seed,
            faults,
            screens: random.random_range(2..=SCREENS),
            batch: [1, 3, 16, 256][random.random_range(0..4)],
            rest_ms: random.random_range(0..30),
        }
    }
}

fn fault(kind: Kind, random: &mut StdRng) -> Fault {
    let sign = if random.random() { 1 } else { -1 };
    Fault {
        kind,
        after: random.random_range(0..15),
        moment_ms: random.random_range(0..20),
        during: random.random_range(1..20),
        lasts: kind.is_of_the_line() && random.random_bool(0.4),
        jump_ms: sign * [3, 90, 26 * 60, 40 * 24 * 60][random.random_range(0..4)] * MINUTE_MS,
        every: random.random_range(1..4),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Schedule};

    #[test]
    fn a_seed_says_it_all_and_seeds_differ() {
        assert_eq!(Schedule::of(7), Schedule::of(7));
        assert_ne!(Schedule::of(7).faults, Schedule::of(8).faults);
    }

    #[test]
    fn a_hundred_seeds_have_every_fault_many_times() {
        for kind in Kind::ALL {
            let times = (0..100)
                .flat_map(|seed| Schedule::of(seed).faults)
                .filter(|fault| fault.kind == kind)
                .count();
            assert!(times >= 15, "{} only {times} times", kind.name());
        }
    }
}
