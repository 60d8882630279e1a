//! Background work.

use crate::{
    app::StartError,
    features::{
        accounts::PruneSignIns,
        stream::{CloseForgottenDays, ReleaseHeld},
    },
    platform::{
        Platform,
        jobs::{self, CompactFeed, PruneReplies, PruneTraces, Registry},
    },
};

/// How many jobs one process does at once.
const AT_ONCE: usize = 2;

/// Every kind of background work, and when it is due by itself: seconds first, UTC.
///
/// # Errors
/// When a scheduled job cannot be said in JSON.
pub fn registry() -> Result<Registry, serde_json::Error> {
    Registry::default()
        .scheduled("30 * * * * *", &ReleaseHeld {})?
        .scheduled("0 5 * * * *", &CloseForgottenDays {})?
        .scheduled("0 10 19 * * *", &PruneReplies {})?
        .scheduled("0 20 19 * * *", &CompactFeed {})?
        .scheduled("0 30 19 * * *", &PruneTraces {})?
        .scheduled("0 40 * * * *", &PruneSignIns {})
}

/// Does background work until the process is told to end.
///
/// # Errors
/// When the schedules cannot run.
pub async fn run(platform: Platform) -> Result<(), StartError> {
    let registry = registry()?;
    let workers: Vec<_> = (0..AT_ONCE)
        .map(|_| tokio::spawn(jobs::work(platform.clone(), registry.clone())))
        .collect();
    jobs::keep_schedules(platform, registry).await?;
    for worker in workers {
        if let Err(error) = worker.await {
            tracing::error!(%error, "a worker broke");
        }
    }
    Ok(())
}
