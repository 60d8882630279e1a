//! Doing the work.

use std::time::Duration;

use gerai_shared::Micros;
use sea_orm::DbErr;

use super::{JobError, Registry, model::job, registry::Kind, store};
use crate::{platform::Platform, tx};

/// How long a claim holds, in microseconds: a job whose worker died is begun anew after it.
const LEASE: i64 = 300 * 1_000_000;
/// A job that takes longer is dropped, so that it never runs beyond its claim.
const LONGEST: Duration = Duration::from_secs(280);
/// How often an idle worker looks.
const IDLE: Duration = Duration::from_millis(500);

/// Works until the process is told to end; a job that was begun is finished.
pub async fn work(platform: Platform, registry: Registry) {
    while !platform.shutdown.is_cancelled() {
        match run_one(&platform, &registry).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "jobs could not be looked for"),
        }
        tokio::select! {
            () = platform.shutdown.cancelled() => {}
            () = tokio::time::sleep(IDLE) => {}
        }
    }
}

/// Claims a due job, does it and settles it. `false` when nothing was due.
///
/// # Errors
/// The database's.
pub async fn run_one(platform: &Platform, registry: &Registry) -> Result<bool, DbErr> {
    let Some(job) = claim(platform, registry).await? else {
        return Ok(false);
    };
    let Some(kind) = registry.kinds.get(job.kind.as_str()).copied() else {
        return Ok(false);
    };
    let result = if job.attempts > kind.attempts {
        Err(JobError::GiveUp("its worker died each time".to_owned()))
    } else {
        perform(platform, kind, &job).await
    };
    settle(platform, kind, &job, result).await?;
    Ok(true)
}

async fn claim(platform: &Platform, registry: &Registry) -> Result<Option<job::Model>, DbErr> {
    let now = platform.clock.now();
    let kinds = registry.kinds.keys().copied().collect();
    // Looked for outside a transaction: an idle worker must not hold up those who write.
    let due = store::due(platform.db.reader(), kinds, now).await?;
    if due.is_empty() {
        return Ok(None);
    }
    let until = Micros(now.0 + LEASE);
    tx!(&platform.db, |tx| -> Result<_, DbErr> {
        for seen in due.clone() {
            if let Some(job) = store::claim(tx, seen, now, until).await? {
                return Ok(Some(job));
            }
        }
        Ok(None)
    })
}

async fn perform(platform: &Platform, kind: Kind, job: &job::Model) -> Result<(), JobError> {
    // In a task of its own, so that a panic is a failure of the job and not of the worker.
    let mut task = tokio::spawn((kind.run)(platform.clone(), job.payload.clone()));
    match tokio::time::timeout(LONGEST, &mut task).await {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => Err(JobError::Retry(format!("it panicked: {panic}"))),
        Err(_) => {
            task.abort();
            Err(JobError::Retry(format!("it took longer than {} s", LONGEST.as_secs())))
        }
    }
}

async fn settle(platform: &Platform, kind: Kind, job: &job::Model, result: Result<(), JobError>) -> Result<(), DbErr> {
    let now = platform.clock.now();
    let outcome = match &result {
        Ok(()) => "done",
        Err(JobError::Retry(_)) if job.attempts < kind.attempts => "retried",
        Err(_) => "failed",
    };
    metrics::counter!("gerai_jobs_total", "kind" => job.kind.clone(), "outcome" => outcome).increment(1);
    tx!(&platform.db, |tx| -> Result<(), DbErr> {
        match (&result, outcome) {
            (Ok(()), _) => {
                store::done(tx, job, now).await?;
            }
            (Err(_), "retried") => {
                store::put_back(tx, job, Micros(now.0 + pause(job.attempts))).await?;
            }
            (Err(error), _) => store::give_up(tx, job, &error.to_string(), now).await?,
        }
        Ok(())
    })?;
    if let Err(error) = result {
        tracing::warn!(kind = job.kind, id = %job.id, attempts = job.attempts, outcome, %error, "a job failed");
    }
    Ok(())
}

/// How long a job that failed so often rests, in microseconds: 5 s, doubled each time, at most an
/// hour.
pub(super) fn pause(attempts: i32) -> i64 {
    let doublings = u32::try_from(attempts - 1).unwrap_or_default().min(16);
    (5_i64 << doublings).min(3_600) * 1_000_000
}
