//! The two engines central runs on, each private to its world.

use std::path::Path;

use anyhow::Result;

use crate::mariadb::MariaDb;

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
                url: format!("sqlite://{}?mode=rwc", folder.join("central.db").display()),
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
                let path = self.url.trim_start_matches("sqlite://");
                let path = path.split('?').next().unwrap_or(path);
                let connection = rusqlite::Connection::open(path)?;
                connection.busy_timeout(std::time::Duration::from_secs(30))?;
                Ok(connection.execute_batch(sql)?)
            }
        }
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
