//! A MariaDB Galera cluster of three nodes on this machine, for `cargo xtask galera`.
//!
//! Debian's packages `mariadb-server` and `galera-4`, private folders, loopback only, gone on drop.

use std::{
    collections::BTreeMap,
    fs::Permissions,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use sqlx::{ConnectOptions, Connection, Row, mysql::MySqlConnectOptions};
use tempfile::TempDir;

use crate::{
    mariadb, ports,
    process::{Launch, Running, tail},
    wait,
};

/// What brings Galera to a machine.
pub const INSTALL: &str = "sudo apt-get install -y mariadb-server galera-4 rsync";
const PROVIDER: &str = "/usr/lib/galera/libgalera_smm.so";
const NODES: usize = 3;
const STARTING: Duration = Duration::from_secs(120);

/// Three nodes that hold the same rows.
#[derive(Debug)]
pub struct Cluster {
    nodes: Vec<Node>,
    name: String,
}

#[derive(Debug)]
struct Node {
    folder: PathBuf,
    launch: Launch,
    running: Option<Running>,
    socket: PathBuf,
    address: String,
    _socket_folder: TempDir,
}

impl Cluster {
    /// Starts the three, the first alone, so that the others join it.
    ///
    /// # Errors
    /// When Galera is not installed, or a node does not join.
    pub async fn start(folder: &Path) -> Result<Self> {
        if !Path::new(PROVIDER).exists() {
            bail!("Galera is not installed here; `{INSTALL}` brings it");
        }
        let mut cluster = Self {
            nodes: Vec::new(),
            name: format!("gerai-{}", ports::free_port()?),
        };
        for nth in 1..=NODES {
            let first = cluster.nodes.first().map(|node| node.address.clone());
            let node = cluster
                .node(&folder.join(format!("node-{nth}")), nth, first.as_deref())
                .await?;
            cluster.nodes.push(node);
            cluster.bring(nth - 1).await?;
        }
        Ok(cluster)
    }

    async fn node(&self, folder: &Path, nth: usize, first: Option<&str>) -> Result<Node> {
        let (data, scratch) = (folder.join("data"), folder.join("tmp"));
        std::fs::create_dir_all(&scratch)?;
        let (datadir, tmpdir) = (
            format!("--datadir={}", data.display()),
            format!("--tmpdir={}", scratch.display()),
        );
        let user: &[&str] = if mariadb::is_root() { &["--user=root"] } else { &[] };
        let mut args = vec![
            "--no-defaults",
            &datadir,
            &tmpdir,
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve",
        ];
        args.extend(user);
        let make = mariadb::find(&["mariadb-install-db", "mysql_install_db"])?;
        Launch::new(&make, folder).args(&args).succeed().await?;
        // The state comes by an rsync daemon, which gives up root by itself.
        open(folder, &data)?;
        let socket_folder = tempfile::Builder::new().prefix("gerai-gal").tempdir()?;
        let socket = socket_folder.path().join("s");
        let [port, group, state, steps] = [
            ports::free_port()?,
            ports::free_port()?,
            ports::free_port()?,
            ports::free_port()?,
        ];
        let address = ports::loopback(group).to_string();
        let joins = first.map_or_else(|| "gcomm://".to_owned(), |first| format!("gcomm://{first}"));
        let own = [
            datadir,
            tmpdir,
            format!("--socket={}", socket.display()),
            format!("--port={port}"),
            format!("--wsrep-provider={PROVIDER}"),
            format!("--wsrep-cluster-name={}", self.name),
            format!("--wsrep-cluster-address={joins}"),
            format!("--wsrep-node-name=node-{nth}"),
            format!("--wsrep-node-address={address}"),
            format!("--wsrep-sst-receive-address={}", ports::loopback(state)),
            format!(
                "--wsrep-provider-options=gmcast.listen_addr=tcp://{address};ist.recv_addr={};gcache.size=64M",
                ports::loopback(steps)
            ),
        ];
        let mut args = vec!["--no-defaults"];
        args.extend(own.iter().map(String::as_str));
        args.extend([
            "--bind-address=127.0.0.1",
            "--skip-name-resolve",
            "--wsrep-on=ON",
            "--wsrep-sst-method=rsync",
            "--binlog-format=ROW",
            "--innodb-autoinc-lock-mode=2",
            "--innodb-flush-log-at-trx-commit=1",
            "--innodb-buffer-pool-size=64M",
            "--max-connections=300",
            "--character-set-server=utf8mb4",
            "--performance-schema=OFF",
        ]);
        args.extend(user);
        // Whoever gives its state away stands still meanwhile: not the one that is written to.
        let donor = format!("--wsrep-sst-donor=node-{},", nth - 1);
        match first {
            None => args.push("--wsrep-new-cluster"),
            Some(_) => args.push(&donor),
        }
        Ok(Node {
            folder: folder.to_owned(),
            launch: Launch::new(&mariadb::find(&["mariadbd", "mysqld"])?, folder).args(&args),
            running: None,
            socket,
            address,
            _socket_folder: socket_folder,
        })
    }

    /// Starts a node and waits until it holds what the others hold.
    async fn bring(&mut self, nth: usize) -> Result<()> {
        let node = &mut self.nodes[nth];
        let stood = node.recovered().await?;
        let stood: Vec<&str> = stood.iter().map(String::as_str).collect();
        node.running = Some(node.launch.clone().more_args(&stood).start()?);
        let (launch, socket, running) = (&node.launch, &node.socket, &mut node.running);
        wait::until("the node to be in step", STARTING, async || {
            if let Some(status) = running.as_mut().context("not started")?.status()? {
                bail!("node {} ended with {status}:\n{}", nth + 1, tail(launch.log_file()));
            }
            let state = status(socket, "wsrep_local_state_comment").await.unwrap_or_default();
            Ok((state == "Synced").then_some(()))
        })
        .await
    }

    /// `kill -9` of a node, counted from 1.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub fn kill(&mut self, nth: usize) -> Result<()> {
        self.nodes[nth - 1]
            .running
            .take()
            .map_or(Ok(()), |mut node| node.kill())
    }

    /// Starts a killed node again, which gets what it missed from the others.
    ///
    /// # Errors
    /// When it does not come into step.
    pub async fn rejoin(&mut self, nth: usize) -> Result<()> {
        self.bring(nth - 1).await
    }

    /// How many nodes a node, counted from 1, sees.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn size(&self, nth: usize) -> Result<usize> {
        Ok(status(&self.nodes[nth - 1].socket, "wsrep_cluster_size")
            .await?
            .parse()?)
    }

    /// The URL of a database at a node, counted from 1; made if it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn database(&self, nth: usize, name: &str) -> Result<String> {
        let socket = &self.nodes[nth - 1].socket;
        let mut connection = root(socket).connect().await?;
        let sql = format!("CREATE DATABASE IF NOT EXISTS `{name}` CHARACTER SET utf8mb4");
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await?;
        connection.close().await?;
        Ok(format!("mysql://root@localhost/{name}?socket={}", socket.display()))
    }

    /// Compares the rows of every table at all nodes, once they have applied what they were sent; says
    /// how many tables there are.
    ///
    /// # Errors
    /// Names the first table that differs.
    pub async fn compare(&self) -> Result<usize> {
        let mut all: Vec<BTreeMap<String, i64>> = Vec::new();
        for node in &self.nodes {
            all.push(checksums(&node.socket).await?);
        }
        let (first, others) = all.split_first().context("no nodes")?;
        for (nth, other) in (2..).zip(others) {
            let differs = first.iter().find(|(table, sum)| other.get(*table) != Some(*sum));
            if let Some((table, _)) = differs {
                bail!("{table} at node {nth} is not what it is at node 1");
            }
        }
        Ok(first.len())
    }
}

impl Node {
    /// How far a node that was killed had come, as InnoDB knows, for its next start: it is sent what it
    /// missed, and not everything (what `mariadbd-safe` and Debian's service do, too).
    async fn recovered(&self) -> Result<Option<String>> {
        let data = self.folder.join("data");
        if self.running.is_some() || !data.join("grastate.dat").exists() {
            return Ok(None);
        }
        // Killed within a DDL statement it does not trust its own state, and is sent all of it.
        open(&self.folder, &data)?;
        let log = self.folder.join("recovered.log");
        let said = format!("--log-error={}", log.display());
        let looking = self.launch.clone().more_args(&["--wsrep-recover", &said]);
        looking.succeed().await?;
        let text = std::fs::read_to_string(&log)?;
        let position = text
            .lines()
            .find_map(|line| line.split_once("Recovered position: "))
            .with_context(|| format!("{} names no position", log.display()))?
            .1;
        Ok(Some(format!("--wsrep-start-position={}", position.trim())))
    }
}

/// The checksum of every table that is not the server's own.
async fn checksums(socket: &Path) -> Result<BTreeMap<String, i64>> {
    let mut connection = root(socket).connect().await?;
    sqlx::raw_sql("SET SESSION wsrep_sync_wait = 1")
        .execute(&mut connection)
        .await?;
    let named = "SELECT CONCAT('`', TABLE_SCHEMA, '`.`', TABLE_NAME, '`') FROM information_schema.TABLES \
                 WHERE TABLE_SCHEMA LIKE 'gerai%'";
    let tables: Vec<String> = sqlx::query_scalar(named).fetch_all(&mut connection).await?;
    let mut sums = BTreeMap::new();
    for table in tables {
        let sql = format!("CHECKSUM TABLE {table}");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_one(&mut connection).await?;
        sums.insert(table, row.try_get::<Option<i64>, _>(1)?.unwrap_or(-1));
    }
    connection.close().await?;
    Ok(sums)
}

fn open(folder: &Path, data: &Path) -> Result<()> {
    std::fs::set_permissions(folder, Permissions::from_mode(0o755))?;
    let mut folders = vec![data.to_owned()];
    while let Some(next) = folders.pop() {
        std::fs::set_permissions(&next, Permissions::from_mode(0o777))?;
        for entry in std::fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                std::fs::set_permissions(&path, Permissions::from_mode(0o666))?;
            }
        }
    }
    Ok(())
}

fn root(socket: &Path) -> MySqlConnectOptions {
    MySqlConnectOptions::new().username("root").socket(socket)
}

async fn status(socket: &Path, name: &str) -> Result<String> {
    let mut connection = root(socket).connect().await?;
    let row = sqlx::query("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = ?")
        .bind(name)
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    Ok(row.get(0))
}
