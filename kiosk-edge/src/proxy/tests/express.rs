//! The short way to central: for plain questions of known screens only, and to the same end.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, Method, Request, StatusCode};
use tower::{Service, service_fn};

use super::super::Express;
use super::{World, say};
use crate::sync::Line;

const PASSED: &str = "/api/passed";

async fn ask(world: &World, known: bool, request: Request<Body>) -> Response {
    let whole_way = service_fn(|_: Request<Body>| async {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::IM_A_TEAPOT;
        Ok(response)
    });
    let dress = |headers: &mut HeaderMap| drop(headers.insert("x-worn", "1".parse().unwrap()));
    let state = Arc::new(world.state.clone());
    let mut express = Express::new(state, Arc::new(move |_: &HeaderMap| known), dress, whole_way);
    express.call(request).await.unwrap()
}

fn request(method: Method, path: &str, fields: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

fn plain(path: &str) -> Request<Body> {
    request(Method::GET, path, &[])
}

#[tokio::test]
async fn plain_questions_reach_central_as_they_do_the_whole_way() {
    let world = World::new(|_| {
        say(
            200,
            &[("x-central", "1"), ("connection", "x-hop"), ("x-hop", "1")],
            "told",
        )
    })
    .await;
    let fields = [
        ("authorization", "Bearer ani"),
        ("cookie", "gerai_screen=s1; session=ani"),
        ("gerai-screen", "s1"),
        ("x-request-id", "r1"),
        ("host", "kasir.local"),
    ];
    let long = world.get(PASSED, &fields).await;
    let short = ask(&world, true, request(Method::GET, PASSED, &fields)).await;
    assert_eq!((short.status(), long.status), (StatusCode::OK, 200));
    assert_eq!(short.headers()["x-worn"], "1");
    assert_eq!(short.headers()["x-request-id"], "r1");
    for name in ["cache-status", "x-central", "via", "x-hop"] {
        assert_eq!(short.headers().get(name), long.headers.get(name), "{name}");
    }
    let [mut far, mut near] = [0, 1].map(|nth| world.asked()[nth].headers.clone());
    assert_eq!(far["cookie"], "session=ani");
    for headers in [&mut far, &mut near] {
        // Of the client's own, and of its address, which these tests give to one of them only.
        for name in ["accept", "forwarded", "x-forwarded-for", "user-agent"] {
            headers.remove(name);
        }
    }
    assert_eq!(far, near);
    let named = ask(&world, true, plain(PASSED)).await;
    let id = named.headers()["x-request-id"].to_str().unwrap();
    assert_eq!(world.last_asked().header("x-request-id"), id);
}

#[tokio::test]
async fn all_else_goes_the_whole_way() {
    let world = World::new(|_| say(200, &[], "told")).await;
    let mut with_content = plain(PASSED);
    *with_content.body_mut() = Body::from("{}");
    for other in [
        request(Method::POST, PASSED, &[]),
        request(Method::GET, PASSED, &[("upgrade", "websocket")]),
        with_content,
        plain("/api/catalog-products"),
        plain("/api/outlet/board"),
        plain("/api/%2e%2e/healthz"),
        plain("/api/../healthz"),
        plain("/healthz"),
    ] {
        let what = format!("{} {}", other.method(), other.uri());
        assert_eq!(
            ask(&world, true, other).await.status(),
            StatusCode::IM_A_TEAPOT,
            "{what}"
        );
    }
    let stranger = ask(&world, false, plain(PASSED)).await;
    assert_eq!(stranger.status(), StatusCode::IM_A_TEAPOT);
    world.link.send_replace(Line::Internet);
    let cut = ask(&world, true, plain(PASSED)).await;
    assert_eq!(cut.status(), StatusCode::IM_A_TEAPOT, "the line is down");
    assert!(world.asked().is_empty());
}
