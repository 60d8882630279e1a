//! Name and PIN, offline; lockout; sessions that end.

use std::time::Duration;

use axum::body::Body;
use gerai_shared::outlet::Permission;
use http::Method;
use serde_json::{Value, json};

use super::till::Till;
use crate::journal::scene::PIN;

async fn call(till: &Till) -> (u16, String) {
    let ticket = till.issue().await;
    let heard = till.act(&ticket, "call", &json!({})).await;
    (
        heard.status.as_u16(),
        heard.body["code"].as_str().unwrap_or_default().to_owned(),
    )
}

fn refused(code: &str) -> (u16, String) {
    (403, code.to_owned())
}

#[tokio::test]
async fn a_pin_opens_a_session_that_outlives_a_restart() {
    let mut till = Till::new().await;
    assert_eq!(call(&till).await, refused("staff_needed"));
    let signed_in = till.sign_in(" rina ", PIN).await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.body);
    assert_eq!(signed_in.body["data"]["staff"]["name"], "Rina");
    assert_eq!(call(&till).await.0, 200);
    till.reopen();
    assert_eq!(call(&till).await.0, 200);
    let names = till.get("/api/outlet/staff").await.body;
    assert_eq!(names["data"], json!([{ "id": till.grant.staff, "name": "Rina" }]));
    assert_eq!(names["signed_in"]["name"], "Rina");
    assert!(!names.to_string().contains("argon2"));
    assert_eq!(till.post("/api/outlet/staff/sign-out", &Value::Null).await.status, 204);
    assert_eq!(call(&till).await, refused("staff_needed"));
}

#[tokio::test]
async fn staff_may_be_named_by_id() {
    let till = Till::new().await;
    let body = json!({ "staff": till.grant.staff, "pin": PIN });
    assert_eq!(till.post("/api/outlet/staff/sign-in", &body).await.status, 200);
    let nobody = till.post("/api/outlet/staff/sign-in", &json!({ "pin": PIN })).await;
    assert_eq!(nobody.problem(), (422, "invalid_body"));
}

#[tokio::test]
async fn wrong_pins_lock_over_a_restart_too() {
    let mut till = Till::new().await;
    for left in (0..5).rev() {
        let heard = till.sign_in("Rina", "000000").await;
        assert_eq!(heard.problem(), (401, "pin_wrong"));
        assert_eq!(heard.body["attempts_left"], left);
    }
    till.reopen();
    let locked = till.sign_in("Rina", PIN).await;
    assert_eq!(locked.problem(), (423, "locked"));
    assert_eq!(locked.header("retry-after"), Some("900"));
    till.scene.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(till.sign_in("Rina", PIN).await.status, 200);
}

#[tokio::test]
async fn a_right_pin_clears_the_count_and_names_of_nobody_are_told_apart_by_nothing() {
    let till = Till::new().await;
    till.sign_in("Rina", "000000").await;
    assert_eq!(till.sign_in("Rina", PIN).await.status, 200);
    assert_eq!(till.sign_in("Rina", "000000").await.body["attempts_left"], 4);
    for left in (0..5).rev() {
        let heard = till.sign_in("Nobody", "000000").await;
        assert_eq!(
            (heard.problem(), &heard.body["attempts_left"]),
            ((401, "pin_wrong"), &json!(left))
        );
    }
    assert_eq!(till.sign_in("Nobody", "000000").await.problem(), (423, "locked"));
}

#[tokio::test]
async fn one_pin_tried_on_everybody_locks_that_screen_over_a_restart_and_no_other() {
    let mut till = Till::new().await;
    for n in 0..50 {
        assert_eq!(till.sign_in(&format!("Guess {n}"), "000000").await.status, 401);
        // Whoever knows one PIN buys no guesses with it.
        if n == 40 {
            assert_eq!(till.sign_in("Rina", PIN).await.status, 200);
        }
    }
    till.reopen();
    let locked = till.sign_in("Rina", PIN).await;
    assert_eq!(locked.problem(), (423, "screen_locked"));
    assert_eq!(locked.header("retry-after"), Some("14400"));
    let another = super::till::another_screen(&till).await;
    let booth = std::mem::replace(&mut till.token, another);
    assert_eq!(till.sign_in("Rina", PIN).await.status, 200, "other screens go on");
    till.token = booth;
    till.scene.clock.advance(Duration::from_secs(4 * 3_600));
    assert_eq!(till.sign_in("Rina", PIN).await.status, 200);
}

#[tokio::test]
async fn after_a_day_without_central_nobody_signs_in_for_the_first_time() {
    let till = Till::new().await;
    let new = till.scene.grant("Sari", &[Permission::QueueManage]);
    till.scene.follow_grant(&new).await;
    assert_eq!(till.sign_in("Rina", PIN).await.status, 200);
    till.scene.clock.advance(Duration::from_secs(24 * 3_600));
    assert_eq!(till.sign_in("Rina", PIN).await.status, 200, "she has been here before");
    assert_eq!(till.sign_in("Sari", PIN).await.problem(), (403, "ladder_first_sign_in"));
    assert_eq!(till.sign_in("Sari", "000000").await.problem(), (401, "pin_wrong"));
    till.scene.clock.central_said(till.scene.clock.now());
    assert_eq!(till.sign_in("Sari", PIN).await.status, 200);
}

#[tokio::test]
async fn a_session_ends_when_idle_and_in_any_case() {
    let till = Till::with_staff().await;
    for _ in 0..28 {
        till.scene.clock.advance(Duration::from_secs(25 * 60));
        assert_eq!(call(&till).await.0, 200, "acts keep it open");
    }
    till.scene.clock.advance(Duration::from_secs(25 * 60));
    assert_eq!(call(&till).await, refused("staff_needed"), "twelve hours are over");
    till.sign_in("Rina", PIN).await;
    till.scene.clock.advance(Duration::from_secs(31 * 60));
    assert_eq!(call(&till).await, refused("staff_needed"));
}

#[tokio::test]
async fn a_revoked_grant_stops_at_the_next_sync() {
    let till = Till::with_staff().await;
    let mut grant = till.grant.clone();
    grant.version += 1;
    grant.permissions = vec![Permission::SalesSell];
    till.scene.follow_grant(&grant).await;
    assert_eq!(call(&till).await, refused("permission_missing"));
    grant.version += 1;
    grant.active = false;
    till.scene.follow_grant(&grant).await;
    assert_eq!(call(&till).await, refused("staff_needed"));
    assert_eq!(till.sign_in("Rina", PIN).await.problem(), (401, "pin_wrong"));
    assert_eq!(till.get("/api/outlet/staff").await.body["data"], json!([]));
}

#[tokio::test]
async fn an_edited_database_lets_nobody_in() {
    let till = Till::with_staff().await;
    let path = till.scene.dir.path().join("journal.db");
    let forged = rusqlite::Connection::open(path).unwrap();
    let edit = "UPDATE followed SET body = replace(body, 'sealed\":\"', 'sealed\":\"A') WHERE kind = 'grant'";
    assert_eq!(forged.execute(edit, []).unwrap(), 1);
    assert_eq!(call(&till).await, refused("staff_needed"));
}

#[tokio::test]
async fn without_its_pepper_it_says_that_central_is_needed() {
    let mut till = Till::with_staff().await;
    std::fs::remove_file(till.scene.dir.path().join("pepper")).unwrap();
    till.reopen();
    assert_eq!(till.sign_in("Rina", PIN).await.problem(), (503, "staff_missing"));
    assert_eq!(call(&till).await, refused("staff_needed"));
    till.scene.follow_grant(&till.grant).await;
    assert_eq!(till.sign_in("Rina", PIN).await.status, 200);
}

#[tokio::test]
async fn a_session_belongs_to_its_screen() {
    let mut till = Till::with_staff().await;
    till.token = crate::outlet::add_screen(&till.scene.journal, "Booth")
        .await
        .unwrap()
        .token;
    assert_eq!(call(&till).await, refused("staff_needed"));
}

#[tokio::test]
async fn only_paired_screens_are_answered() {
    let mut till = Till::new().await;
    let token = std::mem::replace(&mut till.token, "made up".to_owned());
    let body = json!({ "product": till.scene.photo.id, "party_size": 1 });
    assert_eq!(
        till.post("/api/outlet/tickets", &body).await.problem(),
        (401, "screen_unpaired")
    );
    assert_eq!(till.get("/api/outlet/events").await.problem(), (401, "screen_unpaired"));
    let bare = |path: &str| http::Request::get(path).body(Body::empty()).unwrap();
    assert_eq!(
        till.send(bare("/api/outlet/queue")).await.problem(),
        (401, "screen_unpaired")
    );
    assert_eq!(
        till.send(bare("/pair?token=wrong")).await.problem(),
        (401, "screen_unpaired")
    );
    let paired = till.send(bare(&format!("/pair?token={token}"))).await;
    assert_eq!((paired.status.as_u16(), paired.header("location")), (303, Some("/")));
    let cookie = paired.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
    let with_cookie = http::Request::get("/api/outlet/queue").header("cookie", cookie.split(';').next().unwrap());
    assert_eq!(till.send(with_cookie.body(Body::empty()).unwrap()).await.status, 200);
}

#[tokio::test]
async fn staff_pair_a_screen_and_a_repeat_pairs_no_second() {
    let mut till = Till::with_staff().await;
    let body = json!({ "name": "Booth 2" });
    let first = till.post_as("/api/outlet/screens", &body, "pair").await;
    assert_eq!(first.status, 201);
    assert_eq!(
        till.post_as("/api/outlet/screens", &body, "pair").await.body,
        first.body
    );
    till.token = first.body["data"]["token"].as_str().unwrap().to_owned();
    assert_eq!(till.get("/api/outlet").await.status, 200);
    let guest = till
        .request(Method::POST, "/api/outlet/screens")
        .header("idempotency-key", "x");
    let refused = till.send(guest.body(Body::from(body.to_string())).unwrap()).await;
    assert_eq!(refused.problem(), (403, "staff_needed"));
}
