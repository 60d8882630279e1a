//! Printer, camera and disk of an outlet: what is wrong with them is told before somebody relies on them (K5),
//! and a slip that was not printed is never said to be.

use std::path::Path;

use anyhow::{Result, ensure};
use gerai_tests::{
    Engine, World,
    gear::{Gear, Kind, Plan, State},
    ports,
};
use serde_json::Value;

const PRINTER: &str = "printer-kasir";
const CAMERA: &str = "kamera-1";
const SLIP: &[u8] = b"\x1b@\x1ba\x01GERAI\n\x1d!\x55A-012\n\x1d!\x00\x1dVB\x00";

/// A printer and a camera, and the settings of an edge that looks after them.
async fn devices(folder: &Path) -> Result<(Gear, String)> {
    let (printer, camera) = (ports::free_port()?, ports::free_port()?);
    let plan = |name: &str, kind, port| Plan {
        name: name.to_owned(),
        kind,
        port,
    };
    let plans = [
        plan(PRINTER, Kind::Printer, printer),
        plan(CAMERA, Kind::Camera, camera),
    ];
    let gear = Gear::start(folder, ports::free_port()?, &plans).await?;
    let settings = format!(
        "[devices_check]\nevery_ms = 100\ntimeout_ms = 2000\n
         [[devices]]\nname = \"Printer Kasir\"\nkind = \"printer\"\naddress = \"tcp://127.0.0.1:{printer}\"\n
         [[devices]]\nname = \"Kamera 1\"\nkind = \"camera\"\naddress = \"tcp://127.0.0.1:{camera}\"\nstudio = \"Ruang 1\"\n"
    );
    Ok((gear, settings))
}

fn is(id: &'static str, state: &'static str) -> impl Fn(&Value) -> bool {
    move |seen| {
        let devices = seen["data"].as_array();
        devices.is_some_and(|list| list.iter().any(|device| device["id"] == id && device["state"] == state))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_printer_says_is_seen_live_and_a_slip_is_printed_or_refused_in_words() -> Result<()> {
    let mut world = World::on(Engine::Sqlite).build().await?;
    let (mut gear, settings) = devices(&world.folder().join("devices")).await?;
    world.edge_mut().stop().await?;
    world.edge_mut().configure(&settings)?;
    world.edge_mut().start().await?;
    let screen = world.staffed_screen("kasir").await?;
    let mut ear = screen.listen().await?;
    let seen = ear.until("devices", is(PRINTER, "ready")).await?;
    ensure!(seen["data"][0]["told"] == true, "it says so itself: {seen}");
    ear.until("devices", is(CAMERA, "ready")).await?;

    // Paper runs out: seen live, and refused in words, before anything is sent.
    gear.be(PRINTER, State::PaperOut).await?;
    ear.until("devices", is(PRINTER, "paper_out")).await?;
    let refused = screen.print(PRINTER, SLIP).await?.refused(503, "paper_out")?;
    ensure!(
        refused.body["title"] == "The printer is out of paper",
        "{:?}",
        refused.body
    );
    gear.be(PRINTER, State::PaperLow).await?;
    ear.until("devices", is(PRINTER, "paper_low")).await?;
    ensure!(gear.printed(PRINTER).await?.is_empty(), "a refused slip came out");

    // With paper it prints exactly the bytes, once.
    let printed = screen.print(PRINTER, SLIP).await?.ok()?;
    ensure!(printed.data()["id"] == PRINTER, "{:?}", printed.body);
    let slips = gear.printed(PRINTER).await?;
    ensure!(slips.len() == 1 && slips[0].bytes == hex::encode(SLIP), "{slips:?}");
    ensure!(slips[0].lines == ["GERAI", "A-012"], "{slips:?}");

    gear.be(PRINTER, State::CoverOpen).await?;
    screen.print(PRINTER, SLIP).await?.refused(503, "cover_open")?;
    // It had spoken, and does no more.
    gear.be(PRINTER, State::Silent).await?;
    ear.until("devices", is(PRINTER, "silent")).await?;
    screen.print(PRINTER, SLIP).await?.refused(503, "printer_silent")?;

    // Off, and on again. Nobody is kept from selling meanwhile.
    gear.be(PRINTER, State::Off).await?;
    screen.print(PRINTER, SLIP).await?.refused(503, "printer_silent")?;
    let goods = screen.sold_product().await?;
    screen.sell(&goods).await?;
    gear.be(PRINTER, State::Ready).await?;
    ear.until("devices", is(PRINTER, "ready")).await?;
    screen.print(PRINTER, SLIP).await?.ok()?;
    let slips = gear.printed(PRINTER).await?;
    ensure!(slips.len() == 2, "the refused ones came out, too: {slips:?}");

    gear.be(CAMERA, State::Off).await?;
    ear.until("devices", is(CAMERA, "silent")).await?;
    gear.be(CAMERA, State::Ready).await?;
    let seen = ear.until("devices", is(CAMERA, "ready")).await?;
    ensure!(seen["disk"]["room_left"] == true, "{seen}");
    screen.print(CAMERA, SLIP).await?.refused(409, "not_a_printer")?;
    gear.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn slips_of_many_screens_come_out_whole_between_looks() -> Result<()> {
    let mut world = World::on(Engine::Sqlite).build().await?;
    let (mut gear, settings) = devices(&world.folder().join("devices")).await?;
    world.edge_mut().stop().await?;
    world.edge_mut().configure(&settings)?;
    world.edge_mut().start().await?;
    let screen = world.edge().screen("kasir").await?;
    let slip = |nth: u8| [SLIP, &[b'0' + nth; 2_000], b"\n"].concat();
    let mut printing = tokio::task::JoinSet::new();
    for nth in 0..8 {
        let (screen, slip) = (screen.clone(), slip(nth));
        printing.spawn(async move { screen.print(PRINTER, &slip).await?.ok() });
    }
    while let Some(printed) = printing.join_next().await {
        printed??;
    }
    let mut came: Vec<String> = gear
        .printed(PRINTER)
        .await?
        .into_iter()
        .map(|slip| slip.bytes)
        .collect();
    came.sort();
    let sent: Vec<String> = (0..8).map(|nth| hex::encode(slip(nth))).collect();
    ensure!(came == sent, "slips were torn or mixed");
    gear.stop().await
}
