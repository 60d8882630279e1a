//! Adding runs up, and showing them.

use std::{collections::BTreeMap, fmt, time::Duration};

use super::{
    Run,
    schedule::{Kind, Schedule},
};

/// What all runs came to.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Runs made.
    pub runs: u64,
    /// Writes told.
    pub told: usize,
    /// How often each fault fired.
    pub faults: BTreeMap<Kind, u64>,
    /// From a heal to an empty journal, at the longest.
    pub longest_drain: Duration,
    /// The runs in which the promise was not kept: seed and why.
    pub broken: Vec<(u64, String)>,
    /// All of it.
    pub took: Duration,
}

impl Tally {
    pub(super) fn add(&mut self, run: &Run) {
        self.runs += 1;
        self.told += run.told;
        self.longest_drain = self.longest_drain.max(run.drain);
        match &run.broken {
            Some(why) => self.broken.push((run.schedule.seed, why.clone())),
            None => {
                for fault in &run.schedule.faults {
                    *self.faults.entry(fault.kind).or_default() += 1;
                }
            }
        }
    }
}

fn names(schedule: &Schedule) -> String {
    let names: Vec<String> = schedule
        .faults
        .iter()
        .map(|fault| {
            format!(
                "{}{}",
                fault.kind.name(),
                if fault.lasts { " (during the next)" } else { "" }
            )
        })
        .collect();
    names.join(", ")
}

pub(super) fn line(run: &Run, so_far: &Tally) -> String {
    let ended = match &run.broken {
        None => "kept  ".to_owned(),
        Some(why) => format!(
            "BROKEN: {why}\n  replay: cargo xtask chaos --runs 1 --seed {}\n ",
            run.schedule.seed
        ),
    };
    format!(
        "{:>5} seed {:<8} {ended} {:>4.1} s, {:>4} told, drained in {:>4.1} s: {}",
        so_far.runs,
        run.schedule.seed,
        run.took.as_secs_f64(),
        run.told,
        run.drain.as_secs_f64(),
        names(&run.schedule)
    )
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} runs in {:.0} s, {} writes told, longest drain {:.1} s",
            self.runs,
            self.took.as_secs_f64(),
            self.told,
            self.longest_drain.as_secs_f64()
        )?;
        for kind in Kind::ALL {
            let times = self.faults.get(&kind).copied().unwrap_or_default();
            writeln!(f, "  {:<18} fired in {times} runs", kind.name())?;
        }
        for (seed, why) in &self.broken {
            writeln!(f, "BROKEN seed {seed}: {why}")?;
        }
        write!(
            f,
            "the promise was kept in {} of {} runs",
            self.runs - self.broken.len() as u64,
            self.runs
        )
    }
}
