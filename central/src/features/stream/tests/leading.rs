//! Outlets without an edge: central leads, through the same door.

use gerai_shared::OutletId;
use serde_json::json;

use super::{
    super::{StreamError, adopt, lock},
    owner::{led_outlet, product, with_owner},
};
use crate::{testing::TestApp, tx};

#[tokio::test]
async fn the_dashboard_runs_an_outlet_that_has_no_edge() {
    let app = TestApp::new().await;
    with_owner(&app).await;
    let admin = app.admin().await;
    let outlet = led_outlet(&app).await;
    let acts = format!("/api/admin/outlets/{}/acts", outlet.id);
    let issue = json!({"kind": "issue", "product": product(), "party_size": 2});
    for _ in 0..2 {
        let done = app.post(&acts).by(&admin).once().json(&issue).send().await.expect(200);
        assert_eq!(done["data"]["request"]["state"], "done");
    }
    let queue = app
        .get(&format!("/api/outlets/{}/queue", outlet.id))
        .send()
        .await
        .expect(200);
    let told: Vec<_> = queue["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ticket| ticket["told"].clone())
        .collect();
    assert_eq!(told, ["A-001", "A-002"]);

    let id = queue["data"][0]["id"].as_str().unwrap();
    let call = app
        .post(&format!("/api/queue/tickets/{id}/call"))
        .by(&admin)
        .key("call-1")
        .json(&json!({}));
    assert_eq!(call.send().await.expect(200)["data"]["request"]["state"], "done");
    let again = app
        .post(&format!("/api/queue/tickets/{id}/call"))
        .by(&admin)
        .key("call-1")
        .json(&json!({}));
    again.send().await.expect(200);
    let refused = app
        .post(&format!("/api/queue/tickets/{id}/call"))
        .by(&admin)
        .once()
        .json(&json!({}));
    refused.send().await.problem(409, "wrong_ticket_state");
    let queue = app
        .get(&format!("/api/outlets/{}/queue", outlet.id))
        .send()
        .await
        .expect(200);
    assert_eq!(queue["data"][0]["state"], "called");
}

#[tokio::test]
async fn an_outlet_with_an_edge_is_asked_and_shown_as_waiting() {
    let app = TestApp::with(|config| config.sync.answer_ms = 1).await;
    with_owner(&app).await;
    let admin = app.admin().await;
    let outlet = led_outlet(&app).await;
    tx!(&app.platform.db, |tx| -> Result<(), StreamError> {
        lock(tx, outlet.id).await?;
        adopt(tx, OutletId(outlet.id.0), 1).await?;
        Ok(())
    })
    .unwrap();
    let acts = format!("/api/admin/outlets/{}/acts", outlet.id);
    let issue = json!({"kind": "issue", "product": product(), "party_size": 2});
    let asked = app.post(&acts).by(&admin).once().json(&issue).send().await.expect(202);
    assert_eq!(asked["data"]["request"]["state"], "waiting");
    let page = crate::platform::feed::page(
        app.platform.db.reader(),
        &gerai_shared::sync::outlet_topic(outlet.id),
        0,
        100,
    )
    .await
    .unwrap();
    assert!(page.iter().any(|row| row.kind == "request"), "{page:?}");
}
