//! The line to central: commands up, changes down, and how the line is.
//!
//! Pushing and pulling are tasks of their own, so that a request held open for changes never delays
//! a command. Both look at the journal's cursors and at the session; neither remembers what the
//! other did. The [`probe`] decides what the line's state is; a try that works proves it, too.

mod apply;
mod call;
mod digest;
mod heartbeat;
mod link;
mod patience;
mod plan;
mod probe;
mod pull;
mod push;
mod speak;
#[cfg(test)]
mod tests;

pub use apply::Purge;
pub use call::{Caller, Miss};
pub use link::{Line, Link, LinkState, Standing, Trouble};

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicU32},
};

use tokio::{sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    config,
    device::{DeviceKey, Session},
    journal::Journal,
};

/// What the line to central needs, and what it tells.
pub struct Uplink {
    caller: Arc<Caller>,
    journal: Journal,
    link: Arc<Link>,
    key: DeviceKey,
    config: config::Sync,
    data_dir: PathBuf,
    purge: Purge,
    session: watch::Sender<Option<Session>>,
    screens: Arc<AtomicU32>,
}

impl Uplink {
    /// A line that nobody works yet.
    ///
    /// # Errors
    /// When this machine's TLS cannot be set up.
    pub fn new(
        config: &config::Config,
        journal: Journal,
        key: DeviceKey,
        screens: Arc<AtomicU32>,
        purge: Purge,
    ) -> Result<Self, reqwest::Error> {
        let device = journal.device();
        let standing = match (device.incarnation, &device.barred) {
            (0, _) => Standing::NotEnrolled,
            (_, Some(code)) => Standing::of_refusal(code),
            (_, None) => Standing::Active,
        };
        Ok(Self {
            caller: Arc::new(Caller::new(config.central.clone())?),
            link: Arc::new(Link::new(standing, journal.clock().now())),
            key,
            config: config.sync.clone(),
            data_dir: config.data_dir.clone(),
            purge,
            session: watch::Sender::new(None),
            screens,
            journal,
        })
    }

    /// How the line is.
    #[must_use]
    pub fn link(&self) -> Arc<Link> {
        self.link.clone()
    }

    /// Works the line until told to stop.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut tasks = JoinSet::new();
        let (this, end) = (self.clone(), stop.clone());
        tasks.spawn(async move { speak::run(&this, end).await });
        let (this, end) = (self.clone(), stop.clone());
        tasks.spawn(async move { pull::run(&this, end).await });
        let (this, end) = (self.clone(), stop.clone());
        tasks.spawn(async move { heartbeat::run(&this, end).await });
        let (this, end) = (self.clone(), stop.clone());
        tasks.spawn(async move { digest::run(&this, end).await });
        tasks.spawn(async move {
            let (caller, link, clock) = (self.caller.clone(), self.link.clone(), self.journal.clock().clone());
            if let Err(error) = probe::watch(caller, link, clock, self.config.probe(), stop).await {
                tracing::error!(%error, "the line cannot be watched");
            }
        });
        tasks.join_all().await;
    }

    /// Central has answered in its own words.
    fn heard(&self) {
        if !self.link.now().is_up() {
            self.caller.renew();
        }
        self.link.seen(Line::Up, self.journal.clock().now());
    }

    /// The session is over, unless another has begun meanwhile.
    fn end(&self, session: &Session) {
        self.session.send_if_modified(|now| {
            let same = now.as_ref() == Some(session);
            if same {
                *now = None;
            }
            same
        });
    }
}
