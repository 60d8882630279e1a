//! What every endpoint has in common.

use axum::{body::Body, http::Method};
use serde_json::{Value, json};

use super::openapi;
use crate::testing::TestApp;

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
const SOME_ID: &str = "01890000-0000-7000-8000-000000000000";

/// Every endpoint of the document: method, path with an id in each place, and what it says of
/// itself.
fn endpoints() -> Vec<(Method, String, Value)> {
    let document = serde_json::to_value(openapi::document()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let filled: Vec<_> = path
            .split('/')
            .map(|part| if part.starts_with('{') { SOME_ID } else { part })
            .collect();
        for method in METHODS {
            if let Some(operation) = item.get(method.as_str().to_lowercase()) {
                found.push((method, filled.join("/"), operation.clone()));
            }
        }
    }
    found
}

#[tokio::test]
async fn every_endpoint_says_who_may_call_it_and_means_it() {
    let app = TestApp::with(|config| config.limits.sign_ins_per_minute = 10_000).await;
    let customer = app.customer().await;
    let mut wrong = Vec::new();
    for (method, path, operation) in endpoints() {
        let Some(security) = operation["security"].as_array() else {
            wrong.push(format!("{method} {path} declares no security"));
            continue;
        };
        let call = || app.call(method.clone(), &path).once();
        let open = security
            .iter()
            .any(|case| case.as_object().is_some_and(serde_json::Map::is_empty));
        if open {
            // A stream that is open to all never ends.
            if !path.ends_with("/stream") && call().send().await.status == 401 {
                wrong.push(format!("{method} {path} is declared open, but asks who calls"));
            }
            continue;
        }
        let status = call().send().await.status;
        if status != 401 {
            wrong.push(format!("{method} {path} answers {status} to nobody"));
        }
        let admins = path.starts_with("/api/admin/")
            || security.iter().any(|case| {
                case["bearer"]
                    .as_array()
                    .is_some_and(|scopes| scopes.contains(&json!("admin")))
            });
        if admins {
            let status = call().by(&customer).send().await.status;
            if status != 403 {
                wrong.push(format!("{method} {path} answers {status} to a customer"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_document_names_what_must_be_there() {
    let endpoints = endpoints();
    for (method, path) in [
        (Method::GET, "/healthz"),
        (Method::POST, "/api/auth/register"),
        (Method::POST, "/api/auth/login"),
        (Method::POST, "/api/auth/refresh"),
        (Method::POST, "/api/auth/logout"),
        (Method::GET, "/api/user"),
        (Method::PUT, "/api/user/profile"),
        (Method::GET, "/api/user/devices"),
        (Method::GET, "/api/catalog-products"),
        (Method::GET, "/api/outlets"),
        (Method::GET, "/api/admin/activity"),
        (Method::POST, "/edge/v1/enroll"),
        (Method::POST, "/edge/v1/hello"),
        (Method::POST, "/edge/v1/introduce"),
        (Method::POST, "/edge/v1/heartbeat"),
        (Method::POST, "/edge/v1/push"),
        (Method::GET, "/edge/v1/changes"),
        (Method::GET, "/edge/v1/snapshot"),
    ] {
        assert!(
            endpoints.iter().any(|(m, p, _)| (m, p.as_str()) == (&method, path)),
            "{method} {path}"
        );
    }
}

#[test]
fn every_schema_that_is_named_is_there() {
    let document = serde_json::to_value(openapi::document()).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let text = document.to_string();
    for reference in text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn bad_bodies_are_refused_by_name_and_place() {
    let app = TestApp::new().await;
    let login = || app.post("/api/auth/login");
    let problem = login()
        .raw("{\"login\": \"a\",\n  nonsense}")
        .send()
        .await
        .problem(400, "malformed_json");
    assert!(
        problem["detail"].as_str().unwrap().starts_with("line 2, column 3"),
        "{problem}"
    );
    let unknown = json!({"login": "a", "password": "b", "passwort": "c"});
    let problem = login().json(&unknown).send().await.problem(422, "invalid_body");
    assert!(problem["errors"].get("passwort").is_some(), "{problem}");
    let problem = login()
        .json(&json!({"login": "a"}))
        .send()
        .await
        .problem(422, "invalid_body");
    assert!(problem["errors"].get("password").is_some(), "{problem}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let app = TestApp::with(|config| config.limits.body_bytes = 1_024).await;
    let body = json!({"login": "a".repeat(2_000), "password": "b"});
    app.post("/api/auth/login")
        .json(&body)
        .send()
        .await
        .problem(413, "body_too_large");
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_in_the_readers_language() {
    let app = TestApp::new().await;
    let answer = app
        .get("/api/nowhere")
        .header("accept-language", "en")
        .header("x-request-id", "tap-7")
        .send()
        .await;
    assert_eq!(answer.header("x-request-id"), "tap-7");
    let problem = answer.problem(404, "not_found");
    assert_eq!(
        (&problem["title"], &problem["request_id"]),
        (&json!("Not found"), &json!("tap-7"))
    );
    let answer = app.delete("/api/auth/login").send().await;
    assert_eq!(answer.header("allow"), "POST");
    assert_eq!(
        answer.problem(405, "method_not_allowed")["title"],
        "Metode tidak didukung di sini"
    );
    let answer = app.get("/api/user").send().await;
    assert!(!answer.header("x-request-id").is_empty(), "one is made");
}

#[tokio::test]
async fn calls_are_limited_by_caller_and_sign_ins_more_strictly() {
    let app = TestApp::with(|config| {
        config.limits.requests_per_minute = 3;
        config.limits.sign_ins_per_minute = 2;
    })
    .await;
    let (one, two) = (app.customer().await, app.customer().await);
    for left in ["2", "1", "0"] {
        let answer = app.get("/api/user").by(&one).send().await;
        assert_eq!((answer.status.as_u16(), answer.header("x-ratelimit-limit")), (200, "3"));
        assert_eq!(answer.header("x-ratelimit-remaining"), left);
    }
    let refused = app.get("/api/user").by(&one).send().await;
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(refused.header("x-ratelimit-remaining"), "0");
    refused.problem(429, "too_many_requests");
    app.get("/api/user").by(&two).send().await.expect(200);

    let sign_in = || {
        app.post("/api/auth/login")
            .json(&json!({"login": "a", "password": "b"}))
            .send()
    };
    assert_eq!(sign_in().await.header("x-ratelimit-limit"), "2");
    sign_in().await.expect(401);
    sign_in().await.problem(429, "too_many_requests");
}

#[tokio::test]
async fn outlets_and_probes_are_never_limited() {
    let app = TestApp::with(|config| config.limits.requests_per_minute = 1).await;
    for _ in 0..5 {
        assert_ne!(app.post("/edge/v1/hello").raw("{}").send().await.status, 429);
        app.get("/healthz").send().await.expect(200);
    }
}

#[tokio::test]
async fn the_program_tells_how_it_is() {
    let app = TestApp::new().await;
    let health = app.get("/healthz").send().await.expect(200);
    assert_eq!(
        (&health["status"], &health["service"]),
        (&json!("ok"), &json!("gerai-central"))
    );
    assert_eq!(
        health["epoch"],
        json!(app.twin().await.platform.epoch),
        "made once with the database"
    );
    assert_eq!(app.get("/readyz").send().await.expect(200)["status"], "ready");
    assert_eq!(app.get("/metrics").send().await.status, 200);
    assert_eq!(app.get("/docs/").send().await.status, 200);
    let document = app.get("/openapi.json").send().await.expect(200);
    assert!(document["paths"].get("/api/user").is_some());
}

#[tokio::test]
async fn a_browser_of_another_origin_may_call() {
    let app = TestApp::new().await;
    let preflight = app
        .call(Method::OPTIONS, "/api/user/profile")
        .header("origin", "https://app.example")
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "authorization,idempotency-key")
        .send()
        .await;
    assert_eq!(preflight.status, 200);
    assert_eq!(preflight.header("access-control-allow-origin"), "*");
    assert!(
        preflight
            .header("access-control-allow-headers")
            .contains("idempotency-key")
    );
}

#[tokio::test]
async fn long_answers_are_compressed_for_whoever_reads_gzip() {
    let app = TestApp::new().await;
    let answer = app.get("/openapi.json").header("accept-encoding", "gzip").send().await;
    assert_eq!(answer.header("content-encoding"), "gzip");
}

#[tokio::test]
async fn pushes_find_no_place_in_a_full_house_and_are_told_when_to_come_back() {
    let app = TestApp::with(|config| {
        config.limits.pushes_at_once = 1;
        config.limits.pushes_waiting = 0;
    })
    .await;
    let push = |session: &str| app.post("/edge/v1/push").header("authorization", session);
    // A push whose body never ends has the only place, for as long as it is read.
    let (reading, read) = tokio::sync::oneshot::channel::<()>();
    let body = futures_util::stream::once(async move {
        reading.send(()).unwrap();
        std::future::pending::<Result<Vec<u8>, std::io::Error>>().await
    });
    let endless = push("Bearer first").streamed(Body::from_stream(body));
    let others = async {
        read.await.unwrap();
        for _ in 0..3 {
            let answer = push("Bearer second").raw("{}").send().await;
            let seconds: u64 = answer.header("retry-after").parse().unwrap();
            assert!((1..=5).contains(&seconds), "{seconds}");
            answer.problem(429, "central_busy");
        }
    };
    tokio::select! {
        answer = endless => panic!("it was not read to its end: {answer:?}"),
        () = others => {}
    }
    let again = push("Bearer third").raw("{}").send().await;
    assert_eq!(again.status, 401, "the place was given back");
}

#[tokio::test]
async fn a_sign_in_that_was_ended_is_over_at_once_also_for_its_access_token() {
    let app = TestApp::new().await;
    let person = json!({"name": "Sari", "email": "sari@example.com", "password": "rahasia-banget-1"});
    let signed_in = app
        .post("/api/auth/register")
        .once()
        .json(&person)
        .send()
        .await
        .expect(201);
    let token = signed_in["access_token"].as_str().unwrap();
    app.get("/api/user").token(token).send().await.expect(200);
    app.post("/api/auth/logout").token(token).once().send().await;
    app.get("/api/user")
        .token(token)
        .send()
        .await
        .problem(401, "unauthenticated");
    app.get("/api/queue/mine")
        .token(token)
        .send()
        .await
        .problem(401, "unauthenticated");
    // Another process hears of it when its five seconds are over; one that never knew, at once.
    let twin = app.twin().await;
    twin.get("/api/user")
        .token(token)
        .send()
        .await
        .problem(401, "unauthenticated");
}
