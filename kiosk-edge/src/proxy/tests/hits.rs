//! Hits before all else: only the plain ones, and never for strangers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, Request, StatusCode};
use tower::{Service, service_fn};

use super::super::Hits;
use super::{World, counting};

const LIST: &str = "/api/catalog-products";

async fn ask(world: &World, known: &Arc<AtomicBool>, fields: &[(&str, &str)]) -> Response {
    let known = Arc::clone(known);
    let knows = Arc::new(move |_: &HeaderMap| known.load(Ordering::SeqCst));
    let whole_way = service_fn(|_: Request<Body>| async {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::IM_A_TEAPOT;
        Ok(response)
    });
    let dress = |headers: &mut HeaderMap| drop(headers.insert("x-worn", "1".parse().unwrap()));
    let mut hits = Hits::new(Arc::clone(&world.state.cache), knows, dress, whole_way);
    let mut request = Request::get(LIST);
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    hits.call(request.body(Body::empty()).unwrap()).await.unwrap()
}

#[tokio::test]
async fn plain_hits_are_answered_at_once_and_all_else_goes_the_whole_way() {
    let world = World::new(counting(&[("etag", "\"1\"")])).await;
    let known = Arc::new(AtomicBool::new(true));
    assert_eq!(
        ask(&world, &known, &[]).await.status(),
        StatusCode::IM_A_TEAPOT,
        "nothing is stored"
    );
    world.get(LIST, &[]).await;
    world.until_stored(LIST, "answer 1").await;
    let hit = ask(&world, &known, &[("x-request-id", "r1"), ("cookie", "gerai_screen=s1")]).await;
    assert_eq!(hit.status(), StatusCode::OK);
    for (name, value) in [
        ("cache-status", "gerai-edge; hit; ttl=300"),
        ("age", "0"),
        ("x-worn", "1"),
        ("x-request-id", "r1"),
        ("content-length", "8"),
    ] {
        assert_eq!(hit.headers()[name], value);
    }
    let same = ask(&world, &known, &[("if-none-match", "\"1\"")]).await;
    assert_eq!(same.status(), StatusCode::NOT_MODIFIED);
    for more in [
        ("authorization", "Bearer ani"),
        ("cookie", "gerai_screen=s1; session=ani"),
        ("cache-control", "no-cache"),
        ("pragma", "no-cache"),
        ("range", "bytes=0-1"),
        ("if-match", "\"1\""),
        ("upgrade", "websocket"),
    ] {
        assert_eq!(
            ask(&world, &known, &[more]).await.status(),
            StatusCode::IM_A_TEAPOT,
            "{more:?}"
        );
    }
    known.store(false, Ordering::SeqCst);
    assert_eq!(
        ask(&world, &known, &[]).await.status(),
        StatusCode::IM_A_TEAPOT,
        "a stranger"
    );
    known.store(true, Ordering::SeqCst);
    world.state.cache.purge("catalog", 1);
    assert_eq!(
        ask(&world, &known, &[]).await.status(),
        StatusCode::IM_A_TEAPOT,
        "overtaken by the feed"
    );
}
