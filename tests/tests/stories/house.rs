//! The edge as a machine in a shop: its clock dies, its disk fills up, its files are torn.

use anyhow::{Context, Result, ensure};
use gerai_tests::{AckLog, Engine, Screen, World, damage, oracle, wait};
use serde_json::{Value, json};

const DAY: i64 = 86_400;
const TICKETS: &str = "/api/outlet/tickets";
/// SQLite's, as the edge makes its files.
const PAGE: usize = 4_096;

/// The machine boots anew, its clock so many seconds off.
async fn boot(world: &mut World, off: i64) -> Result<()> {
    let edge = world.edge_mut();
    edge.kill()?;
    // What a boot changes: the machine's name for it.
    let journal = rusqlite::Connection::open(edge.journal_file())?;
    let changed = journal.execute(
        "UPDATE facts SET value = json_set(value, '$.boot', 'the boot before') WHERE name = 'clock'",
        [],
    )?;
    ensure!(changed == 1, "the edge keeps no time");
    drop(journal);
    edge.set("GERAI_KIOSK__CLOCK__CORRECTION_SECONDS", off);
    edge.start().await
}

async fn sign_in(world: &World, screen: &Screen) -> Result<()> {
    let staff = gerai_tests::chain::staff_of(&world.admin, world.edge().outlet).await?;
    screen.sign_in(&staff[0].name, &staff[0].pin).await.map(drop)
}

/// What the wall at the outlet shows: the business day as the edge knew it, and the time.
fn wall(outlet: &Value) -> String {
    let offset = match outlet["outlet"]["zone"].as_str() {
        Some("WIB") => 7,
        Some("WITA") => 8,
        _ => 9,
    };
    // Within the minute, and never behind what was written down in this one.
    let minute = (wait::unix_seconds() / 60 + offset * 60) % (24 * 60);
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_clock_dead_or_a_day_wrong_at_boot_writes_nothing_until_staff_say_the_day() -> Result<()> {
    let mut world = World::on(Engine::Sqlite).build().await?;
    let log = AckLog::default();
    let screen = world.staffed_screen("kasir").await?.logging_to(&log);
    let product = screen.visited_product().await?;
    screen.take_ticket(&product).await?;
    screen.drained().await?;
    let today = screen.data("/api/outlet").await?["day"].clone();
    world.edge().line.cut();

    // The program alone started again asks nobody.
    world.edge_mut().kill()?;
    world.edge_mut().start().await?;
    screen
        .take_ticket(&product)
        .await
        .context("after a restart of the program")?;

    let ticket = json!({ "product": product, "party_size": 2 });
    for off in [DAY, -DAY, -i64::try_from(wait::unix_seconds())?] {
        boot(&mut world, off).await?;
        screen.tap(TICKETS, &ticket).await?.refused(409, "day_unconfirmed")?;
        sign_in(&world, &screen).await?;
        let outlet = screen.data("/api/outlet").await?;
        ensure!((outlet["day"] == today) == (off < 0), "{outlet}");
        let told = json!({ "day": today, "time": wall(&outlet) });
        if off > 0 {
            let wrong = screen.tap("/api/outlet/day/confirm", &json!({ "day": today })).await?;
            wrong.refused(409, "day_differs")?;
        }
        screen.done("/api/outlet/day/confirm", &told).await?;
        let taken = screen.take_ticket(&product).await?;
        ensure!(taken.data()["day"] == today, "{:?}", taken.body);
    }
    world.edge().line.heal();
    screen.drained().await?;
    oracle::promise_kept(&world.admin, world.edge(), &log).await?;

    // Four days without central, as the clock goes on: small sales only, until central is heard.
    world.edge().line.cut();
    boot(&mut world, 4 * DAY).await?;
    sign_in(&world, &screen).await?;
    screen.confirm_day().await?;
    let ladder = screen.data("/api/outlet").await?["ladder"].clone();
    ensure!(
        ladder["level"] == "capped" && ladder["hours_offline"].as_u64() >= Some(95),
        "{ladder}"
    );
    let goods = screen.sold_product().await?;
    let large = json!({ "lines": [{ "product": goods, "quantity": 100 }], "tendered": 1_000_000_000 });
    screen
        .tap("/api/outlet/sales", &large)
        .await?
        .refused(403, "ladder_sale_cap")?;
    screen.take_ticket(&product).await.context("the queue goes on")?;
    world.edge().line.heal();
    wait::until_true("central to be heard", wait::LATER, async || {
        Ok(screen.data("/api/outlet").await?["ladder"]["level"] == "full")
    })
    .await?;
    screen.drained().await?;
    sign_in(&world, &screen).await?;
    screen.done("/api/outlet/sales", &large).await?;
    screen.drained().await?;
    oracle::promise_kept(&world.admin, world.edge(), &log).await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_full_disk_refuses_new_work_in_words_while_reads_and_the_line_go_on() -> Result<()> {
    let mut world = World::on(Engine::Sqlite).edge("JOURNAL__MAX_MB", 1).build().await?;
    let log = AckLog::default();
    let screen = world.staffed_screen("kasir").await?.logging_to(&log);
    let product = screen.visited_product().await?;
    screen.drained().await?;
    world.edge().line.cut();
    screen.cut_off().await?;
    let ticket = json!({ "product": product, "party_size": 2 });
    let mut taken = 0;
    let refused = loop {
        let answer = screen
            .try_once(&gerai_tests::client::fresh_key(), TICKETS, &ticket)
            .await?;
        if answer.status != 201 {
            break answer;
        }
        taken += 1;
        ensure!(taken < 5_000, "the disk does not fill up");
    };
    refused.refused(507, "disk_full")?;
    ensure!(taken > 0, "nothing fitted");
    screen.get("/api/outlet/queue").await?.ok().context("reads go on")?;
    let room_left = async || Ok::<_, anyhow::Error>(screen.data("/api/outlet").await?["room_left"].clone());
    ensure!(room_left().await? == false, "screens are told before they try");
    world.edge().line.heal();
    screen.drained().await.context("the line goes on")?;
    let again = screen
        .try_once(&gerai_tests::client::fresh_key(), TICKETS, &ticket)
        .await?;
    again.refused(507, "disk_full")?;
    world.edge_mut().kill()?;
    world.edge_mut().set("GERAI_KIOSK__JOURNAL__MAX_MB", 64);
    world.edge_mut().start().await?;
    ensure!(room_left().await? == true, "screens are told that there is room");
    screen.take_ticket(&product).await.context("with room again")?;
    screen.drained().await?;
    ensure!(log.len() > taken, "{} of {taken}", log.len());
    oracle::promise_kept(&world.admin, world.edge(), &log).await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn torn_files_cost_what_was_on_the_torn_page_and_central_hears_of_it() -> Result<()> {
    let mut world = World::on(Engine::Sqlite).build().await?;
    let screen = world.staffed_screen("kasir").await?;
    let product = screen.visited_product().await?;
    screen.take_ticket(&product).await?;
    screen.drained().await?;
    world.edge().line.cut();
    let mut middle = Value::Null;
    for nth in 0..40 {
        let ticket = screen.take_ticket(&product).await?;
        if nth == 20 {
            middle = ticket.data()["id"].clone();
        }
    }
    world.edge_mut().stop().await?;
    let file = world.edge().journal_file();
    let journal = rusqlite::Connection::open(&file)?;
    let command: String = journal.query_row(
        "SELECT json_extract(json, '$.id') FROM journal WHERE json_extract(json, '$.body.ticket') = ?1",
        [middle.as_str()],
        |row| row.get(0),
    )?;
    journal.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    drop(journal);
    damage::tear(&file, &command)?;
    std::fs::write(file.with_file_name("cache.db"), [0xff; 3 * PAGE])?;

    let salvaged = damage::salvaged(world.edge_mut(), &[]).await?;
    let report: Value = serde_json::from_slice(&std::fs::read(salvaged.join("report.json"))?)?;
    let lost = report["lost"].as_array().map_or(0, Vec::len);
    ensure!((1..=4).contains(&lost), "{report}");

    screen.take_ticket(&product).await.context("the outlet goes on")?;
    world.edge().line.heal();
    screen.drained().await?;
    let commands = world.admin.commands(world.edge().outlet).await?;
    ensure!(commands.len() >= 42, "{} commands", commands.len());
    let stand_ins: Vec<&Value> = commands
        .iter()
        .filter(|command| command["kind"] == "journal.lost")
        .collect();
    ensure!(
        stand_ins.len() == lost && stand_ins.iter().all(|command| command["outcome"] == "held"),
        "{stand_ins:?}"
    );
    screen.products().await.map(drop)?;

    // Central and the journal agree on how it ended: neither the next push nor the next hello is a copy's.
    screen.take_ticket(&product).await?;
    screen.drained().await?;
    world.edge_mut().kill()?;
    world.edge_mut().start().await?;
    screen.take_ticket(&product).await?;
    screen.drained().await?;
    let sync = screen.data("/api/outlet/sync").await?;
    ensure!(sync["cause"].is_null(), "turned away: {}", sync["cause"]);
    Ok(())
}
