//! Central is put back from a backup of before an edge was approved: it works on, is adopted under its id, and
//! what it, and the one it had replaced, told is at central once, or before a person.

use std::collections::HashSet;

use anyhow::{Context, Result, ensure};
use gerai_tests::{
    AckLog, Engine, World,
    oracle::{AtCentral, AtEdge},
    wait, workload,
    world::staffed_screen,
};
use serde_json::json;

use crate::fence::{late, replacement, sell, shut_out};

const WRITES: usize = 25;

gerai_tests::on_both_engines!(an_edge_from_after_the_backup_is_adopted_and_all_it_told_arrives);

async fn an_edge_from_after_the_backup_is_adopted_and_all_it_told_arrives(engine: Engine) -> Result<()> {
    let mut world = World::on(engine).build().await?;
    let (old_log, log) = (AckLog::default(), AckLog::default());
    let old = world.staffed_screen("kasir").await?.logging_to(&old_log);
    workload::work(std::slice::from_ref(&old), WRITES, 31).await?;
    old.drained().await?;
    let backup = world.folder().join("backup");
    world.database.backup(&world.central, &backup).await?;

    // Since the backup: it works on, is cut off, tells things unheard, and is replaced.
    workload::work(std::slice::from_ref(&old), WRITES, 32).await?;
    old.drained().await?;
    world.edge().line.cut();
    old.cut_off().await?;
    sell(&old, 2).await?;
    let new = replacement(&world, "replacement").await?;
    let screen = staffed_screen(&world.admin, &new, "kasir").await?.logging_to(&log);
    workload::work(std::slice::from_ref(&screen), WRITES, 33).await?;
    screen.drained().await?;

    world.central.stop().await?;
    world.database.put_back(&backup).await?;
    world.central.command(&["restored"]).succeed().await?;
    world.central.start().await?;
    let standing = async |edge: &gerai_tests::edge::Edge, screen: &gerai_tests::Screen| {
        Ok::<_, anyhow::Error>(edge.sync(screen).await?["link"]["standing"].clone())
    };
    wait::until_true(
        "the replacement to be told that it is forgotten",
        wait::LATER,
        async || Ok(standing(&new, &screen).await? == "edge_forgotten"),
    )
    .await?;
    sell(&screen, 2).await.context("it works on")?;
    // The one before leads again: nothing here says that it was replaced.
    world.edge().line.heal();
    old.drained().await?;
    ensure!(standing(world.edge(), &old).await? == "active");
    world.edge().line.cut();
    old.cut_off().await?;
    sell(&old, 1).await?;

    let edges = world.admin.all("/api/admin/fleet/edges").await?;
    let forgotten = edges.iter().find(|edge| edge["status"] == "forgotten");
    let id = forgotten
        .and_then(|edge| edge["id"].as_str())
        .context("nobody waits")?
        .to_owned();
    let said = world.central.command(&["adopt"]).succeed().await?;
    ensure!(said.contains(&id), "{said}");
    if engine == Engine::Sqlite {
        world
            .admin
            .post(&format!("/api/admin/fleet/edges/{id}/adopt"), &json!({}))
            .await?;
    } else {
        world.central.command(&["adopt", &id]).succeed().await?;
    }
    screen.drained().await.context("it pushes everything")?;
    ensure!(standing(&new, &screen).await? == "active");
    workload::work(std::slice::from_ref(&screen), WRITES, 34).await?;
    screen.drained().await?;
    world.edge().line.heal();
    shut_out(world.edge(), &old, "edge_fenced").await?;

    let waiting = late(&world).await?;
    ensure!(waiting.len() == 1, "{waiting:?}");
    let central = AtCentral::read(&world.admin, new.outlet).await?;
    central.has_all_told(&log)?;
    central.numbers_are_unique()?;
    let id_of = |row: &serde_json::Value| row["id"].as_str().unwrap_or_default().to_owned();
    let booked: HashSet<String> = central.commands.iter().map(id_of).collect();
    let reviewed: HashSet<String> = waiting.iter().map(id_of).collect();
    ensure!(
        booked.len() == central.commands.len() && booked.is_disjoint(&reviewed),
        "twice"
    );
    for told in old_log.entries() {
        let id = told.command.to_string();
        ensure!(booked.contains(&id) || reviewed.contains(&id), "LOST: {told:?}");
    }
    let (before, after) = (AtEdge::read(world.edge())?, AtEdge::read(&new)?);
    ensure!(booked.len() + reviewed.len() == before.commands.len() + after.commands.len());
    let listed = world.admin.exceptions(new.outlet).await?;
    ensure!(
        listed.iter().all(|row| row["exception"]["code"] != "edge_copied"),
        "{listed:?}"
    );
    Ok(())
}
