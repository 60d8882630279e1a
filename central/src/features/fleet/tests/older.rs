//! Edges whose program is older than central's.

use gerai_shared::{
    command::{LEAST_FOLLOWED, PROTOCOL},
    sync::{TOO_OLD, outlet_topic},
};
use serde_json::json;

use super::{Edge, outlet};
use crate::{features::fleet::model::edge as table, testing::TestApp};

#[tokio::test]
async fn invariant_11_an_edge_more_than_two_behind_is_given_no_feed_and_may_push() {
    let app = TestApp::new().await;
    let outlet = outlet(&app).await;
    let mut edge = Edge::of(&app, outlet.id).await;
    let snapshot = format!("/edge/v1/snapshot?topic={}", outlet_topic(outlet.id));
    let pulls = [
        "/edge/v1/changes?outlet=1",
        &snapshot,
        "/edge/v1/snapshot?topic=catalog",
    ];
    assert_eq!(PROTOCOL - LEAST_FOLLOWED, 2);
    for (protocol, served) in [
        (PROTOCOL, true),
        (LEAST_FOLLOWED, true),
        (LEAST_FOLLOWED - 1, false),
        (PROTOCOL + 1, true),
    ] {
        edge.protocol = protocol;
        let welcome = edge.hello(&app).await.unwrap();
        assert_eq!(welcome.least_protocol, LEAST_FOLLOWED);
        for path in pulls {
            let answer = app.get(path).token(&welcome.session).send().await;
            if served {
                answer.expect(200);
            } else {
                answer.problem(409, TOO_OLD);
            }
        }
        let push = json!({ "nonce": app.platform.clock.id(), "incarnation": edge.incarnation, "commands": [] });
        let pushed = app
            .post("/edge/v1/push")
            .token(&welcome.session)
            .json(&push)
            .send()
            .await;
        pushed.expect(200);
    }
}

/// A session from before central kept what an edge speaks: its next hello says it.
#[tokio::test]
async fn an_edge_whose_protocol_is_not_known_says_hello_first() {
    use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
    let app = TestApp::new().await;
    let outlet = outlet(&app).await;
    let mut edge = Edge::of(&app, outlet.id).await;
    let session = edge.hello(&app).await.unwrap().session;
    let row = table::Entity::find_by_id(edge.id.0)
        .one(app.platform.db.reader())
        .await
        .unwrap();
    let mut row = row.unwrap().into_active_model();
    row.protocol = Set(None);
    crate::tx!(&app.platform.db, |tx| -> Result<(), sea_orm::DbErr> {
        row.clone().update(tx).await.map(drop)
    })
    .unwrap();
    let pull = async |session: &str| app.get("/edge/v1/changes").token(session).send().await;
    assert_eq!(pull(&session).await.status, 401);
    let session = edge.hello(&app).await.unwrap().session;
    pull(&session).await.expect(200);
}
