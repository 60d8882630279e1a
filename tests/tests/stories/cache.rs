//! The edge's HTTP cache: what may be kept helps when central is down, and nothing else is kept.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU16, AtomicUsize, Ordering},
    },
};

use anyhow::{Context, Result, ensure};
use axum::{Router, extract::State, http::StatusCode, response::IntoResponse};
use gerai_tests::{
    Engine, Mobile, Screen, World,
    client::{Answer, fresh_key},
    wait,
};
use reqwest::Method;
use tokio::net::TcpListener;

/// Something a guest may read that outlets keep.
const KEPT: &str = "/api/catalog-products";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_users_answer_is_never_anothers() -> Result<()> {
    let world = World::on(Engine::Sqlite).build().await?;
    let screen = world.staffed_screen("booth").await?;
    let central = world.central.url();
    let (sari, budi) = (Mobile::register(&central).await?, Mobile::register(&central).await?);
    for _ in 0..3 {
        for one in [&sari, &budi] {
            let answer = world
                .edge()
                .through(&screen, "/api/user", Some(one.bearer()))
                .await?
                .ok()?;
            ensure!(
                answer.text("/id")? == one.user.to_string(),
                "somebody else's: {}",
                answer.body
            );
            ensure!(answer.header("age").is_none(), "it was kept: {:?}", answer.headers);
        }
    }
    ensure!(
        world.edge().through(&screen, "/api/user", None).await?.status == 401,
        "a guest saw a user"
    );

    // What is public may be kept, but an answer asked for with a sign-in may not be shared.
    for one in [&sari, &budi] {
        world.edge().through(&screen, KEPT, Some(one.bearer())).await?.ok()?;
    }
    // Without a line the private page is nobody's, and says why.
    world.edge().line.cut();
    let private = wait::until("the edge to notice the cut", wait::LATER, async || {
        let answer = world.edge().through(&screen, "/api/user", Some(sari.bearer())).await;
        Ok(answer.ok().filter(|answer| answer.status == 503))
    })
    .await?;
    let cause = private.body["cause"].as_str().unwrap_or_default();
    ensure!(
        ["lan", "internet", "central"].contains(&cause),
        "no cause: {}",
        private.body
    );
    ensure!(world.edge().line.faults().swallowed_connections > 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_kept_is_shown_with_its_age_when_central_is_down() -> Result<()> {
    let mut world = World::on(Engine::Sqlite).build().await?;
    let screen = world.staffed_screen("booth").await?;
    let fresh = screen.get(KEPT).await?.ok()?;
    world.central.kill()?;
    // Asked for anew, so that freshness alone does not answer.
    let stale = wait::until("the copy in central's place", wait::LATER, async || {
        let answer = ask_anew(&screen, KEPT).await?;
        Ok((answer.status == 200).then_some(answer))
    })
    .await?;
    ensure!(stale.bytes == fresh.bytes, "another catalogue");
    let age: u64 = stale.header("age").context("its age is not shown")?.parse()?;
    ensure!(age < 600, "{age}");
    let status = stale.header("cache-status").context("no Cache-Status")?.to_owned();
    ensure!(status.contains("fwd") || status.contains("hit"), "{status}");
    // The rows the outlet follows are there as well, and say of when they are.
    let products = screen.get("/api/outlet/products").await?.ok()?;
    ensure!(
        !products.rows().is_empty() && !products.body["as_of"].is_null(),
        "{:?}",
        products.body["as_of"]
    );
    Ok(())
}

async fn ask_anew(screen: &Screen, path: &str) -> Result<Answer> {
    let request = screen.request(Method::GET, path).header("cache-control", "no-cache");
    Ok(Answer::read(request.send().await?).await?)
}

/// A central that is well, says one thing to whoever wants more, and counts.
#[derive(Clone, Default)]
struct Says {
    status: Arc<AtomicU16>,
    asked: Arc<AtomicUsize>,
}

async fn stand_in(says: Says) -> Result<SocketAddr> {
    async fn answer(State(says): State<Says>) -> impl IntoResponse {
        says.asked.fetch_add(1, Ordering::SeqCst);
        let status = StatusCode::from_u16(says.status.load(Ordering::SeqCst)).unwrap_or(StatusCode::IM_A_TEAPOT);
        (status, "no")
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let well = axum::Json(serde_json::json!({"status": "ok", "service": "gerai-central"}));
    let router = Router::new()
        .route("/healthz", axum::routing::get(async || well))
        .fallback(answer)
        .with_state(says);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refusal_is_never_masked_by_a_copy_and_a_failure_is() -> Result<()> {
    let world = World::on(Engine::Sqlite).build().await?;
    let screen = world.staffed_screen("booth").await?;
    let says = Says::default();
    let other = stand_in(says.clone()).await?;
    for status in [401, 403, 404, 410] {
        // Each time there is a copy that could stand in.
        world.edge().line.lead_to(world.central.address());
        wait::until_true("a copy", wait::LATER, async || {
            Ok(ask_anew(&screen, KEPT).await?.status == 200)
        })
        .await?;
        says.status.store(status, Ordering::SeqCst);
        world.edge().line.lead_to(other);
        let before = says.asked.load(Ordering::SeqCst);
        let answer = wait::until("central's word", wait::LATER, async || {
            let answer = ask_anew(&screen, KEPT).await?;
            Ok((answer.status != 200).then_some(answer))
        })
        .await?;
        ensure!(answer.status == status, "{status} became {}", answer.status);
        ensure!(says.asked.load(Ordering::SeqCst) > before, "central was not asked");
        // And it stays so for who asks without conditions: the copy is not served again.
        let plainly = screen.get(KEPT).await?;
        ensure!(
            plainly.status == status,
            "{status} was masked by a copy: {}",
            plainly.status
        );
    }
    world.edge().line.lead_to(world.central.address());
    wait::until_true("a copy", wait::LATER, async || {
        Ok(ask_anew(&screen, KEPT).await?.status == 200)
    })
    .await?;
    says.status.store(502, Ordering::SeqCst);
    world.edge().line.lead_to(other);
    let before = says.asked.load(Ordering::SeqCst);
    wait::until_true("the copy in a failing central's place", wait::LATER, async || {
        let answer = ask_anew(&screen, KEPT).await?;
        Ok(answer.status == 200 && says.asked.load(Ordering::SeqCst) > before)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_screen_is_nobody_to_central_and_must_be_paired() -> Result<()> {
    let world = World::on(Engine::Sqlite).build().await?;
    let stranger = Screen::new(&world.edge().url(), "not-a-token")?;
    for path in ["/api/outlet", "/api/outlet/queue", "/api/outlet/sync", KEPT] {
        let answer = stranger.get(path).await?;
        ensure!(
            answer.status == 401 && answer.code() == "screen_unpaired",
            "{path}: {}",
            answer.body
        );
    }
    let write = stranger
        .try_once(&fresh_key(), "/api/outlet/tickets", &serde_json::json!({}))
        .await?;
    ensure!(write.status == 401, "{}", write.body);
    Ok(())
}
