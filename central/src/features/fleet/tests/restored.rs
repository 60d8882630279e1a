//! After a backup was put back, said or not.

use gerai_shared::queue::Series;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::{Edge, FleetError, outlet};
use crate::{
    features::{
        fleet::{model::edge, restored},
        stream,
    },
    platform::http::Failure,
    testing::{TestApp, Visitor},
    tx,
};

/// The edge's row as a backup has it.
async fn backup(app: &TestApp, of: &Edge) -> edge::Model {
    let row = edge::Entity::find_by_id(of.id.0).one(app.platform.db.reader()).await;
    row.unwrap().unwrap()
}

async fn put_back(app: &TestApp, row: edge::Model) {
    tx!(&app.platform.db, |tx| -> Result<(), Failure> {
        row.clone().into_active_model().reset_all().update(tx).await?;
        Ok(())
    })
    .unwrap();
}

async fn listed(app: &TestApp, admin: &Visitor) -> Vec<Value> {
    let path = "/api/admin/sync/exceptions";
    let listed = app.get(path).by(admin).send().await.expect(200);
    let rows = listed["data"].as_array().unwrap();
    rows.iter().map(|row| row["exception"]["code"].clone()).collect()
}

#[tokio::test]
async fn invariant_16_a_token_from_after_the_backup_is_taken_once_and_a_copy_told_apart() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let outlet = outlet(&app).await;
    let mut edge = Edge::of(&app, outlet.id).await;
    edge.hello(&app).await.unwrap();
    let kept = backup(&app, &edge).await;
    for _ in 0..2 {
        edge.hello(&app).await.unwrap();
    }
    let copied = (edge.token.clone(), edge.nonce);
    for _ in 0..2 {
        edge.hello(&app).await.unwrap();
    }
    put_back(&app, kept).await;
    let before = app.platform.epoch;
    let done = restored(&app.platform).await.unwrap();
    assert_eq!((done.before, done.epoch != before), (before, true));
    assert_eq!(app.twin().await.platform.epoch, done.epoch);

    edge.hello(&app).await.unwrap();
    edge.hello(&app).await.unwrap();
    assert!(listed(&app, &admin).await.is_empty(), "it was said");
    let now = (edge.token.clone(), edge.nonce);
    (edge.token, edge.nonce) = copied;
    let copy = edge.ask(&app).await;
    assert!(matches!(copy, Err(FleetError::Cloned(_))), "{copy:?}");
    (edge.token, edge.nonce) = now;
    edge.hello(&app).await.unwrap();
    // However often it asks, it is listed once.
    assert_eq!(listed(&app, &admin).await, [json!("edge_copied")]);
}

#[tokio::test]
async fn invariant_16_a_central_that_was_set_back_without_a_word_sees_it_and_fences_nobody() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let outlet = outlet(&app).await;
    let mut edge = Edge::of(&app, outlet.id).await;
    edge.hello(&app).await.unwrap();
    let kept = backup(&app, &edge).await;
    for _ in 0..3 {
        edge.hello(&app).await.unwrap();
    }
    put_back(&app, kept).await;
    for _ in 0..3 {
        edge.hello(&app).await.unwrap();
    }
    assert_eq!(listed(&app, &admin).await, [json!("central_set_back")]);

    // Nobody can make such a token: it is no better than an old one.
    edge.token = edge.token.map(|token| token.replacen('.', "0.", 1));
    let forged = edge.ask(&app).await;
    assert!(matches!(forged, Err(FleetError::Cloned(_))), "{forged:?}");
}

#[tokio::test]
async fn invariant_16_only_the_life_that_leads_is_taken_at_its_word() {
    let app = TestApp::new().await;
    let outlet = outlet(&app).await;
    let mut edge = Edge::of(&app, outlet.id).await;
    edge.hello(&app).await.unwrap();
    restored(&app.platform).await.unwrap();
    edge.incarnation += 1;
    let other = edge.ask(&app).await;
    assert!(matches!(other, Err(FleetError::Cloned(_))), "{other:?}");
    edge.incarnation -= 1;
    edge.hello(&app).await.unwrap();
}

#[tokio::test]
async fn invariant_07_numbers_central_told_and_forgot_are_not_told_again() {
    let app = TestApp::new().await;
    let outlet = outlet(&app).await;
    let today = outlet.business_day(app.platform.clock.now());
    let next = async |series| {
        tx!(&app.platform.db, |tx| -> Result<u32, Failure> {
            stream::lock(tx, outlet.id).await?;
            let ticket = app.platform.clock.id().into();
            Ok(stream::next_number(tx, outlet.id, today, series, ticket).await?)
        })
        .unwrap()
    };
    assert_eq!((next(Series::Mobile).await, next(Series::Booking).await), (1, 1));
    restored(&app.platform).await.unwrap();
    assert_eq!((next(Series::Mobile).await, next(Series::Booking).await), (101, 101));
    restored(&app.platform).await.unwrap();
    assert_eq!((next(Series::Mobile).await, next(Series::Booking).await), (201, 201));
}

#[tokio::test]
async fn a_cursor_from_after_the_backup_starts_from_a_snapshot() {
    let app = TestApp::new().await;
    let outlet = outlet(&app).await;
    let mut edge = Edge::of(&app, outlet.id).await;
    let session = edge.hello(&app).await.unwrap().session;
    let ask = async |cursor: u64| {
        let path = format!("/edge/v1/changes?outlet={cursor}");
        app.get(&path).token(&session).send().await
    };
    ask(1).await.expect(200);
    ask(2).await.problem(410, "feed_compacted");
}
