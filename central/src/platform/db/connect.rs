//! Opening the database.

use std::{path::PathBuf, time::Duration};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbErr, IsolationLevel,
    RuntimeErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sqlx::{
    Connection,
    sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use thiserror::Error;

/// How long SQLite's log may grow before it is worked into the file, in pages of 4 KB: the pages that
/// commits in a row write again are then written to the file once.
const CHECKPOINT_PAGES: &str = "4000";

/// KB of pages that the connection which writes keeps, and each of the many that only read: the system
/// keeps the file's pages anyway.
const WRITER_KB: u32 = 2_000;
const READER_KB: u32 = 512;

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded file.
    Sqlite,
    /// MySQL or MariaDB.
    MySql,
}

/// Why the database cannot be used.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// The address is of a kind this program does not know.
    #[error("the database address `{0}` must start with sqlite: or mysql://")]
    Scheme(String),
    /// It does not answer.
    #[error("the database at {address} cannot be reached")]
    Unreachable {
        /// Where, without secrets.
        address: String,
        /// Why.
        #[source]
        source: DbErr,
    },
    /// It would lose commits on a power cut.
    #[error("the database does not commit durably: innodb_flush_log_at_trx_commit is {0}, must be 1")]
    NotDurable(i64),
}

/// The database: where transactions begin, and where plain reads go.
#[derive(Clone, Debug)]
pub struct Db {
    write: DatabaseConnection,
    read: DatabaseConnection,
    engine: Engine,
    file: Option<PathBuf>,
}

impl Db {
    /// Opens `url`: `sqlite:PATH` (made if absent) or `mysql://…`.
    ///
    /// # Errors
    /// When it cannot be reached or would not keep what it commits.
    pub async fn connect(url: &str, max_connections: u32) -> Result<Self, ConnectError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Self::open_sqlite(PathBuf::from(path.trim_start_matches("//")), max_connections).await;
        }
        if !url.starts_with("mysql://") && !url.starts_with("mariadb://") {
            return Err(ConnectError::Scheme(without_secrets(url)));
        }
        let address = without_secrets(url);
        let unreachable = |source| ConnectError::Unreachable {
            address: address.clone(),
            source,
        };
        let url = url.replacen("mariadb://", "mysql://", 1);
        // A pool tries again until its patience ends, and then says only that it did. One plain
        // connection says at once what is wrong.
        reach(&url).await.map_err(unreachable)?;
        let mut options = ConnectOptions::new(url.clone());
        options
            .max_connections(max_connections)
            .connect_timeout(Duration::from_secs(5))
            .acquire_timeout(Duration::from_secs(10))
            .sqlx_logging(false)
            // Few distinct statements exist (see `padded`), so all of them stay prepared.
            .map_sqlx_mysql_opts(|mysql| mysql.statement_cache_capacity(512));
        let pool = Database::connect(options).await.map_err(unreachable)?;
        let row = pool
            .query_one_raw(sea_orm::Statement::from_string(
                sea_orm::DbBackend::MySql,
                "SELECT CAST(@@innodb_flush_log_at_trx_commit AS SIGNED) AS flush",
            ))
            .await
            .map_err(unreachable)?;
        let flush = row.and_then(|row| row.try_get::<i64>("", "flush").ok()).unwrap_or(-1);
        durable(flush)?;
        Ok(Self {
            write: pool.clone(),
            read: pool,
            engine: Engine::MySql,
            file: None,
        })
    }

    async fn open_sqlite(path: PathBuf, max_connections: u32) -> Result<Self, ConnectError> {
        let address = format!("sqlite:{}", path.display());
        let open = |connections: u32, keeps_kb: u32| {
            let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", path.display()));
            options
                .max_connections(connections)
                .min_connections(1)
                .acquire_timeout(Duration::from_secs(30))
                .sqlx_logging(false)
                .map_sqlx_sqlite_opts(move |sqlite| {
                    sqlite
                        .journal_mode(SqliteJournalMode::Wal)
                        .synchronous(SqliteSynchronous::Full)
                        .busy_timeout(Duration::from_secs(5))
                        .foreign_keys(true)
                        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
                        .pragma("cache_size", format!("-{keeps_kb}"))
                        .statement_cache_capacity(512)
                })
                // A commit that failed, on a full disk say, may leave its connection counting a
                // transaction that never ends: later ones would be told done and not be durable.
                .map_sqlx_sqlite_pool_opts(|pool| {
                    pool.after_release(|connection, _| {
                        let well = !sqlx::Connection::is_in_transaction(connection);
                        Box::pin(async move { Ok(well) })
                    })
                });
            Database::connect(options)
        };
        let unreachable = |source| ConnectError::Unreachable {
            address: address.clone(),
            source,
        };
        // One writer: SQLite has one anyway, and a queue in the pool is fairer than its busy loop.
        let write = open(1, WRITER_KB).await.map_err(unreachable)?;
        let read = open(max_connections, READER_KB).await.map_err(unreachable)?;
        Ok(Self {
            write,
            read,
            engine: Engine::Sqlite,
            file: Some(path),
        })
    }

    /// Which database it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The embedded file, if that is what it is.
    #[must_use]
    pub fn file(&self) -> Option<&PathBuf> {
        self.file.as_ref()
    }

    /// Where reads outside a transaction go.
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        &self.read
    }

    /// The pool that writes; for migrations.
    pub(super) fn writer(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Begins a transaction; use [`tx!`](crate::tx).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = match self.engine {
            Engine::Sqlite => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            },
            Engine::MySql => TransactionOptions {
                isolation_level: Some(IsolationLevel::ReadCommitted),
                ..TransactionOptions::default()
            },
        };
        self.write.begin_with_options(options).await
    }
}

async fn reach(url: &str) -> Result<(), DbErr> {
    let failed = |error| DbErr::Conn(RuntimeErr::SqlxError(std::sync::Arc::new(error)));
    let connecting = sqlx::mysql::MySqlConnection::connect(url);
    match tokio::time::timeout(Duration::from_secs(5), connecting).await {
        Ok(connection) => connection.map_err(failed)?.close().await.map_err(failed),
        Err(_) => Err(DbErr::Conn(RuntimeErr::Internal("no answer within 5 s".to_owned()))),
    }
}

/// Whether what MariaDB says of its log's flushing means that a commit is on disk when it is answered.
fn durable(flush: i64) -> Result<(), ConnectError> {
    if flush != 1 {
        return Err(ConnectError::NotDurable(flush));
    }
    Ok(())
}

/// An address without user and password.
fn without_secrets(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(mut url) => {
            let _ = url.set_password(None);
            let _ = url.set_username("");
            url.to_string()
        }
        Err(_) => "(not a URL)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, DbBackend, Statement};

    use super::{ConnectError, Db, durable};

    #[tokio::test]
    async fn invariant_16_central_commits_durably_or_does_not_start() {
        assert!(durable(1).is_ok());
        // 2: written with the commit, flushed once a second; 0: not even that; -1: it did not say.
        for lossy in [0, 2, -1] {
            assert!(matches!(durable(lossy), Err(ConnectError::NotDurable(said)) if said == lossy));
        }
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(dir.path().join("central.db"), 1).await.unwrap();
        let asked = Statement::from_string(DbBackend::Sqlite, "PRAGMA synchronous");
        let said = db.write.query_one_raw(asked).await.unwrap().unwrap();
        assert_eq!(said.try_get_by_index::<i64>(0).unwrap(), 2, "FULL");
    }
}
