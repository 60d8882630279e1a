//! Many rows in few statements.
//!
//! Every statement of another shape costs a prepare (and, on MySQL with sqlx 0.9.0, 41 ms when it
//! leaves the cache: transact-rs/sqlx#4335). So rows are written in chunks whose sizes are powers
//! of two, and `IN` lists are padded to powers of two.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, Iterable, PrimaryKeyToColumn, sea_query::OnConflict,
};

/// The most rows written by one statement.
pub const CHUNK: usize = 64;

/// Pads a list for `IN (…)` to a power of two by repeating its last item.
#[must_use]
pub fn padded<T: Clone>(mut items: Vec<T>) -> Vec<T> {
    if let Some(last) = items.last().cloned() {
        let length = items.len().next_power_of_two();
        items.resize(length, last);
    }
    items
}

fn chunks<T>(rows: Vec<T>) -> Vec<Vec<T>> {
    let mut rest = rows;
    let mut chunks = Vec::new();
    while !rest.is_empty() {
        let size = if rest.len() >= CHUNK {
            CHUNK
        } else {
            // The largest power of two that fits.
            1 << rest.len().ilog2()
        };
        let tail = rest.split_off(size);
        chunks.push(std::mem::replace(&mut rest, tail));
    }
    chunks
}

/// Inserts rows that must not be there yet.
///
/// # Errors
/// The database's, a unique constraint's among them.
pub async fn insert_rows<A>(tx: &impl ConnectionTrait, rows: Vec<A>) -> Result<(), DbErr>
where
    A: ActiveModelTrait + Send,
{
    for chunk in chunks(rows) {
        A::Entity::insert_many(chunk).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Inserts rows, or overwrites those with the same primary key. Only for tables whose one unique
/// key is the primary key: `ON DUPLICATE KEY` matches any.
///
/// # Errors
/// The database's.
pub async fn upsert_rows<A>(tx: &impl ConnectionTrait, rows: Vec<A>) -> Result<(), DbErr>
where
    A: ActiveModelTrait + Send,
    <A::Entity as EntityTrait>::Column: PartialEqColumn,
{
    let keys: Vec<_> = <A::Entity as EntityTrait>::PrimaryKey::iter()
        .map(PrimaryKeyToColumn::into_column)
        .collect();
    let others: Vec<_> = <A::Entity as EntityTrait>::Column::iter()
        .filter(|column| !keys.iter().any(|key| key.same(column)))
        .collect();
    for chunk in chunks(rows) {
        A::Entity::insert_many(chunk)
            .on_conflict(
                OnConflict::columns(keys.iter().copied())
                    .update_columns(others.iter().copied())
                    .to_owned(),
            )
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Columns that can be told apart; every derived column can.
pub trait PartialEqColumn: Copy {
    /// Whether both are the same column.
    fn same(&self, other: &Self) -> bool;
}

impl<C: sea_orm::IdenStatic + Copy> PartialEqColumn for C {
    fn same(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}
