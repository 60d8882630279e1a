//! Someone else's wish about what the outlet owns: asked of the outlet, answered by the outlet.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use gerai_tests::{AckLog, Engine, Mobile, Screen, World, client::Answer, oracle, wait};
use reqwest::Method;
use serde_json::{Value, json};

/// How soon an outlet with a line answers.
const AT_ONCE: Duration = Duration::from_secs(1);

gerai_tests::on_both_engines!(
    a_wish_from_afar_is_answered_at_once_or_after_the_heal,
    being_there_beats_a_cancellation_from_afar,
);

/// Joins from the phone and waits until the outlet knows; returns the remote ticket's id.
async fn join(world: &World, phone: &Mobile, product: &str) -> Result<String> {
    let remote = phone.join(world.edge().outlet, product).await?;
    Ok(remote["id"]
        .as_str()
        .context("a remote ticket without an id")?
        .to_owned())
}

/// Checks in at the outlet, as soon as it has heard of the remote ticket.
async fn check_in(screen: &Screen, remote: &str) -> Result<Answer> {
    wait::until("the outlet to know the remote ticket", wait::SOON, async || {
        let answer = screen.tap("/api/outlet/tickets", &json!({ "remote": remote })).await?;
        Ok((answer.status != 404).then_some(answer))
    })
    .await?
    .ok()
}

async fn act(world: &World, ticket: &str, act: &str) -> Result<Answer> {
    let path = format!("/api/queue/tickets/{ticket}/{act}");
    world.admin.call(Method::POST, &path, Some(&json!({}))).await
}

async fn state_at_outlet(screen: &Screen, ticket: &str) -> Result<Value> {
    let queue = screen.get("/api/outlet/queue?per_page=500").await?.ok()?;
    let row = queue.rows().iter().find(|row| row["id"] == ticket);
    Ok(row.with_context(|| format!("the outlet has no ticket {ticket}"))?["state"].clone())
}

async fn a_wish_from_afar_is_answered_at_once_or_after_the_heal(engine: Engine) -> Result<()> {
    let world = World::on(engine).build().await?;
    let screen = world.staffed_screen("kasir").await?;
    let product = screen.visited_product().await?;
    let phone = Mobile::register(&world.central.url()).await?;
    let of_phone = check_in(&screen, &join(&world, &phone, &product).await?).await?;
    let of_phone = of_phone.text("/id")?.to_owned();
    let walk_ins = [screen.take_ticket(&product).await?, screen.take_ticket(&product).await?];
    let [called, waiting] = [walk_ins[0].text("/id")?, walk_ins[1].text("/id")?];
    screen.drained().await?;

    // With the line up, each is done at the outlet before the asker has blinked.
    for (who, ticket) in [("the admin", called), ("the customer", &of_phone)] {
        let start = wait::stopwatch();
        let answer = match who {
            "the admin" => act(&world, ticket, "call").await?,
            _ => phone.cancel(ticket).await?,
        };
        ensure!(start.elapsed() <= AT_ONCE, "{who} waited {:?}", start.elapsed());
        ensure!(
            answer.status == 200 && answer.data()["request"]["state"] == "done",
            "{who}: {:?}",
            answer.body
        );
    }
    ensure!(state_at_outlet(&screen, called).await? == "called");
    ensure!(state_at_outlet(&screen, &of_phone).await? == "cancelled");
    // A wish the rules do not allow is refused by the outlet, with its reason.
    let refused = act(&world, called, "call").await?;
    ensure!(
        refused.data()["request"]["state"] == "refused" && refused.data()["request"]["code"] == "wrong_ticket_state",
        "{:?}",
        refused.body
    );

    world.edge().line.cut();
    let asked = act(&world, waiting, "call").await?;
    ensure!(
        asked.status == 202 && asked.data()["request"]["state"] == "waiting",
        "{:?}",
        asked.body
    );
    ensure!(
        state_at_outlet(&screen, waiting).await? == "waiting",
        "it crossed the cut"
    );
    let request = format!("/api/queue/requests/{}", asked.text("/request/id")?);
    ensure!(world.admin.get(&request).await?.text("/request/state")? == "waiting");
    ensure!(world.edge().line.faults().swallowed_connections > 0);

    world.edge().line.heal();
    wait::until_true("the outlet to answer after the heal", wait::SOON, async || {
        Ok(world.admin.get(&request).await?.text("/request/state")? == "done")
    })
    .await?;
    ensure!(state_at_outlet(&screen, waiting).await? == "called");
    screen.drained().await?;
    let central = oracle::AtCentral::read(&world.admin, world.edge().outlet).await?;
    central.commands_are_whole()?;
    central.has_all_told(screen.log())?;
    central.equals(&oracle::AtEdge::read(world.edge())?)
}

async fn being_there_beats_a_cancellation_from_afar(engine: Engine) -> Result<()> {
    let world = World::on(engine).build().await?;
    let log = AckLog::default();
    let screen = world.staffed_screen("kasir").await?.logging_to(&log);
    let product = screen.visited_product().await?;
    let phone = Mobile::register(&world.central.url()).await?;
    let remote = join(&world, &phone, &product).await?;
    // A second one, checked in with the line up, shows that the outlet has heard of both.
    let other = Mobile::register(&world.central.url()).await?;
    let marker = join(&world, &other, &product).await?;
    check_in(&screen, &marker).await?;
    screen.drained().await?;

    world.edge().line.cut();
    phone.cancel(&remote).await?.ok()?;
    let checked_in = screen.done("/api/outlet/tickets", &json!({ "remote": remote })).await?;
    let ticket = checked_in.text("/id")?.to_owned();
    ensure!(
        checked_in.text("/told")?.starts_with('M'),
        "it keeps the number told: {}",
        checked_in.body
    );
    let again = screen.tap("/api/outlet/tickets", &json!({ "remote": remote })).await?;
    ensure!(again.status >= 400, "checked in twice: {}", again.body);
    world.edge().line.heal();
    screen.drained().await?;

    let central = oracle::promise_kept(&world.admin, world.edge(), &log).await?;
    ensure!(
        central.row("ticket", ticket.parse()?)?["state"] == "waiting",
        "the guest who is there lost the place"
    );
    let listed = world.admin.exceptions(world.edge().outlet).await?;
    ensure!(
        listed.iter().any(|row| {
            row["exception"]["code"] == "remote_cancelled" && row["command"] == checked_in.body["command"]["id"]
        }),
        "nobody is told that it had been cancelled: {listed:?}"
    );
    Ok(())
}
