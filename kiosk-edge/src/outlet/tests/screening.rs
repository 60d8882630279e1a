//! Screens come and go; what a foreign page sends is turned away.

use axum::body::Body;
use futures_util::StreamExt;
use http::{Method, Request};
use serde_json::{Value, json};

use super::till::{Heard, Till};

const SCREENS: &str = "/api/outlet/screens";

async fn delete(till: &Till, id: &str, key: &str) -> Heard {
    let request = till.request(Method::DELETE, &format!("{SCREENS}/{id}"));
    till.send(request.header("idempotency-key", key).body(Body::empty()).unwrap())
        .await
}

#[tokio::test]
async fn a_revoked_screen_is_a_stranger_and_hears_nothing_more() {
    let mut till = Till::with_staff().await;
    let made = till.post(SCREENS, &json!({ "name": "Booth" })).await.body["data"].take();
    let counter = till.token.clone();
    till.token = made["token"].as_str().unwrap().to_owned();
    let mut events = till.stream("/api/outlet/events").await.into_body().into_data_stream();
    assert!(events.next().await.unwrap().is_ok());
    let booth = std::mem::replace(&mut till.token, counter);

    let names = |list: &Value| -> Vec<String> {
        let list = list["data"].as_array().unwrap();
        list.iter()
            .map(|screen| screen["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let listed = till.get(SCREENS).await.body;
    assert_eq!(names(&listed), ["Booth", "Kasir"]);
    assert_eq!(listed["data"][1]["this"], true);
    assert!(!listed.to_string().contains("token"), "{listed}");
    let id = made["id"].as_str().unwrap();
    assert_eq!(delete(&till, id, "once").await.status, 204);
    assert_eq!(delete(&till, id, "once").await.status, 204, "asked again");
    assert_eq!(delete(&till, id, "again").await.problem(), (404, "not_found"));
    assert_eq!(names(&till.get(SCREENS).await.body), ["Kasir"]);
    let ended = async { while events.next().await.is_some() {} };
    tokio::time::timeout(std::time::Duration::from_secs(5), ended)
        .await
        .expect("its events end");
    till.token = booth;
    assert_eq!(till.get("/api/outlet").await.problem(), (401, "screen_unpaired"));
}

#[tokio::test]
async fn a_pairing_token_is_told_again_and_kept_nowhere() {
    let till = Till::with_staff().await;
    let body = json!({ "name": "Booth" });
    let first = till.post_as(SCREENS, &body, "once").await;
    let again = till.post_as(SCREENS, &body, "once").await;
    assert_eq!(
        (&again.body, again.header("idempotency-replayed")),
        (&first.body, Some("true"))
    );
    let token = first.body["data"]["token"].as_str().unwrap();
    for file in ["journal.db", "journal.db-wal"] {
        let bytes = std::fs::read(till.scene.dir.path().join(file)).unwrap_or_default();
        let kept = bytes.windows(token.len()).any(|window| window == token.as_bytes());
        assert!(!kept, "{file} holds the token");
    }
}

#[tokio::test]
async fn what_a_foreign_page_sends_with_the_screens_cookie_is_refused() {
    let till = Till::with_staff().await;
    let ticket = json!({ "product": till.scene.photo.id, "party_size": 1 }).to_string();
    let ask = |path: &str, fields: &[(&str, &str)], body: &str| {
        let cookie = format!("gerai_screen={}", till.token);
        let mut request = Request::post(path)
            .header("cookie", cookie)
            .header("host", "kasir.local")
            .header("idempotency-key", till.scene.clock.uuid().to_string());
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        till.send(request.body(Body::from(body.to_owned())).unwrap())
    };
    let json = ("content-type", "application/json");
    let (own, foreign) = (("origin", "http://kasir.local"), ("origin", "http://evil.test"));
    for path in [
        "/api/outlet/tickets",
        "/api/outlet/staff/sign-in",
        "/api/outlet/staff/sign-out",
    ] {
        assert_eq!(
            ask(path, &[json, foreign], &ticket).await.problem(),
            (403, "foreign_page")
        );
        let form = ("content-type", "text/plain");
        assert_eq!(ask(path, &[form, own], &ticket).await.problem(), (415, "not_json"));
        assert_eq!(ask(path, &[own], &ticket).await.problem(), (415, "not_json"));
    }
    assert_eq!(ask("/api/outlet/tickets", &[json, own], &ticket).await.status, 201);
    assert_eq!(ask("/api/outlet/staff/sign-out", &[own], "").await.status, 204);
}
