//! What was told at the outlet stands, whatever central thinks of it by then; and what central
//! cannot read yet waits for the day it can.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use gerai_shared::{
    Act, ProductId, RowKey, TicketId,
    catalog::Category,
    change::Table,
    command::{IssueTicket, OnTicket, WithReason},
    queue::{ChosenProduct, Lane},
    sync::Outcome,
};
use gerai_tests::{AckLog, Admin, Engine, Screen, World, client::Answer, oracle, wait, wire::WireEdge};
use reqwest::Method;
use serde_json::{Value, json};

gerai_tests::on_both_engines!(
    booked_during_a_cut_stands_with_its_exceptions,
    a_newer_command_waits_for_the_upgrade_and_others_pass,
    a_command_nobody_knows_is_held_and_nothing_else,
);

fn seq(answer: &Answer) -> Result<u64> {
    answer.body["command"]["seq"]
        .as_u64()
        .context("no command in the answer")
}

async fn change(admin: &Admin, product: &str, field: &str, to: impl FnOnce(&Value) -> Value) -> Result<()> {
    let all = admin.all("/api/admin/catalog/products").await?;
    let mut draft = all
        .into_iter()
        .find(|row| row["id"] == product)
        .context("no such product")?;
    let fields = draft.as_object_mut().context("a product is an object")?;
    for derived in ["id", "created_at", "updated_at"] {
        fields.remove(derived);
    }
    let value = to(&fields[field]);
    fields.insert(field.to_owned(), value);
    admin
        .change(
            Method::PUT,
            &format!("/api/admin/catalog/products/{product}"),
            Some(&draft),
        )
        .await?;
    Ok(())
}

/// The exceptions listed, by the number of their command.
async fn listed(world: &World) -> Result<BTreeMap<u64, Vec<String>>> {
    let mut by_seq: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for row in world.admin.exceptions(world.edge().outlet).await? {
        let code = row["exception"]["code"]
            .as_str()
            .context("an exception without a code")?
            .to_owned();
        by_seq
            .entry(row["seq"].as_u64().unwrap_or_default())
            .or_default()
            .push(code);
    }
    Ok(by_seq)
}

async fn goods(screen: &Screen) -> Result<Vec<String>> {
    let products = screen.products().await?;
    let goods = products.iter().filter(|product| product["category"] == "retailProduct");
    Ok(goods
        .filter_map(|product| product["id"].as_str().map(str::to_owned))
        .collect())
}

/// What a guest chooses: the first packet of a product that has some, and two add-ons.
struct Basket {
    visit: String,
    packet: String,
    price: i64,
    extras: Vec<String>,
}

impl Basket {
    async fn of(screen: &Screen) -> Result<Self> {
        let products = screen.products().await?;
        let visit = products.iter().find(|row| row["display"]["packets"].is_array());
        let visit = visit.context("a product with packets")?;
        let packet = &visit["display"]["packets"][0];
        let extras = products.iter().filter(|row| row["category"] == "additional");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Self {
            visit: text(&visit["id"]),
            packet: text(&packet["name"]),
            price: packet["price"].as_i64().context("its price")?,
            extras: extras.take(2).map(|row| text(&row["id"])).collect(),
        })
    }

    fn extras(&self) -> impl Iterator<Item = Value> {
        self.extras
            .iter()
            .map(|product| json!({ "product": product, "quantity": 2 }))
    }

    fn ticket(&self) -> Value {
        let extras: Vec<Value> = self.extras().collect();
        let wanted = json!({ "packet": self.packet, "extras": extras });
        json!({ "product": self.visit, "party_size": 2, "wanted": wanted })
    }

    fn sale(&self, ticket: &Answer) -> Value {
        let visit = json!({ "product": self.visit, "packet": self.packet, "quantity": 1 });
        let lines: Vec<Value> = std::iter::once(visit).chain(self.extras()).collect();
        json!({ "lines": lines, "tendered": 10_000_000, "ticket": ticket.data()["id"] })
    }
}

async fn booked_during_a_cut_stands_with_its_exceptions(engine: Engine) -> Result<()> {
    let world = World::on(engine).build().await?;
    let log = AckLog::default();
    let screen = world.staffed_screen("kasir").await?.logging_to(&log);
    let goods = goods(&screen).await?;
    let [deleted, dearer, plain] = [&goods[0], &goods[1], &goods[2]];
    let basket = Basket::of(&screen).await?;
    let sold = screen.sell(plain).await?;
    screen.drained().await?;
    let signed_in = screen.data("/api/outlet/staff").await?;
    let answer = screen.get("/api/outlet/staff").await?;
    let staff = answer.body["signed_in"]["id"]
        .as_str()
        .with_context(|| format!("nobody is in: {signed_in}"))?;

    world.edge().line.cut();
    let admin = &world.admin;
    let product = format!("/api/admin/catalog/products/{deleted}");
    admin.change(Method::DELETE, &product, None).await?;
    change(admin, dearer, "price", |_| json!(123_456)).await?;
    change(admin, &basket.visit, "packets", |packets| {
        let mut packets = packets.clone();
        packets[0]["price"] = json!(654_321);
        packets
    })
    .await?;
    let product = format!("/api/admin/catalog/products/{}", basket.extras[0]);
    admin.change(Method::DELETE, &product, None).await?;

    let of_deleted = seq(&screen.sell(deleted).await?)?;
    let of_dearer = seq(&screen.sell(dearer).await?)?;
    let chosen = screen.done("/api/outlet/tickets", &basket.ticket()).await?;
    let with_gone_extra = seq(&chosen)?;
    let of_packet = seq(&screen.done("/api/outlet/sales", &basket.sale(&chosen)).await?)?;
    let void = format!("/api/outlet/sales/{}/void", sold.text("/id")?);
    let once = seq(&screen.done(&void, &json!({ "reason": "salah barang" })).await?)?;
    let again = screen.done(&void, &json!({ "reason": "salah barang lagi" })).await?;
    ensure!(
        again.body["exceptions"][0]["code"] == "voided_twice",
        "the screen was not told: {}",
        again.body
    );
    let twice = seq(&again)?;
    let grant = format!("/api/admin/grants/{staff}/{}", world.edge().outlet);
    admin.change(Method::DELETE, &grant, None).await?;
    let revoked = seq(&screen.sell(plain).await?)?;

    ensure!(
        world.edge().sync(&screen).await?["backlog"] == 7,
        "the line was not cut"
    );
    ensure!(world.edge().line.faults().swallowed_bytes > 0);
    world.edge().line.heal();
    screen.drained().await?;

    let central = oracle::promise_kept(admin, world.edge(), &log).await?;
    let listed = listed(&world).await?;
    for (seq, code) in [
        (of_deleted, "product_gone"),
        (of_dearer, "price_variance"),
        (with_gone_extra, "product_gone"),
        (of_packet, "price_variance"),
        (twice, "voided_twice"),
        (revoked, "grant_revoked"),
    ] {
        let codes = listed
            .get(&seq)
            .with_context(|| format!("command {seq} is not listed: {listed:?}"))?;
        ensure!(
            codes.iter().any(|listed| listed == code),
            "{code} is not listed for {seq}: {listed:?}"
        );
        let command = &central.commands[usize::try_from(seq)? - 1];
        ensure!(command["outcome"] == "excepted", "{command}");
    }
    ensure!(
        !listed
            .get(&once)
            .is_some_and(|codes| codes.iter().any(|code| code == "voided_twice"))
    );
    // What the guest chose came with the number, as it was told; and what was charged is the packet's price.
    let ticket = central.row("ticket", chosen.text("/id")?.parse()?)?;
    ensure!(ticket["wanted"] == chosen.data()["wanted"], "{ticket}");
    ensure!(ticket["wanted"]["packet"] == basket.packet.as_str(), "{ticket}");
    ensure!(
        ticket["wanted"]["extras"].as_array().map(Vec::len) == Some(2),
        "{ticket}"
    );
    let sales = central.rows("sale");
    let sale = sales.values().find(|sale| sale["ticket"] == ticket["id"]);
    let line = &sale.context("the sale of the packet")?["lines"][0];
    ensure!(
        line["packet"] == basket.packet.as_str() && line["unit_price"] == basket.price,
        "{line}"
    );
    // The cash was given back once, whatever was pressed.
    ensure!(central.rows("sale_void").len() == 1);
    Ok(())
}

async fn a_newer_command_waits_for_the_upgrade_and_others_pass(engine: Engine) -> Result<()> {
    let mut world = World::on(engine).central("SYNC__PROTOCOL_CEILING", 2).build().await?;
    let log = AckLog::default();
    let screen = world.staffed_screen("kasir").await?.logging_to(&log);
    let product = screen.visited_product().await?;
    let studio = screen.data("/api/outlet").await?["outlet"]["studios"][0]["id"].clone();
    let room = format!("/api/outlet/studios/{}/state", studio.as_str().unwrap_or_default());
    // Numbers were told otherwise in protocol 2, the last central may read.
    let first = screen.take_ticket(&product).await?;
    let newer = seq(&first)?;
    // In another push than the one that is held, so that what is held must be remembered.
    screen.drained().await?;
    let call = format!("/api/outlet/tickets/{}/call", first.text("/id")?);
    let after_it = seq(&screen.done(&call, &json!({})).await?)?;
    let beside_it = seq(&screen.done(&room, &json!({ "state": "cleaning" })).await?)?;
    screen.drained().await?;

    let outlet = world.edge().outlet;
    let outcomes: Vec<Value> = world.admin.commands(outlet).await?;
    let outcome = |seq: u64| {
        outcomes[seq as usize - 1]["outcome"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    ensure!(outcome(newer) == "held", "{outcomes:?}");
    ensure!(
        outcome(after_it) == "held",
        "a later one on the same ticket must wait: {outcomes:?}"
    );
    ensure!(
        outcome(beside_it) == "applied",
        "one on something else must pass: {outcomes:?}"
    );
    ensure!(world.admin.held(outlet).await?.len() == 2);
    let shown = wait::until("the outlet to see what is held", wait::SOON, async || {
        let sync = world.edge().sync(&screen).await?;
        Ok((sync["held"].as_array().map(Vec::len) == Some(2)).then_some(sync))
    })
    .await?;
    ensure!(shown["backlog"] == 0, "held is not waiting to be sent: {shown}");

    world
        .central
        .restart_with("GERAI_CENTRAL__SYNC__PROTOCOL_CEILING", gerai_shared::command::PROTOCOL)
        .await?;
    wait::until_true("the held commands to be applied", wait::LATER, async || {
        Ok(world.admin.held(outlet).await?.is_empty())
    })
    .await?;
    wait::until_true("the outlet to hear of it", wait::LATER, async || {
        Ok(world.edge().sync(&screen).await?["held"]
            .as_array()
            .is_some_and(Vec::is_empty))
    })
    .await?;
    screen.drained().await?;
    oracle::promise_kept(&world.admin, world.edge(), &log).await?;
    Ok(())
}

fn issue(number: u32) -> (TicketId, Act) {
    let ticket = TicketId(gerai_tests::wire::fresh_id());
    let act = Act::IssueTicket(IssueTicket {
        ticket,
        number,
        product: ChosenProduct {
            id: ProductId(gerai_tests::wire::fresh_id()),
            name: "Photobox".to_owned(),
            category: Category::Photobooth,
            minutes: 15,
        },
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

async fn a_command_nobody_knows_is_held_and_nothing_else(engine: Engine) -> Result<()> {
    let world = World::on(engine).edges(0).build().await?;
    let outlet = world.outlets().await?[0];
    let mut edge = WireEdge::enroll(&world.admin, &world.central.url(), outlet).await?;
    let (touched, first) = issue(1);
    let (free, second) = issue(2);
    edge.act(first)?;
    edge.act(second)?;
    let future = edge.from_the_future(&[RowKey::new(Table::Ticket, touched.0)]);
    edge.journal_as(future, Vec::new());
    edge.act(Act::CancelTicket(WithReason {
        ticket: touched,
        reason: None,
    }))?;
    edge.act(Act::CallTicket(gerai_shared::command::CallTicket {
        ticket: free,
        studio: None,
    }))?;
    edge.act(Act::RecallTicket(OnTicket { ticket: free }))?;

    let session = edge.hello(&world.central.url()).await?;
    // Its rows are asked for: nobody knows which will stand on the day it can be read.
    let asked = session.push(edge.batch(0, 100)?).await?;
    let last = asked.results.last().map(|result| (result.seq, result.outcome));
    ensure!(
        last == Some((3, Outcome::SendRows)) && asked.acked_seq == 2,
        "{asked:?}"
    );
    let reply = session.push(edge.batch_with_rows(0, 100)?).await?;
    let outcomes: Vec<Outcome> = reply.results.iter().map(|result| result.outcome).collect();
    let held: Vec<usize> = (0..outcomes.len())
        .filter(|at| outcomes[*at] == Outcome::Held)
        .collect();
    ensure!(
        held == [2, 3],
        "held should be the unknown one and the one behind it: {outcomes:?}"
    );
    ensure!(
        !outcomes.contains(&Outcome::SendRows) && reply.acked_seq == 6,
        "{reply:?}"
    );
    // Sent again, each gets the answer it got.
    let again = session.push(edge.batch(0, 100)?).await?;
    ensure!(again.results == reply.results, "{again:?}\n{reply:?}");
    let kept = world.admin.held(outlet).await?;
    ensure!(
        kept.len() == 2 && kept.iter().any(|row| row["kind"] == "ticket.teleport"),
        "{kept:?}"
    );
    Ok(())
}
