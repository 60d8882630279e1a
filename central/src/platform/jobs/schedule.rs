//! Work that is due by itself.

use sea_orm::{ActiveValue::Set, DbErr, EntityTrait, SqlErr};
use tokio_cron_scheduler::{Job as CronJob, JobScheduler, JobSchedulerError};

use super::{Registry, model::lease, registry::Schedule, store};
use crate::{platform::Platform, tx};

const MINUTE: i64 = 60_000_000;

/// Enqueues scheduled work when it is due, until the process is told to end.
///
/// # Errors
/// When a schedule cannot be read.
pub async fn keep_schedules(platform: Platform, registry: Registry) -> Result<(), JobSchedulerError> {
    let mut scheduler = JobScheduler::new().await?;
    for schedule in registry.schedules {
        let platform = platform.clone();
        let cron = schedule.cron;
        let due = move |_, _| -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
            let (platform, schedule) = (platform.clone(), schedule.clone());
            Box::pin(async move {
                // Clocks of several machines differ a little; the nearest minute is the same tick.
                let tick = (platform.clock.now().0 + MINUTE / 2).div_euclid(MINUTE) * MINUTE;
                if let Err(error) = take(&platform, &schedule, tick).await {
                    tracing::warn!(kind = schedule.kind, %error, "a tick could not be taken");
                }
            })
        };
        scheduler.add(CronJob::new_async(cron, due)?).await?;
    }
    scheduler.start().await?;
    platform.shutdown.cancelled().await;
    scheduler.shutdown().await
}

/// Takes a tick of every schedule of the registry as if it were due now, and says how many were
/// still free. `tick` is a minute, in microseconds since the epoch.
///
/// # Errors
/// The database's.
pub async fn take_tick(platform: &Platform, registry: &Registry, tick: i64) -> Result<usize, DbErr> {
    let mut taken = 0;
    for schedule in &registry.schedules {
        taken += usize::from(take(platform, schedule, tick).await?);
    }
    Ok(taken)
}

/// Takes a tick and enqueues its job; `false` when another process has it.
async fn take(platform: &Platform, schedule: &Schedule, tick: i64) -> Result<bool, DbErr> {
    let now = platform.clock.now();
    tx!(&platform.db, |tx| -> Result<bool, DbErr> {
        let row = lease::ActiveModel {
            name: Set(schedule.kind.to_owned()),
            tick: Set(tick),
            taken_at: Set(now.0),
        };
        match lease::Entity::insert(row).exec_without_returning(tx).await {
            Ok(_) => {}
            Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => return Ok(false),
            Err(error) => return Err(error),
        }
        let job = store::row(&platform.clock, schedule.kind, schedule.payload.clone(), now, None);
        store::insert(tx, job).await?;
        Ok(true)
    })
}
