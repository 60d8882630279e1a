//! A booking is worth something at the outlet: booked online, checked in with the line cut among walk-ins,
//! called first when its slot is due, and as the others are until then (Q6).

use anyhow::{Context, Result, ensure};
use gerai_tests::{AckLog, Engine, Mobile, Screen, World, oracle, wait};
use reqwest::Method;
use serde_json::{Value, json};

use crate::line_cut::day;

gerai_tests::on_both_engines!(a_booking_that_is_due_is_called_before_walk_ins_with_the_line_cut_too);

/// Open all day long, a slot every five minutes, to be booked at the last minute; and the day's end is far.
async fn at_any_hour(world: &World, screen: &Screen) -> Result<()> {
    let outlet = world.edge().outlet;
    let mut profile = world.admin.get(&format!("/api/outlets/{outlet}")).await?.data().clone();
    let offset_hours: u64 = match profile["zone"].as_str() {
        Some("WIB") => 7,
        Some("WITA") => 8,
        _ => 9,
    };
    let starts = (wait::unix_seconds() / 60 + (offset_hours + 12) * 60) % (24 * 60);
    let fields = profile.as_object_mut().context("an outlet is an object")?;
    fields.remove("id");
    let hours = json!({ "opens": starts, "closes": starts + 24 * 60 });
    fields.insert("hours".to_owned(), json!(vec![hours; 7]));
    fields.insert("day_starts_at".to_owned(), json!(starts));
    let path = format!("/api/admin/outlets/{outlet}");
    world.admin.change(Method::PUT, &path, Some(&profile)).await?;
    let rules = json!({ "slot_minutes": 5, "ahead_days": 1, "notice_minutes": 0, "change_minutes": 0 });
    let path = format!("/api/admin/outlets/{outlet}/booking-rules");
    world.admin.change(Method::PUT, &path, Some(&rules)).await?;
    wait::until_true("the outlet to hear of it", wait::SOON, async || {
        let here = screen.data("/api/outlet").await?;
        Ok(here["outlet"]["day_starts_at"] == starts)
    })
    .await
}

/// The numbers of those who wait, in the order they are listed.
fn waiting(queue: &[Value]) -> Vec<String> {
    let waiting = queue.iter().filter(|row| row["state"] == "waiting");
    waiting
        .filter_map(|row| Some(row["told"].as_str()?.to_owned()))
        .collect()
}

async fn at_the_outlet(screen: &Screen) -> Result<Vec<String>> {
    Ok(waiting(screen.get("/api/outlet/queue").await?.ok()?.rows()))
}

async fn check_in(screen: &Screen, booking: &Value) -> Result<Value> {
    let body = json!({ "code": booking["told"] });
    Ok(screen.done("/api/outlet/check-in", &body).await?.data().clone())
}

async fn a_booking_that_is_due_is_called_before_walk_ins_with_the_line_cut_too(engine: Engine) -> Result<()> {
    let world = World::on(engine).build().await?;
    let log = AckLog::default();
    let screen = world.staffed_screen("kasir").await?.logging_to(&log);
    let product = screen.visited_product().await?;
    at_any_hour(&world, &screen).await?;
    let outlet = world.edge().outlet;
    let today = day(&screen).await?;
    let today = today.as_str().context("a day")?;
    let path = format!("/api/bookings/slots?outlet={outlet}&product={product}&day={today}");
    let slots = world.admin.get(&path).await?;
    let mut open = slots.rows().iter().filter(|slot| slot["free"].as_u64() > Some(0));
    // The second from now begins within ten minutes: it is due. The other is hours away.
    let (soon, later) = (open.nth(1).context("no slot")?, open.nth(30).context("no later slot")?);
    let mut booked = Vec::new();
    for slot in [later, soon] {
        let phone = Mobile::register(&world.central.url()).await?;
        booked.push(phone.book(outlet, &product, &slot["starts_at"]).await?);
    }
    let [later, soon] = booked.as_slice() else {
        unreachable!()
    };
    let expected = async || screen.data("/api/outlet/expected").await;
    wait::until_true("the outlet to expect both", wait::SOON, async || {
        Ok(expected().await?.as_array().is_some_and(|rows| rows.len() == 2))
    })
    .await?;
    ensure!(
        expected().await?[0]["told"] == soon["told"],
        "the earlier slot is first"
    );

    world.edge().line.cut();
    screen.cut_off().await?;
    screen.take_ticket(&product).await?;
    screen.take_ticket(&product).await?;
    let early = check_in(&screen, later).await?;
    screen.take_ticket(&product).await?;
    let due = check_in(&screen, soon).await?;
    for (row, booking) in [(&early, later), (&due, soon)] {
        let at = |value: &Value| value["starts_at"].clone();
        ensure!(
            row["slot"]["starts_at"].is_i64(),
            "no slot: {row}, booked {}",
            at(booking)
        );
    }
    let told = |row: &Value| row["told"].as_str().unwrap_or_default().to_owned();
    let order = [
        told(&due),
        "A-001".to_owned(),
        "A-002".to_owned(),
        told(&early),
        "A-003".to_owned(),
    ];
    ensure!(
        at_the_outlet(&screen).await? == order,
        "{:?}",
        at_the_outlet(&screen).await?
    );
    ensure!(expected().await? == json!([]), "they are here");
    ensure!(world.edge().line.faults().swallowed_bytes > 0, "the line was not cut");

    world.edge().line.heal();
    screen.drained().await?;
    let central = world.admin.get(&format!("/api/outlets/{outlet}/queue")).await?;
    ensure!(waiting(central.rows()) == order, "central: {}", central.body);
    let call = format!("/api/outlet/tickets/{}/call", due["id"].as_str().context("no id")?);
    screen.done(&call, &json!({})).await?;
    ensure!(at_the_outlet(&screen).await? == order[1..]);
    screen.drained().await?;
    oracle::promise_kept(&world.admin, world.edge(), &log).await?;
    let listed = world.admin.exceptions(outlet).await?;
    ensure!(listed.is_empty(), "{listed:?}");
    Ok(())
}
