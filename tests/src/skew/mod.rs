//! Two releases side by side: an outlet's edge is updated when there is a quiet hour, central when
//! there is somebody to watch. Between the two, each speaks with an older or a newer one, and the
//! promise holds; when both are new, they agree.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use gerai_shared::command::PROTOCOL;

use crate::{
    acklog::AckLog,
    chain::Staff,
    client::Screen,
    database::Engine,
    oracle, wait,
    workload::{self, Shift},
    world::World,
};

const SCREENS: usize = 4;
const WRITES: usize = 150;
/// What the older release speaks.
const OLD: u16 = 2;

/// The programs of a release.
#[derive(Clone, Copy, Debug)]
pub struct Release<'a> {
    /// The folder of `gerai-central` and `gerai-kiosk`.
    pub folder: &'a Path,
}

impl Release<'_> {
    fn central(self) -> PathBuf {
        self.folder.join("gerai-central")
    }

    fn edge(self) -> PathBuf {
        self.folder.join("gerai-kiosk")
    }
}

/// Central was updated first, as is usual: the old edge goes on as before, with the line up and cut,
/// and is then updated on its own data with commands still waiting.
///
/// # Errors
/// When the promise is broken at any point.
pub async fn old_edge_at_a_new_central(old: Release<'_>, new: Release<'_>, engine: Engine) -> Result<usize> {
    let mut world = World::on(engine)
        .central_program(&new.central())
        .edge_program(&old.edge())
        .build()
        .await?;
    let log = AckLog::default();
    let screens = staffed(&world, &log).await?;
    an_outage(&world, &screens, OLD).await?;
    oracle::promise_kept(&world.admin, world.edge(), &log)
        .await
        .context("with the old edge")?;

    world.edge().line.cut();
    screens[0].cut_off().await?;
    workload::work_shift(&screens, &Shift::of(WRITES).speaking(OLD), 3).await?;
    update_edge(&mut world, new).await?;
    // The old one did not write down how far its clock had come: staff say which day it is.
    let staff = first_of_staff(&world).await?;
    let shift = Shift::of(WRITES).staffed_by(staff.clone());
    sign_in(&screens, &staff).await?;
    workload::work_shift(&screens, &shift, 4).await?;
    world.edge().line.heal();
    screens[0].drained().await?;
    oracle::promise_kept(&world.admin, world.edge(), &log)
        .await
        .context("with the edge updated, the old one's commands still waiting")?;
    Ok(log.len())
}

/// An outlet was updated before central: what the old central cannot read it holds, and books it
/// when it is updated itself.
///
/// # Errors
/// When the promise is broken at any point.
pub async fn new_edge_at_an_old_central(old: Release<'_>, new: Release<'_>, engine: Engine) -> Result<usize> {
    let mut world = World::on(engine)
        .central_program(&old.central())
        .edge_program(&new.edge())
        .build()
        .await?;
    let log = AckLog::default();
    let screens = staffed(&world, &log).await?;
    an_outage(&world, &screens, PROTOCOL).await?;
    let held = held(&world).await?;
    println!("      the old central holds {held} of {} commands", log.len());

    world.central.stop().await?;
    world.central.use_program(&new.central());
    world.central.command(&["migrate"]).succeed().await?;
    world.central.start().await?;
    workload::work(&screens, WRITES, 3).await?;
    screens[0].drained().await?;
    wait::until_true("what was held to be booked", wait::LATER, async || {
        Ok(self::held(&world).await? == 0)
    })
    .await?;
    oracle::promise_kept(&world.admin, world.edge(), &log)
        .await
        .context("with central updated")?;
    Ok(log.len())
}

/// Work with the line up, then with the line cut, until all of it is at central.
async fn an_outage(world: &World, screens: &[Screen], protocol: u16) -> Result<()> {
    let shift = Shift::of(WRITES).speaking(protocol);
    workload::work_shift(screens, &shift, 1).await?;
    world.edge().line.cut();
    screens[0].cut_off().await?;
    workload::work_shift(screens, &shift, 2).await?;
    world.edge().line.heal();
    screens[0].drained().await
}

async fn held(world: &World) -> Result<usize> {
    let commands = world.admin.commands(world.edge().outlet).await?;
    Ok(commands.iter().filter(|command| command["outcome"] == "held").count())
}

async fn update_edge(world: &mut World, new: Release<'_>) -> Result<()> {
    let edge = world.edge_mut();
    edge.stop().await?;
    edge.use_program(&new.edge());
    edge.start().await
}

async fn staffed(world: &World, log: &AckLog) -> Result<Vec<Screen>> {
    let mut screens = Vec::new();
    for nth in 0..SCREENS {
        let screen = world.staffed_screen(&format!("layar {nth}")).await?;
        screens.push(screen.logging_to(log));
    }
    Ok(screens)
}

async fn first_of_staff(world: &World) -> Result<Staff> {
    let staff = crate::chain::staff_of(&world.admin, world.edge().outlet).await?;
    staff.into_iter().next().context("an outlet without staff")
}

/// Staff sessions outlive that the edge is started anew, or are taken up again.
async fn sign_in(screens: &[Screen], staff: &Staff) -> Result<()> {
    for screen in screens {
        let answer = screen.try_sign_in(&staff.name, &staff.pin).await?;
        ensure!(
            answer.status == 200,
            "the PIN does not work after the update: {answer:?}"
        );
    }
    Ok(())
}
