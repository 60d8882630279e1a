//! Bookings over a real database.

mod door;
mod leaving;

use gerai_shared::{Micros, OutletId, TicketId, queue::RemoteTicket, sync::outlet_topic};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    features::{catalog, queue},
    platform::feed,
    testing::{Answer, TestApp, Visitor},
    tx,
};

/// Monday, 2026-11-23T01:30:00Z: half past eight in the morning in Jakarta.
const MONDAY: Micros = Micros(1_795_397_400_000_000);
const BOOTH: u128 = 0xA1;
const OUTLET: u128 = 0xB1;

struct Scene {
    app: TestApp,
    admin: Visitor,
}

impl Scene {
    /// An outlet with one booth, open from 8.00 to 22.00 WIB, on a Monday at half past eight.
    async fn new() -> Self {
        let app = TestApp::new().await;
        let platform = &app.platform;
        platform.clock.advance(MONDAY.0 - platform.clock.now().0);
        tx!(&platform.db, |tx| -> Result<(), catalog::Error> {
            catalog::ensure_location(tx, platform.clock.id(), "Bandung", platform.clock.now()).await?;
            Ok(())
        })
        .unwrap();
        let admin = app.admin().await;
        let booth = json!({"name": "Booth", "category": "photobooth", "price": 35_000, "duration_minutes": 15});
        let path = format!("/api/admin/catalog/products/{}", Uuid::from_u128(BOOTH));
        app.put(&path).by(&admin).once().json(&booth).send().await.expect(201);
        let hours = json!({"opens": 480, "closes": 1_320});
        let outlet = json!({
            "code": "BDG01", "name": "Gerai Dago", "city": "Bandung", "address": "Jl. Contoh 1",
            "location": "bandung", "zone": "WIB", "day_starts_at": 240,
            "hours": [hours, hours, hours, hours, hours, hours, hours],
            "studios": [{"name": "Booth", "serves": ["photobooth"]}],
        });
        let path = format!("/api/admin/outlets/{}", Uuid::from_u128(OUTLET));
        app.put(&path).by(&admin).once().json(&outlet).send().await.expect(201);
        Self { app, admin }
    }

    async fn book(&self, who: &Visitor, starts_at: &str) -> Answer {
        let wish = wish(starts_at);
        self.app.post("/api/bookings").by(who).once().json(&wish).send().await
    }

    async fn act(&self, who: &Visitor, booking: &Value, act: &str, body: &Value) -> Answer {
        let path = format!("/api/bookings/{}/{act}", booking["data"]["id"].as_str().unwrap());
        self.app.post(&path).by(who).once().json(body).send().await
    }

    async fn free(&self, day: &str, at: &str) -> u64 {
        let slots = self.slots(day).await.expect(200);
        let slot = slots["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|slot| slot["starts_at"] == rfc(at));
        slot.unwrap()["free"].as_u64().unwrap()
    }

    async fn slots(&self, day: &str) -> Answer {
        let (outlet, product) = (Uuid::from_u128(OUTLET), Uuid::from_u128(BOOTH));
        let path = format!("/api/bookings/slots?outlet={outlet}&product={product}&day={day}");
        self.app.get(&path).send().await
    }
}

fn wish(starts_at: &str) -> Value {
    json!({
        "outlet": Uuid::from_u128(OUTLET), "product": Uuid::from_u128(BOOTH), "party_size": 2,
        "starts_at": starts_at, "holder": "Sari",
    })
}

fn rfc(at: &str) -> String {
    at.replace('Z', ".000000Z")
}

const AT_ELEVEN: &str = "2026-11-23T04:00:00Z";
const AT_NOON: &str = "2026-11-23T05:00:00Z";
const TOMORROW: &str = "2026-11-24T04:00:00Z";

#[tokio::test]
async fn a_place_is_booked_moved_and_given_up_and_the_outlet_hears_each_time() {
    let scene = Scene::new().await;
    let sari = scene.app.customer().await;
    assert_eq!(scene.free("2026-11-23", AT_ELEVEN).await, 1);
    let booked = scene.book(&sari, AT_ELEVEN).await.expect(201);
    assert_eq!(
        (&booked["data"]["told"], &booked["data"]["day"]),
        (&json!("B-001"), &json!("2026-11-23"))
    );
    assert_eq!(booked["data"]["starts_at"], rfc(AT_ELEVEN));
    let token = booked["data"]["token"].as_str().unwrap();
    assert_eq!(token.len(), 22, "16 bytes of base64url");
    assert!(
        booked["data"]["status_url"]
            .as_str()
            .unwrap()
            .ends_with(&format!("/t/{token}"))
    );
    assert_eq!(scene.free("2026-11-23", AT_ELEVEN).await, 0);

    let moved = scene
        .act(&sari, &booked, "reschedule", &json!({"starts_at": AT_NOON}))
        .await
        .expect(200);
    assert_eq!(moved["data"]["told"], "B-001", "of the same day, so the number stays");
    assert_eq!(scene.free("2026-11-23", AT_ELEVEN).await, 1);
    let moved = scene
        .act(&sari, &booked, "reschedule", &json!({"starts_at": TOMORROW}))
        .await
        .expect(200);
    assert_eq!(
        (&moved["data"]["told"], &moved["data"]["day"]),
        (&json!("B-001"), &json!("2026-11-24"))
    );
    let back = scene
        .act(&sari, &booked, "reschedule", &json!({"starts_at": AT_NOON}))
        .await
        .expect(200);
    assert_eq!(
        back["data"]["told"], "B-002",
        "the first number of that day was told, and never is again"
    );

    let listed = scene.app.get("/api/bookings").by(&sari).send().await.expect(200);
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    let mine = scene.app.get("/api/queue/mine").by(&sari).send().await.expect(200);
    assert_eq!(
        (&mine["data"][0]["told"], &mine["data"][0]["state"]),
        (&json!("B-002"), &json!("joined"))
    );

    let gone = scene.act(&sari, &booked, "cancel", &json!({})).await.expect(200);
    assert_eq!(gone["data"]["state"], "cancelled");
    scene
        .act(&sari, &booked, "cancel", &json!({}))
        .await
        .problem(409, "wrong_ticket_state");
    assert_eq!(scene.free("2026-11-23", AT_NOON).await, 1);
    let mine = scene.app.get("/api/queue/mine").by(&sari).send().await.expect(200);
    assert_eq!(mine["data"], json!([]));

    let topic = outlet_topic(OutletId(Uuid::from_u128(OUTLET)));
    let feed = feed::page(scene.app.platform.db.reader(), &topic, 0, 100)
        .await
        .unwrap();
    let told: Vec<RemoteTicket> = feed
        .into_iter()
        .filter(|row| row.kind == "remote_ticket")
        .map(|row| serde_json::from_value(row.body.unwrap()).unwrap())
        .collect();
    let days: Vec<_> = told
        .iter()
        .map(|row| (row.day.to_string(), row.number, row.state.as_str()))
        .collect();
    let expected = [
        ("2026-11-23", 1, "joined"),
        ("2026-11-23", 1, "joined"),
        ("2026-11-24", 1, "joined"),
        ("2026-11-23", 2, "joined"),
        ("2026-11-23", 2, "cancelled"),
    ];
    assert_eq!(
        days,
        expected.map(|(day, number, state)| (day.to_owned(), number, state))
    );
}

/// Outlets know a telephone number by its mark under the booking's token; it is made anew when that is moved.
#[tokio::test]
async fn a_number_given_after_booking_marks_it_when_it_is_moved() {
    let scene = Scene::new().await;
    let sari = scene.app.customer().await;
    let booked = scene.book(&sari, AT_ELEVEN).await.expect(201);
    let id = TicketId(booked["data"]["id"].as_str().unwrap().parse().unwrap());
    let db = scene.app.platform.db.reader();
    assert_eq!(queue::remote_ticket(db, id).await.unwrap().unwrap().phone, None);
    let profile = json!({"phone": "0812-3456-7890"});
    let changed = scene
        .app
        .put("/api/user/profile")
        .by(&sari)
        .once()
        .json(&profile)
        .send();
    changed.await.expect(200);
    let at_noon = json!({"starts_at": AT_NOON});
    scene.act(&sari, &booked, "reschedule", &at_noon).await.expect(200);
    let row = queue::remote_ticket(db, id).await.unwrap().unwrap();
    let token = booked["data"]["token"].as_str().unwrap();
    assert_eq!(row.phone, Some(gerai_shared::phone::mark(token, "+6281234567890")));
}

#[tokio::test]
async fn of_many_who_want_the_last_place_exactly_one_has_it() {
    let scene = Scene::new().await;
    let twin = scene.app.twin().await;
    twin.platform.clock.advance(MONDAY.0 - twin.platform.clock.now().0);
    let mut visitors = Vec::new();
    for _ in 0..64 {
        visitors.push(scene.app.customer().await);
    }
    let calls = visitors.iter().enumerate().map(|(at, who)| {
        // Half of them by another process on the same database.
        let app = if at % 2 == 0 { &scene.app } else { &twin };
        app.post("/api/bookings").by(who).once().json(&wish(AT_ELEVEN)).send()
    });
    let answers = futures_util::future::join_all(calls).await;
    let of = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((of(201), of(409)), (1, 63), "{answers:?}");
    for refused in answers.into_iter().filter(|answer| answer.status == 409) {
        refused.problem(409, "slot_full");
    }
    assert_eq!(scene.free("2026-11-23", AT_ELEVEN).await, 0);
}

#[tokio::test]
async fn a_customer_has_one_ticket_for_an_outlet_and_day_booked_or_joined() {
    let scene = Scene::new().await;
    let sari = scene.app.customer().await;
    let booked = scene.book(&sari, AT_ELEVEN).await.expect(201);
    let twin = scene.book(&sari, AT_NOON).await.problem(409, "already_joined");
    assert_eq!(twin["detail"], booked["data"]["id"]);
    assert_eq!(twin["errors"]["ticket"][0], "B-001", "{twin}");
    let join = json!({"outlet": Uuid::from_u128(OUTLET), "product": Uuid::from_u128(BOOTH), "party_size": 2});
    let joining = || scene.app.post("/api/queue/join").by(&sari).once().json(&join).send();
    joining().await.problem(409, "already_joined");
    let other = scene.book(&sari, TOMORROW).await.expect(201);
    scene
        .act(&sari, &other, "reschedule", &json!({"starts_at": AT_NOON}))
        .await
        .problem(409, "already_joined");
    scene.act(&sari, &booked, "cancel", &json!({})).await.expect(200);
    assert_eq!(joining().await.expect(201)["data"]["told"], "M-001");
}

#[tokio::test]
async fn what_cannot_be_booked_is_said() {
    let scene = Scene::new().await;
    let sari = scene.app.customer().await;
    scene
        .book(&sari, "2026-11-23T04:07:00Z")
        .await
        .problem(422, "no_such_slot");
    scene
        .book(&sari, "2026-11-23T20:00:00Z")
        .await
        .problem(422, "no_such_slot");
    scene
        .book(&sari, "2027-01-23T04:00:00Z")
        .await
        .problem(422, "too_far_ahead");
    scene.book(&sari, "2026-11-22T04:00:00Z").await.problem(409, "too_late");
    scene.app.platform.clock.advance(61 * 60_000_000);
    // The sign-in is over by now.
    let sari = scene.app.customer().await;
    scene.book(&sari, "2026-11-23T03:00:00Z").await.problem(409, "too_late");
    let mut crowd = wish(AT_ELEVEN);
    crowd["party_size"] = json!(10_000);
    let post = |body: Value, key: &str| {
        let (app, key) = (&scene.app, key.to_owned());
        let sari = &sari;
        async move { app.post("/api/bookings").by(sari).key(&key).json(&body).send().await }
    };
    post(crowd, "crowd").await.problem(422, "out_of_bounds");
    let first = post(wish(AT_ELEVEN), "once").await.expect(201);
    let again = post(wish(AT_ELEVEN), "once").await;
    assert_eq!((again.header("idempotency-replayed"), again.json()), ("true", first));
    post(wish(AT_NOON), "once").await.problem(422, "idempotency_key_reused");
}

#[tokio::test]
async fn a_blackout_day_takes_no_bookings_and_keeps_those_that_stand() {
    let scene = Scene::new().await;
    let (sari, budi) = (scene.app.customer().await, scene.app.customer().await);
    let booked = scene.book(&sari, TOMORROW).await.expect(201);
    let add = |outlet: Value, day: &str| {
        let body = json!({"outlet": outlet, "day": day, "reason": "Renovasi"});
        scene
            .app
            .post("/api/admin/booking-blackouts")
            .by(&scene.admin)
            .once()
            .json(&body)
            .send()
    };
    let added = add(json!(Uuid::from_u128(OUTLET)), "2026-11-24").await.expect(201);
    assert_eq!(added["data"]["booked"], 1, "somebody has to be called");
    add(Value::Null, "2026-12-25").await.expect(201);
    let refused = scene.book(&budi, TOMORROW).await.problem(409, "booking_blackout");
    assert!(refused["detail"].as_str().unwrap().contains("Renovasi"));
    scene.slots("2026-11-24").await.problem(409, "booking_blackout");
    scene
        .book(&budi, "2026-12-25T04:00:00Z")
        .await
        .problem(409, "booking_blackout");
    let path = format!("/api/admin/outlets/{}/bookings?day=2026-11-24", Uuid::from_u128(OUTLET));
    let expected = scene.app.get(&path).by(&scene.admin).send().await.expect(200);
    assert_eq!(expected["data"][0]["id"], booked["data"]["id"]);
    let listed = scene
        .app
        .get("/api/admin/booking-blackouts")
        .by(&scene.admin)
        .send()
        .await
        .expect(200);
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    let path = format!("/api/admin/booking-blackouts/{}", added["data"]["id"].as_str().unwrap());
    scene.app.delete(&path).by(&scene.admin).once().send().await.expect(200);
    scene.book(&budi, "2026-11-24T05:00:00Z").await.expect(201);
}

#[tokio::test]
async fn an_outlets_rules_count_and_are_bounded() {
    let scene = Scene::new().await;
    let path = format!("/api/admin/outlets/{}/booking-rules", Uuid::from_u128(OUTLET));
    let mut rules = scene.app.get(&path).by(&scene.admin).send().await.expect(200)["data"].clone();
    assert_eq!(rules["slot_minutes"], 30);
    rules["per_slot"] = json!(0);
    let put = |rules: &Value| scene.app.put(&path).by(&scene.admin).once().json(rules).send();
    put(&rules).await.expect(200);
    assert_eq!(scene.free("2026-11-23", AT_ELEVEN).await, 0);
    rules["slot_minutes"] = json!(1);
    let refused = put(&rules).await.problem(422, "invalid_body");
    assert!(refused["errors"]["slot_minutes"].is_array(), "{refused}");
}

#[tokio::test]
async fn whoever_is_there_keeps_a_place_that_was_moved_meanwhile() {
    let scene = Scene::new().await;
    let sari = scene.app.customer().await;
    let booked = scene.book(&sari, AT_ELEVEN).await.expect(201);
    let id = TicketId(booked["data"]["id"].as_str().unwrap().parse().unwrap());
    let platform = &scene.app.platform;
    let outlet = OutletId(Uuid::from_u128(OUTLET));
    scene.act(&sari, &booked, "cancel", &json!({})).await.expect(200);
    let cancelled = tx!(&platform.db, |tx| -> Result<bool, sea_orm::DbErr> {
        queue::check_in_remote(tx, outlet, id, platform.clock.now()).await
    })
    .unwrap();
    assert!(cancelled, "the exception says so");
    let shown = scene
        .app
        .get(&format!("/api/bookings/{id}"))
        .by(&sari)
        .send()
        .await
        .expect(200);
    assert_eq!(shown["data"]["state"], "checked_in");
    scene
        .act(&sari, &booked, "reschedule", &json!({"starts_at": TOMORROW}))
        .await
        .problem(409, "wrong_ticket_state");
    assert_eq!(scene.free("2026-11-23", AT_ELEVEN).await, 0, "the place is taken");
}
