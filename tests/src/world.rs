//! A chain in small: central with the seeded chain, and some outlets' edges, each behind a line.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};
use serde_json::Value;
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    central::Central,
    chain,
    client::{Admin, Screen},
    database::{Database, Engine},
    edge::Edge,
    line::Line,
    ports, wait,
};

/// Plays a story on both engines: each call makes a module of its name with two tests.
#[macro_export]
macro_rules! on_both_engines {
    ($($story:ident),+ $(,)?) => {$(
        mod $story {
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_sqlite() -> anyhow::Result<()> {
                super::$story($crate::Engine::Sqlite).await
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_mariadb() -> anyhow::Result<()> {
                super::$story($crate::Engine::MariaDb).await
            }
        }
    )+};
}

/// How a world is to be.
#[derive(Clone, Debug)]
pub struct Plan {
    engine: Engine,
    edges: usize,
    central: Vec<(String, String)>,
    edge: Vec<(String, String)>,
    database: Vec<String>,
    central_program: Option<PathBuf>,
    edge_program: Option<PathBuf>,
}

/// Everything a story plays in; gone when dropped.
#[derive(Debug)]
pub struct World {
    /// The edges, each at another outlet, in the order of their codes.
    pub edges: Vec<Edge>,
    /// Central.
    pub central: Central,
    /// Somebody with role admin, signed in at central (past the lines).
    pub admin: Admin,
    /// Central's database.
    pub database: Database,
    /// Where everything is kept; last, so that it outlives whoever writes there.
    folder: TempDir,
}

impl Plan {
    /// With so many edges.
    #[must_use]
    pub fn edges(mut self, edges: usize) -> Self {
        self.edges = edges;
        self
    }

    /// With a setting of central, such as `SYNC__PROTOCOL_CEILING`.
    #[must_use]
    pub fn central(mut self, key: &str, value: impl ToString) -> Self {
        self.central.push((format!("GERAI_CENTRAL__{key}"), value.to_string()));
        self
    }

    /// With a setting of every edge, such as `SYNC__BATCH`.
    #[must_use]
    pub fn edge(mut self, key: &str, value: impl ToString) -> Self {
        self.edge.push((format!("GERAI_KIOSK__{key}"), value.to_string()));
        self
    }

    /// With another release of central.
    #[must_use]
    pub fn central_program(mut self, program: &Path) -> Self {
        self.central_program = Some(program.to_path_buf());
        self
    }

    /// With another release of the edge.
    #[must_use]
    pub fn edge_program(mut self, program: &Path) -> Self {
        self.edge_program = Some(program.to_path_buf());
        self
    }

    /// With a statement run on the seeded database before central starts.
    #[must_use]
    pub fn after_seeding(mut self, sql: &str) -> Self {
        self.database.push(sql.to_owned());
        self
    }

    /// Builds it and waits until everything runs and has met.
    ///
    /// # Errors
    /// When a part does not come up.
    pub async fn build(self) -> Result<World> {
        let folder = tempfile::Builder::new().prefix("gerai-world").tempdir()?;
        let database = Database::open(self.engine, &folder.path().join("database")).await?;
        let mut central = Central::new(&folder.path().join("central"), database.url(), ports::free_port()?)?;
        if let Some(program) = &self.central_program {
            central.use_program(program);
        }
        for (name, value) in &self.central {
            central.set(name, value);
        }
        central.seed().await.context("seeding")?;
        for sql in &self.database {
            database.execute(sql).await.with_context(|| sql.clone())?;
        }
        central.start().await?;
        let admin = Admin::sign_in(&central.url(), chain::ADMIN_EMAIL, chain::ADMIN_PASSWORD).await?;
        let mut world = World {
            edges: Vec::new(),
            central,
            admin,
            database,
            folder,
        };
        let outlets = world.outlets().await?;
        for (nth, outlet) in outlets.iter().take(self.edges).enumerate() {
            world.admin.open_all_day(*outlet).await?;
            let edge = world.new_edge(*outlet, &format!("edge-{}", nth + 1), &self).await?;
            world.edges.push(edge);
        }
        Ok(world)
    }
}

impl World {
    /// The plan of a world on this engine, with one edge.
    #[must_use]
    pub fn on(engine: Engine) -> Plan {
        Plan {
            engine,
            edges: 1,
            central: Vec::new(),
            edge: Vec::new(),
            database: Vec::new(),
            central_program: None,
            edge_program: None,
        }
    }

    /// The outlets' ids, in the order of their codes.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn outlets(&self) -> Result<Vec<Uuid>> {
        outlets(&self.admin).await
    }

    /// Where everything is kept.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A second central on the same database and keys, not started.
    ///
    /// # Errors
    /// When no port is free.
    pub fn second_central(&self) -> Result<Central> {
        Central::new(
            &self.folder.path().join("central"),
            self.database.url(),
            ports::free_port()?,
        )
    }

    async fn new_edge(&self, outlet: Uuid, name: &str, plan: &Plan) -> Result<Edge> {
        let line = Line::lay(self.central.address()).await?;
        let mut edge = Edge::new(outlet, self.folder.path().join(name), ports::free_port()?, line)?;
        if let Some(program) = &plan.edge_program {
            edge.use_program(program);
        }
        for (setting, value) in &plan.edge {
            edge.set(setting, value);
        }
        edge.enroll(&self.admin, name)
            .await
            .with_context(|| format!("enrolling {name}"))?;
        edge.start().await?;
        Ok(edge)
    }

    /// The only edge, in stories with one.
    #[must_use]
    pub fn edge(&self) -> &Edge {
        &self.edges[0]
    }

    /// The only edge, to be killed, say.
    #[must_use]
    pub fn edge_mut(&mut self) -> &mut Edge {
        &mut self.edges[0]
    }

    /// Waits a moment for a push of the first edge that central has not answered: for whoever is about to
    /// kill central. Comes back without one when there is nothing to push.
    pub async fn push_under_way(&self) {
        let line = &self.edge().line;
        let open = wait::until_true("a push", Duration::from_secs(1), async || Ok(line.open_pushes() > 0));
        // Whether any kill came in the middle of one is told by the line's faults.
        let _ = open.await;
    }

    /// A new screen at the first edge with its first member of staff signed in, once the edge has
    /// what it needs from central.
    ///
    /// # Errors
    /// When that does not come about.
    pub async fn staffed_screen(&self, name: &str) -> Result<Screen> {
        staffed_screen(&self.admin, self.edge(), name).await
    }
}

/// The outlets' ids, in the order of their codes.
///
/// # Errors
/// When they cannot be read.
pub async fn outlets(admin: &Admin) -> Result<Vec<Uuid>> {
    let mut outlets: Vec<Value> = admin.outlets().await?;
    outlets.sort_by_key(|outlet| outlet["code"].as_str().unwrap_or_default().to_owned());
    outlets
        .iter()
        .map(|outlet| {
            outlet["id"]
                .as_str()
                .context("an outlet without an id")?
                .parse()
                .context("an outlet's id")
        })
        .collect()
}

/// A new screen of `edge` with the outlet's first member of staff signed in.
///
/// # Errors
/// When the edge does not get there.
pub async fn staffed_screen(admin: &Admin, edge: &Edge, name: &str) -> Result<Screen> {
    let screen = edge.screen(name).await?;
    let staff = chain::staff_of(admin, edge.outlet).await?;
    let first = staff.first().context("an outlet without staff")?;
    crate::wait::until_true("staff to be known at the outlet", crate::wait::LATER, async || {
        Ok(screen.try_sign_in(&first.name, &first.pin).await?.status == 200)
    })
    .await?;
    Ok(screen)
}
