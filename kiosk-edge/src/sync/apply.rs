//! What central said, taken in: rows and cursor in one transaction, then the cache.

use gerai_shared::sync::{Changes, Snapshot};

use crate::journal::{Journal, JournalError};

/// Tells the cache that copies older than this number of this topic are out of date.
pub type Purge = std::sync::Arc<dyn Fn(&str, u64) + Send + Sync>;

/// Takes a snapshot in.
pub(super) async fn snapshot(journal: &Journal, purge: &Purge, snapshot: Snapshot) -> Result<(), JournalError> {
    let (topic, position) = (snapshot.topic.clone(), snapshot.position);
    journal.follow_snapshot(snapshot).await?;
    purge(&topic, position);
    Ok(())
}

/// Takes pages of the feed in.
pub(super) async fn changes(journal: &Journal, purge: &Purge, changes: Changes) -> Result<(), JournalError> {
    journal.clock().central_said(changes.time);
    for page in changes.topics {
        let (topic, position) = (page.topic.clone(), page.position);
        journal.follow(page, changes.epoch).await?;
        purge(&topic, position);
    }
    Ok(())
}
