//! What a shared cache does besides: updating, HEAD, many at once, broken answers, prefixes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use http::{Method, StatusCode};
use tokio::sync::Semaphore;

use super::{World, counting, say};
use crate::cache::{Cache, CacheConfig, Mode};

const OBEY: &str = "/api/obey/thing";

#[tokio::test]
async fn a_304_updates_all_fields_but_those_of_the_content() {
    const OLD: &[(&str, &str)] = &[
        ("etag", "\"1\""),
        ("cache-control", "max-age=10"),
        ("x-kept", "1"),
        ("x-news", "1"),
        ("content-type", "text/plain"),
        ("content-encoding", "x"),
    ];
    const NEW: &[(&str, &str)] = &[
        ("etag", "\"1\""),
        ("cache-control", "max-age=500"),
        ("x-news", "2"),
        ("content-type", "text/plain;charset=utf-8"),
        ("content-encoding", "y"),
    ];
    let world = World::new(|asked| match asked.header("if-none-match") {
        "" => say(200, OLD, "whole"),
        _ => say(304, NEW, ""),
    })
    .await;
    world.get(OBEY, &[]).await;
    world.until_stored(OBEY, "whole").await;
    world.pass_seconds(20);
    for _ in 0..2 {
        let answer = world.get(OBEY, &[]).await;
        let told =
            ["x-kept", "x-news", "content-type", "content-encoding", "content-length"].map(|name| answer.header(name));
        assert_eq!(told, ["1", "2", "text/plain;charset=utf-8", "x", "5"]);
        world.pass_seconds(20);
    }
    assert_eq!(world.asked().len(), 2);
}

#[tokio::test]
async fn a_head_freshens_what_it_agrees_with_and_ends_what_it_does_not() {
    for (length, tag, kept) in [("8", "\"1\"", true), ("9", "\"1\"", false), ("8", "\"2\"", false)] {
        let world = World::new(counting(&[("cache-control", "max-age=10"), ("etag", "\"1\"")])).await;
        world.get(OBEY, &[]).await;
        world.until_stored(OBEY, "answer 1").await;
        world.pass_seconds(20);
        world.script_from_now(move |_| {
            say(
                200,
                &[
                    ("cache-control", "max-age=500"),
                    ("etag", tag),
                    ("content-length", length),
                ],
                "",
            )
        });
        let head = world.send(Method::HEAD, OBEY, &[]).await;
        assert_eq!(head.cache(), "gerai-edge; fwd=stale");
        world.script_from_now(|_| say(200, &[], "new"));
        let then = world.get(OBEY, &[]).await;
        assert_eq!(then.body == "answer 1", kept, "{length} {tag}: {}", then.cache());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leader_that_fails_does_not_fail_those_who_wait() {
    let (gate, count) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let (held, counted) = (Arc::clone(&gate), Arc::clone(&count));
    let answer = move || {
        let (held, number) = (Arc::clone(&held), counted.fetch_add(1, Ordering::SeqCst));
        async move {
            let _permit = held.acquire().await.unwrap();
            if number == 0 {
                (StatusCode::BAD_GATEWAY, [("cache-control", "no-store")], "oops")
            } else {
                (StatusCode::OK, [("cache-control", "max-age=60")], "one")
            }
        }
    };
    let world = Arc::new(World::before_router(Router::new().route(OBEY, get(answer))).await);
    let visit = |world: &Arc<World>| {
        let world = Arc::clone(world);
        tokio::spawn(async move { world.get(OBEY, &[]).await })
    };
    let leader = visit(&world);
    while count.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let waiting: Vec<_> = (0..20).map(|_| visit(&world)).collect();
    while world.state.cache.flights.waiting(OBEY) < 20 {
        tokio::task::yield_now().await;
    }
    gate.add_permits(1_000);
    assert_eq!(leader.await.unwrap().status, 502);
    for one in waiting {
        let answer = one.await.unwrap();
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (200, "one"),
            "{}",
            answer.cache()
        );
    }
    assert_eq!(count.load(Ordering::SeqCst), 2, "one more was asked, for all");
}

#[tokio::test]
async fn what_breaks_off_is_not_kept() {
    let (pieces, receiver) = tokio::sync::mpsc::unbounded_channel();
    let broken = Body::from_stream(tokio_stream::wrappers::UnboundedReceiverStream::new(receiver));
    let bodies = Arc::new(std::sync::Mutex::new(vec![Body::from("whole"), broken]));
    let answer = move || {
        let body = bodies.lock().unwrap().pop().unwrap();
        async move { ([("cache-control", "max-age=60")], body) }
    };
    let world = World::before_router(Router::new().route(OBEY, get(answer))).await;
    pieces.send(Ok(Bytes::from_static(b"half"))).unwrap();
    let mut first = world.client.get(format!("{}{OBEY}", world.at)).send().await.unwrap();
    assert_eq!(first.chunk().await.unwrap().unwrap(), "half");
    pieces.send(Err(std::io::Error::other("gone"))).unwrap();
    assert!(first.chunk().await.is_err(), "the client hears that it broke");
    let second = world.get(OBEY, &[]).await;
    assert_eq!(second.body, "whole");
    assert!(second.cache().contains("fwd=uri-miss"), "{}", second.cache());
}

#[tokio::test]
async fn fields_of_one_connection_are_not_kept() {
    let fields = &[
        ("cache-control", "max-age=60"),
        ("connection", "x-hop"),
        ("x-hop", "1"),
        ("x-kept", "1"),
        ("proxy-authentication-info", "1"),
    ];
    let world = World::new(counting(fields)).await;
    world.get(OBEY, &[]).await;
    world.until_stored(OBEY, "answer 1").await;
    let hit = world.get(OBEY, &[]).await;
    assert!(hit.cache().contains("hit") && !hit.header("date").is_empty());
    assert_eq!(
        ["x-hop", "proxy-authentication-info", "x-kept"].map(|name| hit.header(name)),
        ["", "", "1"]
    );
}

#[tokio::test]
async fn any_prefix_can_be_given_to_the_origins_word_and_pages_where_they_are_expected() {
    let added = "[[policy]]\nprefix = \"/docs\"\npolicy = \"origin\"\npages = true\n\
                 [[policy]]\nprefix = \"/media\"\npolicy = \"never\"\n";
    let config: CacheConfig = toml::from_str(added).unwrap();
    assert_eq!(config.table().len(), CacheConfig::default().policies.len() + 1);
    let world = World::new(counting(&[
        ("cache-control", "max-age=60"),
        ("content-type", "text/html"),
    ]))
    .await;
    let dir = tempfile::tempdir().unwrap();
    let mut state = world.state.clone();
    state.cache = Arc::new(Cache::open(dir.path(), config, world.clock.clone()).unwrap());
    assert_eq!(state.cache.rule("/docs/a").unwrap().policy.mode, Mode::ObeyOrigin);
    assert!(
        state.cache.rule("/media/a.jpg").is_none(),
        "the line of the table was replaced"
    );
    let cache = Arc::clone(&state.cache);
    let at = super::serve(super::super::router(Arc::new(state))).await;
    let ask = async || {
        let answer = world.client.get(format!("{at}/docs/a")).send().await.unwrap();
        answer.headers()["cache-status"].to_str().unwrap().to_owned()
    };
    assert_eq!(ask().await, "gerai-edge; fwd=uri-miss; ttl=60; stored");
    let key = Arc::from("/docs/a");
    while cache.flights.lead(&key).is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(ask().await, "gerai-edge; hit; ttl=60");
}

#[tokio::test]
async fn every_answer_says_what_the_cache_did() {
    let world = World::new(counting(&[])).await;
    assert_eq!(world.get("/api/user", &[]).await.cache(), "gerai-edge; fwd=bypass");
    assert_eq!(
        world.send(Method::POST, "/api/user", &[]).await.cache(),
        "gerai-edge; fwd=method"
    );
    let never = [("cache-control", "only-if-cached")];
    assert_eq!(world.get(OBEY, &never).await.cache(), "gerai-edge; detail=not-stored");
    let world = world.without_central().await;
    for path in ["/api/user", OBEY] {
        let answer = world.get(path, &[]).await;
        assert_eq!(answer.status, 503);
        assert!(answer.cache().starts_with("gerai-edge; fwd=") && answer.cache().ends_with("detail=central"));
    }
}
