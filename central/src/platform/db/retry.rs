//! Which failures of a transaction go away when it is run again.

use std::time::Duration;

use sea_orm::{DbErr, RuntimeErr};

/// How often a body is run at most.
const MOST: u32 = 12;

/// An error that may be a database's "try again".
pub trait Transient {
    /// The database's error, when that is what it is.
    fn database(&self) -> Option<&DbErr>;
}

impl Transient for DbErr {
    fn database(&self) -> Option<&DbErr> {
        Some(self)
    }
}

/// Whether a failure goes away when the transaction is run again: deadlock (1213), lock wait
/// timeout (1205), snapshot changed (1020) of MySQL / MariaDB and Galera's certification failures
/// (which come as 1213); busy (5, 261, 517) and locked (6, 262) of SQLite.
#[must_use]
pub fn is_transient(error: &DbErr) -> bool {
    let (DbErr::Exec(runtime) | DbErr::Query(runtime) | DbErr::Conn(runtime)) = error else {
        return false;
    };
    let RuntimeErr::SqlxError(error) = runtime else {
        return false;
    };
    let Some(database) = error.as_database_error() else {
        return false;
    };
    if let Some(mysql) = database.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return matches!(mysql.number(), 1213 | 1205 | 1020);
    }
    matches!(database.code().as_deref(), Some("5" | "6" | "261" | "262" | "517"))
}

/// Counts the runs of a body, and waits between them with full jitter.
#[derive(Debug, Default)]
pub struct Attempts {
    made: u32,
}

impl Attempts {
    /// None made.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether to run again after this error; if so, returns after a short random wait.
    pub async fn again(&mut self, error: &impl Transient) -> bool {
        self.made += 1;
        if self.made >= MOST || !error.database().is_some_and(is_transient) {
            return false;
        }
        let ceiling = 4_u64 << self.made.min(8);
        let wait = rand::random_range(1..=ceiling);
        metrics::counter!("gerai_db_transaction_retries_total").increment(1);
        tokio::time::sleep(Duration::from_millis(wait)).await;
        true
    }
}

impl Transient for crate::platform::http::Failure {
    fn database(&self) -> Option<&DbErr> {
        self.transient.as_deref()
    }
}
