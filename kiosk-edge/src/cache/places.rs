//! Where the cache lies, and how it is opened: whatever looks wrong is thrown away.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::disk::total;

/// The file's layout; another number means another layout, and a new start.
const LAYOUT: i64 = 1;
/// Up to this size the whole file is checked before it is used; above, checking would delay a cold
/// start, and damage is found when it is read.
const CHECKED_BYTES: u64 = 32 << 20;

const SCHEMA: &str = "
    PRAGMA auto_vacuum = INCREMENTAL;
    PRAGMA journal_mode = WAL;
    BEGIN;
    CREATE TABLE stored (
        key TEXT NOT NULL, variant INTEGER NOT NULL, head TEXT NOT NULL, body BLOB, picture TEXT,
        bytes INTEGER NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (key, variant)) STRICT;
    CREATE INDEX stored_used ON stored (used);
    CREATE INDEX stored_picture ON stored (picture) WHERE picture IS NOT NULL;
    CREATE TABLE topic (name TEXT PRIMARY KEY, needed INTEGER NOT NULL) STRICT;
    PRAGMA user_version = 1;
    COMMIT;";

/// Where the cache lies.
#[derive(Clone, Debug)]
pub struct Places {
    /// The SQLite file.
    pub file: PathBuf,
    /// The folder of pictures.
    pub pictures: PathBuf,
}

/// An open file and what it knew.
pub struct Opened {
    /// The connection.
    pub connection: Connection,
    /// The feed numbers needed, by topic.
    pub topics: Vec<(String, u64)>,
    /// The bytes stored.
    pub bytes: u64,
}

impl Places {
    /// The places below the program's data folder.
    pub fn below(data_dir: &Path) -> Self {
        Self {
            file: data_dir.join("cache.db"),
            pictures: data_dir.join("cache-pictures"),
        }
    }

    /// Opens the file, made or rebuilt where needed.
    pub fn open(&self) -> Result<Opened, rusqlite::Error> {
        let existed = self.file.exists();
        match self.open_sound() {
            Ok(opened) => Ok(opened),
            Err(error) => {
                if existed {
                    tracing::warn!(%error, file = %self.file.display(), "the cache is unreadable and is built anew");
                }
                self.wipe();
                let connection = self.connect()?;
                connection.execute_batch(SCHEMA)?;
                Ok(Opened {
                    connection,
                    topics: Vec::new(),
                    bytes: 0,
                })
            }
        }
    }

    /// Another connection to the open file.
    pub fn connect(&self) -> Result<Connection, rusqlite::Error> {
        let connection = Connection::open(&self.file)?;
        connection.busy_timeout(std::time::Duration::from_secs(2))?;
        // Pages in memory are the system's to keep.
        connection.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -512;")?;
        Ok(connection)
    }

    fn open_sound(&self) -> Result<Opened, rusqlite::Error> {
        let connection = self.connect()?;
        let layout: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if layout != LAYOUT {
            return Err(rusqlite::Error::InvalidQuery);
        }
        if std::fs::metadata(&self.file).is_ok_and(|file| file.len() <= CHECKED_BYTES) {
            let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
            if verdict != "ok" {
                return Err(rusqlite::Error::InvalidQuery);
            }
        }
        connection.execute_batch("PRAGMA journal_mode = WAL;")?;
        let (topics, bytes) = (topics(&connection)?, total(&connection)?);
        Ok(Opened {
            connection,
            topics,
            bytes,
        })
    }

    /// Forgets everything on disk.
    pub fn wipe(&self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut name = self.file.clone().into_os_string();
            name.push(suffix);
            let _ = std::fs::remove_file(name);
        }
        let _ = std::fs::remove_dir_all(&self.pictures);
    }

    /// Where the picture of this hash is.
    pub fn picture(&self, hash: &str) -> PathBuf {
        self.pictures.join(hash)
    }
}

/// The feed numbers needed, by topic.
fn topics(connection: &Connection) -> Result<Vec<(String, u64)>, rusqlite::Error> {
    connection
        .prepare("SELECT name, needed FROM topic")?
        .query_map([], |row| {
            Ok((row.get(0)?, u64::try_from(row.get::<_, i64>(1)?).unwrap_or_default()))
        })?
        .collect()
}
