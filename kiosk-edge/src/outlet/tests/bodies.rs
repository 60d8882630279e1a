//! Bad input is refused by name.

use axum::body::Body;
use http::Method;
use serde_json::json;

use super::till::Till;

const TICKETS: &str = "/api/outlet/tickets";

#[tokio::test]
async fn malformed_json_is_told_its_place() {
    let till = Till::new().await;
    let heard = till.post_text(TICKETS, "{\"product\":\n nope}".to_owned(), "key").await;
    assert_eq!(heard.problem(), (400, "malformed_json"));
    let detail = heard.body["detail"].as_str().unwrap();
    assert!(detail.contains("line 2 column"), "{detail}");
    for broken in ["{", "[1,", "{} {}", "\u{0}"] {
        assert_eq!(
            till.post_text(TICKETS, broken.to_owned(), "key").await.problem(),
            (400, "malformed_json")
        );
    }
}

#[tokio::test]
async fn unknown_fields_and_wrong_enums_are_named() {
    let till = Till::with_staff().await;
    let product = till.scene.photo.id;
    let unknown = till
        .post(
            TICKETS,
            &json!({ "product": product, "party_size": 1, "colour": "red" }),
        )
        .await;
    assert_eq!(unknown.problem(), (422, "invalid_body"));
    assert!(unknown.body["errors"]["colour"].is_array() || unknown.body["errors"]["colour"].is_string());
    let lane = till
        .post(TICKETS, &json!({ "product": product, "party_size": 1, "lane": "vip" }))
        .await;
    assert_eq!(lane.problem(), (422, "invalid_body"));
    let said = lane.body["errors"]["lane"].to_string();
    assert!(said.contains("regular") && said.contains("priority"), "{said}");
    let missing = till.post(TICKETS, &json!({ "product": product })).await;
    assert!(
        missing.body["errors"]["party_size"].to_string().contains("missing"),
        "{}",
        missing.body
    );
    let line = json!({ "lines": [{ "product": product, "quantity": "two" }], "tendered": 1 });
    let deep = till.post("/api/outlet/sales", &line).await;
    assert!(
        deep.body["errors"]
            .as_object()
            .unwrap()
            .contains_key("lines[0].quantity"),
        "{}",
        deep.body
    );
    let studio = till.scene.outlet.studios[0].id;
    let state = till
        .post(
            &format!("/api/outlet/studios/{studio}/state"),
            &json!({ "state": "dirty" }),
        )
        .await;
    assert!(
        state.body["errors"]["state"].to_string().contains("cleaning"),
        "{}",
        state.body
    );
}

#[tokio::test]
async fn values_out_of_bounds_are_refused_with_the_bounds() {
    let till = Till::new().await;
    let body = json!({ "product": till.scene.photo.id, "party_size": 51 });
    let heard = till.post(TICKETS, &body).await;
    assert_eq!(heard.problem(), (422, "out_of_bounds"));
    assert!(heard.body["errors"]["party_size"].to_string().contains("50"));
}

#[tokio::test]
async fn an_oversized_body_is_413() {
    let till = Till::new().await;
    let heard = till.post(TICKETS, &json!({ "holder": "x".repeat(5_000) })).await;
    assert_eq!(heard.problem(), (413, "body_too_large"));
}

#[tokio::test]
async fn a_write_without_a_key_is_refused() {
    let till = Till::new().await;
    let request = || till.request(Method::POST, TICKETS);
    let body = json!({ "product": till.scene.photo.id, "party_size": 1 }).to_string();
    let without = till.send(request().body(Body::from(body.clone())).unwrap()).await;
    assert_eq!(without.problem(), (400, "idempotency_key_missing"));
    for key in ["", "two words", &"k".repeat(129)] {
        let request = request().header("idempotency-key", key);
        let heard = till.send(request.body(Body::from(body.clone())).unwrap()).await;
        assert_eq!(heard.problem(), (400, "idempotency_key_missing"));
    }
    assert_eq!(till.scene.journal.known().last_seq, 0);
}

#[tokio::test]
async fn problems_speak_the_readers_language_and_name_the_request() {
    let till = Till::new().await;
    let ask = |lang: &str| {
        let request = http::Request::get("/api/outlet")
            .header("accept-language", lang)
            .header("x-request-id", "r-1");
        till.send(request.body(Body::empty()).unwrap())
    };
    let (id, en) = (ask("id").await, ask("en-GB").await);
    assert_eq!(id.body["title"], "Layar belum dipasangkan");
    assert_eq!(en.body["title"], "This screen is not paired");
    assert_eq!(en.body["request_id"], "r-1");
}
