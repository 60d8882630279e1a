//! Writing and reading the feed.

use gerai_shared::{Micros, sync::FeedRow};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, JsonValue, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict, QueryStatementBuilder},
};
use uuid::Uuid;

use super::model::{entry, topic};
use crate::platform::db::insert_rows;

/// A row to append: its kind, its id, and its JSON or `None` when it was deleted.
#[derive(Clone, Debug)]
pub struct Post {
    /// What kind of row.
    pub kind: &'static str,
    /// The row.
    pub id: Uuid,
    /// Its JSON; `None` when it was deleted.
    pub body: Option<JsonValue>,
}

impl Post {
    /// A row that is there.
    ///
    /// # Errors
    /// When it cannot be said in JSON.
    pub fn row(kind: &'static str, id: Uuid, row: &impl serde::Serialize) -> Result<Self, DbErr> {
        let body = serde_json::to_value(row).map_err(|error| DbErr::Json(error.to_string()))?;
        Ok(Self {
            kind,
            id,
            body: Some(body),
        })
    }

    /// A row that is gone.
    #[must_use]
    pub fn gone(kind: &'static str, id: Uuid) -> Self {
        Self { kind, id, body: None }
    }
}

/// Appends rows to a topic and returns the number of the last. Takes the topic's row lock, which
/// the transaction holds to its end; topics are to be locked in the order of their names.
///
/// # Errors
/// The database's.
pub async fn append(tx: &impl ConnectionTrait, name: &str, posts: Vec<Post>, now: Micros) -> Result<u64, DbErr> {
    let count = i64::try_from(posts.len()).unwrap_or(i64::MAX);
    let last = advance(tx, name, count).await?;
    let first = last - count + 1;
    let rows = (first..)
        .zip(posts)
        .map(|(number, post)| entry::ActiveModel {
            topic: Set(name.to_owned()),
            number: Set(number),
            kind: Set(post.kind.to_owned()),
            row_id: Set(post.id),
            body: Set(post.body.map(|body| body.to_string())),
            made_at: Set(now.0),
        })
        .collect();
    insert_rows(tx, rows).await?;
    Ok(last.unsigned_abs())
}

/// Moves a topic that has no rows: those who wait for it look at something else.
///
/// # Errors
/// The database's.
pub async fn touch(tx: &impl ConnectionTrait, name: &str) -> Result<(), DbErr> {
    advance(tx, name, 1).await?;
    Ok(())
}

/// Takes `count` numbers of a topic under its row lock and returns the last.
async fn advance(tx: &impl ConnectionTrait, name: &str, count: i64) -> Result<i64, DbErr> {
    topic::Entity::insert(topic::ActiveModel {
        topic: Set(name.to_owned()),
        last: Set(count),
    })
    .on_conflict(
        OnConflict::column(topic::Column::Topic)
            .value(
                topic::Column::Last,
                Expr::col((topic::Entity, topic::Column::Last)).add(count),
            )
            .to_owned(),
    )
    .exec_without_returning(tx)
    .await?;
    let row = topic::Entity::find_by_id(name).one(tx).await?;
    Ok(row.map_or(count, |row| row.last))
}

/// The last number of a topic; 0 when nothing was ever appended.
///
/// # Errors
/// The database's.
pub async fn position(db: &impl ConnectionTrait, name: &str) -> Result<u64, DbErr> {
    Ok(topic::Entity::find_by_id(name)
        .one(db)
        .await?
        .map_or(0, |row| row.last.unsigned_abs()))
}

/// The same as an expression, to be read by the very statement that reads the rows it is about;
/// null when nothing was ever appended.
#[must_use]
pub fn position_expr(name: &str) -> Expr {
    let position = sea_orm::sea_query::Query::select()
        .column(topic::Column::Last)
        .from(topic::Entity)
        .and_where(Expr::col((topic::Entity, topic::Column::Topic)).eq(name))
        .to_owned();
    Expr::SubQuery(None, Box::new(position.into_sub_query_statement()))
}

/// What came after a cursor, in order, at most `limit` rows.
///
/// # Errors
/// The database's.
pub async fn page(db: &impl ConnectionTrait, name: &str, after: u64, limit: u64) -> Result<Vec<FeedRow>, DbErr> {
    let rows = entry::Entity::find()
        .filter(entry::Column::Topic.eq(name))
        .filter(entry::Column::Number.gt(i64::try_from(after).unwrap_or(i64::MAX)))
        .order_by_asc(entry::Column::Number)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(wire).collect()
}

/// Every live row of a topic, and the position they were read at. To be read in one transaction.
///
/// # Errors
/// The database's.
pub async fn snapshot(tx: &impl ConnectionTrait, name: &str) -> Result<(u64, Vec<FeedRow>), DbErr> {
    let at = position(tx, name).await?;
    let mut latest = std::collections::BTreeMap::new();
    let rows = entry::Entity::find()
        .filter(entry::Column::Topic.eq(name))
        .filter(entry::Column::Number.lte(i64::try_from(at).unwrap_or(i64::MAX)))
        .order_by_asc(entry::Column::Number)
        .all(tx)
        .await?;
    for row in rows {
        latest.insert((row.kind.clone(), row.row_id), row);
    }
    let rows = latest
        .into_values()
        .filter(|row| row.body.is_some())
        .map(wire)
        .collect::<Result<_, _>>()?;
    Ok((at, rows))
}

fn wire(row: entry::Model) -> Result<FeedRow, DbErr> {
    Ok(FeedRow {
        number: row.number.unsigned_abs(),
        kind: row.kind,
        id: row.row_id,
        body: row
            .body
            .map(|body| serde_json::from_str(&body))
            .transpose()
            .map_err(|error| DbErr::Json(error.to_string()))?,
    })
}
