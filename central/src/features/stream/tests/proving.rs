//! The outlet's digest against central's rows.

use gerai_shared::{
    Change,
    command::PROTOCOL,
    digest::{Digest, Parts, Scope, StatedPosition, Verdict, hash_of_row},
    sync::outlet_topic,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    super::{Prover, StreamError, adopt, lock, position, prove, release_all},
    owner::{Owner, exceptions, push_sent, with_owner},
};
use crate::{features::sales, platform::feed, testing::TestApp, tx};

fn prover(owner: &Owner) -> Prover {
    Prover {
        edge: Uuid::from_u128(0xE1).into(),
        outlet: owner.outlet,
        incarnation: 1,
    }
}

/// What the outlet's edge would send, and its rows.
async fn digest_of(app: &TestApp, owner: &Owner) -> (Digest, Parts) {
    let (scope, mut parts) = (Scope::default(), Parts::default());
    owner.state.rows().for_each(|row| parts.take(&scope, row));
    let at = position(app.platform.db.reader(), owner.outlet).await.unwrap().unwrap();
    let digest = Digest {
        nonce: Uuid::nil(),
        protocol: PROTOCOL,
        at: StatedPosition {
            seq: at.last_seq,
            chain: at.chain_hash,
        },
        scope,
        parts: parts.hashes(),
        rows: Vec::new(),
    };
    (digest, parts)
}

/// Asks, and sends the rows central wants.
async fn proved(app: &TestApp, owner: &Owner) -> Verdict {
    let (mut digest, parts) = digest_of(app, owner).await;
    let verdict = prove(&app.platform, prover(owner), &digest).await.unwrap();
    let Verdict::SendRows { parts: wanted } = verdict else {
        return verdict;
    };
    digest.rows = wanted.iter().map(|key| parts.rows(*key)).collect();
    prove(&app.platform, prover(owner), &digest).await.unwrap()
}

async fn a_day(app: &TestApp) -> Owner {
    let mut owner = with_owner(app).await;
    for number in 1..=12 {
        owner.visit(number);
        let sale = owner.sell(number, 35_000);
        if number % 3 == 0 {
            owner.void(sale);
        }
    }
    owner.push(&app.platform, 1, owner.sent.len()).await.unwrap();
    owner
}

#[tokio::test]
async fn invariant_06_convergence_a_row_changed_behind_centrals_back_is_named() {
    let app = TestApp::new().await;
    let owner = a_day(&app).await;
    assert_eq!(proved(&app, &owner).await, Verdict::Equal { held: 0 });
    assert!(exceptions(&app.platform).await.is_empty());
    let sale = owner.state.rows().find_map(|row| match row {
        Change::Sale(sale) => Some(sale.clone()),
        _ => None,
    });
    let sale = sale.unwrap();
    let mut edited = sale.clone();
    edited.tendered = gerai_shared::Rupiah(edited.tendered.0 + 1);
    tx!(&app.platform.db, |tx| -> Result<(), StreamError> {
        sales::store(tx, &[&Change::Sale(edited.clone())]).await?;
        Ok(())
    })
    .unwrap();
    assert_eq!(proved(&app, &owner).await, Verdict::Differs { rows: 1 });
    // Told once, however often it is proved.
    assert_eq!(proved(&app, &owner).await, Verdict::Differs { rows: 1 });
    assert_eq!(exceptions(&app.platform).await, ["digest_differs"]);
    let admin = app.admin().await;
    let listed = app
        .get("/api/admin/sync/exceptions")
        .by(&admin)
        .send()
        .await
        .expect(200);
    let named = &listed["data"][0]["exception"];
    assert_eq!(
        (&named["table"], &named["day"], &named["count"]),
        (&json!("sale"), &json!(sale.day), &json!(1))
    );
    assert_eq!(named["rows"][0]["id"], json!(sale.id));
    let hash = |row: &Change| json!(hash_of_row(row));
    assert_eq!(named["rows"][0]["edge"], hash(&Change::Sale(sale.clone())));
    assert_eq!(named["rows"][0]["central"], hash(&Change::Sale(edited.clone())));
    let path = format!("/api/admin/outlets/{}/digest", owner.outlet);
    let proof = app.get(&path).by(&admin).send().await.expect(200)["data"].take();
    assert_eq!((&proof["equal"], &proof["differing"]), (&json!(false), &json!(1)));
    // An admin looks at it, and repairs it.
    let id = listed["data"][0]["id"].as_str().unwrap();
    let reviewed = app
        .post(&format!("/api/admin/sync/exceptions/{id}/review"))
        .by(&admin)
        .once()
        .json(&json!({ "note": "diperbaiki" }))
        .send()
        .await
        .expect(200);
    assert_eq!(reviewed["data"]["settled_by"], json!(admin.id));
    let open: Value = app
        .get("/api/admin/sync/exceptions?reviewed=false")
        .by(&admin)
        .send()
        .await
        .expect(200);
    assert_eq!(open["meta"]["total"], 0);
    tx!(&app.platform.db, |tx| -> Result<(), StreamError> {
        sales::store(tx, &[&Change::Sale(sale.clone())]).await?;
        Ok(())
    })
    .unwrap();
    assert_eq!(proved(&app, &owner).await, Verdict::Equal { held: 0 });
}

#[tokio::test]
async fn a_row_that_one_side_does_not_have_is_named_too() {
    let app = TestApp::new().await;
    let owner = a_day(&app).await;
    let lost = owner.state.rows().find(|row| matches!(row, Change::SaleVoid(_)));
    let lost = lost.unwrap().key().id;
    let (mut digest, _) = digest_of(&app, &owner).await;
    let mut parts = Parts::default();
    let rows = owner
        .state
        .rows()
        .filter(|row| row.key().id != lost || !matches!(row, Change::SaleVoid(_)));
    rows.for_each(|row| parts.take(&digest.scope, row));
    digest.parts = parts.hashes();
    let Verdict::SendRows { parts: wanted } = prove(&app.platform, prover(&owner), &digest).await.unwrap() else {
        panic!("it was not noticed");
    };
    digest.rows = wanted.iter().map(|key| parts.rows(*key)).collect();
    let verdict = prove(&app.platform, prover(&owner), &digest).await.unwrap();
    assert_eq!(verdict, Verdict::Differs { rows: 1 });
    let listed = super::super::model::exception::Entity::find()
        .one(app.platform.db.reader())
        .await
        .unwrap()
        .unwrap();
    let named: Value = serde_json::from_str(&listed.detail).unwrap();
    assert_eq!(
        (&named["rows"][0]["id"], &named["rows"][0]["edge"]),
        (&json!(lost), &Value::Null)
    );
}

#[tokio::test]
async fn rows_of_held_commands_are_waited_for_and_not_listed() {
    let app = TestApp::with(|config| config.sync.protocol_ceiling = 2).await;
    let mut owner = with_owner(&app).await;
    owner.clean();
    owner.issue(1);
    push_sent(&app.platform, owner.outlet, 1, &owner.sent, true)
        .await
        .unwrap();
    assert_eq!(proved(&app, &owner).await, Verdict::Equal { held: 1 });
    assert!(exceptions(&app.platform).await.is_empty());
    let mut config = (*app.platform.config).clone();
    config.sync.protocol_ceiling = PROTOCOL;
    let mut newer = app.platform.clone();
    newer.config = std::sync::Arc::new(config);
    release_all(&newer).await.unwrap();
    assert_eq!(proved(&app, &owner).await, Verdict::Equal { held: 0 });
}

#[tokio::test]
async fn another_position_another_life_and_a_newer_program_are_not_compared() {
    let app = TestApp::new().await;
    let mut owner = a_day(&app).await;
    let (digest, _) = digest_of(&app, &owner).await;
    let seq = digest.at.seq;
    owner.issue(99);
    owner
        .push(&app.platform, owner.sent.len(), owner.sent.len())
        .await
        .unwrap();
    let moved = prove(&app.platform, prover(&owner), &digest).await.unwrap();
    assert_eq!(moved, Verdict::Moved { seq: seq + 1 });
    let newer = Digest {
        protocol: PROTOCOL + 1,
        ..digest.clone()
    };
    assert_eq!(
        prove(&app.platform, prover(&owner), &newer).await.unwrap(),
        Verdict::Newer
    );
    tx!(&app.platform.db, |tx| -> Result<(), StreamError> {
        lock(tx, owner.outlet).await?;
        adopt(tx, owner.outlet, 2).await?;
        Ok(())
    })
    .unwrap();
    let fenced = prove(&app.platform, prover(&owner), &digest).await;
    assert!(matches!(fenced, Err(StreamError::Fenced)), "{fenced:?}");
}

#[tokio::test]
async fn an_admin_asks_an_outlet_with_an_edge_and_it_hears_by_its_feed() {
    let app = TestApp::new().await;
    let owner = a_day(&app).await;
    let admin = app.admin().await;
    let path = format!("/api/admin/outlets/{}/digest", owner.outlet);
    let ask = async |status: u16| {
        let asked = app
            .post(&path)
            .by(&admin)
            .once()
            .json(&json!({ "whole": true }))
            .send()
            .await;
        asked.expect(status)
    };
    let asked = ask(202).await;
    let topic = outlet_topic(owner.outlet);
    let posts = feed::page(app.platform.db.reader(), &topic, 0, 100).await.unwrap();
    let post = posts.last().unwrap();
    assert_eq!((post.kind.as_str(), post.id), ("digest", owner.outlet.0));
    assert_eq!(post.body.as_ref(), Some(&asked["data"]));
    tx!(&app.platform.db, |tx| -> Result<(), StreamError> {
        lock(tx, owner.outlet).await?;
        adopt(tx, owner.outlet, 0).await?;
        Ok(())
    })
    .unwrap();
    assert_eq!(ask(409).await["code"], "outlet_without_edge");
}
