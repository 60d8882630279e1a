//! Invariant 14: private stays private, and "no" is never hidden behind an old "yes".

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::routing::get;
use http::Method;
use tokio::sync::Semaphore;

use super::{World, counting, say};

const LIST: &str = "/api/catalog-products";
const OBEY: &str = "/api/obey/thing";

#[tokio::test]
async fn invariant_14_private_stays_private() {
    let world = World::new(|asked| say(200, &[], &format!("for {}", asked.header("authorization")))).await;
    let ani = world.get(LIST, &[("authorization", "Bearer ani")]).await;
    let budi = world.get(LIST, &[("authorization", "Bearer budi")]).await;
    let guest = world.get(LIST, &[]).await;
    assert_eq!(
        (ani.body.as_str(), budi.body.as_str()),
        ("for Bearer ani", "for Bearer budi")
    );
    assert_eq!(ani.cache(), "gerai-edge; fwd=bypass");
    assert_eq!(guest.body, "for ");
    let again = world.get(LIST, &[("authorization", "Bearer ani")]).await;
    assert_eq!(again.body, "for Bearer ani", "not the guest's stored answer");
}

#[tokio::test]
async fn a_foreign_cookie_makes_a_request_personal_and_the_screens_own_does_not() {
    let world = World::new(|asked| say(200, &[], &format!("cookie {}", asked.header("cookie")))).await;
    let own = world.get(LIST, &[("cookie", "session=ani; gerai_screen=s1")]).await;
    assert_eq!(own.body, "cookie session=ani");
    let screen = world
        .get(LIST, &[("cookie", "gerai_screen=s1"), ("gerai-screen", "s1")])
        .await;
    assert_eq!(screen.body, "cookie ");
    assert!(
        world
            .asked()
            .iter()
            .all(|asked| !asked.headers.contains_key("gerai-screen"))
    );
    let other = world.get(LIST, &[("cookie", "gerai_screen=s2")]).await;
    assert!(other.cache().contains("hit"), "{}", other.cache());
}

#[tokio::test]
async fn what_sets_cookies_or_says_private_is_not_kept() {
    for header in [
        ("set-cookie", "session=ani"),
        ("cache-control", "Private"),
        ("cache-control", "public, no-store"),
        ("vary", "*"),
        ("vary", "X-Forwarded-For"),
        ("content-type", "text/event-stream"),
    ] {
        for path in [LIST, OBEY] {
            let world = World::new(move |_| say(200, &[("etag", "\"1\""), header], "mine")).await;
            world.get(path, &[]).await;
            let second = world.get(path, &[]).await;
            assert_eq!(
                world.asked().len(),
                2,
                "{header:?} under {path} was kept: {}",
                second.cache()
            );
        }
    }
}

#[tokio::test]
async fn private_fields_are_left_out_of_the_copy_and_where_we_rule_so_is_the_whole() {
    for control in ["private=\"x, z\", max-age=60", "no-cache=\"X,Z\", max-age=60"] {
        let world = World::new(move |_| {
            let fields = [
                ("cache-control", control),
                ("x", "ani's"),
                ("y", "anybody's"),
                ("z", "ani's"),
            ];
            say(200, &fields, "mine")
        })
        .await;
        let first = world.get(OBEY, &[]).await;
        assert_eq!(
            (first.header("x"), first.header("y")),
            ("ani's", "anybody's"),
            "{control}"
        );
        world.until_stored(OBEY, "mine").await;
        let second = world.get(OBEY, &[]).await;
        assert!(second.cache().contains("hit"), "{control}: {}", second.cache());
        assert_eq!(
            (second.header("x"), second.header("y"), second.header("z")),
            ("", "anybody's", ""),
            "{control}"
        );
        if control.starts_with("private") {
            world.get(LIST, &[]).await;
            world.get(LIST, &[]).await;
            assert_eq!(world.asked().len(), 3, "kept under {LIST}");
        }
    }
}

#[tokio::test]
async fn what_sets_a_cookie_is_kept_where_its_prefix_says_so_and_no_cookie_asked_for_it() {
    let world = World::new(|_| say(200, &[("set-cookie", "a=b"), ("cache-control", "max-age=60")], "mine")).await;
    let path = "/api/obey/cookies/page";
    world.get(path, &[("cookie", "session=ani")]).await;
    assert!(world.get(path, &[]).await.cache().contains("stored"), "ani's was kept");
    world.until_stored(path, "mine").await;
    let second = world.get(path, &[]).await;
    assert!(second.cache().contains("hit"), "{}", second.cache());
    assert_eq!(second.header("set-cookie"), "a=b");
    for _ in 0..2 {
        assert!(world.get(OBEY, &[]).await.cache().contains("fwd="), "kept under {OBEY}");
    }
}

#[tokio::test]
async fn with_credentials_only_what_the_origin_calls_public_is_shared() {
    let world = World::new(counting(&[("cache-control", "max-age=60")])).await;
    world.get(OBEY, &[("authorization", "Bearer ani")]).await;
    assert_eq!(world.get(OBEY, &[]).await.body, "answer 2", "ani's was not kept");
    let ani = world.get(OBEY, &[("authorization", "Bearer ani")]).await;
    assert_eq!(ani.body, "answer 3", "the guest's was not shown to ani");

    let world = World::new(counting(&[("cache-control", "public, max-age=60")])).await;
    world.get(OBEY, &[("authorization", "Bearer ani")]).await;
    world.until_stored(OBEY, "answer 1").await;
    assert_eq!(world.get(OBEY, &[]).await.body, "answer 1");
    assert_eq!(
        world.get(OBEY, &[("authorization", "Bearer budi")]).await.body,
        "answer 1"
    );
}

#[tokio::test]
async fn vary_keeps_languages_apart() {
    let world = World::new(|asked| say(200, &[("vary", "Accept-Language")], asked.header("accept-language"))).await;
    for _ in 0..2 {
        for language in ["id", "en"] {
            let answer = world.get(LIST, &[("accept-language", language)]).await;
            assert_eq!(answer.body, language);
            let key = std::sync::Arc::from(LIST);
            let mut headers = http::HeaderMap::new();
            headers.insert("accept-language", language.parse().unwrap());
            assert!(matches!(
                world.state.cache.look_up(&key, &headers).await,
                crate::cache::Found::Entry(_)
            ));
        }
    }
    assert_eq!(world.asked().len(), 2);
    let third = world.get(LIST, &[("accept-language", "fr")]).await;
    assert!(third.cache().contains("fwd=vary-miss"), "{}", third.cache());
}

#[tokio::test]
async fn invariant_14_no_is_never_hidden_behind_an_old_yes() {
    for status in [401, 403, 404, 410] {
        let world = World::new(counting(&[])).await;
        world.get(LIST, &[]).await;
        world.pass_seconds(5 * 86_400);
        world.script_from_now(move |_| say(status, &[], "no"));
        let answer = world.get(LIST, &[]).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, "no"));
        // Nor after it, when central is gone: the old copy went with the "no".
        let world = world.without_central().await;
        assert_eq!(world.get(LIST, &[]).await.status, 503);
    }
}

#[tokio::test]
async fn a_no_found_behind_the_clients_back_ends_the_old_yes() {
    let world = World::new(counting(&[])).await;
    world.get(LIST, &[]).await;
    world.pass_seconds(400);
    world.script_from_now(|_| say(404, &[], "no"));
    assert_eq!(
        world.get(LIST, &[]).await.body,
        "answer 1",
        "stale while it is revalidated"
    );
    let gone = async {
        while world.state.cache.recall(LIST, &http::HeaderMap::new()).is_some() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), gone)
        .await
        .expect("the old copy stays");
    assert_eq!(world.get(LIST, &[]).await.status, 404);
}

#[tokio::test]
async fn an_unsafe_call_makes_its_target_and_what_it_names_out_of_date() {
    let world = World::new(counting(&[])).await;
    world.get("/api/outlets", &[]).await;
    world.get("/api/outlets/7?x=1", &[]).await;
    world.script_from_now(|_| say(201, &[("location", "/api/outlets/7?x=1")], ""));
    world.send(http::Method::POST, "/api/outlets", &[]).await;
    world.script_from_now(|_| say(200, &[], "new"));
    assert_eq!(world.get("/api/outlets", &[]).await.body, "new");
    assert_eq!(world.get("/api/outlets/7?x=1", &[]).await.body, "new");
}

#[tokio::test]
async fn what_was_asked_before_an_unsafe_call_is_not_kept_after_it() {
    let gate = Arc::new(Semaphore::new(0));
    let (count, held) = (Arc::new(AtomicUsize::new(0)), Arc::clone(&gate));
    let counted = Arc::clone(&count);
    let list = move || {
        let (held, number) = (Arc::clone(&held), counted.fetch_add(1, Ordering::SeqCst) + 1);
        async move {
            let _permit = held.acquire().await.unwrap();
            format!("answer {number}")
        }
    };
    let origin = Router::new().route("/api/outlets", get(list).post(|| async { "changed" }));
    let world = Arc::new(World::before_router(origin).await);
    let asking = Arc::clone(&world);
    let early = tokio::spawn(async move { asking.get("/api/outlets", &[]).await });
    while count.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    world.send(http::Method::POST, "/api/outlets", &[]).await;
    gate.add_permits(100);
    assert_eq!(early.await.unwrap().body, "answer 1");
    assert_eq!(world.get("/api/outlets", &[]).await.body, "answer 2");
}

#[tokio::test]
async fn invariant_18_the_answer_to_a_sign_in_is_shown_to_nobody_else() {
    // Even where everything below the prefix is to be kept, and the origin is careless.
    let world = World::new(counting(&[("cache-control", "max-age=60")])).await;
    for (times, method) in [(1, Method::POST), (2, Method::POST), (3, Method::GET)] {
        let answer = world.send(method, "/api/obey/sign-in", &[]).await;
        assert_eq!(answer.body, format!("answer {times}"));
        assert!(answer.cache().contains("fwd="), "{}", answer.cache());
    }
}
