//! What central said, taken in: rows and cursor in one transaction, then the cache.

use gerai_shared::sync::{CATALOG_TOPIC, Changes, Snapshot, TopicChanges};

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
        let (topic, position, shown) = (page.topic.clone(), page.position, is_shown(&page));
        journal.follow(page, changes.epoch).await?;
        if shown {
            purge(&topic, position);
        }
    }
    Ok(())
}

/// Whether a page may change what central shows everybody. Of what it tells one outlet that is the
/// profile alone: requests, grants and tickets come by the minute.
fn is_shown(page: &TopicChanges) -> bool {
    page.topic == CATALOG_TOPIC || page.rows.iter().any(|row| row.kind == "outlet")
}

#[cfg(test)]
mod tests {
    use gerai_shared::sync::{FeedRow, TopicChanges};
    use uuid::Uuid;

    #[test]
    fn only_what_everybody_is_shown_makes_copies_old() {
        let page = |topic: &str, kinds: &[&str]| TopicChanges {
            topic: topic.to_owned(),
            after: 0,
            rows: (1..)
                .zip(kinds)
                .map(|(number, kind)| FeedRow {
                    number,
                    kind: (*kind).to_owned(),
                    id: Uuid::nil(),
                    body: None,
                })
                .collect(),
            position: kinds.len() as u64,
        };
        assert!(super::is_shown(&page("catalog", &["product"])));
        assert!(super::is_shown(&page("outlet:1", &["request", "outlet"])));
        assert!(!super::is_shown(&page(
            "outlet:1",
            &["request", "grant", "remote_ticket"]
        )));
    }
}
