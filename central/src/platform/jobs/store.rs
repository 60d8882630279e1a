//! Enqueueing, claiming and settling.

use gerai_shared::Micros;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    Job, batch,
    model::{failed, job},
};
use crate::platform::{clock::Clock, db::padded};

/// The one queue.
const QUEUE: &str = "default";
/// How many due jobs are looked at for one claim: others are after the same ones.
const CANDIDATES: u64 = 8;

/// Enqueues a job; to be called in the transaction that causes it.
///
/// # Errors
/// The database's.
pub async fn enqueue<J: Job>(tx: &impl ConnectionTrait, clock: &Clock, job: &J) -> Result<Uuid, DbErr> {
    enqueue_at(tx, clock, job, clock.now()).await
}

/// Enqueues a job that is not due before `at`.
///
/// # Errors
/// The database's.
pub async fn enqueue_at<J: Job>(tx: &impl ConnectionTrait, clock: &Clock, job: &J, at: Micros) -> Result<Uuid, DbErr> {
    let payload = serde_json::to_string(job).map_err(|error| DbErr::Json(error.to_string()))?;
    let row = row(clock, J::KIND, payload, at, None);
    let id = row.id;
    insert(tx, row).await.map(|()| id)
}

pub(super) fn row(clock: &Clock, kind: &str, payload: String, at: Micros, batch_id: Option<Uuid>) -> job::Model {
    job::Model {
        id: clock.id(),
        queue: QUEUE.to_owned(),
        kind: kind.to_owned(),
        payload,
        attempts: 0,
        reserved_at: None,
        reserved_until: None,
        available_at: at.0,
        batch_id,
        created_at: clock.now().0,
    }
}

pub(super) async fn insert(tx: &impl ConnectionTrait, row: job::Model) -> Result<(), DbErr> {
    job::Entity::insert(row.into_active_model())
        .exec_without_returning(tx)
        .await
        .map(drop)
}

/// Due jobs of these kinds that nobody holds, the longest due first.
pub(super) async fn due(
    db: &impl ConnectionTrait,
    kinds: Vec<&'static str>,
    now: Micros,
) -> Result<Vec<job::Model>, DbErr> {
    let free = Condition::any()
        .add(job::Column::ReservedUntil.is_null())
        .add(job::Column::ReservedUntil.lt(now.0));
    job::Entity::find()
        .filter(job::Column::Queue.eq(QUEUE))
        .filter(job::Column::AvailableAt.lte(now.0))
        .filter(job::Column::Kind.is_in(padded(kinds)))
        .filter(free)
        .order_by_asc(job::Column::AvailableAt)
        .limit(CANDIDATES)
        .all(db)
        .await
}

/// Takes a job as it was seen; `None` when somebody else was first.
pub(super) async fn claim(
    tx: &impl ConnectionTrait,
    seen: job::Model,
    now: Micros,
    until: Micros,
) -> Result<Option<job::Model>, DbErr> {
    let attempts = seen.attempts + 1;
    // Every claim moves `attempts`, so it alone says whether the job is as it was seen.
    let taken = job::Entity::update_many()
        .col_expr(job::Column::Attempts, Expr::value(attempts))
        .col_expr(job::Column::ReservedAt, Expr::value(now.0))
        .col_expr(job::Column::ReservedUntil, Expr::value(until.0))
        .filter(job::Column::Id.eq(seen.id))
        .filter(job::Column::Attempts.eq(seen.attempts))
        .exec(tx)
        .await?;
    Ok((taken.rows_affected == 1).then_some(job::Model {
        attempts,
        reserved_at: Some(now.0),
        reserved_until: Some(until.0),
        ..seen
    }))
}

/// Removes a job that was done. `false` when the claim was lost meanwhile.
pub(super) async fn done(tx: &impl ConnectionTrait, job: &job::Model, now: Micros) -> Result<bool, DbErr> {
    if !remove(tx, job).await? {
        return Ok(false);
    }
    if let Some(id) = job.batch_id {
        batch::settled(tx, id, None, now).await?;
    }
    Ok(true)
}

/// Puts a job back until `at`.
pub(super) async fn put_back(tx: &impl ConnectionTrait, job: &job::Model, at: Micros) -> Result<(), DbErr> {
    job::Entity::update_many()
        .col_expr(job::Column::AvailableAt, Expr::value(at.0))
        .col_expr(job::Column::ReservedAt, Expr::value(Option::<i64>::None))
        .col_expr(job::Column::ReservedUntil, Expr::value(Option::<i64>::None))
        .filter(job::Column::Id.eq(job.id))
        .filter(job::Column::Attempts.eq(job.attempts))
        .exec(tx)
        .await
        .map(drop)
}

/// Gives a job up, with what it failed of.
pub(super) async fn give_up(
    tx: &impl ConnectionTrait,
    job: &job::Model,
    exception: &str,
    now: Micros,
) -> Result<(), DbErr> {
    if !remove(tx, job).await? {
        return Ok(());
    }
    let row = failed::ActiveModel {
        id: Set(job.id),
        connection: Set("database".to_owned()),
        queue: Set(job.queue.clone()),
        kind: Set(job.kind.clone()),
        payload: Set(job.payload.clone()),
        exception: Set(exception.chars().take(8_000).collect()),
        attempts: Set(job.attempts),
        failed_at: Set(now.0),
    };
    failed::Entity::insert(row).exec_without_returning(tx).await?;
    match job.batch_id {
        Some(id) => batch::settled(tx, id, Some(job.id), now).await,
        None => Ok(()),
    }
}

async fn remove(tx: &impl ConnectionTrait, job: &job::Model) -> Result<bool, DbErr> {
    let removed = job::Entity::delete_many()
        .filter(job::Column::Id.eq(job.id))
        .filter(job::Column::Attempts.eq(job.attempts))
        .exec(tx)
        .await?;
    Ok(removed.rows_affected == 1)
}
