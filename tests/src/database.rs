//! The two engines central runs on, each private to its world.

use std::{path::Path, time::Duration};

use anyhow::Result;
use sqlx::{Connection, MySqlConnection};

use crate::{central::Central, mariadb::MariaDb, wait};

/// A database engine central ships for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded file.
    Sqlite,
    /// A MariaDB server.
    MariaDb,
}

/// A database of its own.
#[derive(Debug)]
pub struct Database {
    url: String,
    server: Option<MariaDb>,
}

impl Database {
    /// An empty database (or the one that is there) with its data in `folder`.
    ///
    /// # Errors
    /// When the engine is not there or does not start.
    pub async fn open(engine: Engine, folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        match engine {
            Engine::Sqlite => Ok(Self {
                url: format!("sqlite:{}", folder.join("central.db").display()),
                server: None,
            }),
            Engine::MariaDb => {
                let server = MariaDb::start(&folder.join("mariadb")).await?;
                Ok(Self {
                    url: server.database("gerai").await?,
                    server: Some(server),
                })
            }
        }
    }

    /// As `DATABASE_URL` says it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The server, when there is one.
    #[must_use]
    pub fn server(&self) -> Option<&MariaDb> {
        self.server.as_ref()
    }

    /// Runs a statement both engines read, past central: a story's way to lay a trap.
    ///
    /// # Errors
    /// When it fails.
    pub async fn execute(&self, sql: &str) -> Result<()> {
        match &self.server {
            Some(server) => server.execute(&format!("USE gerai; {sql}")).await,
            None => {
                let connection = rusqlite::Connection::open(self.url.trim_start_matches("sqlite:"))?;
                connection.busy_timeout(std::time::Duration::from_secs(30))?;
                Ok(connection.execute_batch(sql)?)
            }
        }
    }

    /// Copies it into `file` while central serves, as README.md says under "Operation".
    ///
    /// # Errors
    /// When the program that copies it fails.
    pub async fn backup(&self, central: &Central, file: &Path) -> Result<()> {
        let name = file.display().to_string();
        let copying = match &self.server {
            Some(server) => server.client(
                &["mariadb-dump", "mysqldump"],
                &[
                    "--single-transaction",
                    "--hex-blob",
                    &format!("--result-file={name}"),
                    "gerai",
                ],
            )?,
            None => central.command(&["backup", &name]),
        };
        copying.succeed().await.map(drop)
    }

    /// Puts a backup back; central is stopped.
    ///
    /// # Errors
    /// When it cannot be put back.
    pub async fn put_back(&self, file: &Path) -> Result<()> {
        if let Some(server) = &self.server {
            let source = format!("source {}", file.display());
            let reading = server.client(&["mariadb", "mysql"], &["gerai", "--execute", &source])?;
            return reading.succeed().await.map(drop);
        }
        let database = self.url.trim_start_matches("sqlite:");
        for log in ["-wal", "-shm"] {
            // Of the database that was lost: it would be taken for this one's.
            match std::fs::remove_file(format!("{database}{log}")) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        std::fs::copy(file, database)?;
        Ok(())
    }

    /// Opens a transaction that writers have to wait for, holds it for `span`, and lets go; `times`
    /// times. Returns how often it did.
    #[must_use]
    pub fn hold_writers(&self, span: Duration, times: usize) -> tokio::task::JoinHandle<usize> {
        let (url, socket) = (self.url.clone(), self.server.is_some());
        tokio::spawn(async move {
            let mut held = 0;
            for _ in 0..times {
                let done = if socket {
                    hold_mariadb(&url, span).await
                } else {
                    hold_sqlite(&url, span).await
                };
                held += usize::from(done.is_ok());
                wait::between_tries().await;
            }
            held
        })
    }

    /// Stops the server, if there is one.
    ///
    /// # Errors
    /// When it does not stop in time.
    pub async fn close(self) -> Result<()> {
        match self.server {
            Some(server) => server.stop().await,
            None => Ok(()),
        }
    }
}

/// Locks the row every writer of the catalogue's feed must lock.
async fn hold_mariadb(url: &str, span: Duration) -> Result<()> {
    let mut connection = MySqlConnection::connect(url).await?;
    sqlx::raw_sql("BEGIN; SELECT * FROM feed_topics FOR UPDATE")
        .execute(&mut connection)
        .await?;
    wait::pass(span).await;
    sqlx::raw_sql("ROLLBACK").execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// Takes the one write lock there is.
async fn hold_sqlite(url: &str, span: Duration) -> Result<()> {
    let connection = rusqlite::Connection::open(url.trim_start_matches("sqlite:"))?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    wait::pass(span).await;
    Ok(connection.execute_batch("ROLLBACK")?)
}
