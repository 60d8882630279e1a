//! Staff at the outlet: a PIN works without a line, wrong ones lock, and a revoked grant ends.

use anyhow::{Context, Result, ensure};
use gerai_tests::{Engine, World, chain, wait};
use reqwest::Method;
use serde_json::json;

/// As the edge is shipped.
const TRIES: usize = 5;

gerai_tests::on_both_engines!(
    a_pin_works_without_a_line_and_wrong_ones_lock_over_a_restart,
    a_revoked_grant_stops_at_the_next_sync,
);

async fn a_pin_works_without_a_line_and_wrong_ones_lock_over_a_restart(engine: Engine) -> Result<()> {
    let mut world = World::on(engine).build().await?;
    let screen = world.staffed_screen("kasir").await?;
    let staff = chain::staff_of(&world.admin, world.edge().outlet).await?;
    let (locked, other) = (&staff[0], staff.get(1).context("an outlet with one member of staff")?);
    screen.drained().await?;

    // The line is cut from the start of the process.
    world.edge_mut().kill()?;
    world.edge().line.cut();
    world.edge_mut().start().await?;
    screen
        .sign_in(&other.name, &other.pin)
        .await
        .context("without a line")?;
    let product = screen.visited_product().await?;
    let ticket = screen.take_ticket(&product).await?;
    screen
        .done(&format!("/api/outlet/tickets/{}/call", ticket.text("/id")?), &json!({}))
        .await?;
    ensure!(
        world.edge().sync(&screen).await?["link"]["state"] != "up",
        "there is a line"
    );

    let wrong = if locked.pin == "000000" { "111111" } else { "000000" };
    let mut refused = 0;
    let answer = loop {
        let answer = screen.try_sign_in(&locked.name, wrong).await?;
        if answer.status != 401 {
            break answer;
        }
        refused += 1;
        ensure!(answer.code() == "pin_wrong" && refused <= TRIES, "{:?}", answer.body);
    };
    let answer = answer.refused(423, "locked")?;
    ensure!(refused >= TRIES - 1, "locked after {refused} wrong PINs");
    ensure!(
        answer.header("retry-after").is_some(),
        "no Retry-After: {:?}",
        answer.headers
    );
    screen
        .try_sign_in(&locked.name, &locked.pin)
        .await?
        .refused(423, "locked")?;
    world.edge_mut().kill()?;
    world.edge_mut().start().await?;
    screen
        .try_sign_in(&locked.name, &locked.pin)
        .await?
        .refused(423, "locked")
        .context("a restart forgot the lock")?;
    // Somebody else's name is not locked with it.
    screen.sign_in(&other.name, &other.pin).await?;
    ensure!(
        world.edge().line.faults().swallowed_connections > 0,
        "the line was not cut"
    );
    Ok(())
}

async fn a_revoked_grant_stops_at_the_next_sync(engine: Engine) -> Result<()> {
    let world = World::on(engine).build().await?;
    let screen = world.staffed_screen("kasir").await?;
    let staff = chain::staff_of(&world.admin, world.edge().outlet).await?;
    let first = &staff[0];
    let signed_in = screen.get("/api/outlet/staff").await?;
    let id = signed_in.body["signed_in"]["id"]
        .as_str()
        .context("nobody is signed in")?;
    let grant = format!("/api/admin/grants/{id}/{}", world.edge().outlet);

    world.edge().line.cut();
    world.admin.change(Method::DELETE, &grant, None).await?;
    // Nobody has told the outlet: the grant it confirmed last still holds.
    let goods = screen.sold_product().await?;
    screen.sell(&goods).await?;
    screen.cut_off().await?;
    world.edge().line.heal();
    wait::until_true("the outlet to hear of the revoked grant", wait::SOON, async || {
        let lines = json!({ "lines": [{ "product": goods, "quantity": 1 }], "tendered": 100_000_000 });
        Ok(screen.tap("/api/outlet/sales", &lines).await?.status == 403)
    })
    .await?;
    let again = screen.try_sign_in(&first.name, &first.pin).await?;
    ensure!(again.status == 401 || again.status == 403, "{:?}", again.body);
    let listed = screen.get("/api/outlet/staff").await?;
    ensure!(
        !listed.rows().iter().any(|row| row["id"] == id),
        "still offered: {:?}",
        listed.body
    );
    ensure!(listed.body["signed_in"].is_null(), "still signed in: {:?}", listed.body);
    Ok(())
}
