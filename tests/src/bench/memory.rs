//! Resident memory, and how soon an edge answers.

use anyhow::{Context, Result};
use serde_json::json;

use super::{Finding, Goal, Plan, Wanted};
use crate::{Engine, World, wait};

/// Tickets on the edge's disk.
const TICKETS: usize = 10_000;
/// As many rounds at most: each waits for both to come to rest.
const ROUNDS: usize = 3;

/// Resident memory of a process, in megabytes.
///
/// # Errors
/// When there is no such process.
pub(super) fn of(pid: Option<u32>) -> Result<f64> {
    let pid = pid.context("it does not run")?;
    let text = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let kilobytes: f64 = text
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.trim().strip_suffix(" kB"))
        .context("no VmRSS")?
        .trim()
        .parse()?;
    Ok(kilobytes * 1_024.0 / 1e6)
}

pub(super) async fn idle(plan: &Plan) -> Result<Finding> {
    let mut world = World::on(Engine::Sqlite).build().await?;
    let screen = world.staffed_screen("bench").await?;
    let product = screen.visited_product().await?;
    let tap = json!({ "product": product, "party_size": 2 });
    let work = (0..32).map(|_| async {
        for _ in 0..TICKETS / 32 + 1 {
            screen.done("/api/outlet/tickets", &tap).await?;
        }
        anyhow::Ok(())
    });
    futures_util::future::try_join_all(work).await?;
    screen.drained().await?;
    let (mut starts, mut edge, mut central) = (Vec::new(), Vec::new(), Vec::new());
    let rounds = plan.rounds.clamp(1, ROUNDS);
    for _ in 0..rounds {
        world.edge_mut().stop().await?;
        let start = wait::stopwatch();
        world.edge_mut().start().await?;
        starts.push(start.elapsed().as_secs_f64() * 1_000.0);
        world.central.stop().await?;
        world.central.start().await?;
        screen.drained().await?;
        wait::pass(std::time::Duration::from_secs(3)).await;
        edge.push(of(world.edge().pid())?);
        central.push(of(world.central.pid())?);
        println!(
            "    first answer after {:.0} ms, edge {:.1} MB, central {:.1} MB",
            starts[starts.len() - 1],
            edge[edge.len() - 1],
            central[central.len() - 1]
        );
    }
    let most = |what: &str, rounds: &[f64], most: f64| Goal {
        what: what.to_owned(),
        measured: super::median(rounds.to_vec()),
        spread: Some((
            rounds.iter().copied().fold(f64::INFINITY, f64::min),
            rounds.iter().copied().fold(0.0, f64::max),
        )),
        wanted: Wanted::AtMost(most),
    };
    Ok(Finding {
        how: format!(
            "{} starts. The edge has {TICKETS} tickets on disk; from the start of its process to its first answer. \
             Memory is resident memory in MB, three seconds after both have met and drained.",
            rounds
        ),
        goals: vec![
            most("the edge's first answer, ms", &starts, 300.0),
            most("the edge idle, MB", &edge, 25.0),
            most("central idle, MB", &central, 40.0),
        ],
        ..Finding::default()
    })
}
