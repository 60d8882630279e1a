//! Parts that the origin answers with, several at once, and what a POST brings (RFC 9110 §9.3.3, §14;
//! RFC 9111 §3.3, §3.4).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::response::Response;
use http::{HeaderMap, Method};

use super::{Asked, World, say};

const OBEY: &str = "/api/obey/film";
const CONTENT: &str = "0123456789";
const ITSELF: (&str, &str) = ("content-location", OBEY);
const MINUTE: (&str, &str) = ("cache-control", "max-age=60");

/// Says the part of the content that is asked for, or all of it.
fn serve(asked: &Asked, tag: &str) -> Response {
    let Some(range) = asked.header("range").strip_prefix("bytes=") else {
        return say(200, &[MINUTE, ("etag", tag)], CONTENT);
    };
    let (first, last) = range.split_once('-').unwrap();
    let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap_or(CONTENT.len() - 1));
    let place = format!("bytes {first}-{last}/{}", CONTENT.len());
    say(
        206,
        &[MINUTE, ("etag", tag), ("content-range", &place)],
        &CONTENT[first..=last],
    )
}

/// Asks for a part, and waits until bytes of the content from there to there are here.
async fn part(world: &World, range: &str, until: std::ops::Range<usize>) {
    let answer = world.get(OBEY, &[("range", range)]).await;
    assert_eq!(answer.status, 206, "{range}");
    let none = HeaderMap::new();
    let there = async {
        while world
            .state
            .cache
            .part(OBEY, &none)
            .is_none_or(|part| part.range() != until)
        {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(10), there).await;
    in_time.unwrap_or_else(|_| panic!("{range} never made {until:?}"));
}

#[tokio::test]
async fn a_part_answers_what_lies_within_it_while_it_is_fresh() {
    let world = World::new(|asked| serve(asked, "\"1\"")).await;
    part(&world, "bytes=2-6", 2..7).await;
    let within = world.get(OBEY, &[("range", "bytes=3-4")]).await;
    assert_eq!((within.status, within.body.as_str()), (206, "34"));
    assert_eq!(within.header("content-range"), "bytes 3-4/10");
    assert!(within.cache().contains("hit"), "{}", within.cache());
    let same = world.get(OBEY, &[("range", "bytes=3-4"), ("if-range", "\"1\"")]).await;
    assert!(same.cache().contains("hit"), "{}", same.cache());
    assert_eq!(world.asked().len(), 1);
    for more in [
        &[("range", "bytes=3-4"), ("if-range", "\"2\"")][..],
        &[("range", "bytes=3-4"), ("cache-control", "no-cache")],
        &[("range", "bytes=3-4"), ("authorization", "Bearer ani")],
        &[("range", "bytes=1-2")],
    ] {
        let answer = world.get(OBEY, more).await;
        assert!(answer.cache().contains("fwd="), "{more:?}: {}", answer.cache());
    }
    world.pass_seconds(61);
    let late = world.get(OBEY, &[("range", "bytes=3-4")]).await;
    assert!(late.cache().contains("fwd="), "{}", late.cache());
}

#[tokio::test]
async fn parts_of_one_content_are_put_together_to_the_whole() {
    let world = World::new(|asked| serve(asked, "\"1\"")).await;
    part(&world, "bytes=2-4", 2..5).await;
    part(&world, "bytes=4-8", 2..9).await;
    let across = world.get(OBEY, &[("range", "bytes=3-7")]).await;
    assert_eq!(across.body, "34567");
    assert!(across.cache().contains("hit"), "{}", across.cache());
    part(&world, "bytes=0-1", 0..9).await;
    world.get(OBEY, &[("range", "bytes=9-9")]).await;
    world.until_stored(OBEY, CONTENT).await;
    let whole = world.get(OBEY, &[]).await;
    assert_eq!((whole.status, whole.body.as_str()), (200, CONTENT));
    assert!(whole.cache().contains("hit"), "{}", whole.cache());
    assert_eq!(whole.header("content-range"), "");
}

#[tokio::test]
async fn only_a_strong_tag_says_that_parts_are_of_one_content() {
    for (first, second) in [("\"1\"", "\"2\""), ("W/\"1\"", "W/\"1\"")] {
        let world = World::new(move |asked| serve(asked, first)).await;
        part(&world, "bytes=2-4", 2..5).await;
        world.script_from_now(move |asked| serve(asked, second));
        // The newer one alone.
        part(&world, "bytes=5-8", 5..9).await;
    }
}

#[tokio::test]
async fn what_is_not_as_long_as_it_says_or_says_too_little_is_not_kept() {
    for (place, content) in [
        ("bytes 2-6/10", "234"),
        ("bytes 2-6/*", "23456"),
        ("bytes 2-6/6", "23456"),
    ] {
        let world =
            World::new(move |_| say(206, &[MINUTE, ("etag", "\"1\""), ("content-range", place)], content)).await;
        // Later ones lie within what did come.
        for (times, range) in [(1, "bytes=2-6"), (2, "bytes=2-3"), (3, "bytes=2-3")] {
            world.get(OBEY, &[("range", range)]).await;
            assert_eq!(world.asked().len(), times, "{place}");
        }
    }
}

#[tokio::test]
async fn a_beginning_is_completed_with_the_rest_alone() {
    let world = World::new(|asked| serve(asked, "\"1\"")).await;
    part(&world, "bytes=0-4", 0..5).await;
    let whole = world.get(OBEY, &[]).await;
    assert_eq!((whole.status, whole.body.as_str()), (200, CONTENT));
    assert_eq!(
        (whole.header("content-range"), whole.header("content-length")),
        ("", "10")
    );
    let asked = world.last_asked();
    assert_eq!((asked.header("range"), asked.header("if-range")), ("bytes=5-", "\"1\""));
    world.until_stored(OBEY, CONTENT).await;
    assert_eq!(world.asked().len(), 2);
}

#[tokio::test]
async fn a_beginning_of_what_changed_meanwhile_is_not_completed() {
    let world = World::new(|asked| serve(asked, "\"1\"")).await;
    part(&world, "bytes=0-4", 0..5).await;
    world.script_from_now(|asked| match asked.header("if-range") {
        "" => serve(asked, "\"2\""),
        _ => say(200, &[MINUTE, ("etag", "\"2\"")], "new"),
    });
    assert_eq!(world.get(OBEY, &[]).await.body, "new");

    // An origin that does not know `If-Range` sends the rest of something else.
    let world = World::new(|asked| serve(asked, "\"1\"")).await;
    part(&world, "bytes=0-4", 0..5).await;
    world.script_from_now(|asked| match asked.header("range") {
        "" => say(200, &[MINUTE, ("etag", "\"2\"")], "new"),
        _ => serve(asked, "\"2\""),
    });
    let answer = world.get(OBEY, &[]).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "new"));
    assert_eq!(world.asked().len(), 3);
}

#[tokio::test]
async fn an_unsafe_request_forgets_parts_too() {
    let world = World::new(|asked| serve(asked, "\"1\"")).await;
    part(&world, "bytes=2-6", 2..7).await;
    world.send(Method::PUT, OBEY, &[]).await;
    let answer = world.get(OBEY, &[("range", "bytes=3-4")]).await;
    assert!(answer.cache().contains("fwd="), "{}", answer.cache());
}

#[tokio::test]
async fn several_parts_of_a_whole_are_one_answer() {
    let world = World::new(|asked| serve(asked, "\"1\"")).await;
    world.get(OBEY, &[]).await;
    world.until_stored(OBEY, CONTENT).await;
    let answer = world.get(OBEY, &[("range", "bytes=0-1,-2")]).await;
    let boundary = answer
        .header("content-type")
        .strip_prefix("multipart/byteranges; boundary=");
    let boundary = boundary.unwrap().to_owned();
    let parts: Vec<&str> = answer.body.split(&format!("--{boundary}")).collect();
    assert_eq!((answer.status, parts.len()), (206, 4), "{}", answer.body);
    assert!(
        parts[1].ends_with("Content-Range: bytes 0-1/10\r\n\r\n01\r\n"),
        "{:?}",
        parts[1]
    );
    assert!(
        parts[2].ends_with("Content-Range: bytes 8-9/10\r\n\r\n89\r\n"),
        "{:?}",
        parts[2]
    );
    assert_eq!(answer.header("content-range"), "");
}

#[tokio::test]
async fn a_post_that_brings_what_a_get_would_is_kept_for_gets() {
    for (fields, wish, kept) in [
        (&[ITSELF, MINUTE][..], "", true),
        (&[ITSELF, MINUTE], "no-store", false),
        (&[ITSELF], "", false),
        (&[MINUTE], "", false),
        (&[("content-location", "/api/obey/another"), MINUTE], "", false),
    ] {
        let again = Arc::new(AtomicBool::new(false));
        let answered = Arc::clone(&again);
        let world = World::new(move |_| match answered.swap(true, Ordering::SeqCst) {
            false => say(200, fields, "posted"),
            true => say(200, &[], "got"),
        })
        .await;
        let wishes = [("cache-control", wish)];
        let headers = if wish.is_empty() { &[][..] } else { &wishes[..] };
        let posted = world.send(Method::POST, OBEY, headers).await;
        assert_eq!(posted.body, "posted");
        if kept {
            world.until_stored(OBEY, "posted").await;
        }
        let got = world.get(OBEY, &[]).await;
        assert_eq!(got.body == "posted", kept, "{fields:?} {wish}");
        assert_eq!(got.cache().contains("hit"), kept, "{}", got.cache());
        assert_eq!(got.cache().matches("gerai-edge").count(), 1, "{}", got.cache());
    }
}
