//! Waking those who wait for a topic to move, across processes.

use std::{collections::HashMap, sync::Arc, time::Duration};

use sea_orm::EntityTrait;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::model::topic;
use crate::platform::{db::Db, redis::Redis};

/// How often the positions are read when nobody in this process says that they moved.
const POLL: Duration = Duration::from_millis(150);

type Positions = Arc<HashMap<String, u64>>;

/// Knows where topics stand. One poller per process serves all waiters; a change made by another
/// central is seen within its period, one made here at once.
#[derive(Clone, Debug)]
pub struct FeedWake {
    nudge: Arc<Notify>,
    /// Tells other centrals.
    others: Option<Redis>,
    positions: watch::Sender<Positions>,
}

impl Default for FeedWake {
    fn default() -> Self {
        Self {
            nudge: Arc::default(),
            others: None,
            positions: watch::Sender::new(Positions::default()),
        }
    }
}

impl FeedWake {
    /// One that tells other centrals, and hears them.
    #[must_use]
    pub fn with(others: Option<Redis>) -> Self {
        Self {
            others,
            ..Self::default()
        }
    }

    /// Says that something was appended and committed.
    pub fn nudge(&self) {
        self.nudge.notify_one();
        if let Some(others) = &self.others {
            others.say_moved();
        }
    }

    /// Where a topic stood when the positions were last read; 0 before they ever were.
    #[must_use]
    pub fn known(&self, topic: &str) -> u64 {
        self.positions.borrow().get(topic).copied().unwrap_or(0)
    }

    /// Waits until one of the topics stands after its cursor, or the time is over.
    pub async fn moved(&self, cursors: &[(String, u64)], patience: Duration) {
        let mut positions = self.positions.subscribe();
        let moved = positions.wait_for(|positions| {
            cursors
                .iter()
                .any(|(topic, after)| positions.get(topic).is_some_and(|at| at > after))
        });
        let _ = tokio::time::timeout(patience, moved).await;
    }

    /// Reads the positions until cancelled.
    pub async fn run(self, db: Db, cancelled: CancellationToken) {
        if let Some(others) = self.others.clone() {
            let nudge = Arc::clone(&self.nudge);
            tokio::spawn(others.run(move || nudge.notify_one(), cancelled.clone()));
        }
        loop {
            match topic::Entity::find().all(db.reader()).await {
                Ok(rows) => {
                    let read: HashMap<_, _> = rows
                        .into_iter()
                        .map(|row| (row.topic, row.last.unsigned_abs()))
                        .collect();
                    self.positions.send_if_modified(|positions| {
                        let changed = **positions != read;
                        if changed {
                            *positions = Arc::new(read);
                        }
                        changed
                    });
                }
                Err(error) => tracing::warn!(%error, "the feed's positions could not be read"),
            }
            tokio::select! {
                () = cancelled.cancelled() => return,
                () = self.nudge.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }
}
