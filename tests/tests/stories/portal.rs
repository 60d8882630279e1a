//! A hotel's Wi-Fi page answers in central's place: it is nobody's acknowledgement.

use std::time::Duration;

use anyhow::{Result, ensure};
use gerai_tests::{AckLog, Engine, World, line::Mode, oracle, wait, workload};

gerai_tests::on_both_engines!(a_portals_word_acknowledges_nothing);

async fn a_portals_word_acknowledges_nothing(engine: Engine) -> Result<()> {
    let world = World::on(engine).edge("SYNC__PUSH_TIMEOUT_MS", 2_000).build().await?;
    let log = AckLog::default();
    let screen = world.staffed_screen("kasir").await?.logging_to(&log);
    let line = &world.edge().line;
    let mut answered = line.faults().portal_answers;
    for status in [200, 403] {
        line.set(Mode::Portal { status });
        let told = log.len();
        workload::work(std::slice::from_ref(&screen), 20, u64::from(status)).await?;
        wait::until_true("the portal to be asked again and again", wait::LATER, async || {
            Ok(line.faults().portal_answers >= answered + 3)
        })
        .await?;
        // However long the portal talks, nothing counts as arrived and nothing is given up.
        wait::stays("the backlog under a portal", Duration::from_secs(3), async || {
            let sync = world.edge().sync(&screen).await?;
            Ok(sync["backlog"].as_u64() >= Some((log.len() - told) as u64)
                && sync["held"].as_array().is_some_and(Vec::is_empty))
        })
        .await?;
        answered = line.faults().portal_answers;
    }
    ensure!(answered >= 6, "the portal was hardly asked: {:?}", line.faults());
    line.heal();
    screen.drained().await?;
    oracle::promise_kept(&world.admin, world.edge(), &log).await?;
    Ok(())
}
