//! What a screen shows when it wakes up.

use std::time::Duration;

use serde_json::json;

use super::till::Till;

#[tokio::test]
async fn the_outlet_says_its_day_its_line_and_its_catalogue() {
    let till = Till::new().await;
    let view = till.get("/api/outlet").await.body["data"].take();
    assert_eq!((&view["day"], &view["open"]), (&json!("2026-11-21"), &json!(true)));
    assert_eq!(
        (&view["link"]["state"], &view["catalog"]["version"]),
        (&json!("internet"), &json!(2))
    );
    assert_eq!(view["outlet"]["code"], "JKT01");
    let products = till.get("/api/outlet/products").await.body;
    assert_eq!(
        (&products["version"], &products["data"][0]["name"]),
        (&json!(2), &json!("Photobooth 15"))
    );
}

#[tokio::test]
async fn after_a_start_without_central_staff_confirm_the_day() {
    let till = Till::with_staff().await;
    assert_eq!(till.get("/api/outlet").await.body["data"]["day_confirmed"], false);
    let wrong = till
        .post("/api/outlet/day/confirm", &json!({ "day": "2026-11-20" }))
        .await;
    assert_eq!(wrong.problem(), (409, "day_differs"));
    let right = till
        .post("/api/outlet/day/confirm", &json!({ "day": "2026-11-21" }))
        .await;
    assert_eq!(right.status, 204);
    assert_eq!(till.get("/api/outlet").await.body["data"]["day_confirmed"], true);
}

#[tokio::test]
async fn the_queue_is_the_business_days_across_midnight() {
    let till = Till::new().await;
    till.issue().await;
    till.scene.clock.advance(Duration::from_secs(17 * 3_600));
    till.issue().await;
    assert_eq!(
        till.get("/api/outlet/queue").await.body["meta"]["total"],
        2,
        "three at night is still today"
    );
    till.scene.clock.advance(Duration::from_secs(3_600));
    let ticket = till.issue().await;
    assert_eq!((ticket.number, ticket.day.to_string().as_str()), (1, "2026-11-22"));
    assert_eq!(till.get("/api/outlet/queue").await.body["meta"]["total"], 1);
}

#[tokio::test]
async fn the_desk_says_what_waits_and_how_long() {
    let till = Till::new().await;
    till.issue().await;
    till.scene.clock.advance(Duration::from_secs(90));
    till.issue().await;
    let desk = till.get("/api/outlet/sync").await.body["data"].take();
    assert_eq!(
        (&desk["backlog"], &desk["oldest_ms"], &desk["last_seq"]),
        (&json!(2), &json!(90_000), &json!(2))
    );
    assert_eq!(desk["waiting"][0]["told"], "A-001");
    assert_eq!(desk["waiting"][0]["kind"], "ticket.issue");
    assert_eq!(
        (&desk["cursors"], &desk["incarnation"]),
        (&json!({ "catalog": 2, "outlet": 2 }), &json!(1))
    );
    assert_eq!(desk["last_hash"], json!(till.scene.journal.known().last_hash));
}
