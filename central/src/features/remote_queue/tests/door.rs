//! Phones respect the outlet's door: what its staff said, its day, its hours, its cap.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{BOOTH, OUTLET, join, leave, scene};
use crate::testing::{TestApp, Visitor};

async fn act(app: &TestApp, admin: &Visitor, wish: Value) {
    let path = format!("/api/admin/outlets/{}/acts", Uuid::from_u128(OUTLET));
    let done = app.post(&path).by(admin).once().json(&wish).send().await.expect(200);
    assert_eq!(done["data"]["request"]["state"], "done", "{wish}: {done}");
}

fn intake(state: &str, message: Option<&str>, cap: Option<u32>) -> Value {
    json!({"kind": "set_intake", "state": state, "message": message, "cap": cap, "clear": false})
}

#[tokio::test]
async fn a_door_that_is_shut_is_shut_to_phones_and_says_what_the_outlet_says() {
    let (app, admin) = scene().await;
    let dewi = app.customer().await;
    let later = "Listrik padam, kembali pukul 15";
    act(&app, &admin, intake("paused", Some(later), None)).await;
    let refused = join(&app, &dewi).await.problem(409, "intake_paused");
    assert_eq!(refused["detail"], later);
    act(&app, &admin, intake("closed", None, None)).await;
    join(&app, &dewi).await.problem(409, "intake_closed");
    act(&app, &admin, intake("open", None, None)).await;
    let joined = join(&app, &dewi).await.expect(201);
    assert_eq!(joined["data"]["told"], "M-001", "a refusal took no number");

    app.platform.clock.advance(1_000_000);
    act(&app, &admin, json!({"kind": "close_day"})).await;
    let budi = app.customer().await;
    join(&app, &budi).await.problem(409, "day_closed");
    app.platform.clock.advance(1_000_000);
    act(&app, &admin, intake("paused", None, None)).await;
    join(&app, &budi).await.problem(409, "intake_paused");
    app.platform.clock.advance(1_000_000);
    act(&app, &admin, intake("open", None, None)).await;
    join(&app, &budi).await.expect(201);
}

#[tokio::test]
async fn a_cap_counts_who_is_there_and_who_is_on_their_way() {
    let (app, admin) = scene().await;
    let (dewi, budi) = (app.customer().await, app.customer().await);
    act(&app, &admin, intake("open", Some("Ramai sekali hari ini"), Some(2))).await;
    let walk_in = json!({"kind": "issue", "product": Uuid::from_u128(BOOTH), "party_size": 1});
    act(&app, &admin, walk_in).await;
    let joined = join(&app, &dewi).await.expect(201);
    let full = join(&app, &budi).await.problem(409, "queue_full");
    assert_eq!(full["detail"], "Ramai sekali hari ini");
    leave(&app, &dewi, &json!({"ticket": joined["data"]["id"]}))
        .await
        .expect(200);
    join(&app, &budi).await.expect(201);
    join(&app, &dewi).await.problem(409, "queue_full");
}

#[tokio::test]
async fn outside_its_hours_an_outlet_takes_nobody_from_afar() {
    // 2026-11-23T02:59:00Z: a minute before ten in the morning in Jakarta.
    const BEFORE_TEN: i64 = 1_795_402_740_000_000;
    let (app, _) = scene().await;
    app.platform.clock.advance(BEFORE_TEN - app.platform.clock.now().0);
    let (dewi, admin) = (app.customer().await, app.admin().await);
    let path = format!("/api/admin/outlets/{}", Uuid::from_u128(OUTLET));
    let outlet = json!({
        "code": "BDG01", "name": "Gerai Dago", "city": "Bandung", "address": "Jl. Contoh 1", "location": "bandung",
        "zone": "WIB", "day_starts_at": 240, "hours": vec![json!({"opens": 600, "closes": 1_500}); 7],
        "studios": [{"name": "Booth", "serves": ["photobooth"]}],
    });
    app.put(&path).by(&admin).once().json(&outlet).send().await.expect(200);
    let refused = join(&app, &dewi).await.problem(409, "outlet_not_open");
    assert_eq!(refused["detail"], "10.00–01.00");
    app.platform.clock.advance(60_000_000);
    join(&app, &dewi).await.expect(201);
}
