//! How fast a long outage reaches central: through the push endpoint, decided again, committed.

use std::time::Duration;

use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use uuid::Uuid;

use super::{Finding, Goal, Plan, trade::Trade};
use crate::{
    Engine, World,
    wait::stopwatch,
    wire::{Session, WireEdge},
};

/// Commands of all outlets together.
const COMMANDS: usize = 100_000;
/// Commands in a push: the most central takes.
const BATCH: usize = 512;
/// As many rounds at most: each makes a chain of its own.
const ROUNDS: usize = 3;
/// Outlets at once.
const MANY: usize = 4;

/// An outlet whose pushes are ready to go.
struct Backlog {
    session: Session,
    pushes: Vec<(Uuid, Vec<u8>)>,
    commands: u64,
}

/// Into central on this engine; `wanted` commands a second.
pub(super) async fn drained(plan: &Plan, engine: Engine, wanted: f64) -> Result<Finding> {
    let rounds = plan.rounds.clamp(1, ROUNDS);
    let mut finding = Finding {
        how: format!(
            "{rounds} rounds; {COMMANDS} commands in all (tickets, calls, sessions, sales, voids), pushed {BATCH} at a \
             time over HTTP, each outlet one push after the other; the clock stops when central has answered the \
             last, which is after its durable commit. The pushes' bytes are made before."
        ),
        head: ["outlets", "commands a second"].map(str::to_owned).to_vec(),
        ..Finding::default()
    };
    let (mut alone, mut many) = (Vec::new(), Vec::new());
    for nth in 0..rounds {
        let (one, four) = round(engine, nth % 2 == 0).await?;
        let rate = |took: Duration| COMMANDS as f64 / took.as_secs_f64();
        alone.push(rate(one));
        many.push(rate(four));
        println!(
            "    one outlet {:8.0}, {MANY} outlets {:8.0} commands a second",
            rate(one),
            rate(four)
        );
    }
    let row = |name: &str, rates: &[f64]| vec![name.to_owned(), format!("{:.0}", super::median(rates.to_vec()))];
    finding.rows = vec![row("1", &alone), row(&MANY.to_string(), &many)];
    let ratios: Vec<f64> = many.iter().zip(&alone).map(|(many, alone)| many / alone).collect();
    finding.goals = vec![
        Goal::least("commands a second of one outlet".to_owned(), &alone, wanted),
        Goal::least(format!("{MANY} outlets at once, to one alone"), &ratios, 1.0),
    ];
    Ok(finding)
}

/// One outlet alone, and four at once, into a fresh central; which comes first changes, since the
/// second meets the rows of the first.
async fn round(engine: Engine, alone_first: bool) -> Result<(Duration, Duration)> {
    let world = World::on(engine).edges(0).build().await?;
    let outlets = world.outlets().await?;
    ensure!(outlets.len() > MANY, "{} outlets are too few", outlets.len());
    let one = vec![backlog(&world, outlets[0], COMMANDS).await?];
    let mut four = Vec::new();
    for outlet in &outlets[1..=MANY] {
        four.push(backlog(&world, *outlet, COMMANDS / MANY).await?);
    }
    if alone_first {
        let alone = all(one).await?;
        return Ok((alone, all(four).await?));
    }
    let many = all(four).await?;
    Ok((all(one).await?, many))
}

/// Drains these at once.
async fn all(backlogs: Vec<Backlog>) -> Result<Duration> {
    let start = stopwatch();
    try_join_all(backlogs.into_iter().map(drain)).await?;
    Ok(start.elapsed())
}

async fn backlog(world: &World, outlet: Uuid, commands: usize) -> Result<Backlog> {
    let url = world.central.url();
    let mut edge = WireEdge::enroll(&world.admin, &url, outlet).await?;
    let mut trade = Trade::of(&world.admin, outlet).await?;
    trade.work(&mut edge, commands)?;
    let session = edge.hello(&url).await?;
    let mut pushes = Vec::new();
    let mut after = 0;
    while after < edge.journal.len() {
        let batch = edge.batch(after as u64, BATCH)?;
        after += batch.len();
        pushes.push(session.ready(batch)?);
    }
    Ok(Backlog {
        session,
        pushes,
        commands: edge.journal.len() as u64,
    })
}

async fn drain(backlog: Backlog) -> Result<()> {
    let mut acked = 0;
    for (nonce, body) in backlog.pushes {
        let (status, reply) = backlog.session.push_ready(nonce, body).await?;
        ensure!(status == 200, "a push was answered with {status}");
        if let Some(reply) = reply {
            let odd = reply.results.iter().find(|result| result.outcome.as_str() != "applied");
            ensure!(odd.is_none(), "not applied: {odd:?}");
            acked = reply.acked_seq;
        }
    }
    ensure!(acked == backlog.commands, "{acked} of {} arrived", backlog.commands);
    Ok(())
}
