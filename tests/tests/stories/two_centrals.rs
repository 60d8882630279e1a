//! Two centrals on one MariaDB: one is killed in the middle of pushes, the outlet goes on by the
//! other, and nothing is lost or done twice.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use gerai_tests::{AckLog, Engine, Mobile, World, oracle, wait, workload};

const WRITES: usize = 600;
const SCREENS: usize = 4;
/// How soon a change made at one central is told by the other.
const HEARD: Duration = Duration::from_millis(1_500);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_two_centrals_is_killed_mid_push_and_the_outlet_goes_on_by_the_other() -> Result<()> {
    let mut world = World::on(Engine::MariaDb)
        // Small batches, so that a kill is in the middle of many.
        .edge("SYNC__BATCH", 8)
        .build()
        .await?;
    let mut other = world.second_central()?;
    other.start().await?;
    let log = AckLog::default();
    let mut screens = Vec::new();
    for nth in 0..SCREENS {
        screens.push(world.staffed_screen(&format!("layar {nth}")).await?.logging_to(&log));
    }
    let working = tokio::spawn({
        let screens = screens.clone();
        async move { workload::work(&screens, WRITES, 11).await }
    });
    // A balancer in front of both: the line leads to one of them, and to the other when it is gone.
    for nth in 1..=4 {
        let due = WRITES * nth / 5;
        wait::until_true("the next kill", wait::LATER, async || {
            Ok(log.len() >= due || working.is_finished())
        })
        .await?;
        ensure!(!working.is_finished(), "kill {nth} came after the work");
        world.push_under_way().await;
        let (killed, alive) = if nth % 2 == 1 {
            (&mut world.central, &other)
        } else {
            (&mut other, &world.central)
        };
        killed.kill()?;
        world.edges[0].line.lead_to(alive.address());
        killed.start().await?;
    }
    working.await??;
    screens[0].drained().await?;
    ensure!(log.len() >= WRITES, "only {} writes", log.len());
    oracle::promise_kept(&world.admin, world.edge(), &log).await?;
    let broken = world.edge().line.faults().broken_pushes;
    ensure!(broken > 0, "no central was killed in the middle of a push");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_one_central_changes_the_other_tells_its_outlets_at_once() -> Result<()> {
    let world = World::on(Engine::MariaDb).build().await?;
    let mut other = world.second_central()?;
    other.start().await?;
    let screen = world.staffed_screen("kasir").await?;
    let product = screen.visited_product().await?;
    // The outlet's poll waits at the first central; the customer joins at the second.
    for _ in 0..3 {
        let phone = Mobile::register(&other.url()).await?;
        let remote = phone.join(world.edge().outlet, &product).await?;
        let code = remote["token"].as_str().context("a remote ticket without a token")?;
        let begun = wait::stopwatch();
        wait::until_true("the outlet to know the ticket", HEARD, async || {
            let body = serde_json::json!({ "code": code });
            Ok(screen.tap("/api/outlet/check-in", &body).await?.status == 201)
        })
        .await?;
        ensure!(begun.elapsed() < HEARD, "after {:?}", begun.elapsed());
    }
    Ok(())
}
