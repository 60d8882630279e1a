//! Two releases side by side: an outlet's edge is updated when there is a quiet hour, central when
//! there is somebody to watch. Between the two, each speaks with an older or a newer one, and the
//! promise holds; when both are new, they agree.

mod record;

pub use record::feed;

use std::{path::PathBuf, str::FromStr};

use anyhow::{Context, Result, ensure};

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

/// The programs of a release.
#[derive(Clone, Debug)]
pub struct Release {
    /// Its commit, or a word for it.
    pub name: String,
    /// The protocol it speaks.
    pub protocol: u16,
    /// The folder of `gerai-central` and `gerai-kiosk`.
    pub folder: PathBuf,
}

impl Release {
    fn central(&self) -> PathBuf {
        self.folder.join("gerai-central")
    }

    fn edge(&self) -> PathBuf {
        self.folder.join("gerai-kiosk")
    }
}

/// `name:protocol:folder`.
impl FromStr for Release {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut parts = text.splitn(3, ':');
        let mut next = || parts.next().context("write it as name:protocol:folder");
        Ok(Self {
            name: next()?.to_owned(),
            protocol: next()?.parse()?,
            folder: next()?.into(),
        })
    }
}

/// Central was updated first, as is usual: the old edge goes on as before, with the line up and cut,
/// and is then updated on its own data with commands still waiting.
///
/// # Errors
/// When the promise is broken at any point.
pub async fn old_edge_at_a_new_central(old: &Release, new: &Release, engine: Engine) -> Result<usize> {
    let mut world = World::on(engine)
        .central_program(&new.central())
        .edge_program(&old.edge())
        .build()
        .await?;
    let log = AckLog::default();
    let screens = staffed(&world, &log).await?;
    an_outage(&world, &screens, old.protocol).await?;
    oracle::promise_kept(&world.admin, world.edge(), &log)
        .await
        .context("with the old edge")?;

    world.edge().line.cut();
    screens[0].cut_off().await?;
    workload::work_shift(&screens, &Shift::of(WRITES).speaking(old.protocol), 3).await?;
    let shift = edge_updated(&mut world, new, &screens).await?;
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
pub async fn new_edge_at_an_old_central(old: &Release, new: &Release, engine: Engine) -> Result<usize> {
    let mut world = World::on(engine)
        .central_program(&old.central())
        .edge_program(&new.edge())
        .build()
        .await?;
    let log = AckLog::default();
    let screens = staffed(&world, &log).await?;
    an_outage(&world, &screens, new.protocol).await?;
    let held = held(&world).await?;
    println!("      the old central holds {held} of {} commands", log.len());

    update_central(&mut world, new).await?;
    workload::work(&screens, WRITES, 3).await?;
    all_booked(&world, &screens).await?;
    oracle::promise_kept(&world.admin, world.edge(), &log)
        .await
        .context("with central updated")?;
    Ok(log.len())
}

/// Both were of the old release, with work behind them. The outlet's program is updated on its own data while
/// the line is cut and the old one's commands wait; central is updated later, on its own database.
///
/// # Errors
/// When the promise is broken at any point.
pub async fn one_after_the_other(old: &Release, new: &Release, engine: Engine) -> Result<usize> {
    let mut world = World::on(engine)
        .central_program(&old.central())
        .edge_program(&old.edge())
        .build()
        .await?;
    let log = AckLog::default();
    let screens = staffed(&world, &log).await?;
    // Not looked at yet: an old central does not show all that the checker asks for.
    an_outage(&world, &screens, old.protocol).await?;

    world.edge().line.cut();
    screens[0].cut_off().await?;
    workload::work_shift(&screens, &Shift::of(WRITES).speaking(old.protocol), 3).await?;
    let shift = edge_updated(&mut world, new, &screens).await?;
    workload::work_shift(&screens, &shift, 4).await?;
    world.edge().line.heal();
    screens[0].drained().await?;
    let held = held(&world).await?;
    println!("      the old central holds {held} of {} commands", log.len());

    update_central(&mut world, new).await?;
    workload::work(&screens, WRITES, 5).await?;
    all_booked(&world, &screens).await?;
    oracle::promise_kept(&world.admin, world.edge(), &log)
        .await
        .context("with both updated")?;
    Ok(log.len())
}

async fn all_booked(world: &World, screens: &[Screen]) -> Result<()> {
    screens[0].drained().await?;
    wait::until_true("what was held to be booked", wait::LATER, async || {
        Ok(held(world).await? == 0)
    })
    .await
}

async fn update_central(world: &mut World, new: &Release) -> Result<()> {
    world.central.stop().await?;
    world.central.use_program(&new.central());
    world.central.command(&["migrate"]).succeed().await?;
    world.central.start().await
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

/// The outlet's program is another one, on the data of the one before; how work goes on there.
async fn edge_updated(world: &mut World, new: &Release, screens: &[Screen]) -> Result<Shift> {
    let edge = world.edge_mut();
    edge.stop().await?;
    edge.use_program(&new.edge());
    edge.start().await?;
    // The old one did not write down how far its clock had come: staff say which day it is.
    let staff = first_of_staff(world).await?;
    sign_in(screens, &staff).await?;
    Ok(Shift::of(WRITES).staffed_by(staff))
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
