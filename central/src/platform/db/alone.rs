//! Who else works on the database, and a copy of it.

use std::{path::Path, time::Duration};

use sqlx::{
    ConnectOptions, Connection, MySqlConnection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};
use thiserror::Error;

/// How often it is looked whether others are connected to a server's database.
const LOOKS: usize = 20;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// Why something cannot be done to the database.
#[derive(Debug, Error)]
pub enum NotAlone {
    /// Others are connected.
    #[error("the database is in use ({0}): stop every central, and whatever else is connected, first")]
    InUse(String),
    /// There is no such database.
    #[error("there is no database at {0}")]
    Missing(String),
    /// Only the embedded one is copied by this program.
    #[error(
        "only the embedded database is copied by this program; `mariadb-dump --single-transaction` copies a server's"
    )]
    AServers,
    /// The copy would lie on something else.
    #[error("{0} is there already")]
    Exists(String),
    /// It failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

/// Looks whether another process is connected to the database at `url`, before this one is.
///
/// On SQLite nobody can leave the write-ahead log while another connection is open. On MySQL / MariaDB the
/// server lists the sessions of the same user (of everybody, with the right PROCESS); those of other nodes
/// of a cluster are not seen.
///
/// # Errors
/// When another is connected; when the database is not there or fails.
pub async fn alone(url: &str) -> Result<(), NotAlone> {
    if let Some(path) = file_of(url) {
        let mut connection = embedded(path).await?;
        let left = sqlx::query("PRAGMA journal_mode = DELETE")
            .execute(&mut connection)
            .await;
        connection.close().await?;
        return match left {
            Ok(_) => Ok(()),
            Err(error) if error.to_string().contains("locked") => Err(NotAlone::InUse(path.display().to_string())),
            Err(error) => Err(error.into()),
        };
    }
    let mut connection = MySqlConnection::connect(&url.replacen("mariadb://", "mysql://", 1)).await?;
    let mut others = 0;
    for _ in 0..LOOKS {
        others = sqlx::query_scalar(
            "SELECT CAST(COUNT(*) AS SIGNED) FROM information_schema.processlist
             WHERE db = DATABASE() AND id <> CONNECTION_ID()",
        )
        .fetch_one(&mut connection)
        .await?;
        if others == 0 {
            break;
        }
        // A process that has just ended may still be listed.
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    connection.close().await?;
    match others {
        0_i64 => Ok(()),
        others => Err(NotAlone::InUse(format!("{others} connections"))),
    }
}

/// Copies the embedded database at `url` into a file that is not there yet, as of one moment, whoever else
/// works on it.
///
/// # Errors
/// When it is a server's; when the file is there already, or cannot be written.
pub async fn backup(url: &str, copy: &Path) -> Result<(), NotAlone> {
    let Some(path) = file_of(url) else {
        return Err(NotAlone::AServers);
    };
    if copy.exists() {
        return Err(NotAlone::Exists(copy.display().to_string()));
    }
    let mut connection = embedded(path).await?;
    sqlx::query("VACUUM INTO ?")
        .bind(copy.to_string_lossy().into_owned())
        .execute(&mut connection)
        .await?;
    Ok(connection.close().await?)
}

fn file_of(url: &str) -> Option<&Path> {
    url.strip_prefix("sqlite:")
        .map(|path| Path::new(path.trim_start_matches("//")))
}

async fn embedded(path: &Path) -> Result<SqliteConnection, NotAlone> {
    if !path.exists() {
        return Err(NotAlone::Missing(path.display().to_string()));
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal);
    Ok(options.connect().await?)
}
