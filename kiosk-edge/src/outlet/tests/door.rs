//! The queue's door and the business day, through the API.

use gerai_shared::{Rupiah, outlet::Caps};
use serde_json::{Value, json};

use super::till::Till;

const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);

fn walk_in(till: &Till, lane: &str) -> Value {
    json!({ "product": till.scene.photo.id, "party_size": 2, "lane": lane })
}

async fn set(till: &Till, body: Value) -> Value {
    let heard = till.post("/api/outlet/intake", &body).await;
    assert_eq!(heard.status, 200, "{}", heard.body);
    heard.body
}

#[tokio::test]
async fn a_paused_or_closed_or_full_queue_takes_no_walk_in_but_staffs_own() {
    let till = Till::with_staff().await;
    let issue = async |lane: &str| till.post("/api/outlet/tickets", &walk_in(&till, lane)).await;
    set(&till, json!({ "state": "paused", "message": "Istirahat" })).await;
    assert_eq!(issue("regular").await.problem(), (409, "intake_paused"));
    assert_eq!(issue("priority").await.status, 201);
    let queue = till.get("/api/outlet/queue").await.body;
    assert_eq!(
        (&queue["intake"]["state"], &queue["intake"]["message"]),
        (&json!("paused"), &json!("Istirahat"))
    );
    set(&till, json!({ "state": "open", "cap": 2 })).await;
    assert_eq!(issue("regular").await.status, 201);
    assert_eq!(issue("regular").await.problem(), (409, "queue_full"));
    let closed = set(&till, json!({ "state": "closed", "clear": true })).await;
    assert_eq!((&closed["cleared"], &closed["data"]["cap"]), (&json!(2), &json!(2)));
    assert_eq!(issue("regular").await.problem(), (409, "intake_closed"));
    // A new day starts open, with the cap.
    till.scene.clock.advance(DAY);
    till.sign_in("Rina", crate::journal::scene::PIN).await;
    assert_eq!(issue("regular").await.status, 201);
    let queue = till.get("/api/outlet/queue").await.body;
    assert_eq!(
        (&queue["intake"]["state"], &queue["intake"]["cap"]),
        (&json!("open"), &json!(2))
    );
}

#[tokio::test]
async fn the_priority_lane_comes_first_and_everybody_is_told_how_long() {
    let till = Till::with_staff().await;
    till.issue().await;
    let second = till.post("/api/outlet/tickets", &walk_in(&till, "priority")).await;
    let queue = till.get("/api/outlet/queue").await.body;
    assert_eq!(queue["data"][0]["id"], second.body["data"]["id"]);
    assert_eq!(queue["data"][0]["estimate"], json!({ "low": 0, "high": 0 }));
    assert_eq!(queue["data"][1]["estimate"], json!({ "low": 13, "high": 23 }));
    assert_eq!(queue["wait"], json!({ "low": 26, "high": 46 }));
    assert_eq!(
        queue["wait_by_category"],
        json!({ "photobooth": { "low": 26, "high": 46 } })
    );
    let adjust = json!({ "adjust_minutes": 5 });
    assert_eq!(till.post("/api/outlet/queue/estimate", &adjust).await.status, 200);
    let queue = till.get("/api/outlet/queue").await.body;
    assert_eq!(queue["wait"], json!({ "low": 31, "high": 51 }));
}

#[tokio::test]
async fn a_token_opens_the_status_page_and_is_told_to_its_holder_only() {
    let till = Till::new().await;
    let body = walk_in(&till, "regular");
    let told = till.post("/api/outlet/tickets", &body).await.body;
    let token = told["data"]["token"].as_str().unwrap();
    assert_eq!(token.len(), 22);
    assert_eq!(told["data"]["status_url"], format!("https://gerai.example/t/{token}"));
    let other = till.post("/api/outlet/tickets", &body).await.body;
    assert_ne!(other["data"]["token"], told["data"]["token"]);
    let queue = till.get("/api/outlet/queue").await.body;
    assert_eq!(
        (&queue["data"][0]["token"], &queue["data"][0]["status_url"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn a_transfer_to_another_product_is_undone_with_its_product() {
    let till = Till::with_staff().await;
    let (ticket, mut wide) = (till.issue().await, till.scene.photo.clone());
    (wide.id, wide.name) = (till.scene.clock.uuid().into(), "Wide".to_owned());
    till.scene.sell_too(&wide).await;
    let moved = till.act(&ticket, "transfer", &json!({ "product": wide.id })).await;
    assert_eq!(moved.body["data"]["product"]["name"], "Wide");
    let back = till.act(&ticket, "undo", &json!({})).await;
    assert_eq!(back.body["data"]["product"]["id"], json!(till.scene.photo.id));
}

#[tokio::test]
async fn closing_the_day_ends_who_waits_and_a_running_session_forbids_it() {
    let till = Till::with_staff().await;
    let (served, waiting, late) = (till.issue().await, till.issue().await, till.issue().await);
    let studio = till.scene.outlet.studios[0].id;
    let started = till.act(&served, "start", &json!({ "studio": studio })).await;
    till.act(&late, "call", &json!({})).await;
    till.act(&late, "no-show", &json!({})).await;
    let close = async || till.post("/api/outlet/day/close", &json!({})).await;
    assert_eq!(close().await.problem(), (409, "sessions_running"));
    let end = format!(
        "/api/outlet/sessions/{}/end",
        started.body["session"]["id"].as_str().unwrap()
    );
    assert_eq!(till.post(&end, &json!({})).await.status, 200);
    let closed = close().await;
    assert_eq!(closed.status, 200, "{}", closed.body);
    assert_eq!(
        (&closed.body["data"]["ended"], &closed.body["data"]["told"][0]["last"]),
        (&json!(2), &json!(3))
    );
    // Who did not come by then does not come back.
    assert_eq!(
        till.act(&late, "return", &json!({})).await.problem(),
        (409, "day_closed")
    );
    assert_eq!(
        till.act(&waiting, "call", &json!({})).await.problem(),
        (409, "wrong_ticket_state")
    );
    let issue = async || till.post("/api/outlet/tickets", &walk_in(&till, "regular")).await;
    assert_eq!(issue().await.problem(), (409, "day_closed"));
    set(&till, json!({ "state": "open" })).await;
    assert_eq!(issue().await.status, 201, "opened again by opening the queue");
}

#[tokio::test]
async fn a_forgotten_day_is_closed_with_the_first_command_of_the_next() {
    let till = Till::new().await;
    let forgotten = till.issue().await;
    till.scene.clock.advance(DAY);
    let today = till.issue().await;
    assert_eq!((today.number, today.day > forgotten.day), (1, true));
    let entries = till.scene.journal.unsent(0, 10).await.unwrap();
    let kinds: Vec<String> = entries
        .iter()
        .map(|entry| serde_json::from_str::<Value>(&entry.json).unwrap()["kind"].to_string())
        .collect();
    assert_eq!(kinds, ["\"ticket.issue\"", "\"day.close\"", "\"ticket.issue\""]);
    let id = forgotten.id.0;
    let row: Option<gerai_shared::queue::Ticket> = (till.scene.journal)
        .read(move |db| crate::journal::row(db, gerai_shared::change::Table::Ticket, id))
        .await
        .unwrap();
    assert!(row.unwrap().closed_at.is_some());
}

#[tokio::test]
async fn while_the_line_is_down_only_so_much_cash_is_taken() {
    let mut till = Till::with_staff().await;
    till.scene.outlet.caps = Some(Caps {
        sale: Rupiah(100_000),
        day_offline: Rupiah(150_000),
    });
    till.scene.outlet.outage_cap = Some(Rupiah(250_000));
    till.scene.profile().await;
    let albums =
        |count: u32| json!({ "lines": [{ "product": till.scene.album.id, "quantity": count }], "tendered": 1_000_000 });
    let sell = async |count: u32| till.post("/api/outlet/sales", &albums(count)).await;
    let refused = async |count: u32, told: &str| {
        let heard = sell(count).await;
        assert_eq!(heard.problem(), (409, "over_cap"));
        assert_eq!(heard.body["title"], told);
    };
    refused(
        3,
        "While the line is down, one sale may take at most Rp 100,000 in cash",
    )
    .await;
    assert_eq!(sell(2).await.status, 201);
    refused(
        2,
        "While the line is down, today may take at most Rp 150,000 in cash; Rp 50,000 is left",
    )
    .await;
    assert_eq!(sell(1).await.status, 201);

    // Another day begins unspent; the outage goes on.
    till.scene.clock.advance(DAY);
    assert_eq!(till.sign_in("Rina", crate::journal::scene::PIN).await.status, 200);
    assert_eq!(sell(2).await.status, 201);
    refused(
        1,
        "Until the line is back, all sales may take at most Rp 250,000 in cash; Rp 0 is left",
    )
    .await;

    till.link.send_modify(|link| link.state = crate::sync::Line::Up);
    assert_eq!(sell(3).await.status, 201);
}
