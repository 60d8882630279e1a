//! The line is cut, the outlet works on, over the end of the business day; the line is mended, and
//! central has everything once.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use gerai_tests::{
    AckLog, Engine, Screen, World,
    oracle::{self, AtEdge},
    wait, workload,
};
use reqwest::Method;
use serde_json::{Value, json};

const SCREENS: usize = 8;
const WRITES: usize = 500;
/// From the heal to the first command that arrives.
const FIRST_UP: Duration = Duration::from_secs(2);

gerai_tests::on_both_engines!(
    a_cut_over_the_days_end_loses_nothing_and_doubles_nothing,
    lost_answers_make_no_doubles,
);

/// Lets the outlet's next business day begin at the full minute after the next: the day's end is
/// wherever the outlet's profile puts it.
pub(crate) async fn let_the_day_end_soon(world: &World, screen: &Screen) -> Result<()> {
    let path = format!("/api/outlets/{}", world.edge().outlet);
    let mut outlet = world.admin.get(&path).await?.data().clone();
    let offset_hours: u64 = match outlet["zone"].as_str() {
        Some("WIB") => 7,
        Some("WITA") => 8,
        _ => 9,
    };
    let minute = (wait::unix_seconds() / 60 + offset_hours * 60) % (24 * 60);
    let fields = outlet.as_object_mut().context("an outlet is an object")?;
    fields.remove("id");
    let starts = (minute + 2) % (24 * 60);
    let hours = json!({ "opens": starts, "closes": starts + 24 * 60 });
    fields.insert("hours".to_owned(), json!(vec![hours; 7]));
    fields.insert("day_starts_at".to_owned(), json!(starts));
    let path = format!("/api/admin/outlets/{}", world.edge().outlet);
    world.admin.change(Method::PUT, &path, Some(&outlet)).await?;
    wait::until_true("the outlet to hear of it", wait::SOON, async || {
        let here = screen.data("/api/outlet").await?;
        Ok(here["outlet"]["day_starts_at"] == starts)
    })
    .await
}

pub(crate) async fn day(screen: &Screen) -> Result<Value> {
    Ok(screen.data("/api/outlet").await?["day"].clone())
}

async fn staffed_screens(world: &World, log: &AckLog) -> Result<Vec<Screen>> {
    let mut screens = Vec::new();
    for nth in 0..SCREENS {
        let screen = world.staffed_screen(&format!("layar {nth}")).await?;
        screens.push(screen.logging_to(log));
    }
    Ok(screens)
}

async fn a_cut_over_the_days_end_loses_nothing_and_doubles_nothing(engine: Engine) -> Result<()> {
    let world = World::on(engine).build().await?;
    let log = AckLog::default();
    let screens = staffed_screens(&world, &log).await?;
    let first = &screens[0];
    let_the_day_end_soon(&world, first).await?;
    first.drained().await?;

    world.edge().line.cut();
    first.cut_off().await?;
    let before = day(first).await?;
    workload::work(&screens, WRITES / 2, 1).await?;
    wait::until_true("the next business day", wait::LATER + wait::LATER, async || {
        Ok(day(first).await? != before)
    })
    .await?;
    workload::work(&screens, WRITES / 2, 2).await?;

    let waiting = world.edge().sync(first).await?;
    ensure!(
        waiting["backlog"].as_u64() >= Some(WRITES as u64),
        "the line was not cut: {waiting}"
    );
    ensure!(waiting["link"]["state"] != "up", "the edge did not notice: {waiting}");
    let faults = world.edge().line.faults();
    ensure!(
        faults.swallowed_connections > 0 && faults.swallowed_bytes > 0,
        "{faults:?}"
    );
    ensure!(
        world.admin.commands(world.edge().outlet).await?.is_empty(),
        "something crossed the cut"
    );

    world.edge().line.heal();
    let path = format!(
        "/api/admin/outlets/{}/commands?after_seq=0&limit=1",
        world.edge().outlet
    );
    let (_, took) = wait::until_timed("the first command", wait::SOON, async || {
        Ok((!world.admin.get(&path).await?.rows().is_empty()).then_some(()))
    })
    .await?;
    ensure!(took <= FIRST_UP, "the first command took {took:?}");
    first.drained().await?;

    ensure!(log.len() >= WRITES, "only {} writes", log.len());
    let central = oracle::promise_kept(&world.admin, world.edge(), &log).await?;
    let edge = AtEdge::read(world.edge())?;
    let proof = first.proved().await?;
    ensure!(
        proof["rows"].as_u64() >= Some(200),
        "too few rows were compared: {proof}"
    );
    let at_central = format!("/api/admin/outlets/{}/digest", world.edge().outlet);
    let at_central = world.admin.get(&at_central).await?.data().clone();
    ensure!(
        at_central["equal"] == true && at_central["rows"] == proof["rows"],
        "central says {at_central}, the edge {proof}"
    );
    let kinds = edge.kinds();
    let money = kinds.get("sale.sell").unwrap_or(&0) + kinds.get("sale.void").unwrap_or(&0);
    ensure!(kinds.len() >= 10 && money >= 50, "not mixed enough: {kinds:?}");
    ensure!(kinds.contains_key("sale.void"), "no void: {kinds:?}");
    let days: std::collections::BTreeSet<String> = central
        .rows("ticket")
        .values()
        .map(|row| row["day"].to_string())
        .collect();
    ensure!(days.len() == 2, "the tickets are of {days:?}");
    Ok(())
}

async fn lost_answers_make_no_doubles(engine: Engine) -> Result<()> {
    // Small batches: many pushes, many answers to lose.
    let world = World::on(engine).edge("SYNC__BATCH", 4).build().await?;
    let log = AckLog::default();
    let screens = staffed_screens(&world, &log).await?;
    world
        .edge()
        .line
        .set(gerai_tests::line::Mode::LosingAnswers { every: 10 });
    workload::work(&screens, WRITES, 3).await?;
    wait::until_true("the tenth push", wait::LATER, async || {
        Ok(world.edge().line.faults().lost_answers > 0)
    })
    .await?;
    screens[0].drained().await?;
    screens[0].proved().await?;
    let faults = world.edge().line.faults();
    ensure!(faults.lost_answers >= 5, "too few answers were lost: {faults:?}");
    oracle::promise_kept(&world.admin, world.edge(), &log).await?;
    Ok(())
}
