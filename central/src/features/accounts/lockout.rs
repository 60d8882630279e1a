//! Wrong passwords lock a login, longer each time. Kept in the database, so that it holds over
//! restarts and for all centrals.

use gerai_shared::Micros;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use sha2::{Digest, Sha256};

use super::{
    Error,
    model::sign_in::failure::{ActiveModel, Column, Entity},
};

/// This many wrong passwords in a row are free.
const FREE: i32 = 5;
/// The first lock, in seconds; each further wrong password doubles it.
const FIRST: u64 = 60;
/// The longest lock, in seconds.
const LONGEST: u64 = 15 * 60;
/// After this long without a wrong password they are forgotten, in microseconds.
const FORGOTTEN: i64 = 3_600_000_000;

/// What failures of a login are kept under: logins of people without an account are not to be read
/// from the table.
pub(super) fn key(login: &str) -> String {
    hex::encode(Sha256::digest(login.as_bytes()))
}

/// Refuses while the login is locked.
pub(super) async fn check(db: &impl ConnectionTrait, key: &str, now: Micros) -> Result<(), Error> {
    let until = Entity::find_by_id(key).one(db).await?.and_then(|row| row.locked_until);
    match until {
        Some(until) if until > now.0 => Err(Error::Locked {
            seconds: u64::try_from((until - now.0).div_euclid(1_000_000) + 1).unwrap_or(1),
        }),
        _ => Ok(()),
    }
}

/// Counts a wrong password, and locks the login when there were too many.
pub(super) async fn failed(tx: &impl ConnectionTrait, key: &str, now: Micros) -> Result<(), DbErr> {
    // Here only: its `min` would hide that of numbers.
    use sea_orm::ExprTrait;

    Entity::delete_many()
        .filter(Column::LoginHash.eq(key))
        .filter(Column::LastAt.lt(now.0 - FORGOTTEN))
        .exec(tx)
        .await?;
    let first = ActiveModel {
        login_hash: Set(key.to_owned()),
        failures: Set(1),
        last_at: Set(now.0),
        locked_until: Set(None),
    };
    Entity::insert(first)
        .on_conflict(
            OnConflict::column(Column::LoginHash)
                .update_column(Column::LastAt)
                .value(Column::Failures, Expr::col((Entity, Column::Failures)).add(1))
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    let failures = Entity::find_by_id(key).one(tx).await?.map_or(1, |row| row.failures);
    if let Some(seconds) = lock_seconds(failures) {
        let until = now.0 + i64::try_from(seconds).unwrap_or(i64::MAX / 1_000_000) * 1_000_000;
        Entity::update_many()
            .col_expr(Column::LockedUntil, Expr::value(until))
            .filter(Column::LoginHash.eq(key))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Forgets the wrong passwords of a login that just signed in.
pub(super) async fn cleared(tx: &impl ConnectionTrait, key: &str) -> Result<(), DbErr> {
    Entity::delete_by_id(key).exec(tx).await.map(drop)
}

/// How long a login is locked after so many wrong passwords in a row.
fn lock_seconds(failures: i32) -> Option<u64> {
    let over = u32::try_from(failures - FREE).ok()?;
    Some(Ord::min(LONGEST, FIRST << Ord::min(over, 8)))
}

#[cfg(test)]
mod tests {
    use super::lock_seconds;

    #[test]
    fn each_further_wrong_password_doubles_the_lock_up_to_a_quarter_of_an_hour() {
        let locks: Vec<_> = (4..11).map(lock_seconds).collect();
        let expected = [None, Some(60), Some(120), Some(240), Some(480), Some(900), Some(900)];
        assert_eq!(locks, expected);
        assert_eq!(lock_seconds(i32::MAX), Some(900));
    }
}
