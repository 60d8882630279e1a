//! The life of a ticket, through the API.

use serde_json::json;

use super::till::Till;
use crate::journal::scene::Scene;

#[tokio::test]
async fn a_guest_takes_a_ticket_and_staff_see_it_through() {
    let till = Till::with_staff().await;
    let ticket = till.issue().await;
    let studio = till.scene.outlet.studios[0].id;
    let called = till.act(&ticket, "call", &json!({ "studio": studio })).await;
    assert_eq!(
        (called.status.as_u16(), called.body["data"]["state"].as_str()),
        (200, Some("called"))
    );
    assert_eq!(called.body["data"]["told"], "A-001");
    let started = till.act(&ticket, "start", &json!({ "studio": studio })).await;
    assert_eq!(started.body["session"]["minutes"], 15, "{}", started.body);
    let rooms = till.get("/api/outlet/rooms").await;
    assert_eq!(rooms.body["data"][0]["room"]["state"], "in_use");
    assert_eq!(rooms.body["data"][0]["ticket"]["told"], "A-001");
    let session = started.body["session"]["id"].as_str().unwrap();
    let extended = till
        .post(
            &format!("/api/outlet/sessions/{session}/extend"),
            &json!({ "minutes": 5 }),
        )
        .await;
    assert_eq!(extended.body["data"]["minutes"], 20);
    let ended = till
        .post(&format!("/api/outlet/sessions/{session}/end"), &json!({}))
        .await;
    assert_eq!(ended.body["data"]["state"], "ended");
    let clean = till
        .post(
            &format!("/api/outlet/studios/{studio}/state"),
            &json!({ "state": "free" }),
        )
        .await;
    assert_eq!(
        (clean.status.as_u16(), clean.body["data"]["state"].as_str()),
        (200, Some("free"))
    );
    assert_eq!(clean.body["command"]["seq"], 6);
}

#[tokio::test]
async fn every_plain_act_has_its_path() {
    let till = Till::with_staff().await;
    let ticket = till.issue().await;
    for (act, state) in [
        ("call", "called"),
        ("recall", "called"),
        ("hold", "on_hold"),
        ("resume", "waiting"),
        ("call", "called"),
        ("no-show", "no_show"),
        ("return", "waiting"),
        ("transfer", "waiting"),
        ("call", "called"),
        ("undo", "waiting"),
        ("cancel", "cancelled"),
    ] {
        let heard = till.act(&ticket, act, &json!({})).await;
        assert_eq!(heard.body["data"]["state"], state, "{act}: {}", heard.body);
    }
    let refused = till.act(&ticket, "call", &json!({})).await;
    assert_eq!(refused.problem(), (409, "wrong_ticket_state"));
    let unknown = till
        .post(
            "/api/outlet/tickets/0198f000-0000-7000-8000-000000000000/call",
            &json!({}),
        )
        .await;
    assert_eq!(unknown.problem(), (404, "unknown_ticket"));
    assert_eq!(
        till.post("/api/outlet/tickets/A-001/call", &json!({})).await.problem(),
        (404, "not_found")
    );
}

#[tokio::test]
async fn undoing_a_start_frees_the_room() {
    let till = Till::with_staff().await;
    let ticket = till.issue().await;
    let studio = till.scene.outlet.studios[0].id;
    till.act(&ticket, "start", &json!({ "studio": studio })).await;
    let undone = till.act(&ticket, "undo", &json!({})).await;
    assert_eq!(undone.body["data"]["state"], "waiting");
    assert_eq!(undone.body["session"]["state"], "undone");
    assert_eq!(
        till.get("/api/outlet/rooms").await.body["data"][0]["room"]["state"],
        "free"
    );
}

#[tokio::test]
async fn invariant_18_a_repeat_is_answered_with_the_same_bytes() {
    let mut till = Till::new().await;
    let body = json!({ "product": till.scene.photo.id, "party_size": 2 });
    let first = till.post_as("/api/outlet/tickets", &body, "tap-1").await;
    till.reopen();
    let again = till.post_as("/api/outlet/tickets", &body, "tap-1").await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    assert_eq!(
        (
            first.header("idempotency-replayed"),
            again.header("idempotency-replayed")
        ),
        (None, Some("true"))
    );
    let other = json!({ "product": till.scene.photo.id, "party_size": 3 });
    let reused = till.post_as("/api/outlet/tickets", &other, "tap-1").await;
    assert_eq!(reused.problem(), (422, "idempotency_key_reused"));
    assert_eq!(till.scene.journal.known().last_seq, 1);
}

#[tokio::test]
async fn keys_of_different_screens_never_meet() {
    let mut till = Till::new().await;
    let body = json!({ "product": till.scene.photo.id, "party_size": 2 });
    let one = till.post_as("/api/outlet/tickets", &body, "1").await;
    till.token = crate::outlet::add_screen(&till.scene.journal, "Booth")
        .await
        .unwrap()
        .token;
    let two = till.post_as("/api/outlet/tickets", &body, "1").await;
    assert_ne!(one.body["data"]["told"], two.body["data"]["told"]);
}

#[tokio::test]
async fn the_queue_is_in_service_order_and_guests_see_no_names() {
    let till = Till::with_staff().await;
    for lane in ["regular", "regular", "priority"] {
        let body = json!({ "product": till.scene.photo.id, "party_size": 1, "holder": "Budi", "lane": lane });
        assert_eq!(till.post("/api/outlet/tickets", &body).await.status, 201);
    }
    let queue = till.get("/api/outlet/queue?per_page=2").await.body;
    let told = |page: &serde_json::Value| -> Vec<String> {
        let rows = page["data"].as_array().unwrap().iter();
        rows.map(|row| row["told"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(told(&queue), ["A-003", "A-001"]);
    assert_eq!(
        queue["meta"],
        json!({ "current_page": 1, "from": 1, "last_page": 2, "path": "/api/outlet/queue",
        "per_page": 2, "to": 2, "total": 3 })
    );
    assert_eq!(queue["links"]["next"], "/api/outlet/queue?page=2&per_page=2");
    assert_eq!(queue["data"][0]["holder"], "Budi");
    assert_eq!(
        told(&till.get("/api/outlet/queue?page=2&per_page=2").await.body),
        ["A-002"]
    );
    till.post("/api/outlet/staff/sign-out", &json!({})).await;
    let queue = till.get("/api/outlet/queue").await.body;
    assert_eq!(told(&queue).len(), 3);
    assert!(!queue.to_string().contains("Budi"), "{queue}");
}

#[tokio::test]
async fn the_queue_can_be_narrowed_to_states() {
    let till = Till::with_staff().await;
    let (one, _two) = (till.issue().await, till.issue().await);
    till.act(&one, "call", &json!({})).await;
    assert_eq!(
        till.get("/api/outlet/queue?state=called").await.body["meta"]["total"],
        1
    );
    assert_eq!(
        till.get("/api/outlet/queue?state=called,waiting").await.body["meta"]["total"],
        2
    );
    let wrong = till.get("/api/outlet/queue?state=lost").await;
    assert_eq!(wrong.problem(), (422, "invalid_body"));
    assert!(
        wrong.body["detail"]
            .as_str()
            .unwrap()
            .contains("waiting, called, on_hold")
    );
    assert_eq!(
        till.get("/api/outlet/queue?page=two").await.problem(),
        (422, "invalid_body")
    );
}

#[tokio::test]
async fn the_priority_lane_is_staffs_to_give() {
    let till = Till::new().await;
    let body = json!({ "product": till.scene.photo.id, "party_size": 1, "lane": "priority" });
    assert_eq!(
        till.post("/api/outlet/tickets", &body).await.problem(),
        (403, "staff_needed")
    );
}

#[tokio::test]
async fn a_remote_guest_checks_in() {
    let till = Till::new().await;
    let remote = till.scene.remote_ticket();
    let row = serde_json::to_value(&remote).unwrap();
    till.scene
        .tell(vec![("remote_ticket", remote.id.0, row)])
        .await
        .unwrap();
    let body = json!({ "remote": remote.id });
    let heard = till.post("/api/outlet/tickets", &body).await;
    assert_eq!(
        (heard.status.as_u16(), heard.body["data"]["told"].as_str()),
        (201, Some("M-007"))
    );
    assert_eq!(till.post("/api/outlet/tickets", &body).await.problem(), (409, "exists"));
    let both = json!({ "remote": remote.id, "party_size": 2 });
    assert_eq!(
        till.post("/api/outlet/tickets", &both).await.problem(),
        (422, "invalid_body")
    );
}

#[tokio::test]
async fn an_outlet_without_a_profile_says_so() {
    let till = Till::at(Scene::enrolled().await).await;
    let body = json!({ "product": till.scene.photo.id, "party_size": 1 });
    let refused = till.post("/api/outlet/tickets", &body).await;
    assert_eq!(refused.problem(), (503, "outlet_not_ready"));
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(till.get("/api/outlet").await.problem(), (503, "outlet_not_ready"));
}

#[tokio::test]
async fn staff_move_a_waiting_ticket_into_the_priority_lane_and_back() {
    let till = Till::with_staff().await;
    let (one, two) = (till.issue().await, till.issue().await);
    let first = async || till.get("/api/outlet/queue").await.body["data"][0]["told"].clone();
    let moved = till.act(&two, "lane", &json!({ "lane": "priority" })).await;
    assert_eq!(
        (moved.status.as_u16(), &moved.body["data"]["lane"]),
        (200, &json!("priority"))
    );
    assert_eq!(first().await, "A-002");
    till.act(&two, "undo", &json!({})).await;
    assert_eq!(first().await, "A-001");
    // Undo of what came after brings back that moment, not the lane before.
    till.act(&two, "lane", &json!({ "lane": "priority" })).await;
    till.act(&two, "call", &json!({})).await;
    till.act(&two, "undo", &json!({})).await;
    assert_eq!(first().await, "A-002");
    till.act(&two, "lane", &json!({ "lane": "regular" })).await;
    assert_eq!(first().await, "A-001");
    till.act(&one, "call", &json!({})).await;
    let called = till.act(&one, "lane", &json!({ "lane": "priority" })).await;
    assert_eq!(called.problem(), (409, "wrong_ticket_state"));
    till.post("/api/outlet/staff/sign-out", &json!({})).await;
    let guest = till.act(&two, "lane", &json!({ "lane": "priority" })).await;
    assert_eq!(guest.problem(), (403, "staff_needed"));
}
