//! The demo, as somebody runs it: comes up, can be cut and killed, stops, and finds its data again.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, ensure};
use gerai_tests::{
    Screen,
    client::{self, Answer},
    process::{Launch, Running},
    programs, wait,
};
use serde_json::Value;

const COMING_UP: Duration = Duration::from_secs(180);

fn demo(target: &Path, args: &[&str]) -> Result<Launch> {
    let folder = programs::central()?.parent().context("no folder")?.to_path_buf();
    Ok(Launch::new(&folder.join("gerai-demo"), target)
        .args(args)
        .env("CARGO_TARGET_DIR", target.display())
        .env(programs::BIN_DIR, folder.display()))
}

async fn ready(target: &Path, running: &mut Running, log: &Path) -> Result<Value> {
    let file = target.join("demo").join("ready.json");
    wait::until("ready.json", COMING_UP, async || {
        ensure!(
            running.status()?.is_none(),
            "the demo ended:\n{}",
            gerai_tests::process::tail(log)
        );
        Ok(std::fs::read_to_string(&file)
            .ok()
            .and_then(|text| serde_json::from_str(&text).ok()))
    })
    .await
}

fn text<'v>(value: &'v Value, pointer: &str) -> Result<&'v str> {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .with_context(|| format!("no text at {pointer} of {value}"))
}

fn screen(ready: &Value, nth: usize) -> Result<Screen> {
    Screen::new(
        text(ready, &format!("/edges/{nth}/url"))?,
        text(ready, &format!("/edges/{nth}/screen_token"))?,
    )
}

async fn sign_in(ready: &Value, nth: usize) -> Result<Screen> {
    let screen = screen(ready, nth)?;
    let (name, pin) = (
        text(ready, &format!("/edges/{nth}/staff/0/name"))?,
        text(ready, &format!("/edges/{nth}/staff/0/pin"))?,
    );
    wait::until_true("a sign-in at the outlet", wait::LATER, async || {
        Ok(screen.try_sign_in(name, pin).await?.status == 200)
    })
    .await?;
    Ok(screen)
}

async fn flip(ready: &Value, what: &str) -> Result<Value> {
    let url = format!("{}{what}", text(ready, "/control")?);
    let answer = Answer::read(client::plain(COMING_UP)?.post(url).send().await?)
        .await?
        .ok()?;
    Ok(answer.data().clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_demo_comes_up_is_cut_killed_stopped_and_finds_its_data() -> Result<()> {
    let target = tempfile::tempdir()?;
    let launch = demo(target.path(), &[])?;
    let mut running = launch.start()?;
    let first = ready(target.path(), &mut running, launch.log_file()).await?;
    ensure!(first["edges"].as_array().map(Vec::len) == Some(2), "{first}");
    ensure!(
        first["edges"][0]["outlet"] != first["edges"][1]["outlet"],
        "one outlet twice"
    );
    let admin = gerai_tests::Admin::sign_in(
        text(&first, "/admin/url")?,
        text(&first, "/admin/email")?,
        text(&first, "/admin/password")?,
    )
    .await?;
    let outlet = text(&first, "/edges/0/outlet")?.parse()?;

    let kasir = sign_in(&first, 0).await?;
    sign_in(&first, 1).await?;
    let product = kasir.visited_product().await?;
    kasir.take_ticket(&product).await?;
    kasir.drained().await?;

    ensure!(flip(&first, "/edges/1/cut").await?["line"] == "cut");
    let told = kasir.take_ticket(&product).await?.text("/told")?.to_owned();
    wait::until_true("the outlet to notice the cut", wait::SOON, async || {
        Ok(kasir.data("/api/outlet/sync").await?["backlog"] == 1)
    })
    .await?;
    flip(&first, "/edges/1/kill").await?;
    ensure!(kasir.get("/api/outlet").await.is_err(), "a killed edge answered");
    let started = flip(&first, "/edges/1/start").await?;
    ensure!(
        started["pid"] != first["edges"][0]["pid"] && started["url"] == first["edges"][0]["url"],
        "{started}"
    );
    let now = ready(target.path(), &mut running, launch.log_file()).await?;
    ensure!(
        now["edges"][0]["pid"] == started["pid"],
        "ready.json has the old pid: {now}"
    );
    flip(&first, "/edges/1/heal").await?;
    kasir.drained().await?;
    let there = admin.rows(outlet, "ticket").await?.len();
    ensure!(there == 2, "{there} tickets at central");

    // The first outlet's printer runs out of paper, which its screens are told; the second has none.
    let paper = "/edges/1/devices/printer-kasir";
    ensure!(flip(&first, &format!("{paper}/paper_out")).await?["state"] == "paper_out");
    let mut ear = kasir.listen().await?;
    let out = |seen: &Value| seen["data"][0]["state"] == "paper_out" && seen["data"][2]["state"] == "ready";
    let seen = ear.until("devices", out).await?;
    ensure!(seen["data"][1]["studio"].is_string(), "{seen}");
    kasir
        .print("printer-kasir", b"A-001\n")
        .await?
        .refused(503, "paper_out")?;
    flip(&first, &format!("{paper}/ready")).await?;
    kasir.print("printer-kasir", b"A-001\n").await?.ok()?;
    let url = format!("{}{paper}/printed", text(&first, "/control")?);
    let printed = Answer::read(client::plain(COMING_UP)?.get(url).send().await?)
        .await?
        .ok()?;
    ensure!(
        printed.data()[0]["lines"] == serde_json::json!(["A-001"]),
        "{:?}",
        printed.body
    );
    ensure!(flip(&first, "/edges/2/devices/printer-kasir/ready").await.is_err());
    drop(ear);

    running.terminate().await?;
    ensure!(
        !target.path().join("demo").join("ready.json").exists(),
        "it is still said to be ready"
    );

    // A second start: the same addresses, the same screens, nobody enrolled again.
    let mut running = launch.start()?;
    let second = ready(target.path(), &mut running, launch.log_file()).await?;
    for pointer in [
        "/edges/0/screen_token",
        "/edges/0/url",
        "/edges/1/outlet",
        "/central",
        "/control",
    ] {
        ensure!(
            second.pointer(pointer) == first.pointer(pointer),
            "{pointer} changed: {second}"
        );
    }
    let queue = screen(&second, 0)?.get("/api/outlet/queue").await?.ok()?;
    ensure!(
        queue.rows().iter().any(|row| row["told"] == *told),
        "the data are gone: {:?}",
        queue.body
    );
    let admin = gerai_tests::Admin::sign_in(
        text(&second, "/admin/url")?,
        text(&second, "/admin/email")?,
        text(&second, "/admin/password")?,
    )
    .await?;
    ensure!(
        admin.all("/api/admin/fleet/edges").await?.len() == 2,
        "an edge was enrolled twice"
    );
    running.terminate().await?;
    Ok(())
}
