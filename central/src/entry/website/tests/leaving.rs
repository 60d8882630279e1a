//! The way out by the page, and an outlet that takes nobody new: no sign-in, no script.

use gerai_shared::OutletId;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::joined;
use crate::{
    features::{queue, requests},
    testing::TestApp,
    tx,
};

const OUTLET: OutletId = OutletId(Uuid::from_u128(0xB1));

/// The page in English.
async fn seen(app: &TestApp, path: &str) -> String {
    let page = app.get(path).header("accept-language", "en").send().await;
    String::from_utf8(page.bytes).unwrap()
}

/// Presses the page's button; returns where the browser is sent.
async fn leave(app: &TestApp, path: &str) -> String {
    let form = app.post(&format!("{path}/leave?lang=en"));
    let answer = form
        .header("content-type", "application/x-www-form-urlencoded")
        .send()
        .await;
    assert_eq!(answer.status, 303);
    answer.header("location").to_owned()
}

async fn act(app: &TestApp, wish: Value) {
    let admin = app.admin().await;
    let path = format!("/api/admin/outlets/{OUTLET}/acts");
    let done = app.post(&path).by(&admin).once().json(&wish).send().await.expect(200);
    assert_eq!(done["data"]["request"]["state"], "done", "{done}");
}

async fn check_in(app: &TestApp, path: &str) {
    let token = path.rsplit('/').next().unwrap();
    let db = app.platform.db.reader();
    let remote = queue::remote_by_token(db, token).await.unwrap().unwrap();
    act(app, json!({"kind": "check_in", "remote": remote.id})).await;
}

#[tokio::test]
async fn whoever_has_the_page_leaves_by_it_and_a_second_press_changes_nothing() {
    let app = TestApp::new().await;
    let path = joined(&app).await;
    let token = path.rsplit('/').next().unwrap();
    let html = seen(&app, &path).await;
    assert!(
        html.contains(&format!("method=\"post\" action=\"{token}/leave?lang=en\"")),
        "{html}"
    );
    assert_eq!(
        app.get(&format!("{path}/leave")).send().await.status,
        405,
        "looking changes nothing"
    );
    let back = format!("../{token}?lang=en");
    assert_eq!(leave(&app, &path).await, back);
    let html = seen(&app, &path).await;
    assert!(html.contains("Cancelled") && !html.contains("<form"), "{html}");
    assert_eq!(leave(&app, &path).await, back);
    let unknown = app.post("/t/kY3vZ0l2m9Qw7tR5xN8aBg/leave").send().await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn whoever_is_at_the_outlet_leaves_by_the_page_as_well() {
    let app = TestApp::new().await;
    let path = joined(&app).await;
    check_in(&app, &path).await;
    leave(&app, &path).await;
    assert!(seen(&app, &path).await.contains("Ticket cancelled"));
    // A walk-in has no account, and a page.
    act(
        &app,
        json!({"kind": "issue", "product": Uuid::from_u128(0xA1), "party_size": 1}),
    )
    .await;
    let (db, token) = (app.platform.db.reader(), path.rsplit('/').next().unwrap());
    let remote = queue::remote_by_token(db, token).await.unwrap().unwrap();
    let day = queue::day_tickets(db, OUTLET, remote.day).await.unwrap();
    let walk_in = day.iter().find(|ticket| ticket.remote.is_none()).unwrap();
    let path = format!("/t/{}", walk_in.token.as_deref().unwrap());
    leave(&app, &path).await;
    assert!(seen(&app, &path).await.contains("Ticket cancelled"));
}

#[tokio::test]
async fn an_outlet_that_is_silent_is_asked_once() {
    let app = TestApp::with(|config| config.sync.answer_ms = 1).await;
    let path = joined(&app).await;
    check_in(&app, &path).await;
    // From here on an edge leads, which does not answer.
    tx!(&app.platform.db, |tx| -> Result<_, sea_orm::DbErr> {
        tx.execute_unprepared("UPDATE streams SET incarnation = 1").await
    })
    .unwrap();
    let token = path.rsplit('/').next().unwrap();
    for _ in 0..3 {
        assert_eq!(leave(&app, &path).await, format!("../{token}?lang=en&stays=asked"));
    }
    let asked = requests::waiting(app.platform.db.reader(), OUTLET).await.unwrap();
    assert_eq!(asked.len(), 1);
    let html = seen(&app, &format!("{path}?stays=asked")).await;
    assert!(
        html.contains("The outlet is being asked") && html.contains("You are next"),
        "{html}"
    );
    let html = seen(&app, &format!("{path}?stays=%3Cscript%3E")).await;
    assert!(!html.contains("role=\"alert\""), "a word nobody knows is not repeated");
}

#[tokio::test]
async fn a_booking_that_begins_soon_is_not_given_up_by_its_page() {
    let app = TestApp::new().await;
    let path = joined(&app).await;
    leave(&app, &path).await;
    let sari = app.customer().await;
    // The day after tomorrow, and a rule that wants a week.
    let day = app.platform.clock.now().plus_minutes(2 * 24 * 60).to_utc().date();
    let wish = json!({
        "outlet": OUTLET, "product": Uuid::from_u128(0xA1), "party_size": 2,
        "starts_at": format!("{day}T04:00:00Z"), "holder": "Sari",
    });
    let booked = app
        .post("/api/bookings")
        .by(&sari)
        .once()
        .json(&wish)
        .send()
        .await
        .expect(201);
    let admin = app.admin().await;
    let rules = format!("/api/admin/outlets/{OUTLET}/booking-rules");
    let mut set = app.get(&rules).by(&admin).send().await.expect(200)["data"].clone();
    set["change_minutes"] = json!(7 * 24 * 60);
    app.put(&rules).by(&admin).once().json(&set).send().await.expect(200);
    let token = booked["data"]["token"].as_str().unwrap();
    let path = format!("/t/{token}");
    assert_eq!(leave(&app, &path).await, format!("../{token}?lang=en&stays=too_late"));
    let html = seen(&app, &format!("{path}?stays=too_late")).await;
    assert!(
        html.contains("too soon to be given up here") && html.contains("Check in at the outlet"),
        "{html}"
    );
}

#[tokio::test]
async fn a_page_says_that_its_outlet_takes_nobody_new_in_the_outlets_own_words() {
    let app = TestApp::new().await;
    let path = joined(&app).await;
    assert!(!seen(&app, &path).await.contains("takes nobody new"));
    let pause = json!({"kind": "set_intake", "state": "paused", "message": "Kembali pukul <15>", "clear": false});
    act(&app, pause).await;
    let html = seen(&app, &path).await;
    assert!(
        html.contains("takes nobody new. Your number is good. Kembali pukul &#60;15&#62;"),
        "{html}"
    );
    let html = app.get(&format!("{path}?lang=id")).send().await.bytes;
    assert!(String::from_utf8(html).unwrap().contains("Gerai sedang jeda"));
    let closed = json!({"kind": "set_intake", "state": "closed", "clear": false});
    act(&app, closed).await;
    assert!(seen(&app, &path).await.contains("The queue takes nobody new today"));
}
