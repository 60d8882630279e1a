//! What the outlet said about its door counts for slots of today alone.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{AT_ELEVEN, AT_NOON, OUTLET, Scene, TOMORROW};

impl Scene {
    async fn set_intake(&self, state: &str, cap: Option<u32>) {
        let wish =
            json!({"kind": "set_intake", "state": state, "cap": cap, "clear": false, "message": "Kembali pukul 15"});
        let path = format!("/api/admin/outlets/{}/acts", Uuid::from_u128(OUTLET));
        let done = self.app.post(&path).by(&self.admin).once().json(&wish).send();
        assert_eq!(done.await.expect(200)["data"]["request"]["state"], "done");
    }
}

#[tokio::test]
async fn todays_pause_stops_todays_slots_and_no_other_days() {
    let scene = Scene::new().await;
    let (sari, budi) = (scene.app.customer().await, scene.app.customer().await);
    let today = scene.book(&sari, AT_ELEVEN).await.expect(201);
    scene.set_intake("paused", None).await;
    let refused = scene.book(&budi, AT_NOON).await.problem(409, "intake_paused");
    assert_eq!(refused["detail"], "Kembali pukul 15");
    let tomorrow = scene.book(&budi, TOMORROW).await.expect(201);
    let to = |at: &str| json!({"starts_at": at});
    scene
        .act(&budi, &tomorrow, "reschedule", &to(AT_NOON))
        .await
        .problem(409, "intake_paused");
    // Who has a place today keeps one.
    let moved: Value = scene.act(&sari, &today, "reschedule", &to(AT_NOON)).await.expect(200);
    assert_eq!(moved["data"]["told"], "B-001");
    scene.set_intake("open", Some(1)).await;
    // A slot has places of its own; the cap is the queue's.
    scene
        .act(&budi, &tomorrow, "reschedule", &to(AT_ELEVEN))
        .await
        .expect(200);
}
