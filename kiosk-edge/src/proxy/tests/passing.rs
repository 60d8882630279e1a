//! What passes, passes as a stream and with the right headers.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::routing::{any, get, post};
use futures_util::StreamExt;
use http::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;

use super::{World, say};

const MEBI: usize = 1 << 20;

type Pieces = mpsc::UnboundedSender<Result<Bytes, std::io::Error>>;

/// A body whose pieces the test hands out one by one.
fn by_hand() -> (Pieces, Body) {
    let (pieces, receiver) = mpsc::unbounded_channel();
    (pieces, Body::from_stream(UnboundedReceiverStream::new(receiver)))
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), what)
        .await
        .expect("it should have come by now")
}

/// Fifty mebibytes through `path`; each is sent only when the one before has arrived.
async fn arrives_in_pieces(path: &'static str) {
    let (pieces, body) = by_hand();
    let body = Arc::new(std::sync::Mutex::new(Some(body)));
    let origin = Router::new().route(path, get(move || async move { body.lock().unwrap().take().unwrap() }));
    let world = World::before_router(origin).await;
    let response = soon(world.client.get(format!("{}{path}", world.at)).send())
        .await
        .unwrap();
    let mut stream = response.bytes_stream();
    let mut total = 0;
    for sent in 1..=50 {
        pieces.send(Ok(Bytes::from(vec![7; MEBI]))).unwrap();
        while total < sent * MEBI {
            total += soon(stream.next()).await.unwrap().unwrap().len();
        }
    }
    drop(pieces);
    assert!(soon(stream.next()).await.is_none());
    assert_eq!(total, 50 * MEBI);
}

#[tokio::test]
async fn fifty_mebibytes_arrive_in_pieces_before_the_end() {
    arrives_in_pieces("/api/reports/large").await;
}

#[tokio::test]
async fn so_do_they_where_the_cache_tries_to_keep_them() {
    arrives_in_pieces("/media/large").await;
}

#[tokio::test]
async fn uploads_flow_too() {
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let origin = Router::new().route(
        "/api/upload",
        post(move |request: Request| async move {
            let mut stream = request.into_body().into_data_stream();
            while let Some(piece) = stream.next().await {
                arrived.send(piece.unwrap().len()).unwrap();
            }
            "done"
        }),
    );
    let world = World::before_router(origin).await;
    let (pieces, receiver) = mpsc::unbounded_channel::<Result<Bytes, std::io::Error>>();
    let body = reqwest::Body::wrap_stream(UnboundedReceiverStream::new(receiver));
    let upload = tokio::spawn(world.client.post(format!("{}/api/upload", world.at)).body(body).send());
    for _ in 0..3 {
        pieces.send(Ok(Bytes::from_static(b"piece"))).unwrap();
        assert_eq!(soon(arrivals.recv()).await, Some(5));
    }
    drop(pieces);
    assert_eq!(soon(upload).await.unwrap().unwrap().text().await.unwrap(), "done");
}

#[tokio::test]
async fn events_come_as_they_happen_also_under_a_kept_prefix() {
    let (pieces, body) = by_hand();
    let body = Arc::new(std::sync::Mutex::new(Some(body)));
    let stream = move || async move {
        (
            [("content-type", "text/event-stream")],
            body.lock().unwrap().take().unwrap(),
        )
    };
    let world = World::before_router(Router::new().route("/api/outlets/7/queue/stream", get(stream))).await;
    let at = format!("{}/api/outlets/7/queue/stream", world.at);
    let mut events = soon(world.client.get(at).send()).await.unwrap().bytes_stream();
    for event in ["data: 1\n\n", "data: 2\n\n"] {
        pieces.send(Ok(Bytes::from(event))).unwrap();
        assert_eq!(soon(events.next()).await.unwrap().unwrap(), event);
    }
}

#[tokio::test]
async fn what_concerns_one_connection_stays_there_and_the_way_is_said() {
    let world = World::new(|_| {
        say(
            200,
            &[
                ("connection", "x-hop"),
                ("x-hop", "1"),
                ("keep-alive", "timeout=5"),
                ("x-end", "1"),
            ],
            "ok",
        )
    })
    .await;
    let answer = world
        .send(
            Method::POST,
            "/api/orders?x=1",
            &[
                ("connection", "x-private, keep-alive"),
                ("x-private", "1"),
                ("te", "trailers"),
                ("proxy-authorization", "secret"),
                ("authorization", "Bearer ani"),
                ("cookie", "a=1; gerai_screen=t; b=2"),
                ("gerai-screen", "t"),
                ("x-request-id", "r1"),
                ("x-forwarded-for", "10.0.0.9"),
            ],
        )
        .await;
    let asked = world.last_asked();
    assert_eq!(
        (asked.method.as_str(), asked.path.as_str()),
        ("POST", "/api/orders?x=1")
    );
    for gone in ["x-private", "te", "proxy-authorization", "gerai-screen", "keep-alive"] {
        assert!(!asked.headers.contains_key(gone), "{gone}");
    }
    assert_eq!(asked.header("cookie"), "a=1; b=2");
    assert_eq!(
        (asked.header("authorization"), asked.header("x-request-id")),
        ("Bearer ani", "r1")
    );
    assert!(uuid::Uuid::parse_str(asked.header("idempotency-key")).is_ok());
    assert!(asked.header("forwarded").starts_with("for=127.0.0.1;host=\"127.0.0.1:"));
    let hops: Vec<_> = asked.headers.get_all("x-forwarded-for").iter().collect();
    assert_eq!(hops, ["10.0.0.9", "127.0.0.1"]);
    assert_eq!(asked.header("via"), "1.1 gerai-edge");
    assert_ne!(
        asked.header("host"),
        world.at.trim_start_matches("http://"),
        "central's own name"
    );

    assert_eq!((answer.header("x-end"), answer.header("via")), ("1", "1.1 gerai-edge"));
    assert!(!answer.headers.contains_key("x-hop") && !answer.headers.contains_key("keep-alive"));
    assert_eq!(answer.cache(), "gerai-edge; fwd=method");

    world
        .send(Method::POST, "/api/orders", &[("idempotency-key", "mine")])
        .await;
    assert_eq!(world.last_asked().header("idempotency-key"), "mine");
    world.get("/api/orders", &[]).await;
    assert!(!world.last_asked().headers.contains_key("idempotency-key"));
}

#[tokio::test]
async fn local_and_climbing_paths_do_not_leave() {
    let world = World::new(|_| say(200, &[], "central")).await;
    for path in [
        "/api/outlet/nothing",
        "/api/outlet",
        "/api/%2e%2e/edge/v1/push",
        "/api/a%2f..%2fb",
        "/edge/v1/push",
    ] {
        assert_eq!(world.get(path, &[]).await.status, 404, "{path}");
    }
    assert!(world.asked().is_empty());
    assert_eq!(world.get("/api/outlets-of-others", &[]).await.status, 200);
}

#[tokio::test]
async fn a_changed_protocol_flows_both_ways() {
    let echo = |mut request: Request| async move {
        let upgrade = hyper::upgrade::on(&mut request);
        tokio::spawn(async move {
            let mut line = hyper_util::rt::TokioIo::new(upgrade.await.unwrap());
            let mut word = [0; 4];
            line.read_exact(&mut word).await.unwrap();
            word.reverse();
            line.write_all(&word).await.unwrap();
        });
        (
            http::StatusCode::SWITCHING_PROTOCOLS,
            [("connection", "upgrade"), ("upgrade", "echo")],
        )
    };
    let world = World::before_router(Router::new().route("/api/live", any(echo))).await;
    let mut line = tokio::net::TcpStream::connect(world.at.trim_start_matches("http://"))
        .await
        .unwrap();
    let ask = "GET /api/live HTTP/1.1\r\nhost: edge\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n";
    line.write_all(ask.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(soon(line.read_u8()).await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
    line.write_all(b"abcd").await.unwrap();
    let mut word = [0; 4];
    soon(line.read_exact(&mut word)).await.unwrap();
    assert_eq!(&word, b"dcba");
}
