//! Registering, signing in, refreshing, profiles.

use serde_json::{Value, json};

use super::{Person, ensure_role, ensure_user, permissions_of};
use crate::{testing::TestApp, tx};

const SECOND: i64 = 1_000_000;

async fn registered(app: &TestApp) -> Value {
    let body = json!({
        "name": "Sari", "email": "Sari@Example.com", "phone": "0812-3456-7890",
        "password": "kata sandi", "device_id": "phone-1",
    });
    app.post("/api/auth/register").json(&body).send().await.expect(201)
}

async fn login(app: &TestApp, body: Value) -> crate::testing::Answer {
    app.post("/api/auth/login").json(&body).send().await
}

async fn refresh(app: &TestApp, token: &Value) -> crate::testing::Answer {
    app.post("/api/auth/refresh")
        .json(&json!({ "refresh_token": token }))
        .send()
        .await
}

#[tokio::test]
async fn somebody_new_registers_and_signs_in_by_email_or_phone() {
    let app = TestApp::new().await;
    let new = registered(&app).await;
    assert_eq!(new["user"]["role"], "customer");
    assert_eq!(new["user"]["phone"], "+6281234567890");
    assert_eq!(
        (&new["token_type"], &new["expires_in"]),
        (&json!("Bearer"), &json!(900))
    );

    for field in [
        json!({"login": "sari@example.com"}),
        json!({"email": "SARI@example.com "}),
        json!({"phone": "+62 812 3456 7890"}),
        json!({"login": "081234567890"}),
    ] {
        let mut body = field;
        body["password"] = json!("kata sandi");
        let signed_in = login(&app, body).await.expect(200);
        assert_eq!(signed_in["user"]["id"], new["user"]["id"]);
    }
    let me = app
        .get("/api/user")
        .token(new["access_token"].as_str().unwrap())
        .send()
        .await
        .expect(200);
    assert_eq!(me["data"]["email"], "sari@example.com");
}

#[tokio::test]
async fn a_registration_names_the_field_that_is_wrong_or_taken() {
    let app = TestApp::new().await;
    registered(&app).await;
    for (change, code, field) in [
        (
            json!({"email": "sari@example.com", "phone": null}),
            "already_taken",
            "email",
        ),
        (
            json!({"email": "other@example.com", "phone": "081234567890"}),
            "already_taken",
            "phone",
        ),
        (json!({"email": null, "phone": null}), "invalid_field", "email"),
        (json!({"email": "nonsense"}), "invalid_field", "email"),
        (json!({"phone": "12"}), "invalid_field", "phone"),
        (json!({"password": "short"}), "invalid_field", "password"),
        (json!({"name": "  "}), "invalid_field", "name"),
    ] {
        let mut body = json!({"name": "Budi", "email": "budi@example.com", "password": "kata sandi"});
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let problem = app
            .post("/api/auth/register")
            .json(&body)
            .send()
            .await
            .problem(422, code);
        assert!(problem["errors"].get(field).is_some(), "{problem}");
    }
}

#[tokio::test]
async fn a_wrong_login_and_a_wrong_password_look_alike_and_lock() {
    let app = TestApp::new().await;
    registered(&app).await;
    for body in [
        json!({"login": "sari@example.com", "password": "wrong"}),
        json!({"login": "nobody@example.com", "password": "wrong"}),
    ] {
        login(&app, body).await.problem(401, "credentials_wrong");
    }
    for _ in 0..4 {
        login(&app, json!({"phone": "081234567890", "password": "wrong"}))
            .await
            .expect(401);
        login(&app, json!({"email": "sari@example.com", "password": "wrong"}))
            .await
            .expect(401);
    }
    let right = json!({"login": "sari@example.com", "password": "kata sandi"});
    let locked = login(&app, right.clone()).await;
    assert_eq!(locked.header("retry-after"), "60");
    locked.problem(429, "too_many_attempts");
    // The lock is the database's: another central knows it too.
    login(&app.twin().await, right.clone()).await.expect(429);
    app.platform.clock.advance(61 * SECOND);
    login(&app, right.clone()).await.expect(200);
    login(&app, json!({"login": "sari@example.com", "password": "wrong"}))
        .await
        .expect(401);
    login(&app, right).await.expect(200);
}

#[tokio::test]
async fn a_refresh_whose_answer_was_lost_gets_the_same_successor() {
    let app = TestApp::new().await;
    let first = registered(&app).await;
    let second = refresh(&app, &first["refresh_token"]).await.expect(200);
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    app.platform.clock.advance(29 * SECOND);
    let again = refresh(&app, &first["refresh_token"]).await.expect(200);
    assert_eq!(again["refresh_token"], second["refresh_token"]);
    assert_ne!(again["access_token"], second["access_token"]);
    refresh(&app, &second["refresh_token"]).await.expect(200);
}

#[tokio::test]
async fn refreshes_at_once_end_at_one_successor() {
    let app = TestApp::new().await;
    let first = registered(&app).await;
    let token = &first["refresh_token"];
    let answers = futures_util::future::join_all((0..8).map(|_| refresh(&app, token))).await;
    let mut successors: Vec<_> = answers
        .into_iter()
        .map(|answer| answer.expect(200)["refresh_token"].clone())
        .collect();
    successors.dedup();
    assert_eq!(successors.len(), 1);
}

#[tokio::test]
async fn a_refresh_token_used_after_the_grace_ends_the_sign_in() {
    let app = TestApp::new().await;
    let first = registered(&app).await;
    let second = refresh(&app, &first["refresh_token"]).await.expect(200);
    app.platform.clock.advance(31 * SECOND);
    refresh(&app, &first["refresh_token"])
        .await
        .problem(401, "refresh_reused");
    refresh(&app, &second["refresh_token"])
        .await
        .problem(401, "refresh_invalid");
    // Another sign-in of the same user goes on.
    login(&app, json!({"login": "sari@example.com", "password": "kata sandi"}))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_refresh_token_whose_successor_was_used_is_a_copy_even_within_the_grace() {
    let app = TestApp::new().await;
    let first = registered(&app).await;
    let second = refresh(&app, &first["refresh_token"]).await.expect(200);
    let third = refresh(&app, &second["refresh_token"]).await.expect(200);
    refresh(&app, &first["refresh_token"])
        .await
        .problem(401, "refresh_reused");
    refresh(&app, &third["refresh_token"])
        .await
        .problem(401, "refresh_invalid");
}

#[tokio::test]
async fn tokens_expire() {
    let app = TestApp::new().await;
    let first = registered(&app).await;
    let token = first["access_token"].as_str().unwrap();
    app.platform.clock.advance(16 * 60 * SECOND);
    app.get("/api/user")
        .token(token)
        .send()
        .await
        .problem(401, "unauthenticated");
    app.platform.clock.advance(31 * 86_400 * SECOND);
    refresh(&app, &first["refresh_token"])
        .await
        .problem(401, "refresh_invalid");
    refresh(&app, &json!("made up")).await.problem(401, "refresh_invalid");
}

#[tokio::test]
async fn signing_out_ends_the_refresh_tokens_of_that_sign_in() {
    let app = TestApp::new().await;
    let first = registered(&app).await;
    let other = login(&app, json!({"login": "sari@example.com", "password": "kata sandi"}))
        .await
        .expect(200);
    let out = app
        .post("/api/auth/logout")
        .token(first["access_token"].as_str().unwrap())
        .send()
        .await;
    assert_eq!(out.status, 204);
    refresh(&app, &first["refresh_token"])
        .await
        .problem(401, "refresh_invalid");
    refresh(&app, &other["refresh_token"]).await.expect(200);
}

#[tokio::test]
async fn devices_are_known_by_their_id() {
    let app = TestApp::new().await;
    let new = registered(&app).await;
    for device in ["phone-1", "tablet-1"] {
        let body = json!({"login": "sari@example.com", "password": "kata sandi", "device_id": device});
        app.platform.clock.advance(SECOND);
        login(&app, body).await.expect(200);
    }
    let page = app
        .get("/api/user/devices")
        .token(new["access_token"].as_str().unwrap())
        .send()
        .await
        .expect(200);
    let devices: Vec<_> = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| (&d["device_id"], &d["sign_ins"]))
        .collect();
    assert_eq!(
        devices,
        [(&json!("tablet-1"), &json!(1)), (&json!("phone-1"), &json!(2))]
    );
}

#[tokio::test]
async fn a_profile_is_changed_once_for_each_key_and_audited() {
    let app = TestApp::new().await;
    let (visitor, admin) = (app.customer().await, app.admin().await);
    let body = json!({"name": "Sari W", "city": "Bandung", "gender": "female", "birth_date": "2001-02-03",
        "phone": "0813 1111 2222", "referral_code": "teman-7"});
    let change = || app.put("/api/user/profile").by(&visitor).key("k1").json(&body).send();
    let first = change().await;
    let again = change().await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.bytes, first.bytes);
    let user = first.expect(200)["data"].clone();
    assert_eq!(
        (&user["profile"]["complete"], &user["profile"]["referral_code"]),
        (&json!(true), &json!("TEMAN-7"))
    );

    let path = format!("/api/admin/activity?event=updated&subject_id={}", visitor.id);
    let page = app.get(&path).by(&admin).send().await.expect(200);
    assert_eq!(page["meta"]["total"], 1, "{page}");
    assert_eq!(
        page["data"][0]["attribute_changes"]["attributes"]["profile"]["city"],
        "Bandung"
    );

    let put = |body: Value| app.put("/api/user/profile").by(&visitor).once().json(&body).send();
    let problem = put(json!({"gender": "x"})).await.problem(422, "invalid_body");
    assert!(problem["detail"].as_str().unwrap().contains("`female`"), "{problem}");
    put(json!({"nickname": "S"})).await.problem(422, "invalid_body");
    put(json!({"referral_code": "OTHER"}))
        .await
        .problem(422, "invalid_field");
    app.put("/api/user/profile")
        .by(&visitor)
        .json(&body)
        .send()
        .await
        .problem(400, "idempotency_key_missing");
}

#[tokio::test]
async fn the_seed_makes_nobody_twice_and_roles_give_permissions() {
    let app = TestApp::new().await;
    let platform = &app.platform;
    let person = Person {
        id: None,
        name: "Dewi",
        email: Some("dewi@example.com"),
        phone: Some("+6281311112222"),
        password_hash: None,
        admin: false,
        customer_type: "retail",
        roles: &["cashier"],
    };
    let mut ids = Vec::new();
    for permissions in [&["sales.sell"][..], &["sales.sell", "sales.void"]] {
        let id = tx!(&platform.db, |tx| -> Result<_, super::Error> {
            ensure_role(tx, &platform.clock, "cashier", permissions).await?;
            ensure_user(tx, &platform.clock, &person).await
        });
        ids.push(id.unwrap());
    }
    assert_eq!(ids[0], ids[1]);
    let may = permissions_of(platform.db.reader(), ids[0]).await.unwrap();
    assert_eq!(may, ["sales.sell", "sales.void"]);
}
