//! The feed has no holes, and one outlet's commands have one order, whoever writes at once.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, Result, ensure};
use gerai_shared::{
    Act, ProductId, TicketId,
    catalog::Category,
    command::{IssueTicket, OnTicket},
    queue::{ChosenProduct, Lane},
    sync::CommandResult,
};
use gerai_tests::{
    Engine, World,
    client::Admin,
    oracle::AtCentral,
    wait,
    wire::{self, Session, WireEdge},
};
use reqwest::Method;
use serde_json::{Value, json};

const WRITERS: usize = 8;
const WRITES_EACH: usize = 15;
const COMMANDS: u64 = 300;

gerai_tests::on_both_engines!(
    no_follower_skips_a_change_under_concurrent_and_slow_writers,
    two_centrals_take_one_outlets_pushes_at_once,
);

fn draft(row: &Value, price: i64) -> Result<Value> {
    let mut draft = row.clone();
    let fields = draft.as_object_mut().context("a product is an object")?;
    for derived in ["id", "created_at", "updated_at"] {
        fields.remove(derived);
    }
    fields.insert("price".to_owned(), json!(price));
    Ok(draft)
}

/// Changes the prices of its own products; returns the last price of each.
async fn writer(admin: Admin, products: Vec<Value>, nth: usize) -> Result<BTreeMap<String, i64>> {
    let mut last = BTreeMap::new();
    for step in 0..WRITES_EACH {
        let row = &products[step % products.len()];
        let id = row["id"].as_str().context("no id")?;
        let price = i64::try_from(10_000 + nth * 1_000 + step)?;
        admin
            .change(
                Method::PUT,
                &format!("/api/admin/catalog/products/{id}"),
                Some(&draft(row, price)?),
            )
            .await?;
        last.insert(id.to_owned(), price);
    }
    Ok(last)
}

/// Follows the catalogue from `from`, checking each number, until it has seen `wanted` changes;
/// returns the last price it saw of each product.
async fn follower(session: Session, from: u64, outlet: u64, wanted: usize) -> Result<BTreeMap<String, i64>> {
    let (mut cursor, mut seen) = (from, 0);
    let mut last = BTreeMap::new();
    let deadline = wait::stopwatch();
    while seen < wanted {
        ensure!(
            deadline.elapsed() < wait::LATER,
            "a change never came: {seen} of {wanted}"
        );
        let changes = session.changes(cursor, outlet, 500).await?;
        for page in changes.topics.iter().filter(|page| page.topic == "catalog") {
            ensure!(page.after == cursor, "a page after {} for cursor {cursor}", page.after);
            for row in &page.rows {
                cursor += 1;
                ensure!(row.number == cursor, "skipped from {} to {}", cursor - 1, row.number);
                let price = row.body.as_ref().and_then(|body| body["price"].as_i64());
                last.insert(row.id.to_string(), price.context("a product without a price")?);
                seen += 1;
            }
            ensure!(
                page.position == cursor,
                "the page says {}, its rows end at {cursor}",
                page.position
            );
        }
    }
    Ok(last)
}

async fn no_follower_skips_a_change_under_concurrent_and_slow_writers(engine: Engine) -> Result<()> {
    let world = World::on(engine).build().await?;
    let screen = world.staffed_screen("kasir").await?;
    let other = world.outlets().await?[1];
    let mut by_hand = WireEdge::enroll(&world.admin, &world.central.url(), other).await?;
    let session = by_hand.hello(&world.central.url()).await?;
    let catalog = session.snapshot("catalog").await?;
    let outlet = session
        .snapshot(&gerai_shared::sync::outlet_topic(by_hand.outlet()))
        .await?;
    let products = world.admin.all("/api/admin/catalog/products").await?;
    ensure!(products.len() >= WRITERS * 2, "too few products: {}", products.len());

    let following = tokio::spawn(follower(
        session.clone(),
        catalog.position,
        outlet.position,
        WRITERS * WRITES_EACH,
    ));
    // Somebody's transaction sits on what writers need, again and again.
    let slow = world.database.hold_writers(Duration::from_millis(400), 5);
    let mut writers = tokio::task::JoinSet::new();
    for nth in 0..WRITERS {
        let own = products.iter().skip(nth).step_by(WRITERS).cloned().collect();
        writers.spawn(writer(world.admin.clone(), own, nth));
    }
    let mut written = BTreeMap::new();
    while let Some(done) = writers.join_next().await {
        written.extend(done??);
    }
    let held = slow.await?;
    ensure!(held == 5, "the slow transactions did not take place: {held}");
    let followed = following.await??;
    ensure!(
        followed == written,
        "the follower saw\n{followed:?}\nwritten was\n{written:?}"
    );

    // The shipped edge came to the same catalogue.
    wait::until_true("the outlet's catalogue", wait::LATER, async || {
        let here = screen.products().await?;
        Ok(written.iter().all(|(id, price)| {
            here.iter()
                .any(|product| product["id"] == *id && product["price"] == *price)
                || !here.iter().any(|product| product["id"] == *id)
        }))
    })
    .await
}

fn issue(number: u32) -> (TicketId, Act) {
    let ticket = TicketId(wire::fresh_id());
    let product = ChosenProduct {
        id: ProductId(wire::fresh_id()),
        name: "Photobox".to_owned(),
        category: Category::Photobooth,
        minutes: 15,
    };
    let act = Act::IssueTicket(IssueTicket {
        ticket,
        number,
        product,
        party_size: 2,
        lane: Lane::Regular,
        customer: None,
        holder: None,
        catalog_version: 1,
        token: None,
        consent: None,
        wanted: None,
    });
    (ticket, act)
}

/// Pushes everything through one central, batch after batch, as if there were no other.
async fn pusher(session: Session, edge: std::sync::Arc<WireEdge>, batch: usize) -> Result<Vec<CommandResult>> {
    let (mut acked, mut results) = (0, Vec::new());
    let mut tries = wait::Tries::of("a push to be taken", wait::LATER);
    while acked < COMMANDS {
        // The other central may be ahead or behind; whoever is refused for that asks again.
        match session.push(edge.batch(acked, batch)?).await {
            Ok(reply) if !reply.results.is_empty() => {
                acked = reply.results.last().map_or(acked, |result| result.seq);
                results.extend(reply.results);
            }
            Ok(_) | Err(_) => tries.again().await?,
        }
    }
    Ok(results)
}

async fn two_centrals_take_one_outlets_pushes_at_once(engine: Engine) -> Result<()> {
    let world = World::on(engine).edges(0).build().await?;
    let mut second = world.second_central()?;
    second.start().await?;
    let outlet = world.outlets().await?[0];
    let mut edge = WireEdge::enroll(&world.admin, &world.central.url(), outlet).await?;
    for number in 1..=u32::try_from(COMMANDS / 3)? {
        let (ticket, act) = issue(number);
        edge.act(act)?;
        edge.act(Act::CallTicket(gerai_shared::command::CallTicket {
            ticket,
            studio: None,
        }))?;
        edge.act(Act::NoShowTicket(OnTicket { ticket }))?;
    }
    let here = edge.hello(&world.central.url()).await?;
    let there = here.at(&second.url());
    let edge = std::sync::Arc::new(edge);
    let (first, other) = tokio::try_join!(
        tokio::spawn(pusher(here, edge.clone(), 7)),
        tokio::spawn(pusher(there, edge.clone(), 11)),
    )?;
    let (first, other) = (first?, other?);
    ensure!(first.len() as u64 == COMMANDS && other.len() as u64 == COMMANDS);
    ensure!(first == other, "the two centrals told different outcomes");
    let central = AtCentral::read(&world.admin, outlet).await?;
    central.commands_are_whole()?;
    ensure!(
        central.commands.len() as u64 == COMMANDS,
        "{} commands",
        central.commands.len()
    );
    ensure!(central.commands.iter().all(|command| command["outcome"] != "held"));
    let tickets = central.rows("ticket");
    ensure!(tickets.len() as u64 == COMMANDS / 3);
    ensure!(
        tickets
            .values()
            .all(|row| row["state"] == "no_show" && row["revision"] == 3),
        "applied twice"
    );
    Ok(())
}
