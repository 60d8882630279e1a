//! Forgetting sign-ins that are over.

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::model::sign_in::{failure, refresh_token};
use crate::{
    platform::{
        Platform,
        jobs::{Job, JobError},
    },
    tx,
};

const DAY: i64 = 86_400_000_000;

/// Forgets refresh tokens that expired more than a day ago, and wrong passwords of before that.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct PruneSignIns {}

impl Job for PruneSignIns {
    const KIND: &'static str = "prune_sign_ins";

    async fn run(self, platform: Platform) -> Result<(), JobError> {
        let before = platform.clock.now().0 - DAY;
        tx!(&platform.db, |tx| -> Result<(), DbErr> {
            refresh_token::Entity::delete_many()
                .filter(refresh_token::Column::ExpiresAt.lt(before))
                .exec(tx)
                .await?;
            failure::Entity::delete_many()
                .filter(failure::Column::LastAt.lt(before))
                .exec(tx)
                .await?;
            Ok(())
        })?;
        Ok(())
    }
}
