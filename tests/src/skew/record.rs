//! What an outlet's edge is told by the central of a release, written down as it was answered. Kept in
//! `shared/fixtures`: programs of today must be able to follow it.

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};

use super::Release;
use crate::{
    client::{Mobile, Screen},
    database::Engine,
    wait,
    wire::WireEdge,
    world::World,
};

/// A little of everything that is told by the feed, and then the feed, from its beginning and as a snapshot.
///
/// # Errors
/// When the release does not do what is asked of it.
pub async fn feed(release: &Release) -> Result<Value> {
    let mut world = World::on(Engine::Sqlite)
        .central_program(&release.central())
        .edge_program(&release.edge())
        .central("SYNC__PROTOCOL_CEILING", release.protocol - 1)
        .build()
        .await?;
    let outlet = world.edge().outlet;
    let screen = world.staffed_screen("kasir").await?;
    let product = screen.visited_product().await?;
    let ticket = held_and_booked(&mut world, &screen, &product, release.protocol).await?;

    let central = world.central.url();
    let (guest, other) = (Mobile::register(&central).await?, Mobile::register(&central).await?);
    guest.join(outlet, &product).await?;
    let given_up = other.join(outlet, &product).await?;
    // By the way that all releases have.
    asked_to(&world, given_up["id"].as_str().context("a remote ticket")?, "cancel").await?;

    // A request that is answered; one that waits comes last.
    asked_to(&world, &ticket, "call").await?;
    wait::until_true("the ticket to be called", wait::LATER, async || {
        Ok(world
            .admin
            .commands(outlet)
            .await?
            .iter()
            .any(|command| command["kind"] == "ticket.call"))
    })
    .await?;
    screen.drained().await?;
    // Sold at the outlet, taken off the list at central meanwhile: somebody looks at it.
    world.edge().line.cut();
    screen.cut_off().await?;
    let goods = screen.sold_product().await?;
    let gone = format!("/api/admin/catalog/products/{goods}");
    world.admin.change(Method::DELETE, &gone, None).await?;
    screen.sell(&goods).await?;
    world.edge().line.heal();
    screen.drained().await?;
    if release.protocol >= 3 {
        let listed = world.admin.exceptions(outlet).await?;
        let first = listed.first().context("no exception")?["id"]
            .as_str()
            .context("its id")?
            .to_owned();
        let review = format!("/api/admin/sync/exceptions/{first}/review");
        world.admin.post(&review, &json!({ "note": "dilihat" })).await?;
        let digest = format!("/api/admin/outlets/{outlet}/digest");
        world.admin.post(&digest, &json!({ "whole": true })).await?;
    }

    world.edge().line.cut();
    screen.cut_off().await?;
    asked_to(&world, &ticket, "recall").await?;
    world.edge_mut().stop().await?;
    let mut edge = WireEdge::enroll(&world.admin, &central, outlet).await?;
    let session = edge.hello(&central).await?;
    let feed = json!({
        "protocol": release.protocol,
        "release": release.name,
        "enrolled": edge.enrolled,
        "epoch": session.welcome.epoch,
        "changes": session.raw("/edge/v1/changes?catalog=0&outlet=0").await?,
        "snapshots": [
            session.raw(&format!("/edge/v1/snapshot?topic=outlet:{outlet}")).await?,
            session.raw("/edge/v1/snapshot?topic=catalog").await?,
        ],
    });
    Ok(feed)
}

/// Something central holds until it may read it: a number, or a room where numbers are as they were.
async fn held_and_booked(world: &mut World, screen: &Screen, product: &str, protocol: u16) -> Result<String> {
    let outlet = world.edge().outlet;
    let answer = screen.take_ticket(product).await?;
    let ticket = answer.text("/id")?.to_owned();
    let room = screen.room_for(product).await?;
    let state = format!("/api/outlet/studios/{}/state", room.as_str().context("a room")?);
    screen.done(&state, &json!({ "state": "cleaning" })).await?;
    screen.drained().await?;
    ensure!(!world.admin.held(outlet).await?.is_empty(), "nothing is held");
    world
        .central
        .restart_with("GERAI_CENTRAL__SYNC__PROTOCOL_CEILING", protocol)
        .await?;
    wait::until_true("what was held to be booked", wait::LATER, async || {
        Ok(world.admin.held(outlet).await?.is_empty())
    })
    .await?;
    Ok(ticket)
}

async fn asked_to(world: &World, ticket: &str, act: &str) -> Result<()> {
    let path = format!("/api/queue/tickets/{ticket}/{act}");
    world.admin.post(&path, &json!({})).await.map(drop)
}
