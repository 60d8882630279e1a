//! A world for one run: a copy of one that was enrolled and staffed before.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result};
use tempfile::TempDir;
use uuid::Uuid;

use super::schedule::SCREENS;
use crate::{
    AckLog, Admin, Engine, Line, Screen, World, central::Central, chain, chain::Staff, edge::Edge, ports, wait,
};

/// Settings with which an outlet notices within a second what it notices within ten in life.
const BRISK: [(&str, u64); 3] = [
    ("SYNC__PROBE_MS", 200),
    ("SYNC__PUSH_TIMEOUT_MS", 1_000),
    ("SYNC__WAIT_MS", 2_000),
];

/// A world that was made once and stopped; runs play in copies of it.
#[derive(Debug)]
pub struct Template {
    world: World,
    outlet: Uuid,
    staff: Staff,
    tokens: Vec<String>,
}

/// Central, an edge, the line between them, and screens with staff signed in.
#[derive(Debug)]
pub struct Arena {
    /// The edge, behind its line.
    pub edge: Edge,
    /// Central.
    pub central: Central,
    /// An admin, past the line.
    pub admin: Admin,
    /// The screens, all writing into one log.
    pub screens: Vec<Screen>,
    /// What they were told.
    pub log: AckLog,
    /// Who stands at them.
    pub staff: Staff,
    /// Last, so that it outlives whoever writes there.
    folder: TempDir,
}

impl Template {
    /// Makes it: seeds a chain, enrols an edge, pairs screens, signs staff in, stops it all.
    ///
    /// # Errors
    /// When a part does not come up.
    pub async fn make() -> Result<Self> {
        let mut world = World::on(Engine::Sqlite)
            // The admin's token is good for as long as the runs take.
            .central("AUTH__ACCESS_MINUTES", 24 * 60)
            .build()
            .await?;
        let outlet = world.edge().outlet;
        let staff = chain::staff_of(&world.admin, outlet).await?;
        let staff = staff.into_iter().next().context("an outlet without staff")?;
        let mut tokens = Vec::new();
        for nth in 0..SCREENS {
            let token = world.edge().pair(&format!("layar {nth}")).await?;
            let screen = Screen::new(&world.edge().url(), &token)?;
            wait::until_true("staff to be known at the outlet", wait::LATER, async || {
                Ok(screen.try_sign_in(&staff.name, &staff.pin).await?.status == 200)
            })
            .await?;
            screen.drained().await?;
            tokens.push(token);
        }
        wait::until_true("the catalogue", wait::LATER, async || {
            let screen = Screen::new(&world.edge().url(), &tokens[0])?;
            Ok(screen.sold_product().await.is_ok())
        })
        .await?;
        world.edge_mut().stop().await?;
        world.central.stop().await?;
        Ok(Self {
            world,
            outlet,
            staff,
            tokens,
        })
    }

    /// A copy of it that runs.
    ///
    /// # Errors
    /// When a part does not come up.
    pub async fn copy(&self, screens: usize, batch: usize) -> Result<Arena> {
        let folder = tempfile::Builder::new().prefix("gerai-chaos").tempdir()?;
        copy_all(self.world.folder(), folder.path())?;
        let database = format!("sqlite:{}", folder.path().join("database/central.db").display());
        let mut central = Central::new(&folder.path().join("central"), &database, ports::free_port()?)?;
        central.set("GERAI_CENTRAL__AUTH__ACCESS_MINUTES", 24 * 60);
        central.tell_of_limits();
        central.start().await?;
        let line = Line::lay(central.address()).await?;
        let mut edge = Edge::new(self.outlet, folder.path().join("edge-1"), ports::free_port()?, line)?;
        for (name, value) in BRISK {
            edge.set(&format!("GERAI_KIOSK__{name}"), value);
        }
        edge.set("GERAI_KIOSK__SYNC__BATCH", batch);
        edge.tell_of_limits();
        edge.start().await?;
        let log = AckLog::default();
        let screens = self.tokens[..screens]
            .iter()
            .map(|token| Ok(Screen::new(&edge.url(), token)?.logging_to(&log)))
            .collect::<Result<_>>()?;
        Ok(Arena {
            admin: Admin::with_token(&central.url(), self.world.admin.bearer())?,
            staff: self.staff.clone(),
            edge,
            central,
            screens,
            log,
            folder,
        })
    }
}

impl Arena {
    /// Waits until so many more writes were told.
    ///
    /// # Errors
    /// When they are not for a long time.
    pub async fn told_more(&self, more: usize) -> Result<()> {
        let due = self.log.len() + more;
        wait::until_true(&format!("{more} more writes to be told"), wait::LATER, async || {
            Ok(self.log.len() >= due)
        })
        .await
    }

    /// Leaves everything on disk, for whoever looks into a failure; says where.
    #[must_use]
    pub fn keep(mut self) -> String {
        // Killed, so that what is kept is what was.
        let _ = (self.edge.kill(), self.central.kill());
        self.folder.keep().display().to_string()
    }
}

/// The machine's time, as a screen would see it on the wall.
#[must_use]
pub fn span_ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let there = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &there)?;
        } else {
            std::fs::copy(entry.path(), &there)?;
        }
    }
    Ok(())
}
