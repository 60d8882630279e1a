//! The database: one code path for the embedded SQLite file and MySQL / MariaDB.
//!
//! Transactions only through [`tx!`](crate::tx): immediate on SQLite, READ COMMITTED on MySQL, the
//! whole body tried again on deadlocks and busy locks. Store functions take
//! `&impl ConnectionTrait`, never [`Db`].

mod alone;
mod batch;
mod connect;
mod days;
mod migrate;
mod retry;
#[cfg(test)]
mod tests;

pub use alone::{NotAlone, alone, backup};
pub use batch::{CHUNK, insert_rows, padded, upsert_rows};
pub use connect::{ConnectError, Db, Engine};
pub use days::between;
pub use migrate::{MigrateError, migrate};
pub use retry::{Attempts, Transient, is_transient};

/// Runs a body in a transaction and commits it when it returns `Ok`.
///
/// `tx!(db, |tx| -> Result<T, E> { … })`: the body may use `?` and `.await`; it is run again from
/// the start on a transient failure, so it must be free of side effects. `E` is
/// `From<DbErr> + Transient`.
#[macro_export]
macro_rules! tx {
    ($db:expr, |$tx:ident| -> $result:ty $body:block) => {{
        let db: &$crate::platform::db::Db = $db;
        let mut attempts = $crate::platform::db::Attempts::new();
        loop {
            let begun = match db.begin().await {
                Ok(begun) => begun,
                Err(error) => {
                    if attempts.again(&error).await {
                        continue;
                    }
                    break Err(error.into());
                }
            };
            let outcome: $result = async {
                let $tx = &begun;
                $body
            }
            .await;
            match outcome {
                Ok(value) => match begun.commit().await {
                    Ok(()) => break Ok(value),
                    Err(error) => {
                        if attempts.again(&error).await {
                            continue;
                        }
                        break Err(error.into());
                    }
                },
                Err(error) => {
                    // A rollback that fails closes the connection, which rolls back as well.
                    let _ = begun.rollback().await;
                    if attempts.again(&error).await {
                        continue;
                    }
                    break Err(error);
                }
            }
        }
    }};
}
