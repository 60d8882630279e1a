//! What all schedules came to, with how often each fault happened.

use std::{fmt, time::Duration};

/// What all schedules came to.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Schedules played.
    pub schedules: u64,
    /// Acts told.
    pub told: u64,
    /// Acts the rules refused.
    pub refused: u64,
    /// Pushes sent.
    pub pushes: u64,
    /// Commands that came again and were known.
    pub replays: u64,
    /// Pushes that overtook an older one.
    pub out_of_order: u64,
    /// Pushes that arrived twice.
    pub doubled: u64,
    /// Pushes taken in whose answer was lost.
    pub answers_lost: u64,
    /// Pushes that came before what they follow.
    pub gaps: u64,
    /// Commands held, for their version or for one before them.
    pub held: u64,
    /// Held commands applied later.
    pub released: u64,
    /// Disks lost and replaced.
    pub disks_lost: u64,
    /// Commands that went with them.
    pub lost_with_disks: u64,
    /// Late pushes of a life that was over.
    pub fenced: u64,
    /// The schedules in which the promise was not kept.
    pub broken: Vec<String>,
    /// All of it.
    pub took: Duration,
}

impl Tally {
    pub(super) fn merge(&mut self, other: Self) {
        self.schedules += other.schedules;
        self.told += other.told;
        self.refused += other.refused;
        self.pushes += other.pushes;
        self.replays += other.replays;
        self.out_of_order += other.out_of_order;
        self.doubled += other.doubled;
        self.answers_lost += other.answers_lost;
        self.gaps += other.gaps;
        self.held += other.held;
        self.released += other.released;
        self.disks_lost += other.disks_lost;
        self.lost_with_disks += other.lost_with_disks;
        self.fenced += other.fenced;
        self.broken.extend(other.broken);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.took.as_secs_f64().max(f64::EPSILON);
        writeln!(
            f,
            "{} schedules in {seconds:.0} s ({:.0} a second), {} acts told, {} refused by the rules",
            self.schedules,
            self.schedules as f64 / seconds,
            self.told,
            self.refused
        )?;
        for (what, times) in [
            ("pushes", self.pushes),
            ("  that arrived out of order", self.out_of_order),
            ("  that arrived twice", self.doubled),
            ("  before what they follow", self.gaps),
            ("  of a life that was over (fenced)", self.fenced),
            ("  whose answer was lost", self.answers_lost),
            ("commands that came again", self.replays),
            ("commands held", self.held),
            ("  and released later", self.released),
            ("disks lost", self.disks_lost),
            ("  commands that went with them", self.lost_with_disks),
        ] {
            writeln!(f, "  {times:>10} {what}")?;
        }
        for why in &self.broken {
            writeln!(f, "BROKEN {why}")?;
        }
        write!(
            f,
            "the promise was kept in {} of {} schedules",
            self.schedules - self.broken.len() as u64,
            self.schedules
        )
    }
}
