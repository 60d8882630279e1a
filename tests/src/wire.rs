//! An edge driven by hand: its own key, its own journal, `/edge/v1` word for word. For what a
//! shipped edge never does: commands from the future, two calls at once, a batch sent again.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use gerai_shared::{
    Act, Actor, Change, Command, CommandId, Micros, OutletId, ScreenId, Stamp, State,
    change::hash_of,
    decide,
    journal::{GENESIS, link},
    sync::{Changes, Enroll, Enrolled, Hello, Push, PushReply, Pushed, SIGNATURE_HEADER, Snapshot, Welcome},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{json, value::RawValue};
use uuid::Uuid;

use crate::{
    client::{Admin, Answer, plain},
    wait,
};

/// An installation at an outlet, by hand.
#[derive(Debug)]
pub struct WireEdge {
    key: Ed25519KeyPair,
    http: reqwest::Client,
    /// What central said when it was approved.
    pub enrolled: Enrolled,
    token: Option<String>,
    boot: Uuid,
    /// The rows, as this edge decided them.
    pub state: State,
    /// Its journal: command, hash of its changes, its changes.
    pub journal: Vec<(String, String, Vec<Change>)>,
    chain: String,
}

/// An open session with one central.
#[derive(Clone, Debug)]
pub struct Session {
    http: reqwest::Client,
    central: String,
    bearer: String,
    incarnation: u32,
    /// What central said at hello.
    pub welcome: Welcome,
}

/// The wall's clock, as an edge that met central tells it.
#[must_use]
pub fn now() -> Micros {
    Micros(i64::try_from(wait::unix_seconds()).unwrap_or_default() * 1_000_000)
}

/// An id nobody has used.
#[must_use]
pub fn fresh_id() -> Uuid {
    Uuid::now_v7()
}

async fn posted<T: DeserializeOwned>(answer: reqwest::Response) -> Result<T> {
    let answer = Answer::read(answer).await?.ok()?;
    Ok(serde_json::from_slice(&answer.bytes)?)
}

impl WireEdge {
    /// Enrols a new installation at `outlet` and has it approved.
    ///
    /// # Errors
    /// When central refuses a step.
    pub async fn enroll(admin: &Admin, central: &str, outlet: Uuid) -> Result<Self> {
        let key = Ed25519KeyPair::generate().ok().context("no key could be made")?;
        let http = plain(Duration::from_secs(60))?;
        let code = admin
            .post("/api/admin/fleet/codes", &json!({ "outlet": outlet }))
            .await?;
        let body = Enroll {
            code: code.text("/code")?.to_owned(),
            public_key: BASE64_STANDARD.encode(key.public_key().as_ref()),
            name: "by hand".to_owned(),
            version: "0.1.0".to_owned(),
        };
        let url = format!("{central}/edge/v1/enroll");
        let pending: Enrolled = posted(http.post(&url).json(&body).send().await?).await?;
        ensure!(pending.status == "pending", "{pending:?}");
        admin
            .post(&format!("/api/admin/fleet/edges/{}/approve", pending.edge), &json!({}))
            .await?;
        let enrolled: Enrolled = posted(http.post(&url).json(&body).send().await?).await?;
        ensure!(
            enrolled.status == "active" && enrolled.outlet.0 == outlet,
            "{enrolled:?}"
        );
        Ok(Self {
            key,
            http,
            enrolled,
            token: None,
            boot: Uuid::new_v4(),
            state: State::default(),
            journal: Vec::new(),
            chain: GENESIS.to_owned(),
        })
    }

    /// Its outlet.
    #[must_use]
    pub fn outlet(&self) -> OutletId {
        self.enrolled.outlet
    }

    /// A hello as it stands now, signed; not sent.
    fn hello_body(&self) -> Result<(Vec<u8>, String)> {
        let body = serde_json::to_vec(&Hello {
            edge: self.enrolled.edge,
            incarnation: self.enrolled.incarnation,
            nonce: Uuid::new_v4(),
            last_seq: self.journal.len() as u64,
            last_hash: self.chain.clone(),
            acked_seq: 0,
            token: self.token.clone(),
            protocol: gerai_shared::command::PROTOCOL,
            version: "0.1.0".to_owned(),
            time: now(),
        })?;
        let signature = BASE64_STANDARD.encode(self.key.sign(&body).as_ref());
        Ok((body, signature))
    }

    /// Opens a session.
    ///
    /// # Errors
    /// When central refuses.
    pub async fn hello(&mut self, central: &str) -> Result<Session> {
        self.try_hello(central).await?.context("central is busy")
    }

    /// Opens a session; `None` when central has too much to do (429).
    ///
    /// # Errors
    /// When central refuses otherwise.
    pub async fn try_hello(&mut self, central: &str) -> Result<Option<Session>> {
        let (body, signature) = self.hello_body()?;
        let request = self
            .http
            .post(format!("{central}/edge/v1/hello"))
            .header("content-type", "application/json")
            .header(SIGNATURE_HEADER, signature)
            .body(body);
        let answer = Answer::read(request.send().await?).await?;
        if answer.status == 429 {
            return Ok(None);
        }
        let welcome: Welcome = serde_json::from_slice(&answer.ok()?.bytes)?;
        self.token = Some(welcome.token.clone());
        Ok(Some(Session {
            http: self.http.clone(),
            central: central.to_owned(),
            bearer: welcome.session.clone(),
            incarnation: self.enrolled.incarnation,
            welcome,
        }))
    }

    fn stamp(&self) -> Stamp {
        let time = now();
        Stamp {
            time,
            day: gerai_shared::Zone::Wib.business_day(time, 0),
            boot: self.boot,
            uptime: i64::try_from(self.journal.len()).unwrap_or_default(),
        }
    }

    /// Decides an act and journals it; returns the command's number.
    ///
    /// # Errors
    /// When the rules refuse it.
    pub fn act(&mut self, act: Act) -> Result<u64> {
        let seq = self.journal.len() as u64 + 1;
        let command = Command {
            id: CommandId(Uuid::now_v7()),
            outlet: self.outlet(),
            incarnation: self.enrolled.incarnation,
            seq,
            stamp: self.stamp(),
            actor: Actor::Guest {
                screen: ScreenId(self.boot),
            },
            request: None,
            supersedes: None,
            act,
        };
        let decision = decide(&self.state, &command)?;
        self.state.apply(decision.changes.clone());
        self.journal_as(command.to_json(), decision.changes);
        Ok(seq)
    }

    /// Journals a command as it stands, read by nobody.
    pub fn journal_as(&mut self, json: String, changes: Vec<Change>) {
        let hash = hash_of(&changes);
        self.chain = link(&self.chain, json.as_bytes(), &hash);
        self.journal.push((json, hash, changes));
    }

    /// The envelope of a command from a program that is not written yet.
    ///
    /// # Panics
    /// Never: it is plain JSON.
    #[must_use]
    pub fn from_the_future(&self, keys: &[gerai_shared::RowKey]) -> String {
        json!({
            "id": Uuid::now_v7(),
            "outlet": self.outlet(),
            "incarnation": self.enrolled.incarnation,
            "seq": self.journal.len() + 1,
            "kind": "ticket.teleport",
            "version": 99,
            "keys": keys,
            "stamp": self.stamp(),
            "actor": { "as": "system" },
            "body": { "to": "the moon" },
        })
        .to_string()
    }

    /// The commands after `after`, at most `batch`, as they are pushed.
    ///
    /// # Errors
    /// When a journalled command is not JSON.
    pub fn batch(&self, after: u64, batch: usize) -> Result<Vec<Pushed>> {
        let start = usize::try_from(after)?.min(self.journal.len());
        self.journal[start..]
            .iter()
            .take(batch)
            .map(|(json, hash, _)| {
                Ok(Pushed {
                    command: RawValue::from_string(json.clone())?,
                    hash: hash.clone(),
                    rows: None,
                })
            })
            .collect()
    }

    /// As [`WireEdge::batch`], with the rows of each: what central asks for by `send_rows`.
    ///
    /// # Errors
    /// When a journalled command is not JSON.
    pub fn batch_with_rows(&self, after: u64, batch: usize) -> Result<Vec<Pushed>> {
        let mut commands = self.batch(after, batch)?;
        let start = usize::try_from(after)?.min(self.journal.len());
        for (pushed, (_, _, changes)) in commands.iter_mut().zip(&self.journal[start..]) {
            pushed.rows = Some(serde_json::value::to_raw_value(changes)?);
        }
        Ok(commands)
    }
}

impl Session {
    /// The same session, carried on at another central of the same chain.
    #[must_use]
    pub fn at(&self, central: &str) -> Self {
        Self {
            central: central.to_owned(),
            ..self.clone()
        }
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        let request = self
            .http
            .post(format!("{}{path}", self.central))
            .bearer_auth(&self.bearer)
            .json(body);
        posted(request.send().await?).await
    }

    /// Pushes commands.
    ///
    /// # Errors
    /// When the reply is not one to this push.
    pub async fn push(&self, commands: Vec<Pushed>) -> Result<PushReply> {
        let nonce = Uuid::new_v4();
        let push = Push {
            nonce,
            incarnation: self.incarnation,
            before: None,
            commands,
        };
        let reply: PushReply = self.post("/edge/v1/push", &push).await?;
        ensure!(reply.nonce == nonce, "a reply to another push");
        Ok(reply)
    }

    /// A push made ready: its nonce, and its bytes.
    ///
    /// # Errors
    /// When a command cannot be said in JSON.
    pub fn ready(&self, commands: Vec<Pushed>) -> Result<(Uuid, Vec<u8>)> {
        let nonce = Uuid::new_v4();
        let push = Push {
            nonce,
            incarnation: self.incarnation,
            before: None,
            commands,
        };
        Ok((nonce, serde_json::to_vec(&push)?))
    }

    /// One try of a push made ready; its status, and the reply when that is 200.
    ///
    /// # Errors
    /// When there is no answer, or one to another push.
    pub async fn push_ready(&self, nonce: Uuid, body: Vec<u8>) -> Result<(u16, Option<PushReply>)> {
        let request = self
            .http
            .post(format!("{}/edge/v1/push", self.central))
            .header("content-type", "application/json")
            .bearer_auth(&self.bearer)
            .body(body);
        let answer = Answer::read(request.send().await?).await?;
        if answer.status != 200 {
            return Ok((answer.status, None));
        }
        let reply: PushReply = serde_json::from_slice(&answer.bytes)?;
        ensure!(reply.nonce == nonce, "a reply to another push");
        Ok((200, Some(reply)))
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let request = self
            .http
            .get(format!("{}{path}", self.central))
            .bearer_auth(&self.bearer);
        posted(request.send().await?).await
    }

    /// What central answers to a question, as it stands.
    ///
    /// # Errors
    /// When central refuses.
    pub async fn raw(&self, path: &str) -> Result<serde_json::Value> {
        self.get(path).await
    }

    /// Asks what came after the two cursors, waiting up to `wait_ms` for something.
    ///
    /// # Errors
    /// When central refuses.
    pub async fn changes(&self, catalog: u64, outlet: u64, wait_ms: u64) -> Result<Changes> {
        self.get(&format!(
            "/edge/v1/changes?catalog={catalog}&outlet={outlet}&wait_ms={wait_ms}"
        ))
        .await
    }

    /// Every live row of a topic.
    ///
    /// # Errors
    /// When central refuses.
    pub async fn snapshot(&self, topic: &str) -> Result<Snapshot> {
        self.get(&format!("/edge/v1/snapshot?topic={topic}")).await
    }
}
