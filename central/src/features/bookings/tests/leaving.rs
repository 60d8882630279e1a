//! Who gives a booking up or moves it, and until when.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{AT_ELEVEN, AT_NOON, OUTLET, Scene};

#[tokio::test]
async fn a_booking_is_changed_in_time_by_its_holder_and_at_any_time_by_staff() {
    let scene = Scene::new().await;
    let (sari, budi) = (scene.app.customer().await, scene.app.customer().await);
    let booked = scene.book(&sari, AT_ELEVEN).await.expect(201);
    scene
        .act(&budi, &booked, "cancel", &json!({}))
        .await
        .problem(404, "not_found");
    // Two hours before eleven is nine o'clock.
    scene.app.platform.clock.advance(31 * 60_000_000);
    scene
        .act(&sari, &booked, "cancel", &json!({}))
        .await
        .problem(409, "too_late");
    let later = json!({"starts_at": AT_NOON});
    scene
        .act(&sari, &booked, "reschedule", &later)
        .await
        .problem(409, "too_late");
    scene.act(&scene.admin, &booked, "reschedule", &later).await.expect(200);
    scene.act(&scene.admin, &booked, "cancel", &json!({})).await.expect(200);
}

#[tokio::test]
async fn the_queues_own_way_out_is_no_way_round_the_time_to_change_a_booking() {
    let scene = Scene::new().await;
    let sari = scene.app.customer().await;
    let booked = scene.book(&sari, AT_ELEVEN).await.expect(201);
    scene.app.platform.clock.advance(31 * 60_000_000);
    let leave = |wish: Value| scene.app.post("/api/queue/leave").by(&sari).once().json(&wish).send();
    let (ticket, outlet) = (
        json!({"ticket": booked["data"]["id"]}),
        json!({"outlet": Uuid::from_u128(OUTLET)}),
    );
    leave(ticket.clone()).await.problem(409, "too_late");
    leave(outlet).await.problem(409, "too_late");
    let path = format!("/api/bookings/{}", booked["data"]["id"].as_str().unwrap());
    let stands = scene.app.get(&path).by(&sari).send().await.expect(200);
    assert_eq!(stands["data"]["state"], "joined");
    // Whoever is in time leaves by either; the staff always may.
    let later = json!({"starts_at": AT_NOON});
    scene.act(&scene.admin, &booked, "reschedule", &later).await.expect(200);
    leave(ticket).await.expect(200);
    let booked = scene.book(&sari, AT_ELEVEN).await.expect(201);
    leave(json!({"ticket": booked["data"]["id"]}))
        .await
        .problem(409, "too_late");
    let path = format!("/api/queue/tickets/{}/cancel", booked["data"]["id"].as_str().unwrap());
    let by_staff = scene.app.post(&path).by(&scene.admin).once().json(&json!({})).send();
    by_staff.await.expect(200);
}
