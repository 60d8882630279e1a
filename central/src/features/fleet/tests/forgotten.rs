//! Edges that were approved after the backup.

use base64::{Engine, engine::general_purpose::STANDARD};
use gerai_shared::{
    EdgeId,
    journal::{GENESIS, link},
    outlet::Outlet,
    sync::Introduction,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::{
    Edge, FleetError, approve,
    late::{command, hand_over, outcomes, parcel, push, review},
    outlet, revoke,
};
use crate::{
    features::{
        fleet::{introduce::introduce, model::edge},
        stream,
    },
    platform::http::Failure,
    testing::{Answer, TestApp, Visitor},
    tx,
};

/// Two edges, the second approved after a backup that is put back; with central's word for the second.
struct Scene {
    app: TestApp,
    admin: Visitor,
    outlet: Outlet,
    first: Edge,
    second: Edge,
    certificate: String,
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let (admin, outlet) = (app.admin().await, outlet(&app).await);
        let mut first = Edge::of(&app, outlet.id).await;
        first.hello(&app).await.unwrap();
        let kept = edge::Entity::find_by_id(first.id.0).one(app.platform.db.reader()).await;
        let kept = kept.unwrap().unwrap();
        let mut second = Edge::of(&app, outlet.id).await;
        let certificate = second.hello(&app).await.unwrap().certificate.unwrap();
        tx!(&app.platform.db, |tx| -> Result<(), Failure> {
            edge::Entity::delete_by_id(second.id.0).exec(tx).await?;
            kept.clone().into_active_model().reset_all().update(tx).await?;
            stream::adopt_after(tx, outlet.id, 1, 0).await?;
            Ok(())
        })
        .unwrap();
        Self {
            app,
            admin,
            outlet,
            first,
            second,
            certificate,
        }
    }

    fn introduction(&self) -> Introduction {
        Introduction {
            edge: self.second.id,
            outlet: self.outlet.id,
            incarnation: self.second.incarnation,
            public_key: super::public(&self.second.key),
            certificate: self.certificate.clone(),
            nonce: self.second.nonce,
            first_after: 0,
            last_seq: self.second.last_seq,
            last_hash: self.second.last_hash.clone(),
            version: "0.1.0".to_owned(),
        }
    }

    /// `said`, signed by the key of `by`.
    async fn introduce(&self, said: &Introduction, by: &Edge) -> Result<String, FleetError> {
        let body = serde_json::to_vec(said).unwrap();
        let signature = STANDARD.encode(by.key.sign(&body).as_ref());
        introduce(&self.app.platform, said, &body, &signature).await
    }

    async fn decide(&self, id: EdgeId, act: &str) -> Answer {
        let path = format!("/api/admin/fleet/edges/{id}/{act}");
        self.app
            .post(&path)
            .by(&self.admin)
            .once()
            .json(&json!({}))
            .send()
            .await
    }

    async fn status(&self, id: EdgeId) -> String {
        let row = edge::Entity::find_by_id(id.0).one(self.app.platform.db.reader()).await;
        row.unwrap().unwrap().status
    }
}

#[tokio::test]
async fn invariant_16_an_edge_from_after_the_backup_is_adopted_under_its_own_life() {
    let mut scene = Scene::new().await;
    let unknown = scene.second.ask(&scene.app).await;
    assert!(matches!(unknown, Err(FleetError::NotKnown)), "{unknown:?}");
    for _ in 0..2 {
        assert_eq!(
            scene.introduce(&scene.introduction(), &scene.second).await.unwrap(),
            "forgotten"
        );
    }
    let waits = scene.second.ask(&scene.app).await;
    assert!(matches!(waits, Err(FleetError::Forgotten)), "{waits:?}");
    scene.first.hello(&scene.app).await.unwrap();

    let adopted = scene.decide(scene.second.id, "adopt").await.expect(200);
    assert_eq!(
        (&adopted["data"]["status"], &adopted["data"]["incarnation"]),
        (&json!("active"), &json!(2))
    );
    for _ in 0..2 {
        scene.second.hello(&scene.app).await.unwrap();
    }
    let fenced = scene.first.ask(&scene.app).await;
    assert!(matches!(fenced, Err(FleetError::Fenced)), "{fenced:?}");
    scene
        .decide(scene.second.id, "adopt")
        .await
        .problem(409, "wrong_edge_status");
    assert_eq!(
        scene.introduce(&scene.introduction(), &scene.second).await.unwrap(),
        "active"
    );
}

#[tokio::test]
async fn invariant_08_only_what_central_signed_itself_is_believed_and_only_of_who_has_the_key() {
    let scene = Scene::new().await;
    let said = scene.introduction();
    let mut wrong = vec![(said.clone(), &scene.first)];
    for (incarnation, public_key) in [(3, said.public_key.clone()), (2, super::public(&scene.first.key))] {
        let other = Introduction {
            incarnation,
            public_key,
            ..said.clone()
        };
        wrong.extend([(other.clone(), &scene.second), (other, &scene.first)]);
    }
    for (said, by) in wrong {
        let refused = scene.introduce(&said, by).await;
        assert!(matches!(refused, Err(FleetError::BadSignature)), "{refused:?}");
    }
}

#[tokio::test]
async fn what_two_lives_told_in_the_same_places_is_all_booked() {
    let mut scene = Scene::new().await;
    let session = scene.first.hello(&scene.app).await.unwrap().session;
    let theirs = [1, 2].map(|seq| command(&scene.app, &scene.first, &scene.outlet, seq));
    push(&scene.app, &session, &parcel(&scene.first, GENESIS, &theirs))
        .await
        .expect(200);
    let mine: Vec<Value> = (1..=3)
        .map(|seq| command(&scene.app, &scene.second, &scene.outlet, seq))
        .collect();
    scene.second.last_seq = 3;
    scene.second.last_hash = mine.iter().fold(GENESIS.to_owned(), |chain, command| {
        link(
            &chain,
            command.to_string().as_bytes(),
            &gerai_shared::change::hash_of(&[]),
        )
    });
    scene.introduce(&scene.introduction(), &scene.second).await.unwrap();
    scene.decide(scene.second.id, "adopt").await.expect(200);
    let welcome = scene.second.hello(&scene.app).await.unwrap();
    assert_eq!(welcome.acked_seq, 0, "it is to push everything");
    let booked = push(&scene.app, &welcome.session, &parcel(&scene.second, GENESIS, &mine))
        .await
        .expect(200);
    assert_eq!(
        (outcomes(&booked), &booked["acked_seq"]),
        (vec!["excepted"; 3], &json!(3))
    );
    // What the one before had not sent yet is reviewed; what it had is answered as before.
    let [first, second] = theirs;
    let all = [first, second, command(&scene.app, &scene.first, &scene.outlet, 3)];
    let kept = hand_over(&scene.app, &scene.first, &parcel(&scene.first, GENESIS, &all))
        .await
        .expect(200);
    assert_eq!(outcomes(&kept), ["excepted", "excepted", "review"]);
    let path = format!("/api/admin/outlets/{}/commands", scene.outlet.id);
    let listed = scene.app.get(&path).by(&scene.admin).send().await.expect(200);
    let seqs: Vec<&Value> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["seq"])
        .collect();
    assert_eq!(seqs, [1, 1, 2, 2, 3]);

    // Whoever leads next counts on behind all of them.
    let third = Edge::of(&scene.app, scene.outlet.id).await;
    assert_eq!(
        (third.incarnation, third.ask(&scene.app).await.unwrap().acked_seq),
        (3, 3)
    );
}

#[tokio::test]
async fn a_life_that_was_given_again_since_is_reviewed_and_not_adopted() {
    let scene = Scene::new().await;
    let again = Edge::of(&scene.app, scene.outlet.id).await;
    assert_eq!(again.incarnation, scene.second.incarnation);
    scene.introduce(&scene.introduction(), &scene.second).await.unwrap();
    scene
        .decide(scene.second.id, "adopt")
        .await
        .problem(409, "edge_superseded");
    let platform = &scene.app.platform;
    tx!(&platform.db, |tx| -> Result<(), Failure> {
        revoke(tx, platform, scene.second.id).await
    })
    .unwrap();
    assert_eq!(scene.status(again.id).await, "active");
    assert_eq!(
        stream::position(platform.db.reader(), scene.outlet.id)
            .await
            .unwrap()
            .unwrap()
            .incarnation,
        2
    );
    let mine = [command(&scene.app, &scene.second, &scene.outlet, 1)];
    let kept = hand_over(&scene.app, &scene.second, &parcel(&scene.second, GENESIS, &mine))
        .await
        .expect(200);
    assert_eq!(outcomes(&kept), ["review"]);
    assert_eq!(review(&scene.app, &scene.admin).await.len(), 1);
}

#[tokio::test]
async fn an_edge_that_waited_for_approval_in_the_backup_is_adopted_too() {
    let scene = Scene::new().await;
    let row = edge::Model {
        status: "pending".to_owned(),
        incarnation: 0,
        ..edge::Entity::find_by_id(scene.first.id.0)
            .one(scene.app.platform.db.reader())
            .await
            .unwrap()
            .unwrap()
    };
    let row = edge::Model {
        id: scene.second.id.0,
        public_key: super::public(&scene.second.key),
        token_hash: None,
        next_token_hash: None,
        ..row
    };
    tx!(&scene.app.platform.db, |tx| -> Result<(), Failure> {
        edge::Entity::insert(row.clone().into_active_model().reset_all())
            .exec_without_returning(tx)
            .await?;
        Ok(())
    })
    .unwrap();
    let unknown = scene.second.ask(&scene.app).await;
    assert!(matches!(unknown, Err(FleetError::NotKnown)), "{unknown:?}");
    scene.introduce(&scene.introduction(), &scene.second).await.unwrap();
    let platform = &scene.app.platform;
    let approved = tx!(&platform.db, |tx| -> Result<_, FleetError> {
        approve(tx, &platform.clock, scene.second.id).await
    });
    assert!(matches!(approved, Err(FleetError::WrongStatus(_))), "{approved:?}");
    scene.decide(scene.second.id, "adopt").await.expect(200);
    scene.second.ask(&scene.app).await.unwrap();
}
