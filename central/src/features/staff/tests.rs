//! Grants over a real database: versioned, signed, told to the outlet once.

use argon2::{Argon2, PasswordVerifier, password_hash::phc::PasswordHash};
use gerai_shared::{
    OutletId, StaffId,
    outlet::{Grant, SignedGrant},
    sync::{FeedRow, outlet_topic},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    features::outlets,
    platform::{auth::verify, feed},
    seed,
    testing::TestApp,
};

async fn outlet(app: &TestApp) -> OutletId {
    seed::outlets(&app.platform).await.unwrap();
    outlets::all(app.platform.db.reader()).await.unwrap()[0].id
}

async fn grants(app: &TestApp, outlet: OutletId) -> Vec<FeedRow> {
    let rows = feed::page(app.platform.db.reader(), &outlet_topic(outlet), 0, 100)
        .await
        .unwrap();
    rows.into_iter().filter(|row| row.kind == "grant").collect()
}

fn opened(app: &TestApp, row: &FeedRow) -> Grant {
    let signed: SignedGrant = serde_json::from_value(row.body.clone().unwrap()).unwrap();
    let key = app.platform.key.public();
    assert!(verify(&key, signed.grant.as_bytes(), &signed.signature));
    assert!(!verify(
        &key,
        signed.grant.replace("queue.manage", "sales.void").as_bytes(),
        &signed.signature
    ));
    serde_json::from_str(&signed.grant).unwrap()
}

#[tokio::test]
async fn a_grant_is_given_changed_and_taken_back_and_its_edge_can_check_it() {
    let app = TestApp::new().await;
    let (admin, member, outlet) = (app.admin().await, app.customer().await, outlet(&app).await);
    let staff = StaffId(member.id.0);
    let path = format!("/api/admin/staff/{staff}/grants");
    let wish = json!({"outlet": outlet, "permissions": ["queue.manage", "sales.sell"], "pin": "274913"});

    let given = app
        .post(&path)
        .by(&admin)
        .key("k1")
        .json(&wish)
        .send()
        .await
        .expect(201);
    assert_eq!(given["data"]["version"], 1);
    assert!(
        given["data"]["name"].as_str().unwrap().starts_with("Visitor"),
        "{given}"
    );
    assert!(!given.to_string().contains("argon2"), "{given}");
    let again = app.post(&path).by(&admin).key("k1").json(&wish).send().await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.expect(201), given);

    let fewer = json!({"outlet": outlet, "permissions": ["queue.manage"], "name": "Sari"});
    app.post(&path).by(&admin).once().json(&fewer).send().await.expect(200);
    let taken = format!("/api/admin/grants/{staff}/{outlet}");
    let gone = app.delete(&taken).by(&admin).once().send().await.expect(200);
    assert_eq!(
        (&gone["data"]["active"], &gone["data"]["version"]),
        (&json!(false), &json!(3))
    );
    // Twice is as good as once.
    app.delete(&taken).by(&admin).once().send().await.expect(200);

    let rows = grants(&app, outlet).await;
    assert_eq!(rows.len(), 3);
    let [first, second, third] = [0, 1, 2].map(|at| opened(&app, &rows[at]));
    assert!(rows.iter().all(|row| row.id == staff.0));
    assert_eq!((second.name.as_str(), second.permissions.len()), ("Sari", 1));
    assert_eq!(second.pin_hash, first.pin_hash, "a PIN that is not named stays");
    let hash = PasswordHash::new(&first.pin_hash).unwrap();
    assert!(Argon2::default().verify_password(b"274913", &hash).is_ok());
    assert_eq!((third.version, third.active), (3, false));
    let db = app.platform.db.reader();
    assert_eq!(super::grant(db, staff, outlet).await.unwrap().as_ref(), Some(&third));
    assert_eq!(super::grants_of(db, &[staff], outlet).await.unwrap()[&staff], third);
    let log = app
        .get("/api/admin/activity?log_name=staff")
        .by(&admin)
        .send()
        .await
        .expect(200);
    assert_eq!(log["data"].as_array().unwrap().len(), 3);
    assert!(!log.to_string().contains("argon2"), "no hashes in the log");
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let app = TestApp::new().await;
    let (admin, member, outlet) = (app.admin().await, app.customer().await, outlet(&app).await);
    let path = format!("/api/admin/staff/{}/grants", member.id);
    let refused = async |change: Value, field: &str| {
        let mut wish = json!({"outlet": outlet, "permissions": ["queue.manage"], "pin": "274913"});
        wish.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let problem = app
            .post(&path)
            .by(&admin)
            .once()
            .json(&wish)
            .send()
            .await
            .problem(422, "invalid_grant");
        assert!(problem["errors"].get(field).is_some(), "{problem}");
    };
    refused(json!({"pin": "123456"}), "pin").await;
    refused(json!({"pin": "12345"}), "pin").await;
    refused(json!({"pin": null}), "pin").await;
    refused(json!({"outlet": Uuid::from_u128(4)}), "outlet").await;
    let wish = json!({"outlet": outlet, "permissions": ["everything"], "pin": "274913"});
    let wrong = app
        .post(&path)
        .by(&admin)
        .once()
        .json(&wish)
        .send()
        .await
        .problem(422, "invalid_body");
    assert!(wrong["detail"].as_str().unwrap().contains("sales.void"), "{wrong}");
    let wish = json!({"outlet": outlet, "permissions": [], "pin": "274913"});
    let nobody = format!("/api/admin/staff/{}/grants", Uuid::from_u128(5));
    app.post(&nobody)
        .by(&admin)
        .once()
        .json(&wish)
        .send()
        .await
        .problem(404, "not_found");
    let gone = format!("/api/admin/grants/{}/{outlet}", Uuid::from_u128(5));
    app.delete(&gone)
        .by(&admin)
        .once()
        .send()
        .await
        .problem(404, "not_found");
    assert!(grants(&app, outlet).await.is_empty());
}
