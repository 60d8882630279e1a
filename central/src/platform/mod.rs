//! What every feature stands on. Knows no feature.

pub mod auth;
pub mod clock;
pub mod db;
pub mod epoch;
pub mod feed;
pub mod http;
pub mod jobs;
pub mod limits;
pub mod redis;
pub mod telemetry;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::config::Config;

/// What the machine room lends to every feature; the state of every handler.
#[derive(Clone, Debug)]
pub struct Platform {
    /// The database.
    pub db: db::Db,
    /// Time, randomness and ids.
    pub clock: clock::Clock,
    /// Wakes those who wait for the feed.
    pub feed: feed::FeedWake,
    /// What several centrals share beside the database, where one is configured.
    pub redis: Option<redis::Redis>,
    /// Central's Ed25519 key.
    pub key: Arc<auth::SigningKey>,
    /// The configuration.
    pub config: Arc<Config>,
    /// The database's epoch.
    pub epoch: Uuid,
    /// Whether sign-ins still stand, for five seconds each.
    pub stands: moka::future::Cache<Uuid, bool>,
    /// Seats for those who follow something live without being known.
    pub listeners: limits::Listeners,
    /// Says that the process is to end; whoever waits or streams ends at once.
    pub shutdown: CancellationToken,
}
