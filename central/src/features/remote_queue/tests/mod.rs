//! A customer's own place in queues, over a real database.

mod door;

use gerai_shared::{OutletId, phone, queue::RemoteTicket, sync::outlet_topic};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    features::{catalog, queue},
    platform::feed,
    testing::{Answer, TestApp, Visitor},
    tx,
};

const BOOTH: u128 = 0xA1;
const OUTLET: u128 = 0xB1;

/// An outlet that central leads, with a product.
async fn scene() -> (TestApp, Visitor) {
    let app = TestApp::new().await;
    let platform = &app.platform;
    tx!(&platform.db, |tx| -> Result<(), catalog::Error> {
        catalog::ensure_location(tx, platform.clock.id(), "Bandung", platform.clock.now()).await?;
        Ok(())
    })
    .unwrap();
    let admin = app.admin().await;
    let booth = json!({"name": "Booth", "category": "photobooth", "price": 35_000, "duration_minutes": 15});
    let path = format!("/api/admin/catalog/products/{}", Uuid::from_u128(BOOTH));
    app.put(&path).by(&admin).once().json(&booth).send().await.expect(201);
    let outlet = json!({
        "code": "BDG01", "name": "Gerai Dago", "city": "Bandung", "address": "Jl. Contoh 1", "location": "bandung",
        "zone": "WIB", "day_starts_at": 240, "hours": vec![json!({"opens": 240, "closes": 1_680}); 7],
        "studios": [{"name": "Booth", "serves": ["photobooth"]}],
    });
    let path = format!("/api/admin/outlets/{}", Uuid::from_u128(OUTLET));
    app.put(&path).by(&admin).once().json(&outlet).send().await.expect(201);
    (app, admin)
}

async fn join(app: &TestApp, who: &Visitor) -> Answer {
    let wish = json!({"outlet": Uuid::from_u128(OUTLET), "product": Uuid::from_u128(BOOTH), "party_size": 2});
    app.post("/api/queue/join").by(who).once().json(&wish).send().await
}

async fn leave(app: &TestApp, who: &Visitor, wish: &Value) -> Answer {
    app.post("/api/queue/leave").by(who).once().json(wish).send().await
}

async fn mine(app: &TestApp, who: &Visitor) -> Value {
    app.get("/api/queue/mine").by(who).send().await.expect(200)["data"].clone()
}

#[tokio::test]
async fn a_customer_joins_once_and_leaves_only_their_own_ticket() {
    let (app, _) = scene().await;
    let (dewi, budi) = (app.customer().await, app.customer().await);
    let joined = join(&app, &dewi).await.expect(201);
    assert_eq!(joined["data"]["told"], "M-001");
    let twin = join(&app, &dewi).await.problem(409, "already_joined");
    assert_eq!(
        (&twin["detail"], &twin["errors"]["ticket"][0]),
        (&joined["data"]["id"], &json!("M-001"))
    );
    assert_eq!(mine(&app, &dewi).await[0]["state"], "joined");
    let (ticket, outlet) = (
        json!({"ticket": joined["data"]["id"]}),
        json!({"outlet": Uuid::from_u128(OUTLET)}),
    );
    leave(&app, &budi, &ticket).await.problem(404, "not_found");
    leave(&app, &budi, &outlet).await.problem(404, "not_found");
    let done = leave(&app, &dewi, &ticket).await.expect(200);
    assert_eq!(done["data"]["request"]["state"], "done");
    leave(&app, &dewi, &ticket).await.problem(409, "wrong_ticket_state");
    assert_eq!(mine(&app, &dewi).await, json!([]));
    let again = join(&app, &dewi).await.expect(201);
    assert_eq!(again["data"]["told"], "M-002", "a number told is never told again");
    leave(&app, &dewi, &outlet).await.expect(200);
    assert_eq!(mine(&app, &dewi).await, json!([]));
}

#[tokio::test]
async fn a_ticket_is_callable_only_after_check_in_and_then_is_still_the_only_one() {
    let (app, admin) = scene().await;
    let dewi = app.customer().await;
    let joined = join(&app, &dewi).await.expect(201);
    let remote = joined["data"]["id"].as_str().unwrap();
    let act = |who: &Visitor, ticket: &str, act: &str| {
        let path = format!("/api/queue/tickets/{ticket}/{act}");
        app.post(&path).by(who).once().json(&json!({})).send()
    };
    act(&admin, remote, "call").await.problem(409, "not_checked_in");
    let check_in = json!({"kind": "check_in", "remote": remote});
    let acts = format!("/api/admin/outlets/{}/acts", Uuid::from_u128(OUTLET));
    app.post(&acts)
        .by(&admin)
        .once()
        .json(&check_in)
        .send()
        .await
        .expect(200);
    let here = mine(&app, &dewi).await;
    assert_eq!(
        (&here[0]["state"], &here[0]["ahead"]),
        (&json!("waiting"), &json!(0)),
        "{here}"
    );
    join(&app, &dewi).await.problem(409, "already_joined");
    act(&dewi, remote, "call").await.problem(403, "forbidden");
    act(&admin, remote, "call").await.expect(200);
    assert_eq!(mine(&app, &dewi).await[0]["state"], "called");
    leave(&app, &dewi, &json!({"outlet": Uuid::from_u128(OUTLET)}))
        .await
        .expect(200);
    assert_eq!(mine(&app, &dewi).await, json!([]));
    join(&app, &dewi).await.expect(201);
}

#[tokio::test]
async fn of_many_taps_on_join_one_makes_a_ticket() {
    let (app, _) = scene().await;
    let twin = app.twin().await;
    let dewi = app.customer().await;
    let wish = json!({"outlet": Uuid::from_u128(OUTLET), "product": Uuid::from_u128(BOOTH), "party_size": 2});
    let calls = (0..32).map(|at| {
        let app = if at % 2 == 0 { &app } else { &twin };
        app.post("/api/queue/join").by(&dewi).once().json(&wish).send()
    });
    let answers = futures_util::future::join_all(calls).await;
    let of = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((of(201), of(409)), (1, 31), "{answers:?}");
}

#[tokio::test]
async fn over_midnight_numbers_begin_anew_and_yesterdays_ticket_is_past() {
    let (app, _) = scene().await;
    // Ten minutes before the outlet's day ends at four in the morning: 2026-11-23T20:50:00Z.
    app.platform
        .clock
        .advance(1_795_467_000_000_000 - app.platform.clock.now().0);
    let (dewi, admin) = (app.customer().await, app.admin().await);
    let before = join(&app, &dewi).await.expect(201);
    assert_eq!(
        (&before["data"]["told"], &before["data"]["day"]),
        (&json!("M-001"), &json!("2026-11-23"))
    );
    app.platform.clock.advance(20 * 60_000_000);
    assert_eq!(mine(&app, &dewi).await, json!([]));
    leave(&app, &dewi, &json!({"outlet": Uuid::from_u128(OUTLET)}))
        .await
        .problem(404, "not_found");
    let after = join(&app, &dewi).await.expect(201);
    assert_eq!(
        (&after["data"]["told"], &after["data"]["day"]),
        (&json!("M-001"), &json!("2026-11-24"))
    );
    let check_in = json!({"kind": "check_in", "remote": before["data"]["id"]});
    let acts = format!("/api/admin/outlets/{}/acts", Uuid::from_u128(OUTLET));
    app.post(&acts)
        .by(&admin)
        .once()
        .json(&check_in)
        .send()
        .await
        .problem(404, "unknown_ticket");
}

/// The remote tickets as the outlet heard of them.
async fn heard(app: &TestApp) -> Vec<RemoteTicket> {
    let topic = outlet_topic(OutletId(Uuid::from_u128(OUTLET)));
    let rows = feed::page(app.platform.db.reader(), &topic, 0, 100).await.unwrap();
    rows.into_iter()
        .filter(|row| row.kind == "remote_ticket")
        .map(|row| serde_json::from_value(row.body.unwrap()).unwrap())
        .collect()
}

/// The outlet hears of a mark that only that ticket's token makes of that number; nobody hears the number.
#[tokio::test]
async fn a_customers_number_is_told_to_the_outlet_as_a_mark_of_that_ticket() {
    const NUMBER: &str = "+6281234567890";
    let (app, _) = scene().await;
    let (dewi, budi) = (app.customer_called(NUMBER).await, app.customer().await);
    let joined = join(&app, &dewi).await.expect(201);
    assert!(joined["data"].get("phone").is_none(), "for outlets alone: {joined}");
    join(&app, &budi).await.expect(201);
    let ticket = json!({"ticket": joined["data"]["id"]});
    leave(&app, &dewi, &ticket).await.expect(200);
    join(&app, &dewi).await.expect(201);

    let heard = heard(&app).await;
    let marks: Vec<_> = heard.iter().map(|row| row.phone.clone()).collect();
    let expected = |at: usize| heard[at].token.as_deref().map(|token| phone::mark(token, NUMBER));
    assert_eq!(marks, [expected(0), None, expected(2), expected(3)]);
    assert_eq!(marks[0], marks[2], "given up, it is the same ticket");
    assert_ne!(marks[0], marks[3], "another ticket has another mark");
    assert!(!serde_json::to_string(&heard).unwrap().contains("81234567890"));
    // What is stored is what was told, on this database as well.
    for told in &heard[1..] {
        let stored = queue::remote_ticket(app.platform.db.reader(), told.id).await.unwrap();
        assert_eq!(stored.as_ref(), Some(told));
    }
    let id = joined["data"]["id"].as_str().unwrap();
    let shown = app
        .get(&format!("/api/queue/tickets/{id}"))
        .by(&dewi)
        .send()
        .await
        .expect(200);
    assert!(shown["data"].get("phone").is_none(), "{shown}");
}

#[tokio::test]
async fn a_party_larger_than_the_product_is_for_joins_from_nowhere() {
    let (app, admin) = scene().await;
    let dewi = app.customer().await;
    let path = format!("/api/admin/catalog/products/{}", Uuid::from_u128(BOOTH));
    let mut booth = json!({"name": "Booth", "category": "photobooth", "price": 35_000, "duration_minutes": 15});
    booth["max_party"] = json!(51);
    let refused = app.put(&path).by(&admin).once().json(&booth).send().await;
    assert!(refused.problem(422, "invalid_product")["errors"]["max_party"].is_array());
    booth["max_party"] = json!(3);
    let kept = app.put(&path).by(&admin).once().json(&booth).send().await.expect(200);
    assert_eq!(kept["data"]["max_party"], 3);
    let mut wish = json!({"outlet": Uuid::from_u128(OUTLET), "product": Uuid::from_u128(BOOTH), "party_size": 4});
    let join = async |wish: &Value| app.post("/api/queue/join").by(&dewi).once().json(wish).send().await;
    join(&wish).await.problem(422, "party_too_large");
    // A booking is held against it before its slot is looked for.
    let mut booking = wish.clone();
    booking["starts_at"] = json!("2026-11-23T03:00:00Z");
    let booked = app.post("/api/bookings").by(&dewi).once().json(&booking).send().await;
    booked.problem(422, "party_too_large");
    wish["party_size"] = json!(3);
    join(&wish).await.expect(201);
}
