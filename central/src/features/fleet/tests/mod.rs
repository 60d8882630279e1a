//! Edges as they say hello, are set back, replaced and revoked.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::STANDARD};
use gerai_shared::{
    Change, EdgeId, OutletId,
    command::PROTOCOL,
    journal::GENESIS,
    outlet::Outlet,
    queue::Series,
    request::RequestState,
    sync::{Enroll, Hello, Welcome},
    wish::{TicketWish, Wish},
};
use serde_json::json;
use uuid::Uuid;

mod crowd;
mod forgotten;
mod late;
mod older;
mod restored;

use super::{FleetError, enrol::approve, enrol::enrol, enrol::make_code, enrol::revoke, hello};
use crate::{
    features::{catalog, outlets, requests},
    platform::http::Failure,
    testing::{TestApp, Visitor},
    tx,
};

/// An edge, without its journal.
struct Edge {
    key: Ed25519KeyPair,
    id: EdgeId,
    incarnation: u32,
    protocol: u16,
    token: Option<String>,
    nonce: Uuid,
    last_seq: u64,
    last_hash: String,
}

async fn outlet(app: &TestApp) -> Outlet {
    nth_outlet(app, 1).await
}

async fn nth_outlet(app: &TestApp, nth: u128) -> Outlet {
    let outlet: Outlet = serde_json::from_value(json!({
        "id": Uuid::from_u128(0xB1 + nth), "code": format!("TST{nth:02}"), "name": "Tes", "city": "Bandung", "address": "Jalan Tes 1",
        "location": "bandung", "zone": "WIB", "day_starts_at": 240,
        "hours": vec![json!({"opens": 600, "closes": 1320}); 7],
        "studios": [{"id": Uuid::from_u128(0xC1 + (nth - 1) * 0x100), "name": "Ruang 1", "serves": ["photobooth"]}],
    }))
    .unwrap();
    let now = app.platform.clock.now();
    tx!(&app.platform.db, |tx| -> Result<(), Failure> {
        catalog::ensure_location(tx, Uuid::from_u128(0xD1), "Bandung", now).await?;
        outlets::replace(tx, &outlet, now).await?;
        Ok(())
    })
    .unwrap();
    outlet
}

/// Base64 of the public half.
fn public(key: &Ed25519KeyPair) -> String {
    STANDARD.encode(key.public_key().as_ref())
}

impl Edge {
    /// A new installation, approved.
    async fn of(app: &TestApp, outlet: OutletId) -> Self {
        let platform = &app.platform;
        let key = Ed25519KeyPair::generate().unwrap();
        let (code, _) = tx!(&platform.db, |tx| -> Result<_, FleetError> {
            make_code(tx, &platform.clock, outlet).await
        })
        .unwrap();
        let enroll = Enroll {
            code,
            public_key: public(&key),
            name: "edge".to_owned(),
            version: "0.1.0".to_owned(),
        };
        let id = enrol(platform, enroll).await.unwrap().edge;
        let incarnation = tx!(&platform.db, |tx| -> Result<_, FleetError> {
            approve(tx, &platform.clock, id).await
        })
        .unwrap();
        Self {
            key,
            id,
            incarnation,
            protocol: PROTOCOL,
            token: None,
            nonce: platform.clock.id(),
            last_seq: 0,
            last_hash: GENESIS.to_owned(),
        }
    }

    /// Sends the hello as it stands now, and takes nothing of its answer in.
    async fn ask(&self, app: &TestApp) -> Result<Welcome, FleetError> {
        let question = self.question(app);
        let body = serde_json::to_vec(&question).unwrap();
        let signature = STANDARD.encode(self.key.sign(&body).as_ref());
        hello(&app.platform, &question, &body, &signature, app.platform.epoch).await
    }

    fn question(&self, app: &TestApp) -> Hello {
        Hello {
            edge: self.id,
            incarnation: self.incarnation,
            nonce: self.nonce,
            last_seq: self.last_seq,
            last_hash: self.last_hash.clone(),
            acked_seq: 0,
            token: self.token.clone(),
            protocol: self.protocol,
            version: "0.1.0".to_owned(),
            time: app.platform.clock.now(),
        }
    }

    async fn hello(&mut self, app: &TestApp) -> Result<Welcome, FleetError> {
        let welcome = self.ask(app).await?;
        self.token = Some(welcome.token.clone());
        self.nonce = app.platform.clock.id();
        Ok(welcome)
    }

    /// Makes commands nobody hears of.
    fn works(&mut self, commands: u64, hash: &str) {
        self.last_seq += commands;
        self.last_hash = hash.repeat(64);
    }
}

#[tokio::test]
async fn a_hello_that_arrives_after_its_own_repeat_fences_nobody() {
    let app = TestApp::new().await;
    let outlet = outlet(&app).await;
    let mut edge = Edge::of(&app, outlet.id).await;
    edge.hello(&app).await.unwrap();

    // The first is on its way for so long that the edge asks again, and is welcomed.
    let (token, nonce) = (edge.token.clone(), edge.nonce);
    let welcome = edge.hello(&app).await.unwrap();
    let (now, next) = (edge.token.clone(), edge.nonce);
    (edge.token, edge.nonce) = (token, nonce);
    let late = edge.ask(&app).await.unwrap();
    assert_eq!((late.session, late.token), (welcome.session, welcome.token));
    (edge.token, edge.nonce) = (now, next);
    edge.hello(&app).await.unwrap();
}

#[tokio::test]
async fn invariant_08_one_active_edge_of_two_that_show_one_token() {
    let app = TestApp::new().await;
    let outlet = outlet(&app).await;
    let mut edge = Edge::of(&app, outlet.id).await;
    edge.hello(&app).await.unwrap();
    let (copied, mine) = (edge.token.clone(), edge.hello(&app).await.unwrap().token);
    // The copy's nonce is its own, and so is the token it gets.
    edge.token = copied;
    let theirs = edge.hello(&app).await.unwrap().token;
    assert_ne!(mine, theirs);
    edge.hello(&app).await.unwrap();
    edge.token = Some(mine);
    let fenced = edge.ask(&app).await;
    assert!(matches!(fenced, Err(FleetError::Cloned(_))), "{fenced:?}");
}

#[tokio::test]
async fn a_copy_that_says_hello_between_does_not_shut_the_other_out() {
    let app = TestApp::new().await;
    let outlet = outlet(&app).await;
    let mut edge = Edge::of(&app, outlet.id).await;
    edge.hello(&app).await.unwrap();
    let copied = edge.token.clone();
    let mine = edge.hello(&app).await.unwrap().token;
    edge.token = copied;
    let theirs = edge.hello(&app).await.unwrap().token;
    edge.token = Some(mine);
    edge.hello(&app).await.unwrap();
    let mine = edge.token.replace(theirs);
    let copy = edge.ask(&app).await;
    assert!(matches!(copy, Err(FleetError::Cloned(_))), "{copy:?}");
    edge.token = mine;
    edge.hello(&app).await.unwrap();
}

#[tokio::test]
async fn invariant_08_a_journal_behind_what_it_was_is_fenced() {
    for (behind, hash) in [(3, "b"), (0, "c")] {
        let app = TestApp::new().await;
        let outlet = outlet(&app).await;
        let mut edge = Edge::of(&app, outlet.id).await;
        edge.hello(&app).await.unwrap();
        edge.works(10, "a");
        edge.hello(&app).await.unwrap();
        edge.hello(&app).await.unwrap();

        edge.last_seq -= behind;
        edge.last_hash = hash.repeat(64);
        let fenced = edge.ask(&app).await;
        assert!(matches!(fenced, Err(FleetError::Cloned(_))), "{behind} {fenced:?}");
    }
}

#[tokio::test]
async fn invariant_07_a_new_life_stays_clear_of_numbers_nobody_heard_of() {
    let app = TestApp::new().await;
    let outlet = outlet(&app).await;
    let today = outlet.business_day(app.platform.clock.now());
    let first = Edge::of(&app, outlet.id).await.hello(&app).await.unwrap();
    assert!(first.series.is_empty(), "{:?}", first.series);

    // The line was cut all day, and then the disk was lost.
    let second = Edge::of(&app, outlet.id).await.hello(&app).await.unwrap();
    for series in [Series::WalkIn, Series::Receipt] {
        let floor = second
            .series
            .iter()
            .find(|floor| (floor.day, floor.series) == (today, series));
        assert_eq!(floor.map(|floor| floor.next), Some(101), "{:?}", second.series);
    }
}

async fn issue(app: &TestApp, admin: &Visitor, outlet: OutletId) -> String {
    let path = format!("/api/admin/outlets/{outlet}/acts");
    let wish = json!({"kind": "issue", "product": Uuid::from_u128(0xA1), "party_size": 2});
    let done = app.post(&path).by(admin).once().json(&wish).send().await.expect(200);
    assert_eq!(done["data"]["request"]["state"], "done");
    let queue = app
        .get(&format!("/api/outlets/{outlet}/queue"))
        .send()
        .await
        .expect(200);
    let tickets = queue["data"].as_array().unwrap();
    tickets[tickets.len() - 1]["told"].as_str().unwrap().to_owned()
}

async fn with_product(app: &TestApp, admin: &Visitor) {
    let draft = json!({"name": "Booth", "category": "photobooth", "price": 35_000, "duration_minutes": 15});
    app.put(&format!("/api/admin/catalog/products/{}", Uuid::from_u128(0xA1)))
        .by(admin)
        .once()
        .json(&draft)
        .send()
        .await
        .expect(201);
}

#[tokio::test]
async fn central_that_takes_over_stays_clear_of_numbers_nobody_heard_of() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    with_product(&app, &admin).await;
    let outlet = outlet(&app).await;
    assert_eq!(issue(&app, &admin, outlet.id).await, "A-001");
    let edge = Edge::of(&app, outlet.id).await;
    tx!(&app.platform.db, |tx| -> Result<(), Failure> {
        revoke(tx, &app.platform, edge.id).await
    })
    .unwrap();
    assert_eq!(issue(&app, &admin, outlet.id).await, "A-101");
}

#[tokio::test]
async fn what_a_revoked_edge_was_asked_is_answered_by_central() {
    let app = TestApp::with(|config| config.sync.answer_ms = 1).await;
    let admin = app.admin().await;
    with_product(&app, &admin).await;
    let outlet = outlet(&app).await;
    let edge = Edge::of(&app, outlet.id).await;
    let platform = &app.platform;
    let ask = async |wish: serde_json::Value| {
        let path = format!("/api/admin/outlets/{}/acts", outlet.id);
        let asked = app.post(&path).by(&admin).once().json(&wish).send().await.expect(202);
        asked["data"]["request"]["id"]
            .as_str()
            .unwrap()
            .parse::<Uuid>()
            .unwrap()
    };
    let issued = ask(json!({"kind": "issue", "product": Uuid::from_u128(0xA1), "party_size": 2})).await;
    let nobodys = Wish::Ticket {
        ticket: Uuid::nil().into(),
        act: TicketWish::Recall,
    };
    let recalled = ask(serde_json::to_value(&nobodys).unwrap()).await;

    tx!(&platform.db, |tx| -> Result<(), Failure> {
        revoke(tx, platform, edge.id).await
    })
    .unwrap();
    let state = async |id: Uuid| {
        let found = requests::find(platform.db.reader(), id.into()).await.unwrap();
        found.map(|(answer, _)| (answer.state, answer.code)).unwrap()
    };
    assert_eq!(state(issued).await, (RequestState::Done, None));
    assert_eq!(
        state(recalled).await,
        (RequestState::Refused, Some("unknown_ticket".to_owned()))
    );
}

#[tokio::test]
async fn a_hello_from_before_two_that_were_confirmed_fences_nobody() {
    let app = TestApp::new().await;
    let outlet = outlet(&app).await;
    let mut edge = Edge::of(&app, outlet.id).await;
    edge.hello(&app).await.unwrap();
    let old = (edge.token.clone(), edge.nonce);
    for _ in 0..3 {
        edge.hello(&app).await.unwrap();
    }
    let now = (edge.token.clone(), edge.nonce);
    (edge.token, edge.nonce) = old;
    let late = edge.ask(&app).await;
    assert!(matches!(late, Err(FleetError::Outdated)), "{late:?}");
    (edge.token, edge.nonce) = now;
    edge.hello(&app).await.unwrap();
}

#[tokio::test]
async fn a_replacement_starts_with_the_outlets_rows() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    with_product(&app, &admin).await;
    let outlet = outlet(&app).await;
    issue(&app, &admin, outlet.id).await;
    let mut edge = Edge::of(&app, outlet.id).await;
    let welcome = edge.hello(&app).await.unwrap();
    let [Change::Ticket(ticket), Change::Answer(_)] = &welcome.rows[..] else {
        panic!("{welcome:?}")
    };
    assert_eq!((ticket.told().as_str(), welcome.acked_seq), ("A-001", 1));
    // Once it has done something of its own it has them.
    edge.last_seq = welcome.acked_seq;
    edge.works(1, "a");
    assert!(edge.hello(&app).await.unwrap().rows.is_empty());
}

#[tokio::test]
async fn what_an_edge_told_of_and_did_not_push_is_stated_when_it_is_replaced() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let outlet = outlet(&app).await;
    let mut lost = Edge::of(&app, outlet.id).await;
    lost.works(10, "a");
    lost.hello(&app).await.unwrap();
    Edge::of(&app, outlet.id).await;
    let listed = app
        .get("/api/admin/sync/exceptions")
        .by(&admin)
        .send()
        .await
        .expect(200);
    let why = json!({"code": "commands_lost", "first": 1, "last": 10});
    assert_eq!(
        (&listed["meta"]["total"], &listed["data"][0]["exception"]),
        (&json!(1), &why)
    );
}

#[tokio::test]
async fn an_outlet_whose_edge_was_fenced_as_a_copy_can_be_led_by_central() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    with_product(&app, &admin).await;
    let outlet = outlet(&app).await;
    let edge = Edge::of(&app, outlet.id).await;
    super::turn_away(&app.platform, edge.id, "a copy").await.unwrap();
    tx!(&app.platform.db, |tx| -> Result<(), Failure> {
        revoke(tx, &app.platform, edge.id).await
    })
    .unwrap();
    assert_eq!(issue(&app, &admin, outlet.id).await, "A-101");
}
