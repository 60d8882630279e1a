//! Dropping what nobody needs to follow any more.

use gerai_shared::Micros;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Statement};

use super::model::entry;

/// How many rows one call drops at most.
const SOME: u64 = 256;

/// Drops rows that were superseded before a point in time, at most 256 of them, and says how many.
/// The latest of each row stays, so whoever follows from an old cursor still ends at the same rows.
///
/// # Errors
/// The database's.
pub async fn compact(tx: &impl ConnectionTrait, before: Micros) -> Result<u64, DbErr> {
    // Read first and deleted by key: MySQL does not delete from a table it reads in a subquery.
    let superseded = Statement::from_sql_and_values(
        tx.get_database_backend(),
        "SELECT old.topic, old.number FROM feed AS old \
         INNER JOIN feed AS young ON young.topic = old.topic AND young.kind = old.kind \
         AND young.row_id = old.row_id AND young.number > old.number \
         WHERE young.made_at < ? GROUP BY old.topic, old.number LIMIT ?",
        [before.0.into(), SOME.into()],
    );
    let mut any = Condition::any();
    let rows = tx.query_all_raw(superseded).await?;
    for row in &rows {
        let (topic, number): (String, i64) = (row.try_get("", "topic")?, row.try_get("", "number")?);
        any = any.add(
            Condition::all()
                .add(entry::Column::Topic.eq(topic))
                .add(entry::Column::Number.eq(number)),
        );
    }
    if rows.is_empty() {
        return Ok(0);
    }
    Ok(entry::Entity::delete_many().filter(any).exec(tx).await?.rows_affected)
}
