//! Migrations: SQL, one folder per engine, run under a lock of our own.

use std::{fs::File, path::PathBuf, time::Duration};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use sqlx::migrate::Migrator;
use thiserror::Error;

use super::{Db, Engine};

static SQLITE: Migrator = sqlx::migrate!("../migrations/central/sqlite");
static MYSQL: Migrator = sqlx::migrate!("../migrations/central/mysql");

/// How long one process waits for another's migration, in seconds.
const PATIENCE_SECONDS: u32 = 120;
const LOCK_NAME: &str = "gerai_migrate";

/// Why the database is not at this program's version.
#[derive(Debug, Error)]
pub enum MigrateError {
    /// Another process holds the lock for too long.
    #[error("another process has been migrating this database for {PATIENCE_SECONDS} s")]
    Locked,
    /// The lock file beside the database.
    #[error("the lock file {path} cannot be used")]
    LockFile {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The database failed.
    #[error("the database failed while it was being migrated")]
    Database(#[from] DbErr),
    /// A migration failed.
    #[error("a migration failed")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// Brings the database to this program's version. Several processes may do so at once.
///
/// sqlx's own lock stays off: on MariaDB it asks `GET_LOCK(?, -1)`, whose `NULL` it ignores.
///
/// # Errors
/// When the lock cannot be had, or a migration fails.
pub async fn migrate(db: &Db) -> Result<(), MigrateError> {
    match db.engine() {
        Engine::Sqlite => migrate_sqlite(db).await,
        Engine::MySql => migrate_mysql(db).await,
    }
}

async fn migrate_sqlite(db: &Db) -> Result<(), MigrateError> {
    let mut path = db.file().cloned().unwrap_or_default().into_os_string();
    path.push(".migrate.lock");
    let path = PathBuf::from(path);
    let locked = tokio::task::spawn_blocking({
        let path = path.clone();
        move || {
            let file = File::create(&path)?;
            file.lock()?;
            Ok(file)
        }
    });
    let lock: File = tokio::time::timeout(Duration::from_secs(u64::from(PATIENCE_SECONDS)), locked)
        .await
        .map_err(|_| MigrateError::Locked)?
        .unwrap_or_else(|panic| Err(std::io::Error::other(panic)))
        .map_err(|source| MigrateError::LockFile { path, source })?;
    let result = run(&SQLITE, db.writer().get_sqlite_connection_pool()).await;
    drop(lock);
    result
}

async fn migrate_mysql(db: &Db) -> Result<(), MigrateError> {
    // The lock belongs to a connection, so it is held by a transaction of its own.
    let holder = db.begin().await?;
    let ask = |sql: String| Statement::from_string(DbBackend::MySql, sql);
    let row = holder
        .query_one_raw(ask(format!(
            "SELECT CAST(COALESCE(GET_LOCK('{LOCK_NAME}', {PATIENCE_SECONDS}), 0) AS SIGNED) AS got"
        )))
        .await?;
    if row.and_then(|row| row.try_get::<i64>("", "got").ok()) != Some(1) {
        return Err(MigrateError::Locked);
    }
    let result = run(&MYSQL, db.writer().get_mysql_connection_pool()).await;
    holder
        .query_one_raw(ask(format!(
            "SELECT CAST(COALESCE(RELEASE_LOCK('{LOCK_NAME}'), 0) AS SIGNED) AS released"
        )))
        .await?;
    holder.rollback().await?;
    result
}

async fn run<'a, D>(migrations: &'static Migrator, pool: &'a sqlx::Pool<D>) -> Result<(), MigrateError>
where
    D: sqlx::Database,
    &'a sqlx::Pool<D>: sqlx::Acquire<'a>,
    <&'a sqlx::Pool<D> as sqlx::Acquire<'a>>::Connection: std::ops::Deref,
    <<&'a sqlx::Pool<D> as sqlx::Acquire<'a>>::Connection as std::ops::Deref>::Target: sqlx::migrate::Migrate,
{
    let mut migrations = Migrator {
        migrations: std::borrow::Cow::Borrowed(&migrations.migrations),
        ..Migrator::DEFAULT
    };
    migrations.set_locking(false);
    migrations.run(pool).await?;
    Ok(())
}
