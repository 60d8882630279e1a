//! RFC 9111: fresh, validated, in part, by wish.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use http::Method;
use tokio::sync::Semaphore;

use super::{World, counting, say};

const LIST: &str = "/api/catalog-products";
const OBEY: &str = "/api/obey/thing";

#[tokio::test]
async fn fresh_answers_come_from_memory_with_their_age() {
    let world = World::new(counting(&[("age", "7"), ("etag", "\"1\"")])).await;
    let first = world.get(LIST, &[]).await;
    assert_eq!(
        (first.cache(), first.body.as_str()),
        ("gerai-edge; fwd=uri-miss; ttl=300; stored", "answer 1")
    );
    world.until_stored(LIST, "answer 1").await;
    world.pass_seconds(100);
    let second = world.get(LIST, &[]).await;
    assert_eq!(
        (second.cache(), second.header("age")),
        ("gerai-edge; hit; ttl=200", "107")
    );
    assert_eq!(second.body, "answer 1");
    assert_eq!(
        world.get(&format!("{LIST}?page=2"), &[]).await.body,
        "answer 2",
        "the query is part of the key"
    );
    let head = world.send(Method::HEAD, LIST, &[]).await;
    assert!(head.cache().contains("hit") && head.body.is_empty());
    assert_eq!(head.header("content-length"), "8");
}

#[tokio::test]
async fn a_304_makes_the_stored_copy_fresh_with_its_new_headers() {
    let world = World::new(|asked| match asked.header("if-none-match") {
        "\"1\"" => say(
            304,
            &[("etag", "\"1\""), ("cache-control", "max-age=500"), ("x-news", "yes")],
            "",
        ),
        _ => say(200, &[("etag", "\"1\""), ("cache-control", "max-age=10")], "whole"),
    })
    .await;
    world.get(OBEY, &[]).await;
    world.until_stored(OBEY, "whole").await;
    world.pass_seconds(20);
    let second = world.get(OBEY, &[]).await;
    assert_eq!((second.status, second.body.as_str()), (200, "whole"));
    assert_eq!(second.cache(), "gerai-edge; fwd=stale; fwd-status=304; ttl=500; stored");
    let third = world.get(OBEY, &[]).await;
    assert!(third.cache().contains("hit; ttl=500"), "{}", third.cache());
    assert_eq!((third.header("x-news"), third.header("age")), ("yes", "0"));
    assert_eq!(world.asked().len(), 2);
}

#[tokio::test]
async fn a_client_that_has_it_is_told_so() {
    let made = "Fri, 20 Nov 2026 10:00:00 GMT";
    let world = World::new(move |_| say(200, &[("etag", "\"1\""), ("last-modified", made)], "whole")).await;
    // Also on the way through, when nothing is stored yet; the whole is kept all the same.
    assert_eq!(
        world.get(LIST, &[("if-none-match", "\"0\", W/\"1\"")]).await.status,
        304
    );
    world.until_stored(LIST, "whole").await;
    assert!(world.last_asked().header("if-none-match").is_empty());
    let cases = [
        ("if-none-match", "\"1\"", 304),
        ("if-none-match", "*", 304),
        ("if-none-match", "\"2\"", 200),
        ("if-modified-since", made, 304),
        ("if-modified-since", "Fri, 20 Nov 2026 09:00:00 GMT", 200),
    ];
    for (name, value, status) in cases {
        assert_eq!(
            world.get(LIST, &[(name, value)]).await.status,
            status,
            "{name}: {value}"
        );
    }
    assert_eq!(world.asked().len(), 1);
}

#[tokio::test]
async fn parts_are_cut_from_the_stored_whole() {
    let world = World::new(|_| say(200, &[("etag", "\"1\""), ("cache-control", "max-age=60")], "0123456789")).await;
    world.get("/media/a.jpg", &[]).await;
    world.until_stored("/media/a.jpg", "0123456789").await;
    let part = world.get("/media/a.jpg", &[("range", "bytes=2-4")]).await;
    assert_eq!((part.status, part.body.as_str()), (206, "234"));
    assert_eq!(part.header("content-range"), "bytes 2-4/10");
    let none = world.get("/media/a.jpg", &[("range", "bytes=10-")]).await;
    assert_eq!((none.status, none.header("content-range")), (416, "bytes */10"));
    let changed = world
        .get("/media/a.jpg", &[("range", "bytes=2-4"), ("if-range", "\"0\"")])
        .await;
    assert_eq!((changed.status, changed.body.as_str()), (200, "0123456789"));
    let same = world
        .get("/media/a.jpg", &[("range", "bytes=2-4"), ("if-range", "\"1\"")])
        .await;
    assert_eq!(same.status, 206);
    assert_eq!(world.asked().len(), 1);
}

#[tokio::test]
async fn the_clients_own_directives_count() {
    let world = World::new(counting(&[("cache-control", "max-age=100")])).await;
    let nothing = world.get(OBEY, &[("cache-control", "only-if-cached")]).await;
    assert_eq!(
        (nothing.status, nothing.header("content-type")),
        (504, "application/problem+json")
    );
    assert!(world.asked().is_empty());
    world.get(OBEY, &[]).await;
    world.until_stored(OBEY, "answer 1").await;
    world.pass_seconds(50);
    assert_eq!(
        world.get(OBEY, &[("cache-control", "only-if-cached")]).await.body,
        "answer 1"
    );
    assert_eq!(
        world
            .get(OBEY, &[("cache-control", "max-age=60, min-fresh=40")])
            .await
            .body,
        "answer 1"
    );
    for (number, wish) in [
        (2, "max-age=40"),
        (3, "min-fresh=200"),
        (4, "no-cache"),
        (5, "no-store"),
    ] {
        let answer = world.get(OBEY, &[("cache-control", wish)]).await;
        assert_eq!(answer.body, format!("answer {number}"), "{wish}");
        world.pass_seconds(50);
    }
    assert_eq!(world.get(OBEY, &[("pragma", "no-cache")]).await.body, "answer 6");
    world.until_stored(OBEY, "answer 6").await;
    world.pass_seconds(110);
    let stale = world.get(OBEY, &[("cache-control", "max-stale=20")]).await;
    assert_eq!(
        (stale.body.as_str(), stale.cache()),
        ("answer 6", "gerai-edge; hit; ttl=-10")
    );
    assert_eq!(
        world.get(OBEY, &[("cache-control", "max-stale=5")]).await.body,
        "answer 7"
    );
}

#[tokio::test]
async fn without_explicit_freshness_a_tenth_of_the_age_is_guessed() {
    let headers = &[
        ("date", "Sat, 21 Nov 2026 19:30:00 GMT"),
        ("last-modified", "Sat, 21 Nov 2026 19:13:20 GMT"),
    ];
    let world = World::new(counting(headers)).await;
    world.get(OBEY, &[]).await;
    world.until_stored(OBEY, "answer 1").await;
    assert_eq!(world.get(OBEY, &[]).await.cache(), "gerai-edge; hit; ttl=100");
}

#[tokio::test]
async fn stale_is_shown_while_one_new_copy_is_fetched() {
    let world = World::new(counting(&[])).await;
    world.get(LIST, &[]).await;
    world.until_stored(LIST, "answer 1").await;
    world.pass_seconds(330);
    let stale = world.get(LIST, &[]).await;
    assert_eq!(
        (stale.body.as_str(), stale.cache()),
        ("answer 1", "gerai-edge; hit; ttl=-30")
    );
    world.until_stored(LIST, "answer 2").await;
    assert_eq!(world.get(LIST, &[]).await.body, "answer 2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_at_once_are_one_request_to_central() {
    let (gate, count) = (
        Arc::new(Semaphore::new(0)),
        Arc::new(std::sync::atomic::AtomicUsize::new(0)),
    );
    let (held, counted) = (Arc::clone(&gate), Arc::clone(&count));
    let origin = Router::new().route(
        LIST,
        get(move || {
            let (held, counted) = (Arc::clone(&held), Arc::clone(&counted));
            async move {
                counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                let _permit = held.acquire().await.unwrap();
                "one"
            }
        }),
    );
    let world = Arc::new(World::before_router(origin).await);
    let visits: Vec<_> = (0..100)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.get(LIST, &[]).await })
        })
        .collect();
    while count.load(std::sync::atomic::Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    gate.add_permits(1_000);
    let mut stored = 0;
    for visit in visits {
        let answer = visit.await.unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (200, "one"));
        stored += usize::from(answer.cache().ends_with("; stored"));
        assert!(
            ["stored", "collapsed", "hit"]
                .iter()
                .any(|word| answer.cache().contains(word))
        );
    }
    assert_eq!((stored, count.load(std::sync::atomic::Ordering::SeqCst)), (1, 1));
}
