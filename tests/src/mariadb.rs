//! A private MariaDB server: own data, own socket, no network; never one that happens to run.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use anyhow::{Result, bail};
use sqlx::{ConnectOptions, Connection, mysql::MySqlConnectOptions};

use crate::{
    process::{Launch, Running, tail},
    programs, wait,
};

/// What brings the server to a machine.
pub const INSTALL: &str = "sudo apt-get install -y mariadb-server";
const STARTING: Duration = Duration::from_secs(60);

/// A server that is stopped on drop.
#[derive(Debug)]
pub struct MariaDb {
    running: Running,
    socket: PathBuf,
    made: AtomicU32,
    /// Its short folder of the socket: a socket's path may be no longer than 107 bytes.
    socket_folder: tempfile::TempDir,
}

pub(crate) fn find(names: &[&str]) -> Result<PathBuf> {
    programs::installed(names, INSTALL)
}

pub(crate) fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

impl MariaDb {
    /// Starts a server on the data in `folder`, making them first if there are none.
    ///
    /// # Errors
    /// When MariaDB is not installed (naming the one command that installs it), or does not start.
    pub async fn start(folder: &Path) -> Result<Self> {
        let server = find(&["mariadbd", "mysqld"])?;
        std::fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        let data = folder.join("data");
        // Temporary tables of two servers in one folder get in each other's way.
        let scratch = folder.join("tmp");
        std::fs::create_dir_all(&scratch)?;
        let datadir = format!("--datadir={}", data.display());
        // Temporary tables are named after thread and process: servers that share a folder collide.
        let temporary = folder.join("tmp");
        std::fs::create_dir_all(&temporary)?;
        let tmpdir = format!("--tmpdir={}", temporary.display());
        let user: &[&str] = if is_root() { &["--user=root"] } else { &[] };
        if !data.join("mysql").exists() {
            let mut args = vec![
                "--no-defaults",
                &datadir,
                &tmpdir,
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--skip-name-resolve",
            ];
            args.extend(user);
            Launch::new(&find(&["mariadb-install-db", "mysql_install_db"])?, &folder)
                .args(&args)
                .env("TMPDIR", scratch.display())
                .succeed()
                .await?;
        }
        let socket_folder = tempfile::Builder::new().prefix("gerai-db").tempdir()?;
        let socket = socket_folder.path().join("s");
        let socket_arg = format!("--socket={}", socket.display());
        let mut args = vec![
            "--no-defaults",
            &datadir,
            &tmpdir,
            &socket_arg,
            "--skip-networking",
            // An acknowledged command is a durable one.
            "--innodb-flush-log-at-trx-commit=1",
            "--innodb-buffer-pool-size=64M",
            "--max-connections=300",
            "--character-set-server=utf8mb4",
            "--performance-schema=OFF",
        ];
        args.extend(user);
        let launch = Launch::new(&server, &folder)
            .args(&args)
            .env("TMPDIR", scratch.display());
        let mut server = Self {
            running: launch.start()?,
            socket,
            made: AtomicU32::new(0),
            socket_folder,
        };
        server.answers(launch.log_file()).await?;
        Ok(server)
    }

    async fn answers(&mut self, log: &Path) -> Result<()> {
        let (running, socket) = (&mut self.running, &self.socket);
        wait::until("MariaDB to answer", STARTING, async || {
            if let Some(status) = running.status()? {
                bail!("MariaDB ended with {status}:\n{}", tail(log));
            }
            let Ok(connection) = root(socket).connect().await else {
                return Ok(None);
            };
            connection.close().await?;
            Ok(Some(()))
        })
        .await
    }

    /// The URL of a database of this name, made if it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn database(&self, name: &str) -> Result<String> {
        let sql = format!("CREATE DATABASE IF NOT EXISTS `{name}` CHARACTER SET utf8mb4");
        self.execute(&sql).await?;
        Ok(format!(
            "mysql://root@localhost/{name}?socket={}",
            self.socket.display()
        ))
    }

    /// The URL of a database nobody has used.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn fresh_database(&self) -> Result<String> {
        let nth = self.made.fetch_add(1, Ordering::Relaxed);
        self.database(&format!("gerai_{nth}")).await
    }

    /// Runs a statement as root.
    ///
    /// # Errors
    /// When it fails.
    pub async fn execute(&self, sql: &str) -> Result<()> {
        let mut connection = root(&self.socket).connect().await?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()))
            .execute(&mut connection)
            .await?;
        connection.close().await?;
        Ok(())
    }

    /// A program of the server's clients, as root.
    ///
    /// # Errors
    /// When it is not installed.
    pub fn client(&self, names: &[&str], args: &[&str]) -> Result<Launch> {
        let socket = format!("--socket={}", self.socket.display());
        let mut all = vec!["--no-defaults", "--user=root", &socket];
        all.extend(args);
        Ok(Launch::new(&find(names)?, self.socket_folder.path()).args(&all))
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.running.pid()
    }

    /// Stops it in good order, so that the next start need not recover.
    ///
    /// # Errors
    /// When it does not stop in time.
    pub async fn stop(mut self) -> Result<()> {
        self.running.terminate().await?;
        Ok(())
    }
}

fn root(socket: &Path) -> MySqlConnectOptions {
    MySqlConnectOptions::new().username("root").socket(socket)
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection, MySqlConnection, Row};

    use super::MariaDb;

    #[tokio::test]
    async fn a_private_server_comes_up_and_databases_are_apart() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let server = MariaDb::start(folder.path()).await?;
        let (first, second) = (server.fresh_database().await?, server.fresh_database().await?);
        assert_ne!(first, second);
        let mut connection = MySqlConnection::connect(&first).await?;
        let row =
            sqlx::query("SELECT CAST(@@innodb_flush_log_at_trx_commit AS SIGNED), CAST(@@skip_networking AS SIGNED)")
                .fetch_one(&mut connection)
                .await?;
        assert_eq!((row.get::<i64, _>(0), row.get::<i64, _>(1)), (1, 1));
        connection.close().await?;
        server.stop().await
    }
}
