//! Chaos: seeded runs of faults over the programs as they ship, and a checker of what was told.
//!
//! A run copies a stopped, enrolled world, starts it, lets several screens work, commits the faults
//! its seed names (see [`schedule`]), heals, waits until the edge has drained, and holds what the
//! screens were told against central's rows and the edge's: nothing lost, nothing twice, rows and
//! hashes equal, numbers told once ([`crate::oracle::promise_kept`]). Run number n of seed s is run
//! 0 of seed s + n, so a failure is replayed alone.

mod arena;
mod commit;
pub mod schedule;
mod tally;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::sync::watch;

pub use self::tally::Tally;
use self::{
    arena::{Arena, Template},
    schedule::Schedule,
};
use crate::{
    oracle,
    wait::{self, stopwatch},
    workload::{self, Shift},
};

/// Writes told in every run, however few faults it has.
const LEAST: usize = 40;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wishes {
    /// How many runs.
    pub runs: u64,
    /// The first run's seed.
    pub seed: u64,
    /// How many at once.
    pub jobs: usize,
    /// No run is begun after so many seconds.
    pub seconds: Option<u64>,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Run {
    /// What went wrong in it.
    pub schedule: Schedule,
    /// How many writes were told.
    pub told: usize,
    /// From the heal to an empty journal.
    pub drain: Duration,
    /// All of it.
    pub took: Duration,
    /// Why the promise was not kept, and where everything lies.
    pub broken: Option<String>,
}

/// Makes the runs, showing each; returns what they came to.
///
/// # Errors
/// When the world they start from cannot be made.
pub async fn run(wishes: Wishes) -> Result<Tally> {
    let template = Template::make().await.context("the world of the runs")?;
    let (start, mut tally, mut running) = (stopwatch(), Tally::default(), FuturesUnordered::new());
    let mut seeds = wishes.seed..wishes.seed + wishes.runs;
    loop {
        let late = wishes.seconds.is_some_and(|most| start.elapsed().as_secs() >= most);
        while running.len() < wishes.jobs.max(1)
            && !late
            && let Some(seed) = seeds.next()
        {
            running.push(one(&template, seed));
        }
        let Some(run) = running.next().await else {
            break;
        };
        tally.add(&run);
        println!("{}", tally::line(&run, &tally));
    }
    tally.took = start.elapsed();
    Ok(tally)
}

async fn one(template: &Template, seed: u64) -> Run {
    let (start, schedule) = (stopwatch(), Schedule::of(seed));
    let mut run = Run {
        told: 0,
        drain: Duration::ZERO,
        took: Duration::ZERO,
        broken: None,
        schedule,
    };
    match template.copy(run.schedule.screens, run.schedule.batch).await {
        Ok(mut arena) => {
            if let Err(error) = play(&mut arena, &mut run).await {
                run.broken = Some(format!("{error:#}\n  everything lies in {}", arena.keep()));
            }
        }
        Err(error) => run.broken = Some(format!("the world did not start: {error:#}")),
    }
    run.took = start.elapsed();
    run
}

async fn play(arena: &mut Arena, run: &mut Run) -> Result<()> {
    let (close, closing) = watch::channel(false);
    let shift = Shift::of(LEAST)
        .until(closing)
        .staffed_by(arena.staff.clone())
        .resting(arena::span_ms(run.schedule.rest_ms));
    let mut working = tokio::spawn({
        let (screens, seed) = (arena.screens.clone(), run.schedule.seed);
        async move { workload::work_shift(&screens, &shift, seed).await }
    });
    // Screens that gave up say why; without them nothing more would be told.
    let suffered = tokio::select! {
        suffered = suffer(arena, &run.schedule) => suffered,
        stopped = &mut working => {
            stopped?.context("the screens")?;
            bail!("the screens stopped before closing time");
        }
    };
    close.send_replace(true);
    if let Err(error) = suffered {
        working.abort();
        return Err(error);
    }
    working.await?.context("the screens")?;
    run.told = arena.log.len();
    let heal = stopwatch();
    arena.screens[0].drained().await?;
    run.drain = heal.elapsed();
    oracle::promise_kept(&arena.admin, &arena.edge, &arena.log).await?;
    Ok(())
}

/// Commits all faults in their order, and heals.
async fn suffer(arena: &mut Arena, schedule: &Schedule) -> Result<()> {
    // Once all screens know what there is to do: they ask that once, and do not insist.
    arena.told_more(1).await?;
    let mut lasting = false;
    for fault in &schedule.faults {
        if fault.kind.is_of_the_line() {
            arena.edge.line.heal();
        }
        arena.commit(fault).await?;
        if lasting && !fault.lasts {
            arena.edge.line.heal();
        }
        lasting = fault.lasts;
        if arena.edge.has_died()? {
            bail!("the edge ended by itself");
        }
    }
    arena.edge.line.heal();
    arena.told_more(1).await?;
    wait::pass(Duration::ZERO).await;
    Ok(())
}
