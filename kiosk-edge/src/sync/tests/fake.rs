//! Central's endpoints as far as an edge sees them, on a real socket, with a line that can be cut.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Json, Router,
    extract::{Query, Request, State},
    http::{HeaderMap, StatusCode},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use gerai_shared::{
    Micros, Problem,
    command::{Header, PROTOCOL},
    sync::{
        CATALOG_TOPIC, Changes, CommandResult, EDGE_HEADER, FeedRow, Hello, Introduced, Introduction, Outcome, Push,
        PushReply, SIGNATURE_HEADER, Snapshot, TOO_OLD, TopicChanges, UNKNOWN_EDGE, Welcome,
    },
};
use serde::Deserialize;
use tokio::sync::watch;
use uuid::Uuid;

use crate::journal::scene::MORNING;

/// What a push meets, once.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meets {
    /// A captive portal's page, with success.
    Portal,
    /// A proxy's page, forbidding.
    Forbidden,
    /// An old answer, told again by something on the way; central has not seen the push.
    WrongNonce,
    /// Central, whose answer is lost after it has booked.
    LostAnswer,
    /// A question for the rows of this command.
    WantsRows(u64),
    /// Another command in a command's place.
    Conflict,
    /// The end of its session.
    NoSession,
    /// A house that is full: come back in a second.
    Full,
}

/// A push as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) seqs: Vec<u64>,
    pub(super) with_rows: Vec<u64>,
    /// The hash before the first.
    pub(super) before: Option<String>,
    /// Whether it was signed by an edge without a session.
    pub(super) late: bool,
    /// Whether it was not too large.
    pub(super) taken: bool,
}

pub(super) struct Books {
    pub(super) epoch: Uuid,
    /// Ids in order; the n-th has number n + 1.
    pub(super) booked: Vec<Uuid>,
    pub(super) meets: VecDeque<Meets>,
    /// More commands than this are too large.
    pub(super) most: usize,
    pub(super) seen: Vec<Seen>,
    /// Tokens shown by hellos.
    pub(super) tokens: Vec<Option<String>>,
    /// The nonces of hellos, in order.
    pub(super) nonces: Vec<Uuid>,
    /// Hellos whose answer is lost.
    pub(super) lose_welcomes: u32,
    /// With this code hellos are refused.
    pub(super) bar: Option<&'static str>,
    /// Edges are not known.
    pub(super) forgets: bool,
    /// Who said who they are.
    pub(super) introduced: Vec<Introduction>,
    /// Whether it is of protocol 2, and refuses hellos with fields of later ones.
    pub(super) of_protocol_2: bool,
    /// The oldest protocol that is given the feed.
    pub(super) least_protocol: u16,
    /// What was pulled: changes and snapshots.
    pub(super) pulls: u32,
    /// Rows of topic `catalog`, and how many are compacted away.
    pub(super) catalog: Vec<FeedRow>,
    pub(super) compacted: u64,
}

#[derive(Clone)]
pub(super) struct Fake {
    books: Arc<Mutex<Books>>,
    pub(super) line: watch::Sender<bool>,
    /// Pushes that a cut line has swallowed.
    pub(super) swallowed: watch::Sender<u32>,
    pub(super) address: String,
}

impl Fake {
    /// With a line that is up.
    pub(super) async fn start(epoch: Uuid, catalog: Vec<FeedRow>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let books = Books {
            epoch,
            booked: Vec::new(),
            meets: VecDeque::new(),
            most: usize::MAX,
            seen: Vec::new(),
            tokens: Vec::new(),
            nonces: Vec::new(),
            lose_welcomes: 0,
            bar: None,
            forgets: false,
            introduced: Vec::new(),
            of_protocol_2: false,
            least_protocol: 0,
            pulls: 0,
            catalog,
            compacted: 0,
        };
        let fake = Self {
            books: Arc::new(Mutex::new(books)),
            line: watch::Sender::new(true),
            swallowed: watch::Sender::new(0),
            address: format!("http://{}", listener.local_addr().unwrap()),
        };
        let router = Router::new()
            .route(
                "/healthz",
                get(async || Json(serde_json::json!({ "status": "ok", "service": "gerai-central" }))),
            )
            .route("/edge/v1/hello", post(hello))
            .route("/edge/v1/introduce", post(introduce))
            .route("/edge/v1/push", post(push))
            .route("/edge/v1/changes", get(changes))
            .route("/edge/v1/snapshot", get(snapshot))
            .layer(middleware::from_fn_with_state(fake.clone(), swallow))
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    pub(super) fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap()
    }
}

/// A cut line swallows packets: nothing asked during it is ever answered.
async fn swallow(State(fake): State<Fake>, request: Request, next: Next) -> Response {
    if !*fake.line.borrow() {
        if request.uri().path() == "/edge/v1/push" {
            fake.swallowed.send_modify(|count| *count += 1);
        }
        std::future::pending::<()>().await;
    }
    let response = next.run(request).await;
    if !*fake.line.borrow() {
        std::future::pending::<()>().await;
    }
    response
}

fn problem(status: u16, code: &str) -> Response {
    (
        StatusCode::from_u16(status).unwrap(),
        Json(Problem::new(status, code, code)),
    )
        .into_response()
}

async fn hello(State(fake): State<Fake>, Json(body): Json<serde_json::Value>) -> Response {
    let mut books = fake.books();
    if books.of_protocol_2 && body.get("acked_seq").is_some() {
        return problem(422, "invalid_body");
    }
    let hello: Hello = serde_json::from_value(body).unwrap();
    books.tokens.push(hello.token.clone());
    books.nonces.push(hello.nonce);
    if let Some(code) = books.bar {
        return problem(409, code);
    }
    if books.forgets {
        return match books.introduced.is_empty() {
            true => problem(404, UNKNOWN_EDGE),
            false => problem(409, "edge_forgotten"),
        };
    }
    if books.lose_welcomes > 0 {
        books.lose_welcomes -= 1;
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let welcome = Welcome {
        nonce: hello.nonce,
        session: "session".to_owned(),
        token: format!("token {}", books.tokens.len()),
        epoch: books.epoch,
        acked_seq: books.booked.len() as u64,
        series: Vec::new(),
        rows: Vec::new(),
        rows_since: None,
        certificate: Some("central's word".to_owned()),
        least_protocol: books.least_protocol,
        time: MORNING,
    };
    Json(welcome).into_response()
}

async fn introduce(State(fake): State<Fake>, Json(said): Json<Introduction>) -> Response {
    let introduced = Introduced {
        nonce: said.nonce,
        status: "forgotten".to_owned(),
        time: MORNING,
    };
    fake.books().introduced.push(said);
    Json(introduced).into_response()
}

async fn push(State(fake): State<Fake>, headers: HeaderMap, Json(push): Json<Push>) -> Response {
    let late = headers.contains_key(EDGE_HEADER) && headers.contains_key(SIGNATURE_HEADER);
    let mut books = fake.books();
    let headers: Vec<Header> = push
        .commands
        .iter()
        .map(|pushed| serde_json::from_str(pushed.command.get()).unwrap())
        .collect();
    let taken = headers.len() <= books.most;
    books.seen.push(Seen {
        taken,
        late,
        before: push.before.clone(),
        seqs: headers.iter().map(|header| header.seq).collect(),
        with_rows: headers
            .iter()
            .zip(&push.commands)
            .filter(|(_, p)| p.rows.is_some())
            .map(|(h, _)| h.seq)
            .collect(),
    });
    if !taken {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    let meets = books.meets.pop_front();
    let wanted = match meets {
        Some(Meets::Portal) => return Html("<h1>Sign in to the Wi-Fi</h1>").into_response(),
        Some(Meets::Forbidden) => return (StatusCode::FORBIDDEN, Html("<h1>Blocked</h1>")).into_response(),
        Some(Meets::Full) => {
            let mut full = problem(429, "central_busy");
            full.headers_mut()
                .insert("retry-after", http::HeaderValue::from_static("1"));
            return full;
        }
        Some(Meets::Conflict) => return problem(422, "stream_conflict"),
        Some(Meets::NoSession) => return problem(401, "session_ended"),
        Some(Meets::WantsRows(seq)) => Some(seq),
        _ => None,
    };
    let mut results = Vec::new();
    for header in &headers {
        let outcome = if late {
            Outcome::Review
        } else if wanted == Some(header.seq) {
            Outcome::SendRows
        } else {
            Outcome::Applied
        };
        results.push(CommandResult {
            id: header.id,
            seq: header.seq,
            outcome,
            exceptions: Vec::new(),
        });
        if outcome == Outcome::SendRows {
            break;
        }
        if late {
            continue;
        }
        let place = usize::try_from(header.seq).unwrap() - 1;
        match books.booked.get(place) {
            Some(known) => assert_eq!(*known, header.id.0, "another command with this number"),
            None if matches!(meets, Some(Meets::WrongNonce)) => {}
            None if place > books.booked.len() => return problem(409, "stream_gap"),
            None => books.booked.push(header.id.0),
        }
    }
    if let Some(Meets::LostAnswer) = meets {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let (nonce, acked_seq) = match meets {
        _ if late => (push.nonce, headers.last().map_or(0, |header| header.seq)),
        Some(Meets::WrongNonce) => (Uuid::nil(), headers.last().map_or(0, |header| header.seq)),
        _ => (push.nonce, books.booked.len() as u64),
    };
    let reply = PushReply {
        nonce,
        epoch: books.epoch,
        results,
        acked_seq,
        time: MORNING,
    };
    Json(reply).into_response()
}

#[derive(Deserialize)]
struct Cursors {
    catalog: u64,
}

async fn changes(State(fake): State<Fake>, Query(cursors): Query<Cursors>) -> Response {
    let (page, epoch) = {
        let mut books = fake.books();
        books.pulls += 1;
        if PROTOCOL < books.least_protocol {
            return problem(409, TOO_OLD);
        }
        if cursors.catalog < books.compacted {
            return problem(410, "compacted");
        }
        let rows: Vec<FeedRow> = books
            .catalog
            .iter()
            .filter(|row| row.number > cursors.catalog)
            .cloned()
            .collect();
        (rows, books.epoch)
    };
    let Some(last) = page.last() else {
        // Long enough that a push that had to wait for it would be seen to.
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        return Json(Changes {
            epoch,
            topics: Vec::new(),
            time: MORNING,
        })
        .into_response();
    };
    let topic = TopicChanges {
        topic: CATALOG_TOPIC.to_owned(),
        after: cursors.catalog,
        position: last.number,
        rows: page,
    };
    Json(Changes {
        epoch,
        topics: vec![topic],
        time: Micros(MORNING.0),
    })
    .into_response()
}

#[derive(Deserialize)]
struct Which {
    topic: String,
}

async fn snapshot(State(fake): State<Fake>, Query(which): Query<Which>) -> Response {
    let mut books = fake.books();
    books.pulls += 1;
    if PROTOCOL < books.least_protocol {
        return problem(409, TOO_OLD);
    }
    let rows = if which.topic == CATALOG_TOPIC {
        books.catalog.clone()
    } else {
        Vec::new()
    };
    Json(Snapshot {
        epoch: books.epoch,
        position: rows.last().map_or(0, |row| row.number),
        topic: which.topic,
        rows,
    })
    .into_response()
}
