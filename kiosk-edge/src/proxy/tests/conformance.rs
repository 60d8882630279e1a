//! RFC 9111 as a table: what the origin said first, what is asked then, and whence the answer comes.
//!
//! Each row has a path of its own under a prefix with the policy "origin". Asked a second time, the
//! origin confirms what matches its validators, and says "new" otherwise.

use http::Method;

use super::{Asked, World, say};
use crate::cache::Found;

type Fields = &'static [(&'static str, &'static str)];

/// Whence the second answer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    /// The cache, with this status.
    Cache(u16),
    /// The origin, asked without conditions.
    Origin,
    /// The cache, after the origin confirmed it.
    Confirmed,
}

/// Requirement, first request, first answer, seconds that pass, second request, whence its answer comes.
type Row = (&'static str, Fields, (u16, Fields), u64, Fields, From);

const HOUR: (&str, &str) = ("cache-control", "max-age=3600");
const NOW: (&str, &str) = ("date", "Sat, 21 Nov 2026 19:30:00 GMT");
const IN_AN_HOUR: (&str, &str) = ("expires", "Sat, 21 Nov 2026 20:30:00 GMT");
const OLD: (&str, &str) = ("last-modified", "Sat, 21 Nov 2026 09:30:00 GMT");
const TAG: (&str, &str) = ("etag", "\"1\"");
const BEARER: (&str, &str) = ("authorization", "Bearer ani");
const NONE: Fields = &[];

#[rustfmt::skip] // A row is a line.
const FRESHNESS: &[Row] = &[
    ("4.2.1 max-age", NONE, (200, &[HOUR]), 3_599, NONE, From::Cache(200)),
    ("4.2.1 max-age over", NONE, (200, &[HOUR]), 3_600, NONE, From::Origin),
    ("4.2.1 s-maxage before max-age", NONE, (200, &[("cache-control", "max-age=1, s-maxage=60")]), 30, NONE, From::Cache(200)),
    ("4.2.1 max-age before Expires", NONE, (200, &[("cache-control", "max-age=1"), NOW, IN_AN_HOUR]), 30, NONE, From::Origin),
    ("5.3 Expires", NONE, (200, &[NOW, IN_AN_HOUR]), 3_500, NONE, From::Cache(200)),
    ("5.3 Expires over", NONE, (200, &[NOW, IN_AN_HOUR]), 3_601, NONE, From::Origin),
    ("5.3 Expires: 0 is past", NONE, (200, &[NOW, ("expires", "0")]), 0, NONE, From::Origin),
    ("5.6.7 Expires as of RFC 850", NONE, (200, &[NOW, ("expires", "Saturday, 21-Nov-26 20:30:00 GMT")]), 60, NONE, From::Cache(200)),
    ("5.6.7 Expires as of asctime", NONE, (200, &[NOW, ("expires", "Sat Nov 21 20:30:00 2026")]), 60, NONE, From::Cache(200)),
    ("4.2.2 a guess of a tenth", NONE, (200, &[NOW, OLD]), 3_500, NONE, From::Cache(200)),
    ("4.2.2 a guess is over", NONE, (200, &[NOW, OLD]), 3_700, NONE, From::Confirmed),
    ("4.2.2 no guess for 302", NONE, (302, &[NOW, OLD]), 0, NONE, From::Origin),
    ("4.2.3 Age counts", NONE, (200, &[HOUR, ("age", "3000")]), 700, NONE, From::Origin),
    ("5.1 Age: the first of several", NONE, (200, &[HOUR, ("age", "3700, 0")]), 0, NONE, From::Origin),
    ("5.1 Age: no number is no Age", NONE, (200, &[HOUR, ("age", "old")]), 60, NONE, From::Cache(200)),
    ("5.2 names in any case", NONE, (200, &[("cache-control", "Max-Age=60")]), 30, NONE, From::Cache(200)),
    ("5.2 a quoted number", NONE, (200, &[("cache-control", "max-age=\"60\"")]), 30, NONE, From::Cache(200)),
    ("5.2 not within a quoted string", NONE, (200, &[("cache-control", "x=\"max-age=60\"")]), 0, NONE, From::Origin),
    ("4.2.1 an unreadable number is stale", NONE, (200, &[("cache-control", "max-age=soon")]), 0, NONE, From::Origin),
    ("5.2.3 unknown directives say nothing", NONE, (200, &[("cache-control", "max-age=60, immutable, x=\"y\"")]), 30, NONE, From::Cache(200)),
    ("5.4 Pragma of a response says nothing", NONE, (200, &[HOUR, ("pragma", "no-cache")]), 30, NONE, From::Cache(200)),
];

#[rustfmt::skip] // A row is a line.
const STORING: &[Row] = &[
    ("5.2.2.5 no-store", NONE, (200, &[("cache-control", "no-store, max-age=60")]), 0, NONE, From::Origin),
    ("5.2.2.7 private", NONE, (200, &[("cache-control", "private, max-age=60")]), 0, NONE, From::Origin),
    ("5.2.2.4 no-cache is confirmed", NONE, (200, &[("cache-control", "no-cache, max-age=60"), TAG]), 0, NONE, From::Confirmed),
    ("5.2.2.4 no-cache of a field is of that field", NONE, (200, &[("cache-control", "no-cache=\"x\", max-age=60"), TAG]), 0, NONE, From::Cache(200)),
    ("5.2.2.4 no-cache of the whole beside it", NONE, (200, &[("cache-control", "no-cache=\"x\", max-age=60, no-cache"), TAG]), 0, NONE, From::Confirmed),
    ("5.2.2.7 private of a field is of that field", NONE, (200, &[("cache-control", "private=\"x\", max-age=60")]), 0, NONE, From::Cache(200)),
    ("5.2.2.7 private of what is no field", NONE, (200, &[("cache-control", "private=\"x y\", max-age=60")]), 0, NONE, From::Origin),
    ("5.2.2.3 must-understand, understood", NONE, (200, &[("cache-control", "must-understand, no-store, max-age=60")]), 0, NONE, From::Cache(200)),
    ("5.2.2.3 must-understand, not understood", NONE, (599, &[("cache-control", "must-understand, max-age=60")]), 0, NONE, From::Origin),
    ("3 an unknown status, explicitly fresh", NONE, (599, &[HOUR]), 60, NONE, From::Cache(599)),
    ("3 a failure, explicitly fresh", NONE, (503, &[HOUR]), 60, NONE, From::Cache(503)),
    ("3 404, explicitly fresh", NONE, (404, &[HOUR]), 60, NONE, From::Cache(404)),
    ("3 404, not explicitly", NONE, (404, NONE), 0, NONE, From::Origin),
    ("3 302, explicitly fresh", NONE, (302, &[HOUR, ("location", "/x")]), 60, NONE, From::Cache(302)),
    ("3 204", NONE, (204, &[HOUR]), 60, NONE, From::Cache(204)),
    ("3 206 is not the whole", NONE, (206, &[HOUR, ("content-range", "bytes 0-4/10")]), 0, NONE, From::Origin),
    ("3 401, explicitly fresh", NONE, (401, &[HOUR]), 60, NONE, From::Cache(401)),
    ("3 401, not explicitly", NONE, (401, &[NOW, OLD]), 0, NONE, From::Origin),
    ("3.5 401 is not for who signs in", NONE, (401, &[HOUR]), 60, &[BEARER], From::Origin),
    ("3.5 Authorization", &[BEARER], (200, &[HOUR]), 0, NONE, From::Origin),
    ("3.5 Authorization, public", &[BEARER], (200, &[("cache-control", "public, max-age=60")]), 0, NONE, From::Cache(200)),
    ("3.5 Authorization, s-maxage", &[BEARER], (200, &[("cache-control", "s-maxage=60")]), 0, NONE, From::Cache(200)),
    ("3.5 Authorization, must-revalidate", &[BEARER], (200, &[("cache-control", "must-revalidate, max-age=60")]), 0, NONE, From::Cache(200)),
    ("ours: Set-Cookie is not kept unless its prefix says so", NONE, (200, &[HOUR, ("set-cookie", "a=b")]), 0, NONE, From::Origin),
    ("a cookie does not keep from sharing", NONE, (200, &[HOUR]), 0, &[("cookie", "a=b")], From::Cache(200)),
    ("what was asked with a cookie is not shared", &[("cookie", "a=b")], (200, &[HOUR]), 0, NONE, From::Origin),
];

#[rustfmt::skip] // A row is a line.
const CHOOSING: &[Row] = &[
    ("4.1 the same", &[("foo", "1")], (200, &[HOUR, ("vary", "Foo")]), 0, &[("foo", "1")], From::Cache(200)),
    ("4.1 another", &[("foo", "1")], (200, &[HOUR, ("vary", "Foo")]), 0, &[("foo", "2")], From::Origin),
    ("4.1 absent is a value", NONE, (200, &[HOUR, ("vary", "Foo")]), 0, &[("foo", "1")], From::Origin),
    ("4.1 absent twice", NONE, (200, &[HOUR, ("vary", "Foo")]), 0, NONE, From::Cache(200)),
    ("4.1 several lines are one list", &[("foo", "1, 2")], (200, &[HOUR, ("vary", "Foo")]), 0, &[("foo", "1"), ("foo", "2")], From::Cache(200)),
    ("4.1 space around members", &[("foo", "1,2")], (200, &[HOUR, ("vary", "Foo")]), 0, &[("foo", "1 , 2")], From::Cache(200)),
    ("4.1 case of a language", &[("accept-language", "en, de")], (200, &[HOUR, ("vary", "accept-language")]), 0, &[("accept-language", "EN,de")], From::Cache(200)),
    ("4.1 all of several names", &[("foo", "1"), ("bar", "1")], (200, &[HOUR, ("vary", "Foo, Bar")]), 0, &[("foo", "1"), ("bar", "2")], From::Origin),
    ("4.1 *", NONE, (200, &[HOUR, ("vary", "*")]), 0, NONE, From::Origin),
    ("4.1 * among names", NONE, (200, &[HOUR, ("vary", "Foo, *")]), 0, NONE, From::Origin),
    ("4.1 * on another line", NONE, (200, &[HOUR, ("vary", ""), ("vary", "*")]), 0, NONE, From::Origin),
];

#[rustfmt::skip] // A row is a line.
const ASKING: &[Row] = &[
    ("5.2.1.4 no-cache", NONE, (200, &[HOUR, TAG]), 0, &[("cache-control", "no-cache")], From::Confirmed),
    ("5.2.1.5 no-store", NONE, (200, &[HOUR]), 0, &[("cache-control", "no-store")], From::Origin),
    ("5.2.1.1 max-age=0", NONE, (200, &[HOUR]), 1, &[("cache-control", "max-age=0")], From::Origin),
    ("5.2.1.1 max-age, young enough", NONE, (200, &[HOUR]), 30, &[("cache-control", "max-age=60")], From::Cache(200)),
    ("5.2.1.1 max-age counts Age", NONE, (200, &[HOUR, ("age", "1800")]), 0, &[("cache-control", "max-age=600")], From::Origin),
    ("5.2.1.3 min-fresh", NONE, (200, &[HOUR]), 3_000, &[("cache-control", "min-fresh=1000")], From::Origin),
    ("5.2.1.3 min-fresh, enough", NONE, (200, &[HOUR]), 2_000, &[("cache-control", "min-fresh=1000")], From::Cache(200)),
    ("5.2.1.2 max-stale", NONE, (200, &[HOUR]), 3_700, &[("cache-control", "max-stale=200")], From::Cache(200)),
    ("5.2.1.2 max-stale, too stale", NONE, (200, &[HOUR]), 3_900, &[("cache-control", "max-stale=200")], From::Origin),
    ("5.2.2.2 must-revalidate before max-stale", NONE, (200, &[("cache-control", "max-age=60, must-revalidate")]), 90, &[("cache-control", "max-stale")], From::Origin),
    ("5.2.2.8 proxy-revalidate, too", NONE, (200, &[("cache-control", "max-age=60, proxy-revalidate")]), 90, &[("cache-control", "max-stale")], From::Origin),
    ("5.2.2.10 s-maxage, too", NONE, (200, &[("cache-control", "s-maxage=60")]), 90, &[("cache-control", "max-stale")], From::Origin),
    ("5.2.1.7 only-if-cached", NONE, (200, &[HOUR]), 60, &[("cache-control", "only-if-cached")], From::Cache(200)),
    ("5.2.1.7 only-if-cached, stale", NONE, (200, &[HOUR]), 4_000, &[("cache-control", "only-if-cached")], From::Cache(504)),
    ("5.4 Pragma", NONE, (200, &[HOUR, TAG]), 0, &[("pragma", "no-cache")], From::Confirmed),
    ("5.4 Pragma beside Cache-Control", NONE, (200, &[HOUR]), 0, &[("pragma", "no-cache"), ("cache-control", "x")], From::Cache(200)),
    ("4.3.2 If-None-Match", NONE, (200, &[HOUR, TAG]), 0, &[("if-none-match", "\"0\", \"1\"")], From::Cache(304)),
    ("4.3.2 If-None-Match is compared weakly", NONE, (200, &[HOUR, TAG]), 0, &[("if-none-match", "W/\"1\"")], From::Cache(304)),
    ("4.3.2 If-None-Match: *", NONE, (200, &[HOUR]), 0, &[("if-none-match", "*")], From::Cache(304)),
    ("4.3.2 If-None-Match, another", NONE, (200, &[HOUR, TAG]), 0, &[("if-none-match", "\"2\"")], From::Cache(200)),
    ("4.3.2 If-Modified-Since", NONE, (200, &[HOUR, OLD]), 0, &[("if-modified-since", OLD.1)], From::Cache(304)),
    ("4.3.2 If-Modified-Since, before", NONE, (200, &[HOUR, OLD]), 0, &[("if-modified-since", "Sat, 21 Nov 2026 09:29:59 GMT")], From::Cache(200)),
    ("4.3.2 If-Modified-Since as of RFC 850", NONE, (200, &[HOUR, OLD]), 0, &[("if-modified-since", "Saturday, 21-Nov-26 09:30:00 GMT")], From::Cache(304)),
    ("4.3.2 If-None-Match goes before", NONE, (200, &[HOUR, TAG, OLD]), 0, &[("if-none-match", "\"2\""), ("if-modified-since", OLD.1)], From::Cache(200)),
    ("4.3.1 a stale one is confirmed by its tag", NONE, (200, &[HOUR, TAG]), 4_000, NONE, From::Confirmed),
    ("4.3.1 by its weak tag", NONE, (200, &[HOUR, ("etag", "W/\"1\"")]), 4_000, NONE, From::Confirmed),
    ("4.3.1 by its date", NONE, (200, &[HOUR, OLD]), 4_000, NONE, From::Confirmed),
    ("14.2 a part", NONE, (200, &[HOUR]), 0, &[("range", "bytes=1-2")], From::Cache(206)),
    ("14.2 a suffix", NONE, (200, &[HOUR]), 0, &[("range", "bytes=-2")], From::Cache(206)),
    ("14.2 beyond the end", NONE, (200, &[HOUR]), 0, &[("range", "bytes=9-")], From::Cache(416)),
    ("14.2 several parts", NONE, (200, &[HOUR]), 0, &[("range", "bytes=0-0,2-2")], From::Cache(206)),
    ("14.2 several parts, more than the whole", NONE, (200, &[HOUR]), 0, &[("range", "bytes=0-3,1-4")], From::Cache(200)),
    ("14.2 several parts, none of them there", NONE, (200, &[HOUR]), 0, &[("range", "bytes=7-,8-9")], From::Cache(416)),
    ("13.1.5 If-Range, the same", NONE, (200, &[HOUR, TAG]), 0, &[("range", "bytes=1-2"), ("if-range", "\"1\"")], From::Cache(206)),
    ("13.1.5 If-Range, another", NONE, (200, &[HOUR, TAG]), 0, &[("range", "bytes=1-2"), ("if-range", "\"2\"")], From::Cache(200)),
    ("13.1.5 If-Range is compared strongly", NONE, (200, &[HOUR, ("etag", "W/\"1\"")]), 0, &[("range", "bytes=1-2"), ("if-range", "W/\"1\"")], From::Cache(200)),
];

#[rustfmt::skip] // A row is a line.
const STALE: &[Row] = &[
    ("5861 stale-while-revalidate", NONE, (200, &[("cache-control", "max-age=60, stale-while-revalidate=30")]), 80, NONE, From::Cache(200)),
    ("5861 stale-while-revalidate, over", NONE, (200, &[("cache-control", "max-age=60, stale-while-revalidate=30")]), 91, NONE, From::Origin),
    ("5861 not with must-revalidate", NONE, (200, &[("cache-control", "max-age=60, stale-while-revalidate=30, must-revalidate")]), 80, NONE, From::Origin),
];

fn value<'f>(fields: &[(&str, &'f str)], name: &str) -> Option<&'f str> {
    fields.iter().find(|(have, _)| *have == name).map(|(_, value)| *value)
}

/// What the origin says: the row's answer first, then a confirmation or "new".
fn origin(tables: &'static [&'static [Row]]) -> impl Fn(&Asked) -> axum::response::Response + Send + Sync {
    let times = std::sync::Mutex::new(std::collections::HashMap::<String, usize>::new());
    move |asked| {
        let number: usize = asked.path.rsplit('/').next().unwrap().parse().unwrap();
        let (_, _, (status, fields), ..) = tables.iter().flat_map(|table| table.iter()).nth(number).unwrap();
        let mut times = times.lock().unwrap();
        let time = times.entry(asked.path.clone()).or_default();
        *time += 1;
        if *time == 1 {
            return say(*status, fields, if *status == 204 { "" } else { "whole" });
        }
        let same = |name, condition| value(fields, name).is_some_and(|value| asked.header(condition) == value);
        if same("etag", "if-none-match") || same("last-modified", "if-modified-since") {
            say(304, fields, "")
        } else {
            say(200, &[("cache-control", "no-store")], "new")
        }
    }
}

/// Waits until whatever was fetched for a path is stored or will not be.
async fn settled(world: &World, path: &str) {
    let key = std::sync::Arc::from(path);
    while world.state.cache.flights.lead(&key).is_none() {
        tokio::task::yield_now().await;
    }
}

/// Waits until the first answer is stored, where no flight tells.
async fn stored(world: &World, path: &str, request: Fields) {
    let mut headers = http::HeaderMap::new();
    for (name, value) in request {
        headers.append(*name, value.parse().unwrap());
    }
    let key = std::sync::Arc::from(path);
    while !matches!(world.state.cache.look_up(&key, &headers).await, Found::Entry(_)) {
        tokio::task::yield_now().await;
    }
}

async fn play(tables: &'static [&'static [Row]]) {
    let world = World::new(origin(tables)).await;
    let mut wrong = Vec::new();
    for (number, (what, first, (status, _), seconds, then, from)) in
        tables.iter().flat_map(|table| table.iter()).enumerate()
    {
        let path = format!("/api/obey/{number}");
        let began = world.clock.now();
        let answer = world.get(&path, first).await;
        assert_eq!(answer.status, *status, "{what}");
        settled(&world, &path).await;
        if *from != From::Origin && !first.is_empty() {
            stored(&world, &path, first).await;
        }
        world.pass_seconds(*seconds);
        let before = world.asked().len();
        let answer = world.get(&path, then).await;
        settled(&world, &path).await;
        let asked = world.asked().split_off(before);
        let conditional =
            |asked: &Asked| !asked.header("if-none-match").is_empty() || !asked.header("if-modified-since").is_empty();
        let ok = match from {
            From::Cache(504) => answer.status == 504 && asked.is_empty(),
            From::Cache(status) => answer.status == *status && answer.cache().contains("; hit; ttl="),
            From::Origin => answer.body == "new" && answer.cache().contains("fwd=") && asked.len() == 1,
            From::Confirmed => {
                answer.body == "whole" && asked.iter().all(conditional) && answer.cache().contains("fwd-status=304")
            }
        };
        if !ok {
            wrong.push(format!(
                "{what}: {} {:?} {:?}",
                answer.status,
                answer.cache(),
                answer.body
            ));
        }
        // Rows do not see each other's time.
        world.clock.central_said(began);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn freshness_and_storing() {
    play(&[FRESHNESS, STORING]).await;
}

#[tokio::test]
async fn choosing_and_asking() {
    play(&[CHOOSING, ASKING]).await;
}

#[tokio::test]
async fn serving_stale() {
    play(&[STALE]).await;
}

#[tokio::test]
async fn unsafe_methods_invalidate_only_when_they_succeed() {
    let world = World::new(|asked| match asked.header("x-status") {
        "" => say(200, &[HOUR], "whole"),
        status => say(
            status.parse().unwrap(),
            &[("location", "/api/obey/named"), ("content-location", "/api/obey/meant")],
            "",
        ),
    })
    .await;
    let methods = [
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        "M-SEARCH".parse().unwrap(),
    ];
    for (status, invalidates) in [("200", true), ("303", true), ("404", false), ("500", false)] {
        for method in &methods {
            for path in ["/api/obey/own", "/api/obey/named", "/api/obey/meant"] {
                world.get(path, &[]).await;
                settled(&world, path).await;
            }
            world
                .send(method.clone(), "/api/obey/own", &[("x-status", status)])
                .await;
            for path in ["/api/obey/own", "/api/obey/named", "/api/obey/meant"] {
                let hit = world.get(path, &[]).await.cache().contains("hit");
                settled(&world, path).await;
                assert_eq!(hit, !invalidates, "{method} {status} {path}");
            }
        }
    }
}
