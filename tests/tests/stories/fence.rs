//! One edge leads an outlet: copies of its disk, replacements, and disks that are gone. What was told
//! beside the one that leads ends before a person, and is never lost.

use anyhow::{Context, Result, ensure};
use gerai_tests::{
    AckLog, Engine, Line, Screen, World,
    edge::Edge,
    line::Mode,
    oracle::{self, AtCentral, AtEdge},
    ports, wait,
    world::staffed_screen,
};
use serde_json::{Value, json};

gerai_tests::on_both_engines!(
    copies_of_a_disk_are_turned_away_and_what_they_told_is_reviewed,
    a_replaced_edge_that_works_on_is_fenced_at_the_heal_and_its_backlog_reviewed,
    what_a_lost_disk_took_with_it_is_stated_and_the_outlet_goes_on,
);

pub(crate) async fn late(world: &World) -> Result<Vec<Value>> {
    world.admin.all("/api/admin/fleet/review?state=waiting").await
}

async fn decide(world: &World, late: &Value, act: &str, body: &Value) -> Result<()> {
    let id = late["id"].as_str().context("a late command without an id")?;
    let path = format!("/api/admin/fleet/review/{id}/{act}");
    world.admin.post(&path, body).await.map(drop)
}

async fn codes(world: &World) -> Result<Vec<String>> {
    let listed = world.admin.exceptions(world.edge().outlet).await?;
    let code = |row: &Value| row["exception"]["code"].as_str().map(str::to_owned);
    Ok(listed.iter().filter_map(code).collect())
}

/// Waits until an edge was told that it does not lead, and has nothing left that central does not have.
pub(crate) async fn shut_out(edge: &Edge, screen: &Screen, standing: &str) -> Result<()> {
    wait::until_true("the edge to be shut out with nothing left", wait::LATER, async || {
        let sync = edge.sync(screen).await?;
        Ok(sync["link"]["standing"] == standing && sync["backlog"] == 0)
    })
    .await
}

/// Sells so often; returns the sales.
pub(crate) async fn sell(screen: &Screen, times: usize) -> Result<Vec<String>> {
    let product = screen.sold_product().await?;
    let mut sales = Vec::new();
    for _ in 0..times {
        sales.push(screen.sell(&product).await?.text("/id")?.to_owned());
    }
    Ok(sales)
}

async fn is_sold(world: &World, sale: &str) -> Result<bool> {
    let rows = world.admin.rows(world.edge().outlet, "sale").await?;
    Ok(rows.iter().any(|row| row["row"]["id"] == sale))
}

async fn copies_of_a_disk_are_turned_away_and_what_they_told_is_reviewed(engine: Engine) -> Result<()> {
    let mut world = World::on(engine).build().await?;
    let log = AckLog::default();
    let token = world.edge().pair("kasir").await?;
    let screen = staffed_screen(&world.admin, world.edge(), "kasir 2")
        .await?
        .logging_to(&log);
    sell(&screen, 1).await?;
    screen.drained().await?;

    world.edge_mut().stop().await?;
    let mut copies = Vec::new();
    for nth in 1..=2 {
        let line = Line::lay(world.central.address()).await?;
        line.cut();
        copies.push(world.edge().copied(world.folder().join(format!("copy-{nth}")), line)?);
    }
    world.edge_mut().start().await?;
    sell(&screen, 3).await?;
    screen.drained().await?;
    let staff = gerai_tests::chain::staff_of(&world.admin, world.edge().outlet).await?;
    let mut told = Vec::new();
    // The first is behind the one that leads; the second is further than that, on a way of its own.
    for (copy, sales) in copies.iter_mut().zip([2, 6]) {
        copy.start().await?;
        let beside = Screen::new(&copy.url(), &token)?;
        beside.sign_in(&staff[0].name, &staff[0].pin).await?;
        told.push((sell(&beside, sales).await?, beside));
    }
    for (copy, (sales, beside)) in copies.iter().zip(&told) {
        copy.line.heal();
        shut_out(copy, beside, "edge_cloned").await?;
        for sale in sales {
            ensure!(!is_sold(&world, sale).await?, "a copy's sale was booked by itself");
        }
        // The one that leads goes on, whatever the copies do.
        sell(&screen, 1).await?;
        screen.drained().await?;
    }
    let waiting = late(&world).await?;
    ensure!(waiting.len() == 2 + 6, "{waiting:?}");
    ensure!(
        codes(&world)
            .await?
            .iter()
            .filter(|code| *code == "edge_copied")
            .count()
            == 2
    );
    oracle::promise_kept(&world.admin, world.edge(), &log).await?;

    // A restart of either changes nothing.
    for copy in &mut copies {
        copy.kill()?;
        copy.start().await?;
    }
    world.edge_mut().kill()?;
    world.edge_mut().start().await?;
    for (copy, (_, beside)) in copies.iter().zip(&told) {
        shut_out(copy, beside, "edge_cloned").await?;
    }
    screen.drained().await?;
    ensure!(world.edge().sync(&screen).await?["link"]["standing"] == "active");

    let (accepted, dismissed) = (&told[0].0[0], &told[1].0[0]);
    for row in &waiting {
        let sale = row["command"]["body"]["sale"].as_str().unwrap_or_default();
        if sale == accepted {
            decide(&world, row, "accept", &json!({})).await?;
        } else {
            decide(&world, row, "dismiss", &json!({ "reason": "tidak ada struknya" })).await?;
        }
    }
    wait::until_true("the accepted sale to be booked", wait::LATER, async || {
        is_sold(&world, accepted).await
    })
    .await?;
    screen.drained().await?;
    ensure!(!is_sold(&world, dismissed).await?);
    let codes = codes(&world).await?;
    ensure!(codes.iter().any(|code| code == "reviewed"), "{codes:?}");
    let central = AtCentral::read(&world.admin, world.edge().outlet).await?;
    central.commands_are_whole()?;
    central.has_all_told(&log)?;
    central.equals(&AtEdge::read(world.edge())?)
}

/// Another machine for the outlet, enrolled and approved while the one before may still run.
pub(crate) async fn replacement(world: &World, folder: &str) -> Result<Edge> {
    let line = Line::lay(world.central.address()).await?;
    let mut edge = Edge::new(
        world.edge().outlet,
        world.folder().join(folder),
        ports::free_port()?,
        line,
    )?;
    edge.enroll(&world.admin, folder).await?;
    edge.start().await?;
    Ok(edge)
}

async fn a_replaced_edge_that_works_on_is_fenced_at_the_heal_and_its_backlog_reviewed(engine: Engine) -> Result<()> {
    let world = World::on(engine).build().await?;
    let old = world.staffed_screen("kasir").await?;
    let visited = old.visited_product().await?;
    old.take_ticket(&visited).await?;
    sell(&old, 1).await?;
    old.drained().await?;

    world.edge().line.cut();
    old.cut_off().await?;
    let told_unheard = old.take_ticket(&visited).await?;
    ensure!(told_unheard.text("/told")? == "A-002");
    let sales = sell(&old, 2).await?;

    let log = AckLog::default();
    let new = replacement(&world, "replacement").await?;
    let screen = staffed_screen(&world.admin, &new, "kasir").await?.logging_to(&log);
    ensure!(screen.take_ticket(&visited).await?.text("/told")? == "A-101");
    sell(&screen, 2).await?;
    screen.drained().await?;

    world.edge().line.heal();
    shut_out(world.edge(), &old, "edge_fenced").await?;
    let product = old.sold_product().await?;
    let body = json!({ "lines": [{ "product": product, "quantity": 1 }], "tendered": 1_000_000_000 });
    let refused = old.try_once("after-the-fence", "/api/outlet/sales", &body).await?;
    ensure!(refused.code() == "edge_fenced", "{:?}", refused.body);
    let waiting = late(&world).await?;
    ensure!(waiting.len() == 3, "{waiting:?}");

    sell(&screen, 1).await?;
    for row in &waiting {
        match row["kind"].as_str() {
            Some("ticket.issue") => decide(&world, row, "dismiss", &json!({ "reason": "sudah pulang" })).await?,
            _ => decide(&world, row, "accept", &json!({})).await?,
        }
    }
    for sale in &sales {
        wait::until_true("what was accepted to be booked", wait::LATER, async || {
            is_sold(&world, sale).await
        })
        .await?;
    }
    screen.drained().await?;
    ensure!(late(&world).await?.is_empty());
    let central = AtCentral::read(&world.admin, new.outlet).await?;
    central.commands_are_whole()?;
    central.has_all_told(&log)?;
    central.numbers_are_unique()?;
    central.has_rows_of(&AtEdge::read(&new)?)?;
    let tickets = central.rows("ticket");
    ensure!(tickets.len() == 2, "the dismissed one is booked: {tickets:?}");
    ensure!(central.rows("sale").len() == 1 + 2 + 3);
    Ok(())
}

async fn what_a_lost_disk_took_with_it_is_stated_and_the_outlet_goes_on(engine: Engine) -> Result<()> {
    let mut world = World::on(engine).build().await?;
    let screen = world.staffed_screen("kasir").await?;
    let visited = screen.visited_product().await?;
    let first = screen.take_ticket(&visited).await?.text("/id")?.to_owned();
    screen
        .done(&format!("/api/outlet/tickets/{first}/call"), &json!({}))
        .await?;
    let body = json!({ "studio": screen.room_for(&visited).await? });
    screen
        .done(&format!("/api/outlet/tickets/{first}/start"), &body)
        .await?;
    screen.take_ticket(&visited).await?;
    sell(&screen, 1).await?;
    screen.drained().await?;
    let acked = world.admin.commands(world.edge().outlet).await?.len() as u64;

    // Central is told how far the journal is, and gets none of it.
    world.edge().line.set(Mode::WithoutPushes);
    let lost = screen.take_ticket(&visited).await?;
    ensure!(lost.text("/told")? == "A-003");
    sell(&screen, 2).await?;
    wait::until_true("central to hear how far the journal is", wait::LATER, async || {
        let edges = world.admin.all("/api/admin/fleet/edges").await?;
        Ok(edges.iter().any(|edge| edge["last_seq"] == acked + 3))
    })
    .await?;
    world.edge_mut().kill()?;
    world.edge().lose_disk()?;
    world.edge().line.heal();

    world.edge().enroll(&world.admin, "edge-1 again").await?;
    world.edge_mut().start().await?;
    let listed = world.admin.exceptions(world.edge().outlet).await?;
    let stated = json!({ "code": "commands_lost", "first": acked + 1, "last": acked + 3 });
    ensure!(listed.iter().any(|row| row["exception"] == stated), "{listed:?}");

    let log = AckLog::default();
    let screen = world.staffed_screen("kasir").await?.logging_to(&log);
    ensure!(screen.take_ticket(&visited).await?.text("/told")? == "A-101");
    sell(&screen, 1).await?;
    // The session that was running is finished here, and the one who waits is called.
    let session = AtEdge::read(world.edge())?
        .rows("session")
        .and_then(|rows| rows.keys().next().copied())
        .context("the session was not inherited")?;
    screen
        .done(&format!("/api/outlet/sessions/{session}/end"), &json!({}))
        .await?;
    screen.drained().await?;
    let central = AtCentral::read(&world.admin, world.edge().outlet).await?;
    central.commands_are_whole()?;
    central.has_all_told(&log)?;
    central.numbers_are_unique()?;
    central.has_rows_of(&AtEdge::read(world.edge())?)?;
    let receipts: Vec<u64> = central
        .rows("sale")
        .values()
        .filter_map(|row| row["receipt"].as_u64())
        .collect();
    ensure!(
        receipts.contains(&101) && receipts.contains(&1) && receipts.len() == 2,
        "{receipts:?}"
    );
    Ok(())
}
