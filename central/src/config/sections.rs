//! The sections of the configuration.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// All of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where to listen.
    pub listen: String,
    /// Where the key, the embedded database and media live.
    pub data_dir: PathBuf,
    /// The address the public reaches this server by.
    pub public_url: String,
    /// The database.
    pub database: Database,
    /// What several centrals share beside it.
    pub redis: Redis,
    /// Sign-ins.
    pub auth: Auth,
    /// The line to outlets.
    pub sync: Sync,
    /// Background work.
    pub worker: Worker,
    /// Limits on what comes in.
    pub limits: Limits,
    /// What is logged.
    pub log: Log,
}

/// The database.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` or `mysql://…`; empty for `central.db` in the data directory.
    #[serde(serialize_with = "masked")]
    pub url: SecretString,
    /// Connections at most.
    pub max_connections: u32,
}

/// A Redis that several centrals share.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    /// `redis://[:PASSWORD@]HOST[:PORT]/` or `redis+unix:///PATH`; empty for none.
    #[serde(serialize_with = "masked")]
    pub url: SecretString,
}

/// Sign-ins.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// How long an access token lasts, in minutes.
    pub access_minutes: u32,
    /// How long a refresh token lasts, in days.
    pub refresh_days: u32,
    /// How long a used refresh token is answered once more, in seconds: the reply may be lost.
    pub replay_grace_seconds: u32,
}

/// The line to outlets.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sync {
    /// The newest protocol to read; newer commands are held. Lower than the program's own while
    /// several centrals are being upgraded one by one.
    pub protocol_ceiling: u16,
    /// The most commands of one push.
    pub batch_max: usize,
    /// The longest a poll for changes waits, in milliseconds.
    pub wait_ms_max: u64,
    /// How long an act from afar waits for the outlet's answer before it is shown as waiting, in
    /// milliseconds.
    pub answer_ms: u64,
}

/// Background work.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Worker {
    /// Whether `serve` does it too.
    pub in_process: bool,
}

/// Limits on what comes in.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The largest body, in bytes.
    pub body_bytes: usize,
    /// The largest push of an edge, in bytes.
    pub push_bytes: usize,
    /// Calls a user, or an address nobody signed in from, may make in a minute.
    pub requests_per_minute: u32,
    /// Sign-ins, registrations and refreshes an address may try in a minute.
    pub sign_ins_per_minute: u32,
    /// Whether the caller's address is the last one of `X-Forwarded-For`: only behind a proxy that
    /// sets it, for anyone could write it otherwise.
    pub trust_forwarded_for: bool,
    /// Pushes, snapshots and hellos of edges that are worked on at once.
    pub pushes_at_once: usize,
    /// How many more may wait a moment for a place; the others are sent away with 429.
    pub pushes_waiting: usize,
    /// Live views of queues and tickets' pages that may be open at once.
    pub listeners: usize,
    /// How many of them from one address; an outlet's guests may share one.
    pub listeners_per_address: usize,
}

/// What is logged.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// `json` or `text`.
    pub format: String,
    /// A tracing filter: `info`, `gerai_central=debug,info` …
    pub level: String,
}

/// An address with its password masked; all of it when it is not a URL.
fn masked<S: serde::Serializer>(url: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    let exposed = url.expose_secret();
    let shown = match url::Url::parse(exposed) {
        Ok(mut parsed) if parsed.password().is_some() => {
            let _ = parsed.set_password(Some("********"));
            parsed.to_string()
        }
        Ok(_) => exposed.to_owned(),
        Err(_) if exposed.is_empty() => String::new(),
        Err(_) => "********".to_owned(),
    };
    serializer.serialize_str(&shown)
}
