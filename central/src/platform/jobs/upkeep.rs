//! What the machine room does for itself.

use gerai_shared::Micros;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::{
    Job, JobError,
    model::{batch, lease},
};
use crate::{
    platform::{Platform, feed, http},
    tx,
};

const DAY: i64 = 86_400_000_000;

/// Forgets what unsafe calls were answered more than 400 days ago: as long as command ids are
/// remembered.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct PruneReplies {}

impl Job for PruneReplies {
    const KIND: &'static str = "prune_replies";

    async fn run(self, platform: Platform) -> Result<(), JobError> {
        let before = Micros(platform.clock.now().0 - 400 * DAY);
        let pruned = tx!(&platform.db, |tx| -> Result<u64, DbErr> {
            http::prune_replies(tx, before).await
        })?;
        tracing::info!(pruned, "old replies were forgotten");
        Ok(())
    }
}

/// Drops rows of the feed that were superseded more than 30 days ago; the latest of each row stays
/// for ever.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct CompactFeed {}

impl Job for CompactFeed {
    const KIND: &'static str = "compact_feed";

    async fn run(self, platform: Platform) -> Result<(), JobError> {
        let before = Micros(platform.clock.now().0 - 30 * DAY);
        let mut dropped = 0;
        // In small transactions: an append to a topic must not wait for long.
        loop {
            let some = tx!(&platform.db, |tx| -> Result<u64, DbErr> {
                feed::compact(tx, before).await
            })?;
            dropped += some;
            if some == 0 {
                break;
            }
        }
        tracing::info!(dropped, "the feed was compacted");
        Ok(())
    }
}

/// Forgets ticks taken more than a week ago and batches finished more than a month ago.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct PruneTraces {}

impl Job for PruneTraces {
    const KIND: &'static str = "prune_traces";

    async fn run(self, platform: Platform) -> Result<(), JobError> {
        let now = platform.clock.now().0;
        tx!(&platform.db, |tx| -> Result<(), DbErr> {
            lease::Entity::delete_many()
                .filter(lease::Column::TakenAt.lt(now - 7 * DAY))
                .exec(tx)
                .await?;
            batch::Entity::delete_many()
                .filter(batch::Column::FinishedAt.lt(now - 30 * DAY))
                .exec(tx)
                .await?;
            Ok(())
        })?;
        Ok(())
    }
}
