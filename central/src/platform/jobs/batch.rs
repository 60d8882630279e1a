//! Jobs that belong together.

use gerai_shared::Micros;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QuerySelect};
use uuid::Uuid;

use super::{Job, model::batch, store};
use crate::platform::{clock::Clock, db::insert_rows};

/// Enqueues jobs whose progress is counted together, and says under which id.
///
/// # Errors
/// The database's.
pub async fn enqueue_batch<J: Job>(
    tx: &impl ConnectionTrait,
    clock: &Clock,
    name: &str,
    jobs: &[J],
) -> Result<Uuid, DbErr> {
    let (id, now) = (clock.id(), clock.now());
    let count = i32::try_from(jobs.len()).unwrap_or(i32::MAX);
    let row = batch::ActiveModel {
        id: Set(id),
        name: Set(name.to_owned()),
        total_jobs: Set(count),
        pending_jobs: Set(count),
        failed_jobs: Set(0),
        failed_job_ids: Set("[]".to_owned()),
        options: Set("{}".to_owned()),
        cancelled_at: Set(None),
        created_at: Set(now.0),
        finished_at: Set((count == 0).then_some(now.0)),
    };
    batch::Entity::insert(row).exec_without_returning(tx).await?;
    let mut rows = Vec::with_capacity(jobs.len());
    for job in jobs {
        let payload = serde_json::to_string(job).map_err(|error| DbErr::Json(error.to_string()))?;
        rows.push(store::row(clock, J::KIND, payload, now, Some(id)).into_active_model());
    }
    insert_rows(tx, rows).await?;
    Ok(id)
}

/// Counts a job of a batch as settled; `failed` names it when it was given up.
pub(super) async fn settled(
    tx: &impl ConnectionTrait,
    id: Uuid,
    failed: Option<Uuid>,
    now: Micros,
) -> Result<(), DbErr> {
    let Some(row) = batch::Entity::find_by_id(id).lock_exclusive().one(tx).await? else {
        return Ok(());
    };
    let pending = row.pending_jobs - 1;
    let mut ids: Vec<Uuid> = serde_json::from_str(&row.failed_job_ids).unwrap_or_default();
    ids.extend(failed);
    let mut change = row.into_active_model();
    change.pending_jobs = Set(pending);
    change.failed_jobs = Set(i32::try_from(ids.len()).unwrap_or(i32::MAX));
    change.failed_job_ids = Set(serde_json::to_string(&ids).map_err(|error| DbErr::Json(error.to_string()))?);
    if pending <= 0 {
        change.finished_at = Set(Some(now.0));
    }
    change.update(tx).await.map(drop)
}
