//! The business day ends while the line is cut, with a shift open and nobody to close the day; and a
//! program that was replaced before its commands could be read.

use anyhow::{Result, ensure};
use gerai_tests::{
    AckLog, Engine, World,
    oracle::{self, AtCentral, AtEdge},
    wait,
    world::staffed_screen,
};
use serde_json::{Value, json};

use crate::{
    fence::replacement,
    line_cut::{day, let_the_day_end_soon},
};

gerai_tests::on_both_engines!(
    a_day_nobody_closed_ends_offline_with_its_shift_open,
    what_was_held_of_a_replaced_edge_reaches_its_replacement,
);

async fn a_day_nobody_closed_ends_offline_with_its_shift_open(engine: Engine) -> Result<()> {
    let world = World::on(engine).build().await?;
    let log = AckLog::default();
    let screen = world.staffed_screen("kasir").await?.logging_to(&log);
    let (visited, sold) = (screen.visited_product().await?, screen.sold_product().await?);
    let_the_day_end_soon(&world, &screen).await?;
    let shift = screen.done("/api/outlet/shifts", &json!({ "float": 200_000 })).await?;
    let shift = shift.text("/id")?.to_owned();
    screen.take_ticket(&visited).await?;
    screen.sell(&sold).await?;
    screen.drained().await?;

    world.edge().line.cut();
    screen.cut_off().await?;
    let before = day(&screen).await?;
    ensure!(screen.take_ticket(&visited).await?.text("/told")? == "A-002");
    screen.sell(&sold).await?;
    wait::until_true("the next business day", wait::LATER + wait::LATER, async || {
        Ok(day(&screen).await? != before)
    })
    .await?;
    // The day begins anew; the drawer does not.
    ensure!(screen.take_ticket(&visited).await?.text("/told")? == "A-001");
    let sale = screen.sell(&sold).await?;
    ensure!(sale.data()["receipt"] == 1, "{}", sale.body);
    let close = format!("/api/outlet/shifts/{shift}/close");
    let closed = screen.done(&close, &json!({ "counted": 200_000 })).await?;
    ensure!(world.edge().line.faults().swallowed_bytes > 0);

    world.edge().line.heal();
    screen.drained().await?;
    let central = oracle::promise_kept(&world.admin, world.edge(), &log).await?;
    let days: Vec<&Value> = central.rows("business_day").values().collect();
    ensure!(
        days.len() == 1 && days[0]["day"] == before && days[0]["forgotten"] == true && days[0]["ended"] == 2,
        "{days:?}"
    );
    let over = central.rows("ticket").values().filter(|row| row["day"] == before);
    ensure!(over.map(|row| &row["state"]).all(|state| state == "no_show"));
    let total: i64 = central
        .rows("sale")
        .values()
        .filter(|row| row["shift"] == shift.as_str())
        .filter_map(|row| row["total"].as_i64())
        .sum();
    let row = central.row("shift", shift.parse()?)?;
    ensure!(row["settlement"]["sales"] == total, "{row}\n{}", closed.body);
    // All its numbers are here, and its sums agree: nothing for a person to look at.
    let listed = world.admin.exceptions(world.edge().outlet).await?;
    ensure!(listed.is_empty(), "{listed:?}");
    Ok(())
}

async fn what_was_held_of_a_replaced_edge_reaches_its_replacement(engine: Engine) -> Result<()> {
    // Numbers were told otherwise in protocol 2, the last central may read.
    let mut world = World::on(engine).central("SYNC__PROTOCOL_CEILING", 2).build().await?;
    let log = AckLog::default();
    let old = world.staffed_screen("kasir").await?;
    let visited = old.visited_product().await?;
    let told = old.take_ticket(&visited).await?;
    let ticket = told.text("/id")?.to_owned();
    old.done(&format!("/api/outlet/tickets/{ticket}/call"), &json!({}))
        .await?;
    old.drained().await?;
    let outlet = world.edge().outlet;
    ensure!(world.admin.held(outlet).await?.len() == 2);
    world.edge_mut().stop().await?;

    let new = replacement(&world, "replacement").await?;
    let screen = staffed_screen(&world.admin, &new, "kasir").await?.logging_to(&log);
    let sold = screen.sold_product().await?;
    screen.sell(&sold).await?;
    screen.drained().await?;
    let ticket = ticket.parse()?;
    let has = |edge: &AtEdge| edge.rows("ticket").is_some_and(|rows| rows.contains_key(&ticket));
    ensure!(!has(&AtEdge::read(&new)?), "it was held");

    world
        .central
        .restart_with("GERAI_CENTRAL__SYNC__PROTOCOL_CEILING", gerai_shared::command::PROTOCOL)
        .await?;
    wait::until_true("the ticket to be called at the new edge", wait::LATER, async || {
        let rows = AtEdge::read(&new)?;
        Ok(rows
            .rows("ticket")
            .and_then(|rows| rows.get(&ticket))
            .is_some_and(|row| row["state"] == "called"))
    })
    .await?;
    ensure!(screen.take_ticket(&visited).await?.text("/told")? == "A-101");
    screen.drained().await?;
    ensure!(world.admin.held(outlet).await?.is_empty());
    let central = AtCentral::read(&world.admin, outlet).await?;
    central.has_all_told(&log)?;
    central.numbers_are_unique()?;
    central.has_rows_of(&AtEdge::read(&new)?)?;
    ensure!(central.row("ticket", ticket)?["number"] == 1);
    Ok(())
}
