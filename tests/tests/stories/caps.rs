//! Only so much cash is taken while nobody looks over the shoulder: in a sale, on a day, over an outage (E11).

use anyhow::{Context, Result, ensure};
use gerai_tests::{AckLog, Engine, Screen, World, oracle, wait};
use reqwest::Method;
use serde_json::{Value, json};

use crate::line_cut::{day, let_the_day_end_soon};

/// Changes the outlet's profile as an admin does: read, altered, sent back.
async fn profile(world: &World, alter: impl FnOnce(&mut serde_json::Map<String, Value>)) -> Result<()> {
    let outlet = world.edge().outlet;
    let mut read = world.admin.get(&format!("/api/outlets/{outlet}")).await?.data().clone();
    let fields = read.as_object_mut().context("an outlet is an object")?;
    fields.remove("id");
    alter(fields);
    let path = format!("/api/admin/outlets/{outlet}");
    world.admin.change(Method::PUT, &path, Some(&read)).await.map(drop)
}

async fn refused(screen: &Screen, sale: &Value, words: &str) -> Result<()> {
    let answer = screen.tap("/api/outlet/sales", sale).await?.refused(409, "over_cap")?;
    let told = answer.body["title"].as_str().unwrap_or_default().to_owned();
    ensure!(told.contains(words), "{told:?} does not say {words:?}");
    Ok(())
}

/// On one engine: it waits for a minute to be full, and what is stored is stored alike.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn cash_is_capped_by_sale_day_and_outage_until_the_line_is_back() -> Result<()> {
    let world = World::on(Engine::Sqlite).build().await?;
    let log = AckLog::default();
    let screen = world.staffed_screen("kasir").await?.logging_to(&log);
    let sold = screen.sold_product().await?;
    let price = screen
        .products()
        .await?
        .iter()
        .find(|product| product["id"] == sold.as_str())
        .and_then(|product| product["price"].as_i64())
        .context("it has a price")?;
    let of = |count: i64| json!({ "lines": [{ "product": sold, "quantity": count }], "tendered": 1_000_000_000 });
    profile(&world, |outlet| {
        outlet.insert(
            "caps".to_owned(),
            json!({ "sale": 2 * price, "day_offline": 3 * price }),
        );
        outlet.insert("outage_cap".to_owned(), json!(5 * price));
    })
    .await?;
    // The day's start reaches the outlet after the caps, which are in the same profile.
    let_the_day_end_soon(&world, &screen).await?;
    // While central hears of it, any sum is taken.
    screen.done("/api/outlet/sales", &of(9)).await?;
    screen.drained().await?;

    world.edge().line.cut();
    screen.cut_off().await?;
    let before = day(&screen).await?;
    refused(&screen, &of(3), "one sale").await?;
    screen.done("/api/outlet/sales", &of(2)).await?;
    refused(&screen, &of(2), "today").await?;
    screen.done("/api/outlet/sales", &of(1)).await?;
    refused(&screen, &of(1), "Rp 0 is left").await?;
    wait::until_true("the next business day", wait::LATER + wait::LATER, async || {
        Ok(day(&screen).await? != before)
    })
    .await?;
    screen.done("/api/outlet/sales", &of(2)).await?;
    refused(&screen, &of(1), "Until the line is back").await?;
    ensure!(world.edge().line.faults().swallowed_bytes > 0, "the line was not cut");
    // Lowered where the outlet cannot hear of it: what was told stands, and a person looks at it.
    profile(&world, |outlet| {
        outlet.insert("outage_cap".to_owned(), json!(4 * price));
    })
    .await?;

    world.edge().line.heal();
    screen.drained().await?;
    screen.done("/api/outlet/sales", &of(9)).await?;
    screen.drained().await?;
    let central = oracle::promise_kept(&world.admin, world.edge(), &log).await?;
    let sales = central.rows("sale").len();
    ensure!(sales == 5, "{sales} sales");
    let listed = world.admin.exceptions(world.edge().outlet).await?;
    let told: Vec<&Value> = listed.iter().map(|row| &row["exception"]).collect();
    let over = json!({ "code": "over_cap", "what": "outage", "cap": 4 * price, "left": price, "total": 2 * price });
    ensure!(told == [&over], "{told:?}");
    Ok(())
}
