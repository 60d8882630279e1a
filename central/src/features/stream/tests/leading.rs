//! Outlets without an edge: central leads, through the same door.

use gerai_shared::OutletId;
use serde_json::json;

use super::{
    super::{StreamError, adopt, close_forgotten_days, lock},
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
async fn a_day_that_nobody_closed_is_closed_once_when_the_next_has_begun() {
    let app = TestApp::new().await;
    with_owner(&app).await;
    let admin = app.admin().await;
    let outlet = led_outlet(&app).await;
    let acts = format!("/api/admin/outlets/{}/acts", outlet.id);
    let issue = json!({"kind": "issue", "product": product(), "party_size": 2});
    app.post(&acts).by(&admin).once().json(&issue).send().await.expect(200);
    close_forgotten_days(&app.platform).await.unwrap();
    let rows = format!("/api/admin/outlets/{}/rows?table=", outlet.id);
    let of = async |table: &str| app.get(&format!("{rows}{table}")).by(&admin).send().await.expect(200);
    assert_eq!(of("business_day").await["meta"]["total"], 0, "the day goes on");
    app.platform.clock.advance(24 * 3_600 * 1_000_000);
    for _ in 0..2 {
        close_forgotten_days(&app.platform).await.unwrap();
    }
    let admin = app.admin().await;
    let of = async |table: &str| app.get(&format!("{rows}{table}")).by(&admin).send().await.expect(200);
    let days = of("business_day").await;
    assert_eq!(days["meta"]["total"], 1);
    assert_eq!(days["data"][0]["row"]["forgotten"], true);
    let ticket = of("ticket").await["data"][0]["row"].take();
    assert!(
        ticket["closed_at"].is_i64(),
        "who still waited is not waiting any more: {ticket}"
    );
    let commands = format!("/api/admin/outlets/{}/commands", outlet.id);
    let commands = app.get(&commands).by(&admin).send().await.expect(200);
    assert_eq!(commands["data"].as_array().unwrap().len(), 2, "closed once");
}

#[tokio::test]
async fn what_a_fenced_edge_told_is_not_wished_for() {
    let app = TestApp::new().await;
    with_owner(&app).await;
    let admin = app.admin().await;
    let outlet = led_outlet(&app).await;
    let act =
        json!({"kind": "room.set", "body": {"studio": uuid::Uuid::from_u128(0xC1), "state": "free", "note": null}});
    let told = json!({"kind": "told", "act": act, "of": uuid::Uuid::from_u128(1)});
    let acts = format!("/api/admin/outlets/{}/acts", outlet.id);
    let refused = app.post(&acts).by(&admin).once().json(&told).send().await;
    refused.problem(422, "not_to_be_wished");
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
