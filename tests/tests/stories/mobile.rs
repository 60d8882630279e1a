//! Phones join while walk-ins take numbers, with the line up and with the line cut.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use gerai_tests::{AckLog, Engine, Mobile, Screen, World, oracle, wait};
use serde_json::{Value, json};

const PHONES: usize = 4;
pub(crate) const WALK_INS: usize = 4;

gerai_tests::on_both_engines!(phones_join_while_walk_ins_come_and_no_number_is_told_twice);

/// Everybody at once: phones join at central, walk-ins take numbers at the outlet.
pub(crate) async fn rush(
    world: &World,
    screen: &Screen,
    phones: &[Mobile],
    product: &str,
) -> Result<(Vec<Value>, Vec<String>)> {
    let outlet = world.edge().outlet;
    let joining = async {
        let mut joined = Vec::new();
        for phone in phones {
            joined.push(phone.join(outlet, product).await?);
        }
        Ok::<_, anyhow::Error>(joined)
    };
    let walking_in = async {
        let mut told = Vec::new();
        for _ in 0..WALK_INS {
            told.push(screen.take_ticket(product).await?.text("/told")?.to_owned());
        }
        Ok::<_, anyhow::Error>(told)
    };
    tokio::try_join!(joining, walking_in)
}

pub(crate) async fn check_in(screen: &Screen, code: &str) -> Result<String> {
    let answer = wait::until("the outlet to know the remote ticket", wait::SOON, async || {
        let answer = screen.tap("/api/outlet/check-in", &json!({ "code": code })).await?;
        Ok((answer.status != 404).then_some(answer))
    })
    .await?
    .ok()?;
    Ok(answer.text("/told")?.to_owned())
}

/// The telephone number of the nth phone, as its owner writes it.
fn number_of(nth: usize) -> String {
    format!("0812-3456-78{nth:02}")
}

/// The one ticket of the nth phone's number at this screen; returns its id.
async fn found_by_number(screen: &Screen, nth: usize, state: &str) -> Result<String> {
    let found = screen.look_up(&number_of(nth)).await?.ok()?;
    let [ticket] = found.rows() else {
        anyhow::bail!("not one ticket: {}", found.body)
    };
    ensure!(
        ticket["state"] == state && found.body["phone"] == format!("08•• •••• •8{nth:02}"),
        "{}",
        found.body
    );
    Ok(ticket["id"].as_str().context("no id")?.to_owned())
}

async fn phones_join_while_walk_ins_come_and_no_number_is_told_twice(engine: Engine) -> Result<()> {
    let world = World::on(engine).build().await?;
    let log = AckLog::default();
    let screen = world.staffed_screen("kasir").await?.logging_to(&log);
    let product = screen.visited_product().await?;
    let mut phones = Vec::new();
    for nth in 0..2 * PHONES {
        let number = number_of(nth);
        phones.push(Mobile::register_with(&world.central.url(), Some(&number)).await?);
    }
    let (joined, mut told) = rush(&world, &screen, &phones[..PHONES], &product).await?;
    let token = |remote: &Value| -> Result<String> { Ok(remote["token"].as_str().context("no token")?.to_owned()) };
    // The first is checked in with the line up, so the outlet has heard of those before it too.
    told.push(check_in(&screen, &token(&joined[PHONES - 1])?).await?);

    world.edge().line.cut();
    let (apart, walked_in) = rush(&world, &screen, &phones[PHONES..], &product).await?;
    told.extend(walked_in);
    // Who joined before the cut checks in without central; who joined during it is not known there yet.
    // The first has only their telephone number with them.
    let id = found_by_number(&screen, 0, "joined").await?;
    ensure!(joined[0]["id"] == id.as_str(), "{id} is somebody else's: {joined:?}");
    told.push(check_in(&screen, &id).await?);
    found_by_number(&screen, 0, "checked_in").await?;
    let apart_from_it = screen.look_up(&number_of(PHONES)).await?.ok()?;
    ensure!(
        apart_from_it.rows().is_empty(),
        "it crossed the cut: {}",
        apart_from_it.body
    );
    for remote in &joined[1..PHONES - 1] {
        told.push(check_in(&screen, &token(remote)?).await?);
    }
    let unknown = screen
        .tap("/api/outlet/check-in", &json!({ "code": token(&apart[0])? }))
        .await?;
    ensure!(unknown.status == 404, "it crossed the cut: {}", unknown.body);
    // Leaving is central's to decide before check-in, the outlet's after.
    let left = phones[PHONES].cancel(apart[0]["id"].as_str().context("no id")?).await?;
    ensure!(left.status == 200, "{}", left.body);
    let waits = phones[0].cancel(joined[0]["id"].as_str().context("no id")?).await?;
    ensure!(
        waits.status == 200,
        "central has not heard of the check-in: {}",
        waits.body
    );
    ensure!(world.edge().line.faults().swallowed_connections > 0);

    world.edge().line.heal();
    for remote in &apart[1..] {
        told.push(check_in(&screen, &token(remote)?).await?);
    }
    screen.drained().await?;
    let once: BTreeSet<_> = told.iter().collect();
    ensure!(once.len() == told.len(), "a number was told twice: {told:?}");
    ensure!(told.len() == 2 * WALK_INS + 2 * PHONES - 1, "{told:?}");
    let central = oracle::promise_kept(&world.admin, world.edge(), &log).await?;
    central.numbers_are_unique()?;
    let listed = world.admin.exceptions(world.edge().outlet).await?;
    ensure!(
        listed.iter().any(|row| row["exception"]["code"] == "remote_cancelled"),
        "the guest who left from afar and was there is not listed: {listed:?}"
    );
    Ok(())
}
