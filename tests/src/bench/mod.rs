//! Benches: our programs beside those that do the same, in alternating runs on one machine.
//!
//! A bench is a line of [`BENCHES`] and an async function that returns a [`Finding`]; the frame
//! writes that into its own section of `docs/BENCHMARKS.md`. HTTP benches compare [`Subject`]s with
//! [`rounds::compare`]: A B A B, so that what else the machine does falls on all alike, and the
//! ratios are taken round by round.

mod bare;
mod catalogue;
mod commit;
mod core;
mod drain;
mod edge;
mod finding;
mod fleet;
mod load;
mod memory;
mod page;
mod rounds;
mod trade;
mod yardstick;

use std::{future::Future, path::PathBuf, pin::Pin, time::Duration};

use anyhow::{Result, bail};

use crate::Engine;

pub use self::bare::serve as serve_bare;
pub use self::core::{CpuTime, Machine, Role, pin_this_thread};
pub use self::finding::{Finding, Goal, Wanted};
pub use self::load::{Measured, Request};
pub use self::rounds::{Subject, compare, median};

type Run = for<'a> fn(&'a Plan) -> Pin<Box<dyn Future<Output = Result<Finding>> + 'a>>;

/// One bench.
pub struct Bench {
    /// What it is called on the command line and in the page.
    pub name: &'static str,
    /// What it finds out, in a line.
    pub about: &'static str,
    run: Run,
}

/// All benches, in the order of the page.
pub const BENCHES: [Bench; 8] = [
    Bench {
        name: "edge-cache",
        about: "a catalogue of 40 KB from the edge's cache, beside nginx and Varnish",
        run: |plan| Box::pin(edge::cached(plan)),
    },
    Bench {
        name: "edge-pass",
        about: "what the edge does not keep, passed through, beside nginx",
        run: |plan| Box::pin(edge::passed(plan)),
    },
    Bench {
        name: "catalogue",
        about: "central's catalogue, beside nginx with the same bytes on disk",
        run: |plan| Box::pin(catalogue::told(plan)),
    },
    Bench {
        name: "commit",
        about: "durable tickets at the edge, beside SQLite's own commits",
        run: |plan| Box::pin(commit::told(plan)),
    },
    Bench {
        name: "drain-sqlite",
        about: "100,000 queued commands into central on SQLite",
        run: |plan| Box::pin(drain::drained(plan, Engine::Sqlite, 15_000.0)),
    },
    Bench {
        name: "drain-mariadb",
        about: "100,000 queued commands into central on MariaDB",
        run: |plan| Box::pin(drain::drained(plan, Engine::MariaDb, 10_000.0)),
    },
    Bench {
        name: "fleet",
        about: "a thousand edges on one central: waiting, and coming back at once",
        run: |plan| Box::pin(fleet::waits_and_returns(plan)),
    },
    Bench {
        name: "idle",
        about: "start and memory of edge and central",
        run: |plan| Box::pin(memory::idle(plan)),
    },
];

/// How long and how hard to measure.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Alternating rounds.
    pub rounds: usize,
    /// How long each subject is asked in a round.
    pub span: Duration,
    /// Connections that ask at once.
    pub connections: usize,
}

/// Runs the benches of these names (all, when there are none) and writes what they found.
///
/// # Errors
/// When a name is unknown, a bench cannot be run, or the page cannot be written. A goal that was
/// missed is not an error: it is written down.
pub async fn run(names: &[String], plan: &Plan) -> Result<()> {
    for name in names {
        if BENCHES.iter().all(|bench| bench.name != name) {
            let known: Vec<_> = BENCHES.iter().map(|bench| bench.name).collect();
            bail!("there is no bench {name}; there are {}", known.join(", "));
        }
    }
    let wanted: Vec<_> = BENCHES
        .iter()
        .filter(|bench| names.is_empty() || names.iter().any(|name| name == bench.name))
        .collect();
    let start = crate::wait::stopwatch();
    let mut broken = Vec::new();
    for (nth, bench) in (1..).zip(&wanted) {
        let (of, after) = (wanted.len(), start.elapsed().as_secs());
        println!("\n==> {nth} of {of}, after {after} s: {}: {}", bench.name, bench.about);
        let machine = Machine::now()?;
        // One that cannot be run is no reason to go without the others.
        let finding = match (bench.run)(plan).await {
            Ok(finding) => finding,
            Err(error) => {
                eprintln!("    {} broke: {error:#}", bench.name);
                broken.push(bench.name);
                continue;
            }
        };
        let section = finding.section(bench.name, bench.about, &machine);
        println!("{section}");
        page::write(&page_file(), bench.name, &section)?;
    }
    println!("\n==> {} benches in {} s", wanted.len(), start.elapsed().as_secs());
    if !broken.is_empty() {
        bail!("could not be run: {}", broken.join(", "));
    }
    Ok(())
}

fn page_file() -> PathBuf {
    crate::programs::workspace().join("docs").join("BENCHMARKS.md")
}
