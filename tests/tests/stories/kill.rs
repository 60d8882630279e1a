//! A program is killed at any moment, again and again: what was told is there, once.

use std::time::Duration;

use anyhow::{Result, ensure};
use gerai_tests::{
    AckLog, Engine, World, oracle, wait,
    workload::{self, Shift},
};
use rand::{Rng, SeedableRng, rngs::StdRng};

const KILLS: usize = 12;
const SCREENS: usize = 8;

gerai_tests::on_both_engines!(
    killed_at_any_moment_the_edge_forgets_nothing_it_told,
    killed_at_any_moment_central_has_everything_once,
);

async fn killed_at_any_moment_the_edge_forgets_nothing_it_told(engine: Engine) -> Result<()> {
    kept_over_kills(engine, Shift::of(2_000), 2_000, async |world| {
        world.edge_mut().kill()?;
        world.edge_mut().start().await
    })
    .await
    .map(drop)
}

async fn killed_at_any_moment_central_has_everything_once(engine: Engine) -> Result<()> {
    // At rest now and then, so that it is killed in the middle of pushes and not of a backlog alone.
    let shift = Shift::of(800).resting(Duration::from_millis(150));
    let world = kept_over_kills(engine, shift, 800, async |world| {
        world.push_under_way().await;
        world.central.kill()?;
        world.central.start().await
    })
    .await?;
    let broken = world.edge().line.faults().broken_pushes;
    ensure!(broken > 0, "central was never killed in the middle of a push");
    Ok(())
}

/// Screens write while a program is killed; each kill comes when so many writes were told, which is at
/// any moment to the program.
async fn kept_over_kills(
    engine: Engine,
    shift: Shift,
    writes: usize,
    mut kill: impl AsyncFnMut(&mut World) -> Result<()>,
) -> Result<World> {
    let mut world = World::on(engine).build().await?;
    let log = AckLog::default();
    let mut screens = Vec::new();
    for nth in 0..SCREENS {
        screens.push(world.staffed_screen(&format!("layar {nth}")).await?.logging_to(&log));
    }
    let working = tokio::spawn({
        let screens = screens.clone();
        async move { workload::work_shift(&screens, &shift, 5).await }
    });
    let mut random = StdRng::seed_from_u64(7);
    let mut killed_in_the_middle = 0;
    for nth in 1..=KILLS {
        let due = writes * nth / (KILLS + 1) + random.random_range(0..writes / KILLS / 2);
        wait::until_true("the next kill", wait::LATER + wait::LATER, async || {
            Ok(log.len() >= due || working.is_finished())
        })
        .await?;
        if !working.is_finished() {
            killed_in_the_middle += 1;
        }
        kill(&mut world).await?;
    }
    working.await??;
    ensure!(
        killed_in_the_middle >= KILLS / 2,
        "only {killed_in_the_middle} kills hit"
    );
    screens[0].drained().await?;
    ensure!(log.len() >= writes, "only {} writes", log.len());
    oracle::promise_kept(&world.admin, world.edge(), &log).await?;
    Ok(world)
}
