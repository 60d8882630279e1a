//! The edge is killed at any moment, again and again: what was told is there, once.

use anyhow::{Result, ensure};
use gerai_tests::{AckLog, Engine, World, oracle, wait, workload};
use rand::{Rng, SeedableRng, rngs::StdRng};

const WRITES: usize = 2_000;
const KILLS: usize = 12;
const SCREENS: usize = 8;

gerai_tests::on_both_engines!(killed_at_any_moment_the_edge_forgets_nothing_it_told);

async fn killed_at_any_moment_the_edge_forgets_nothing_it_told(engine: Engine) -> Result<()> {
    let mut world = World::on(engine).build().await?;
    let log = AckLog::default();
    let mut screens = Vec::new();
    for nth in 0..SCREENS {
        screens.push(world.staffed_screen(&format!("layar {nth}")).await?.logging_to(&log));
    }
    let working = tokio::spawn({
        let screens = screens.clone();
        async move { workload::work(&screens, WRITES, 5).await }
    });
    // Each kill comes when so many writes were told, which is at any moment to the edge.
    let mut random = StdRng::seed_from_u64(7);
    let mut killed_in_the_middle = 0;
    for nth in 1..=KILLS {
        let due = WRITES * nth / (KILLS + 1) + random.random_range(0..WRITES / KILLS / 2);
        wait::until_true("the next kill", wait::LATER + wait::LATER, async || {
            Ok(log.len() >= due || working.is_finished())
        })
        .await?;
        if !working.is_finished() {
            killed_in_the_middle += 1;
        }
        world.edge_mut().kill()?;
        world.edge_mut().start().await?;
    }
    working.await??;
    ensure!(
        killed_in_the_middle >= KILLS / 2,
        "only {killed_in_the_middle} kills hit"
    );
    screens[0].drained().await?;
    ensure!(log.len() >= WRITES, "only {} writes", log.len());
    oracle::promise_kept(&world.admin, world.edge(), &log).await?;
    Ok(())
}
