//! Days that nobody closed, at outlets central leads: closed by themselves once the next has begun (E4).

use gerai_shared::{
    Actor, OutletId,
    intake::SeriesTold,
    queue::Series,
    wish::{Floor, close_forgotten_day},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::{
    StreamError,
    lead::{give, stamp},
    model::stream,
    store,
};
use crate::{
    features::{outlets, queue, sales},
    platform::{
        Platform,
        jobs::{Job, JobError},
    },
    tx,
};

/// Closes what was forgotten. Where an edge leads, the next day's first command does it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct CloseForgottenDays {}

impl Job for CloseForgottenDays {
    const KIND: &'static str = "close_forgotten_days";

    async fn run(self, platform: Platform) -> Result<(), JobError> {
        let closed = close_forgotten_days(&platform).await;
        closed.map_err(|error| JobError::Retry(error.to_string()))
    }
}

/// Closes the last day of every outlet without an edge, if it is over and open.
///
/// # Errors
/// The database's; what stood in an outlet's way, after the others were seen to.
pub async fn close_forgotten_days(platform: &Platform) -> Result<(), StreamError> {
    let led = stream::Entity::find()
        .filter(stream::Column::Incarnation.eq(0))
        .all(platform.db.reader())
        .await?;
    let mut outcome = Ok(());
    for row in led {
        let outlet = OutletId(row.outlet_id);
        let closed = tx!(&platform.db, |tx| -> Result<(), StreamError> {
            close_last_day(tx, platform, outlet).await
        });
        match closed {
            // A held command is about one of its tickets: it is closed after that.
            Ok(()) | Err(StreamError::Waits) => {}
            Err(error) => {
                tracing::error!(%outlet, %error, "a forgotten day was not closed");
                outcome = Err(error);
            }
        }
    }
    platform.feed.nudge();
    outcome
}

async fn close_last_day(tx: &impl ConnectionTrait, platform: &Platform, outlet: OutletId) -> Result<(), StreamError> {
    let Some(profile) = outlets::get(tx, outlet).await? else {
        return Ok(());
    };
    let at = store::lock(tx, outlet).await?;
    let now = platform.clock.now();
    let today = profile.business_day(now);
    let issued = queue::last_day_before(tx, outlet, today).await?;
    let sold = sales::last_day_before(tx, outlet, today).await?;
    let (0, Some(day)) = (at.incarnation, issued.max(sold)) else {
        return Ok(());
    };
    let floor = queue::floor(tx, outlet, day).await?;
    if floor.closed.is_some() && floor.open.is_empty() {
        return Ok(());
    }
    let mut told = Vec::new();
    for series in [Series::WalkIn, Series::Receipt] {
        let last = store::last_told(tx, outlet, day, series).await?;
        told.push(SeriesTold { series, last });
    }
    let act = close_forgotten_day(outlet, day, &Floor { told, ..floor });
    give(tx, platform, &at, stamp(now, today), act, Actor::System, None)
        .await
        .map(drop)
}
