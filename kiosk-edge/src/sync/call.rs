//! One question to central, and what counts as its answer.
//!
//! Between an outlet and central stand captive portals, proxies and balancers, which answer in
//! central's place. So an answer counts only in central's own shape; all else is a [`Miss`].

use std::{
    error::Error as _,
    io::ErrorKind,
    net::{Ipv4Addr, UdpSocket},
    sync::{PoisonError, RwLock},
    time::Duration,
};

use gerai_shared::Problem;
use reqwest::{Client, RequestBuilder, Response, StatusCode, header::RETRY_AFTER};
use serde::de::DeserializeOwned;

use super::link::Line;
use crate::config::Central;

const CONNECT: Duration = Duration::from_secs(5);
const KEEPALIVE: Duration = Duration::from_secs(10);
/// The longest that central may ask to be left alone.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// No answer that counts. Nothing was acknowledged by it, nothing refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Miss {
    /// Nobody was reached, or nobody answered in time.
    #[error("central was not reached ({})", .0.word())]
    Unreached(Line),
    /// Given up, because the line has healed and the answer will not come any more.
    #[error("given up after the line healed")]
    Stuck,
    /// Something answered that is not central, or not in its shape.
    #[error("not an answer of central's: {0}")]
    NotCentral(String),
    /// Central asks to be left alone for a while.
    #[error("central is busy")]
    Busy(Duration),
    /// The question was too large.
    #[error("the batch is too large")]
    TooLarge,
    /// The session has ended.
    #[error("the session has ended")]
    NoSession,
    /// What was asked for is not kept any more.
    #[error("the feed does not go back that far")]
    Compacted,
    /// Central's own word against this edge.
    #[error("central says {0}")]
    Barred(String),
    /// Any other status.
    #[error("answered with status {status} ({why})")]
    Status {
        /// The status.
        status: u16,
        /// What it says of itself.
        why: String,
    },
}

/// Asks central. Connections are kept, until the line heals: those from before lead nowhere.
#[derive(Debug)]
pub struct Caller {
    central: Central,
    client: RwLock<Client>,
}

impl Caller {
    /// A caller of `central`.
    ///
    /// # Errors
    /// When this machine's TLS cannot be set up.
    pub fn new(central: Central) -> Result<Self, reqwest::Error> {
        Ok(Self {
            central,
            client: RwLock::new(fresh()?),
        })
    }

    /// Whom it asks.
    #[must_use]
    pub fn central(&self) -> &Central {
        &self.central
    }

    /// Forgets all connections.
    pub fn renew(&self) {
        match fresh() {
            Ok(client) => *self.client.write().unwrap_or_else(PoisonError::into_inner) = client,
            Err(error) => tracing::warn!(%error, "connections were not renewed"),
        }
    }

    fn client(&self) -> Client {
        self.client.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A `GET` of one of central's paths.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client().get(self.central.at(path))
    }

    /// A `POST` of JSON to one of central's paths.
    pub fn post(&self, path: &str, json: String) -> RequestBuilder {
        self.client()
            .post(self.central.at(path))
            .header("content-type", "application/json")
            .body(json)
    }

    /// Sends a request, and reads an answer of the shape `T`.
    ///
    /// # Errors
    /// When there is none.
    pub async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Miss> {
        let bytes = self.bytes(request, |status| status == StatusCode::OK).await?;
        serde_json::from_slice(&bytes).map_err(|error| Miss::NotCentral(error.to_string()))
    }

    /// As [`Caller::ask`], for what is made by asking: 201 and 202 are answers too.
    ///
    /// # Errors
    /// When there is none.
    pub async fn ask_for_new<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Miss> {
        let bytes = self.bytes(request, |status| status.is_success()).await?;
        serde_json::from_slice(&bytes).map_err(|error| Miss::NotCentral(error.to_string()))
    }

    /// Sends a request whose answer says nothing beyond its status.
    ///
    /// # Errors
    /// When it was not a success.
    pub async fn tell(&self, request: RequestBuilder) -> Result<(), Miss> {
        self.bytes(request, |status| status.is_success()).await.map(drop)
    }

    async fn bytes(
        &self,
        request: RequestBuilder,
        counts: impl FnOnce(StatusCode) -> bool,
    ) -> Result<bytes::Bytes, Miss> {
        let unreached = |error: reqwest::Error| Miss::Unreached(blame(&error, &self.central));
        let response = request.send().await.map_err(unreached)?;
        let status = response.status();
        if counts(status) {
            response.bytes().await.map_err(unreached)
        } else {
            Err(refusal(status, response).await)
        }
    }
}

fn fresh() -> Result<Client, reqwest::Error> {
    Client::builder()
        .connect_timeout(CONNECT)
        .tcp_keepalive(KEEPALIVE)
        .tcp_nodelay(true)
        .no_proxy()
        // A portal's way of answering for somebody else.
        .redirect(reqwest::redirect::Policy::none())
        .build()
}

async fn refusal(status: StatusCode, response: Response) -> Miss {
    let pause = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(Duration::from_secs);
    let problem = response.json::<Problem>().await.ok();
    let other = |problem: Option<Problem>| Miss::Status {
        status: status.as_u16(),
        why: problem.map_or_else(|| "no word of central's".to_owned(), |problem| problem.code),
    };
    match (status, problem) {
        (StatusCode::UNAUTHORIZED, _) => Miss::NoSession,
        (StatusCode::GONE, _) => Miss::Compacted,
        (StatusCode::PAYLOAD_TOO_LARGE, _) => Miss::TooLarge,
        (StatusCode::CONFLICT, Some(problem)) => Miss::Barred(problem.code),
        (StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE, problem) => match pause {
            Some(pause) => Miss::Busy(pause.min(LONGEST_PAUSE)),
            None => other(problem),
        },
        (_, problem) => other(problem),
    }
}

/// Whose fault it is that central was not reached.
#[must_use]
pub fn blame(error: &reqwest::Error, central: &Central) -> Line {
    let mut source = error.source();
    let mut refused = false;
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            refused |= matches!(io.kind(), ErrorKind::ConnectionRefused);
        }
        source = cause.source();
    }
    // A connection that was made and then broken shows that the machine is there.
    let there = refused || !(error.is_connect() || error.is_timeout());
    match (central.is_local(), there) {
        (true, true) => Line::Central,
        (true, false) => Line::Internet,
        (false, _) if !has_route() => Line::Lan,
        (false, true) => Line::Central,
        (false, false) => Line::Internet,
    }
}

/// Whether this machine has a way out of itself. Asks the routing table; nothing is sent.
fn has_route() -> bool {
    // TEST-NET-1 (RFC 5737): never on this machine's own network, so the default route decides.
    const ELSEWHERE: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);
    UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).is_ok_and(|socket| socket.connect(ELSEWHERE).is_ok())
}
