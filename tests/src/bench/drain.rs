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
/// As many rounds at most: one takes half a minute to prepare.
const ROUNDS: usize = 3;

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
    let mut alone = 0.0;
    for outlets in [1, 4] {
        let mut rates = Vec::new();
        for _ in 0..rounds {
            let took = round(engine, outlets).await?;
            let rate = COMMANDS as f64 / took.as_secs_f64();
            println!("    {outlets} outlets {rate:8.0} commands a second");
            rates.push(rate);
        }
        let rate = super::median(rates.clone());
        finding.rows.push(vec![outlets.to_string(), format!("{rate:.0}")]);
        if outlets == 1 {
            alone = rate;
            let what = "commands a second of one outlet".to_owned();
            finding.goals.push(Goal::least(what, &rates, wanted));
        } else {
            let ratios: Vec<f64> = rates.iter().map(|rate| rate / alone).collect();
            let what = "four outlets at once, to one alone".to_owned();
            finding.goals.push(Goal::least(what, &ratios, 1.0));
        }
    }
    Ok(finding)
}

async fn round(engine: Engine, outlets: usize) -> Result<Duration> {
    let world = World::on(engine).edges(0).build().await?;
    let mut backlogs = Vec::new();
    for outlet in world.outlets().await?.into_iter().take(outlets) {
        backlogs.push(backlog(&world, outlet, COMMANDS / outlets).await?);
    }
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
