//! Purges carry the feed's number, and the refetch asks for at least that.

use std::sync::Arc;

use super::{World, say};
use crate::cache::{Cache, Found};

const LIST: &str = "/api/catalog-products";

#[tokio::test]
async fn a_purge_asks_for_its_number_and_keeps_nothing_older() {
    let world = World::new(|_| say(200, &[("gerai-feed", "5")], "at 5")).await;
    world.get(LIST, &[]).await;
    world.until_stored(LIST, "at 5").await;
    world.state.cache.purge("catalog", 5);
    assert!(
        world.get(LIST, &[]).await.cache().contains("hit"),
        "it is as new as that"
    );

    world.state.cache.purge("outlet:7", 9);
    assert!(world.get(LIST, &[]).await.cache().contains("hit"), "another topic's");

    world.state.cache.purge("catalog", 7);
    // A replica that lags: served, for it is the best there is, and not kept.
    world.script_from_now(|_| say(200, &[("gerai-feed", "6")], "at 6"));
    let lagging = world.get(LIST, &[]).await;
    assert_eq!(
        (lagging.body.as_str(), lagging.cache()),
        ("at 6", "gerai-edge; fwd=stale")
    );
    assert_eq!(world.last_asked().header("gerai-feed-at-least"), "7");

    world.script_from_now(|_| say(200, &[("gerai-feed", "8")], "at 8"));
    world.get(LIST, &[]).await;
    world.until_stored(LIST, "at 8").await;
    world.state.cache.purge("catalog", 6);
    world.state.cache.purge("catalog", 8);
    assert!(world.get(LIST, &[]).await.cache().contains("hit"));
}

#[tokio::test]
async fn a_purge_is_not_answered_by_stale_while_revalidate_but_stands_in_for_a_lost_central() {
    let world = World::new(|_| say(200, &[], "old")).await;
    world.get(LIST, &[]).await;
    world.until_stored(LIST, "old").await;
    world.state.cache.purge("catalog", 1);
    world.script_from_now(|_| say(200, &[], "new"));
    assert_eq!(world.get(LIST, &[]).await.body, "new");
    world.until_stored(LIST, "new").await;
    world.state.cache.purge("catalog", 2);
    let world = world.without_central().await;
    let answer = world.get(LIST, &[]).await;
    assert_eq!(
        (answer.body.as_str(), answer.header("gerai-as-of")),
        ("new", "2026-11-21T19:30:00Z")
    );
}

#[tokio::test]
async fn a_purge_and_the_copies_survive_a_restart() {
    let world = World::new(|_| say(200, &[("gerai-feed", "5"), ("vary", "Accept-Language")], "kept")).await;
    world.get(LIST, &[]).await;
    world.until_stored(LIST, "kept").await;
    world.get("/api/faqs", &[]).await;
    world.until_stored("/api/faqs", "kept").await;
    world.state.cache.purge("catalog", 6);
    world.state.cache.flush();
    let again = Cache::open(world.dir.path(), super::config(), world.clock.clone()).unwrap();
    let none = http::HeaderMap::new();
    let Found::Entry(list) = again.look_up(&Arc::from(LIST), &none).await else {
        panic!("the list is gone")
    };
    assert!(!list.rule.is_current(&list.feeds));
    assert_eq!(list.body, "kept");
    let Found::Entry(faqs) = again.look_up(&Arc::from("/api/faqs"), &none).await else {
        panic!("they are gone")
    };
    assert!(faqs.rule.is_current(&faqs.feeds));
}

#[tokio::test]
async fn the_outlets_own_topic_purges_the_list_of_outlets() {
    let world = World::new(|_| say(200, &[], "outlets")).await;
    world.get("/api/outlets", &[]).await;
    world.until_stored("/api/outlets", "outlets").await;
    world.state.cache.purge("outlet:0198", 3);
    let answer = world.get("/api/outlets", &[]).await;
    assert_eq!(answer.cache(), "gerai-edge; fwd=stale; ttl=60; stored");
    assert_eq!(world.last_asked().header("gerai-feed-at-least"), "3");
}
