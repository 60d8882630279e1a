//! Cash sales and voids, through the API.

use gerai_shared::outlet::Permission;
use serde_json::{Value, json};

use super::till::Till;
use crate::journal::scene::PIN;

fn two_albums(till: &Till) -> Value {
    json!({ "lines": [{ "product": till.scene.album.id, "quantity": 2 }], "tendered": 150_000 })
}

#[tokio::test]
async fn a_sale_has_a_receipt_and_is_voided_once() {
    let till = Till::with_staff().await;
    let sold = till.post("/api/outlet/sales", &two_albums(&till)).await;
    assert_eq!(sold.status, 201, "{}", sold.body);
    let sale = &sold.body["data"];
    assert_eq!((&sale["total"], &sale["change"]), (&json!(100_000), &json!(50_000)));
    assert_eq!(
        sale["receipt_code"], "JKT01-20261121-0100",
        "the series starts where central said"
    );
    assert_eq!(sale["void"], Value::Null);
    let path = format!("/api/outlet/sales/{}/void", sale["id"].as_str().unwrap());
    let voided = till.post(&path, &json!({ "reason": "salah" })).await;
    assert_eq!(voided.status, 200);
    assert_eq!(
        (&voided.body["data"]["void"]["amount"], &voided.body["exceptions"]),
        (&json!(100_000), &json!([]))
    );
    let twice = till.post(&path, &json!({ "reason": "lagi" })).await;
    assert_eq!(twice.body["exceptions"], json!([{ "code": "voided_twice" }]));
    assert_eq!(twice.body["data"]["void"]["reason"], "salah");
    let list = till.get("/api/outlet/sales").await.body;
    assert_eq!(
        (&list["meta"]["total"], &list["data"][0]["void"]["reason"]),
        (&json!(1), &json!("salah"))
    );
    let desk = till.get("/api/outlet/sync").await.body;
    assert_eq!(desk["data"]["exceptions"][0]["exception"]["code"], "voided_twice");
    assert_eq!(desk["data"]["waiting"][1]["told"], "JKT01-20261121-0100");
}

#[tokio::test]
async fn too_little_cash_is_refused_and_uses_no_receipt() {
    let till = Till::with_staff().await;
    let mut body = two_albums(&till);
    body["tendered"] = json!(99_999);
    assert_eq!(
        till.post("/api/outlet/sales", &body).await.problem(),
        (422, "too_little_cash")
    );
    let sold = till.post("/api/outlet/sales", &two_albums(&till)).await;
    assert_eq!(sold.body["data"]["receipt"], 100);
}

#[tokio::test]
async fn selling_and_voiding_are_two_permissions() {
    let till = Till::new().await;
    assert_eq!(
        till.post("/api/outlet/sales", &two_albums(&till)).await.problem(),
        (403, "staff_needed")
    );
    let cashier = till.scene.grant("Dewi", &[Permission::SalesSell]);
    till.scene.follow_grant(&cashier).await;
    till.sign_in("Dewi", PIN).await;
    let sold = till.post("/api/outlet/sales", &two_albums(&till)).await;
    assert_eq!(sold.body["data"]["cashier"], json!(cashier.staff));
    let path = format!("/api/outlet/sales/{}/void", sold.body["data"]["id"].as_str().unwrap());
    let refused = till.post(&path, &json!({ "reason": "x" })).await;
    assert_eq!(refused.problem(), (403, "permission_missing"));
}
