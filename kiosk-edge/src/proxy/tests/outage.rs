//! Central away: what is known is shown with its age, the rest is refused at once with its cause.

use axum::Router;
use axum::routing::get;

use crate::sync::Line;

use super::{Answer, World, counting, say};

const LIST: &str = "/api/catalog-products";

fn problem(answer: &Answer) -> gerai_shared::Problem {
    assert_eq!(answer.header("content-type"), "application/problem+json");
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn stale_stands_in_with_its_age_when_central_is_gone() {
    let world = World::new(counting(&[("etag", "\"1\"")])).await;
    world.get(LIST, &[]).await;
    world.until_stored(LIST, "answer 1").await;
    let world = world.without_central().await;
    world.pass_seconds(300 + 2 * 86_400);
    let answer = world.get(LIST, &[]).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "answer 1"));
    assert_eq!(answer.cache(), "gerai-edge; fwd=stale; ttl=-172800; detail=central");
    assert_eq!(
        (answer.header("age"), answer.header("gerai-as-of")),
        ("173100", "2026-11-21T19:30:00Z")
    );
    assert_eq!(world.get(LIST, &[("if-none-match", "\"1\"")]).await.status, 304);
    assert_eq!(world.get(LIST, &[("range", "bytes=0-2")]).await.body, "ans");
    world.pass_seconds(31 * 86_400);
    assert_eq!(
        world.get(LIST, &[]).await.status,
        503,
        "past stale-if-error it is too old"
    );
}

#[tokio::test]
async fn stale_stands_in_for_a_failing_central_and_not_where_the_origin_forbids() {
    for status in [429, 500, 502, 503, 504] {
        let world = World::new(counting(&[])).await;
        world.get(LIST, &[]).await;
        world.until_stored(LIST, "answer 1").await;
        world.pass_seconds(2 * 86_400);
        world.script_from_now(move |_| say(status, &[], "oops"));
        assert_eq!(world.get(LIST, &[]).await.body, "answer 1", "{status}");
    }
    for control in [
        "max-age=10, must-revalidate",
        "s-maxage=10",
        "max-age=10, stale-if-error=5",
    ] {
        let world = World::new(move |_| say(200, &[("cache-control", control)], "yes")).await;
        world.get("/api/obey", &[]).await;
        world.until_stored("/api/obey", "yes").await;
        let world = world.without_central().await;
        world.pass_seconds(20);
        assert_eq!(world.get("/api/obey", &[]).await.status, 503, "{control}");
    }
}

#[tokio::test]
async fn the_cause_is_said_and_nothing_is_tried_while_the_line_is_down() {
    let world = World::new(counting(&[])).await;
    for (line, cause, code) in [
        (Line::Lan, "lan", "lan_down"),
        (Line::Internet, "internet", "internet_down"),
        (Line::Central, "central", "central_down"),
    ] {
        world.link.send_replace(line);
        let answer = world
            .get("/api/user", &[("x-request-id", "r1"), ("accept-language", "en")])
            .await;
        let problem = problem(&answer);
        assert_eq!(
            (answer.status, problem.cause.as_deref(), problem.code.as_str()),
            (503, Some(cause), code)
        );
        assert_eq!(problem.request_id.as_deref(), Some("r1"));
        assert!(!answer.header("retry-after").is_empty());
    }
    assert!(world.asked().is_empty());
    world.link.send_replace(Line::Up);
    assert_eq!(world.get("/api/user", &[]).await.status, 200);
}

#[tokio::test]
async fn nobody_listening_is_503_and_a_gateways_page_is_in_our_words() {
    let world = World::new(|_| say(502, &[("content-type", "text/html")], "<h1>Bad gateway</h1>")).await;
    let answer = world.get("/api/user", &[]).await;
    assert_eq!(
        (answer.status, problem(&answer).cause.as_deref()),
        (502, Some("central"))
    );
    world.script_from_now(|_| {
        say(
            503,
            &[("content-type", "application/problem+json")],
            "{\"code\":\"supplier\"}",
        )
    });
    assert_eq!(world.get("/api/user", &[]).await.body, "{\"code\":\"supplier\"}");
    let world = world.without_central().await;
    let answer = world.get("/api/user", &[]).await;
    assert_eq!(
        (answer.status, problem(&answer).cause.as_deref()),
        (503, Some("central"))
    );
}

#[tokio::test]
async fn a_central_that_never_begins_its_answer_is_504() {
    let never = || async { std::future::pending::<&'static str>().await };
    let mut world = World::before_router(Router::new().route("/api/user", get(never))).await;
    world.state.patience = std::time::Duration::from_millis(20);
    world.at = super::serve(super::router(std::sync::Arc::new(world.state.clone()))).await;
    let answer = world.get("/api/user", &[]).await;
    assert_eq!((answer.status, problem(&answer).code.as_str()), (504, "central_slow"));
}

#[tokio::test]
async fn a_failure_is_remembered_for_two_seconds() {
    let world = World::new(|_| say(503, &[], "")).await;
    for _ in 0..3 {
        assert_eq!(world.get(LIST, &[]).await.status, 503);
    }
    assert_eq!(world.asked().len(), 1);
    world.script_from_now(counting(&[]));
    world.pass_seconds(2);
    assert_eq!(world.get(LIST, &[]).await.body, "answer 1");
}

#[tokio::test]
async fn a_captive_portals_page_is_neither_kept_nor_believed() {
    let world = World::new(|_| say(200, &[("content-type", "application/json")], "[]")).await;
    world.get(LIST, &[]).await;
    world.until_stored(LIST, "[]").await;
    world.pass_seconds(2 * 86_400);
    world.script_from_now(|_| say(200, &[("content-type", "text/html")], "<h1>Sign in to Wi-Fi</h1>"));
    assert_eq!(world.get(LIST, &[]).await.body, "[]");
    let never_seen = world.get("/api/faqs", &[]).await;
    assert_eq!(
        (never_seen.status, problem(&never_seen).cause.as_deref()),
        (503, Some("internet"))
    );
}
