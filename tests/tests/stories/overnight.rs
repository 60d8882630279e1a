//! Phones and walk-ins at once, over the end of a business day that comes while the line is cut.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use gerai_tests::{AckLog, Engine, Mobile, Screen, World, oracle, wait};
use serde_json::{Value, json};

use crate::{
    line_cut::{day, let_the_day_end_soon},
    mobile::{WALK_INS, check_in, rush},
};

/// How many join together.
const PHONES: usize = 3;

fn token(remote: &Value) -> Result<&str> {
    remote["token"].as_str().context("no token")
}

/// The first `count` numbers of a series, as told.
fn from_one(letter: char, count: usize) -> BTreeSet<String> {
    (1..=count).map(|number| format!("{letter}-{number:03}")).collect()
}

/// The numbers of who joined for a day, each told once.
fn told_of(joined: &[Value], day: &Value) -> Result<BTreeSet<String>> {
    let told = joined.iter().map(|remote| {
        ensure!(remote["day"] == *day, "it is not of {day}: {remote}");
        Ok(remote["told"].as_str().context("no number")?.to_owned())
    });
    let told = told.collect::<Result<Vec<_>>>()?;
    let once: BTreeSet<_> = told.iter().cloned().collect();
    ensure!(once.len() == told.len(), "a number was told twice: {told:?}");
    Ok(once)
}

async fn is_refused(screen: &Screen, remote: &Value) -> Result<()> {
    let code = json!({ "code": token(remote)? });
    let answer = screen.tap("/api/outlet/check-in", &code).await?;
    ensure!(answer.status == 404, "{remote} was let in: {}", answer.body);
    Ok(())
}

/// On one engine, the one that locks rows: it waits for a minute to be full.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn numbers_begin_anew_overnight_and_yesterdays_codes_are_past() -> Result<()> {
    let world = World::on(Engine::MariaDb).build().await?;
    let log = AckLog::default();
    let screen = world.staffed_screen("kasir").await?.logging_to(&log);
    let product = screen.visited_product().await?;
    let mut phones = Vec::new();
    for _ in 0..3 * PHONES {
        phones.push(Mobile::register(&world.central.url()).await?);
    }
    let_the_day_end_soon(&world, &screen).await?;
    let yesterday = day(&screen).await?;

    let (mut evening, mut walked_in) = rush(&world, &screen, &phones[..PHONES], &product).await?;
    // Checked in with the line up, so the outlet has heard of those before it too.
    let last = evening.last().context("nobody joined")?;
    ensure!(check_in(&screen, token(last)?).await? == last["told"]);
    world.edge().line.cut();
    screen.cut_off().await?;
    let (apart, more) = rush(&world, &screen, &phones[PHONES..2 * PHONES], &product).await?;
    walked_in.extend(more);
    ensure!(check_in(&screen, token(&evening[0])?).await? == evening[0]["told"]);
    ensure!(
        day(&screen).await? == yesterday,
        "the day ended too soon for this story"
    );
    evening.extend(apart);
    ensure!(
        told_of(&evening, &yesterday)? == from_one('M', 2 * PHONES),
        "{evening:?}"
    );
    ensure!(walked_in.into_iter().collect::<BTreeSet<_>>() == from_one('A', 2 * WALK_INS));

    wait::until_true("the next business day", wait::LATER + wait::LATER, async || {
        Ok(day(&screen).await? != yesterday)
    })
    .await?;
    let today = day(&screen).await?;
    // Known here and not used: it was good on its day.
    is_refused(&screen, &evening[1]).await?;
    let (mut morning, walked_in) = rush(&world, &screen, &phones[2 * PHONES..], &product).await?;
    ensure!(walked_in.into_iter().collect::<BTreeSet<_>>() == from_one('A', WALK_INS));
    is_refused(&screen, &morning[0]).await?;
    ensure!(world.edge().line.faults().swallowed_connections > 0);

    world.edge().line.heal();
    for remote in &morning {
        ensure!(check_in(&screen, token(remote)?).await? == remote["told"]);
    }
    // Heard of meanwhile, and past all the same. Whoever held one joins anew.
    for remote in &evening[PHONES..] {
        is_refused(&screen, remote).await?;
    }
    let again = phones[1].join(world.edge().outlet, &product).await?;
    ensure!(check_in(&screen, token(&again)?).await? == again["told"]);
    morning.push(again);
    ensure!(told_of(&morning, &today)? == from_one('M', PHONES + 1), "{morning:?}");

    screen.drained().await?;
    let central = oracle::promise_kept(&world.admin, world.edge(), &log).await?;
    for (day, walk_ins, remotes) in [(&yesterday, 2 * WALK_INS, 2), (&today, WALK_INS, PHONES + 1)] {
        let rows = central.rows("ticket").values().filter(|row| row["day"] == *day);
        let (afar, here): (Vec<_>, Vec<_>) = rows.partition(|row| row["remote"].is_string());
        ensure!(
            (here.len(), afar.len()) == (walk_ins, remotes),
            "{day}: {here:?} {afar:?}"
        );
    }
    let ended = central
        .rows("business_day")
        .values()
        .find(|row| row["day"] == yesterday);
    ensure!(ended.context("yesterday was not closed")?["forgotten"] == true);
    let listed = world.admin.exceptions(world.edge().outlet).await?;
    ensure!(listed.is_empty(), "{listed:?}");
    Ok(())
}
