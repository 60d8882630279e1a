//! What a fenced edge tells is kept for review.

use base64::{Engine, engine::general_purpose::STANDARD};
use gerai_shared::{
    Act, Actor, Command, Stamp, StudioId,
    change::hash_of,
    command::SetRoom,
    journal::{GENESIS, link},
    session::RoomState,
    sync::{EDGE_HEADER, SIGNATURE_HEADER},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Edge, FleetError, outlet, revoke};
use crate::{
    features::fleet::turn_away,
    platform::http::Failure,
    testing::{Answer, TestApp, Visitor},
    tx,
};

const STUDIO: StudioId = StudioId(Uuid::from_u128(0xC1));

/// What an edge did: a room, set again and again.
pub(super) fn command(app: &TestApp, edge: &Edge, outlet: &gerai_shared::outlet::Outlet, seq: u64) -> Value {
    let now = app.platform.clock.now();
    let command = Command {
        id: app.platform.clock.id().into(),
        outlet: outlet.id,
        incarnation: edge.incarnation,
        seq,
        stamp: Stamp {
            time: now,
            day: outlet.business_day(now),
            boot: Uuid::nil(),
            uptime: 0,
        },
        actor: Actor::System,
        request: None,
        supersedes: None,
        act: Act::SetRoom(SetRoom {
            studio: STUDIO,
            state: RoomState::Fault,
            note: Some(format!("lampu {seq}")),
        }),
    };
    serde_json::from_str(&command.to_json()).unwrap()
}

pub(super) fn parcel(edge: &Edge, before: &str, commands: &[Value]) -> Value {
    // Rows that nothing was proved with but themselves: central books them as they stand.
    let pushed: Vec<Value> = commands
        .iter()
        .map(|command| json!({"command": command, "hash": hash_of(&[]), "rows": []}))
        .collect();
    json!({"nonce": Uuid::nil(), "incarnation": edge.incarnation, "before": before, "commands": pushed})
}

pub(super) async fn push(app: &TestApp, session: &str, parcel: &Value) -> Answer {
    app.post("/edge/v1/push").token(session).json(parcel).send().await
}

pub(super) async fn hand_over(app: &TestApp, edge: &Edge, parcel: &Value) -> Answer {
    let body = serde_json::to_vec(parcel).unwrap();
    let signature = STANDARD.encode(edge.key.sign(&body).as_ref());
    app.post("/edge/v1/push")
        .header(EDGE_HEADER, &edge.id.to_string())
        .header(SIGNATURE_HEADER, &signature)
        .raw(body)
        .send()
        .await
}

pub(super) fn outcomes(reply: &Value) -> Vec<&str> {
    let results = reply["results"].as_array().unwrap();
    results
        .iter()
        .map(|result| result["outcome"].as_str().unwrap())
        .collect()
}

pub(super) async fn review(app: &TestApp, admin: &Visitor) -> Vec<Value> {
    let listed = app.get("/api/admin/fleet/review").by(admin).send().await.expect(200);
    listed["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_disk_that_was_set_back_and_went_on_is_fenced_and_its_commands_are_reviewed() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let outlet = outlet(&app).await;
    let mut edge = Edge::of(&app, outlet.id).await;
    let session = edge.hello(&app).await.unwrap().session;
    let (first, second) = (command(&app, &edge, &outlet, 1), command(&app, &edge, &outlet, 2));
    let booked = push(&app, &session, &parcel(&edge, GENESIS, std::slice::from_ref(&first)))
        .await
        .expect(200);
    assert_eq!(outcomes(&booked), ["excepted"]);
    let chain = link(GENESIS, first.to_string().as_bytes(), &hash_of(&[]));
    let joined = push(&app, &session, &parcel(&edge, &chain, &[second]))
        .await
        .expect(200);
    assert_eq!((outcomes(&joined), &joined["acked_seq"]), (vec!["excepted"], &json!(2)));

    // Set back to its first command, it gave two others since.
    let (other, third) = (command(&app, &edge, &outlet, 2), command(&app, &edge, &outlet, 3));
    let forked = link(&chain, other.to_string().as_bytes(), &hash_of(&[]));
    let kept = push(&app, &session, &parcel(&edge, &forked, std::slice::from_ref(&third)))
        .await
        .expect(200);
    assert_eq!((outcomes(&kept), &kept["acked_seq"]), (vec!["review"], &json!(3)));
    let fenced = edge.ask(&app).await;
    assert!(matches!(fenced, Err(FleetError::Cloned(_))), "{fenced:?}");
    push(&app, &session, &parcel(&edge, &forked, std::slice::from_ref(&third)))
        .await
        .problem(401, "unauthenticated");

    // What it has beside that it hands over without a session; what was booked is answered as before.
    let all = parcel(&edge, GENESIS, &[first, other, third]);
    for _ in 0..2 {
        let kept = hand_over(&app, &edge, &all).await.expect(200);
        assert_eq!(outcomes(&kept), ["excepted", "review", "review"]);
    }
    let seqs: Vec<_> = review(&app, &admin)
        .await
        .iter()
        .map(|late| late["seq"].clone())
        .collect();
    assert_eq!(seqs, [2, 3]);
}

#[tokio::test]
async fn only_the_edge_itself_hands_over_and_only_once_it_is_fenced() {
    let app = TestApp::new().await;
    let outlet = outlet(&app).await;
    let edge = Edge::of(&app, outlet.id).await;
    let all = parcel(&edge, GENESIS, &[command(&app, &edge, &outlet, 1)]);
    hand_over(&app, &edge, &all).await.problem(409, "edge_active");
    turn_away(&app.platform, edge.id, "a copy").await.unwrap();
    let stranger = Edge {
        id: edge.id,
        ..Edge::of(&app, outlet.id).await
    };
    hand_over(&app, &stranger, &all).await.problem(401, "bad_signature");
    hand_over(&app, &edge, &all).await.expect(200);
}

#[tokio::test]
async fn a_person_has_a_late_command_told_again_or_dismisses_it() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let outlet = outlet(&app).await;
    let edge = Edge::of(&app, outlet.id).await;
    tx!(&app.platform.db, |tx| -> Result<(), Failure> {
        revoke(tx, &app.platform, edge.id).await
    })
    .unwrap();
    let commands = [command(&app, &edge, &outlet, 1), command(&app, &edge, &outlet, 2)];
    hand_over(&app, &edge, &parcel(&edge, GENESIS, &commands))
        .await
        .expect(200);
    let decide = async |at: usize, act: &str, body: Value| {
        let path = format!("/api/admin/fleet/review/{}/{act}", commands[at]["id"].as_str().unwrap());
        app.post(&path).by(&admin).once().json(&body).send().await
    };
    let accepted = decide(0, "accept", json!({})).await.expect(200);
    assert_eq!(accepted["data"]["state"], "accepted");
    let why = json!({"reason": "sudah dicatat di buku"});
    let dismissed = decide(1, "dismiss", why.clone()).await.expect(200);
    assert_eq!(
        (&dismissed["data"]["state"], &dismissed["data"]["reason"]),
        (&json!("dismissed"), &why["reason"])
    );
    decide(0, "accept", json!({})).await.problem(409, "already_settled");
    decide(1, "accept", json!({})).await.problem(409, "already_settled");
    assert!(review(&app, &admin).await.is_empty());

    // Booked by whoever leads now, and listed.
    let rows = format!("/api/admin/outlets/{}/rows?table=room", outlet.id);
    let rows = app.get(&rows).by(&admin).send().await.expect(200);
    assert_eq!(rows["data"][0]["row"]["note"], "lampu 1");
    let listed = app
        .get("/api/admin/sync/exceptions")
        .by(&admin)
        .send()
        .await
        .expect(200);
    let why = json!({"code": "reviewed", "command": commands[0]["id"]});
    assert_eq!(
        (&listed["meta"]["total"], &listed["data"][0]["exception"]),
        (&json!(1), &why)
    );
}
