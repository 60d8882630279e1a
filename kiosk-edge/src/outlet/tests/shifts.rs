//! Cash shifts, through the API.

use gerai_shared::outlet::Permission;
use serde_json::{Value, json};

use super::till::Till;
use crate::journal::scene::PIN;

async fn sell(till: &Till) -> Value {
    let line = json!({ "product": till.scene.album.id, "quantity": 1 });
    let sold = till
        .post("/api/outlet/sales", &json!({ "lines": [line], "tendered": 50_000 }))
        .await;
    assert_eq!(sold.status, 201, "{}", sold.body);
    sold.body["data"].clone()
}

#[tokio::test]
async fn a_shift_adds_up_and_its_settlement_is_frozen() {
    let till = Till::with_staff().await;
    assert_eq!(till.get("/api/outlet/shift").await.body["data"], Value::Null);
    assert_eq!(sell(&till).await["shift"], Value::Null, "before it was opened");
    let opened = till.post("/api/outlet/shifts", &json!({ "float": 200_000 })).await;
    assert_eq!(opened.status, 201, "{}", opened.body);
    let id = opened.body["data"]["id"].as_str().unwrap().to_owned();
    let again = till.post("/api/outlet/shifts", &json!({ "float": 1 })).await;
    assert_eq!(again.problem(), (409, "shift_open"));
    let (first, _) = (sell(&till).await, sell(&till).await);
    assert_eq!(first["shift"], json!(id));
    let void = format!("/api/outlet/sales/{}/void", first["id"].as_str().unwrap());
    assert_eq!(till.post(&void, &json!({ "reason": "salah" })).await.status, 200);
    let path = |what: &str| format!("/api/outlet/shifts/{id}/{what}");
    for (direction, amount) in [("in", 30_000), ("out", 10_000)] {
        let body = json!({ "direction": direction, "amount": amount, "reason": "uang kecil" });
        assert_eq!(till.post(&path("movements"), &body).await.status, 201);
    }
    let open = till.get("/api/outlet/shift").await.body;
    assert_eq!(
        (&open["data"]["totals"]["expected"], &open["data"]["totals"]["sales"]),
        (&json!(270_000), &json!(100_000))
    );
    let early = till
        .post(&path("corrections"), &json!({ "amount": 1, "reason": "?" }))
        .await;
    assert_eq!(early.problem(), (409, "shift_open"));
    let closed = till
        .post(&path("close"), &json!({ "counted": 265_000, "note": "kurang" }))
        .await;
    let settlement = json!({ "float": 200_000, "sales": 100_000, "voids": 50_000, "paid_in": 30_000,
        "paid_out": 10_000, "expected": 270_000, "counted": 265_000, "difference": -5_000 });
    assert_eq!(closed.body["data"]["settlement"], settlement);
    assert_eq!(
        till.post(&path("close"), &json!({ "counted": 1 })).await.problem(),
        (409, "shift_closed")
    );
    sell(&till).await;
    let corrected = till
        .post(&path("corrections"), &json!({ "amount": -5_000, "reason": "ketemu" }))
        .await;
    assert_eq!(corrected.body["data"]["settlement"], settlement, "frozen");
    assert_eq!(corrected.body["data"]["corrections"][0]["amount"], -5_000);
    let list = till.get("/api/outlet/shifts").await.body;
    assert_eq!(
        (&list["meta"]["total"], &list["data"][0]["id"]),
        (&json!(1), &json!(id))
    );
}

#[tokio::test]
async fn the_drawer_needs_its_own_permission() {
    let till = Till::new().await;
    let rest: Vec<Permission> = Permission::ALL
        .into_iter()
        .filter(|permission| *permission != Permission::TillManage)
        .collect();
    till.scene.follow_grant(&till.scene.grant("Sari", &rest)).await;
    till.sign_in("Sari", PIN).await;
    for path in ["/api/outlet/shift", "/api/outlet/shifts"] {
        assert_eq!(till.get(path).await.problem(), (403, "permission_missing"));
    }
    let opened = till.post("/api/outlet/shifts", &json!({ "float": 0 })).await;
    assert_eq!(opened.problem(), (403, "permission_missing"));
}

#[tokio::test]
async fn minutes_are_paid_for_by_a_sale_of_the_session_once() {
    let till = Till::with_staff().await;
    let (ticket, studio) = (till.issue().await, till.scene.outlet.studios[0].id);
    let started = till.act(&ticket, "start", &json!({ "studio": studio })).await;
    let session = started.body["session"]["id"].as_str().unwrap();
    let line = json!({ "product": till.scene.album.id, "quantity": 1 });
    let sale = json!({ "lines": [line], "tendered": 50_000, "ticket": ticket.id, "session": session });
    let sold = till.post("/api/outlet/sales", &sale).await;
    assert_eq!(
        (sold.status.as_u16(), &sold.body["data"]["session"]),
        (201, &json!(session))
    );
    let extend = async |sale: &Value| {
        let path = format!("/api/outlet/sessions/{session}/extend");
        till.post(&path, &json!({ "minutes": 5, "sale": sale })).await
    };
    let other = sell(&till).await;
    assert_eq!(extend(&other["id"]).await.problem(), (409, "not_paid"));
    let extended = extend(&sold.body["data"]["id"]).await;
    assert_eq!(
        extended.body["data"]["extension_sales"],
        json!([sold.body["data"]["id"]])
    );
    assert_eq!(
        extend(&sold.body["data"]["id"]).await.problem(),
        (409, "not_paid"),
        "once"
    );
}
