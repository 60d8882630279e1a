//! The outlets of the demo: each an edge behind its line.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::{
    Progress, devices,
    memory::{Enrolled, Memory},
    write_whole,
};
use crate::{
    central::Central,
    chain::{self, Staff},
    client::Admin,
    damage,
    edge::Edge,
    gear::Gear,
    line::{Line, Mode},
    world,
};

const FIRST_EDGE_PORT: u16 = 7081;
/// What stands in the settings of an edge at first.
const SETTINGS: &str = "# Settings of this edge, such as [[devices]]; read at its start.\n";
const FIRST_LINE_PORT: u16 = 18_081;

/// One outlet.
#[derive(Debug)]
struct Stand {
    edge: Edge,
    /// What it reads at its start, beside what the demo tells it.
    settings: PathBuf,
    /// Its printer and cameras, where it has some.
    gear: Option<Gear>,
    code: String,
    name: String,
    screen_token: String,
    staff: Vec<Staff>,
}

#[derive(Debug, Default)]
struct Inner {
    stands: Vec<Stand>,
    /// Where it is announced, and what is announced beside the edges.
    announced: Option<(PathBuf, Value)>,
}

/// All of them, shared with the control address.
#[derive(Clone, Debug, Default)]
pub(super) struct Outlets(Arc<Mutex<Inner>>);

/// What the control address can do to an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Switch {
    Cut,
    Heal,
    Slow,
    Kill,
    Start,
    /// Its disk loses a page of the journal, with commands nobody else has.
    Tear,
}

impl Outlets {
    /// Starts the edges of the first outlets, of different zones where there are, enrolling those
    /// that are not yet.
    pub(super) async fn open(
        progress: &Progress,
        admin: &Admin,
        central: &Central,
        home: &Path,
        memory: &mut Memory,
        count: usize,
    ) -> Result<Self> {
        let outlets = world::outlets(admin).await?;
        let mut stands = Vec::new();
        for nth in 0..count {
            let outlet = match memory.edges.get(&nth) {
                Some(enrolled) => enrolled.outlet,
                None => *outlets.get(nth).context("the chain has too few outlets")?,
            };
            let profile = admin.get(&format!("/api/outlets/{outlet}")).await?;
            let (code, name) = (profile.text("/code")?.to_owned(), profile.text("/name")?.to_owned());
            let number = u16::try_from(nth)?;
            let line_port = memory.port(&format!("line {}", nth + 1), FIRST_LINE_PORT + number)?;
            let port = memory.port(&format!("edge {}", nth + 1), FIRST_EDGE_PORT + number)?;
            let line = Line::lay_at(line_port, central.address()).await?;
            let mut edge = Edge::new(outlet, home.join(format!("edge-{}", nth + 1)), port, line)?;
            let settings = home.join(format!("edge-{}.toml", nth + 1));
            let (gear, devices) = if nth == 0 {
                progress.say(&format!("setting up a printer and cameras at {code}, {name}"));
                let (gear, devices) = devices::start(&home.join("devices"), memory, profile.data()).await?;
                (Some(gear), devices)
            } else {
                (None, String::new())
            };
            // Whoever plays with the demo may have changed it.
            if !settings.exists() {
                std::fs::write(&settings, format!("{SETTINGS}{devices}"))?;
            }
            edge.set("GERAI_KIOSK_CONFIG", settings.display());
            let screen_token = match memory.edges.get(&nth) {
                Some(enrolled) => enrolled.screen_token.clone(),
                None => {
                    progress.say(&format!("enrolling an edge at {code}, {name}"));
                    edge.enroll(admin, &format!("demo {code}")).await?;
                    let screen_token = edge.pair("layar depan").await?;
                    let enrolled = Enrolled {
                        outlet,
                        screen_token: screen_token.clone(),
                    };
                    memory.edges.insert(nth, enrolled);
                    memory.save()?;
                    screen_token
                }
            };
            progress.say(&format!("starting the edge of {code}, {name}"));
            edge.start().await?;
            stands.push(Stand {
                edge,
                settings,
                gear,
                code,
                name,
                screen_token,
                staff: chain::staff_of(admin, outlet).await?,
            });
        }
        Ok(Self(Arc::new(Mutex::new(Inner {
            stands,
            announced: None,
        }))))
    }

    /// Writes `ready.json`, now and whenever a process id changes.
    pub(super) async fn announce(&self, file: PathBuf, beside: Value) -> Result<()> {
        let mut inner = self.0.lock().await;
        inner.announced = Some((file, beside));
        inner.write()
    }

    /// Flips a switch of the `nth` edge, counting from 1; returns how it stands then.
    pub(super) async fn flip(&self, nth: usize, switch: Switch) -> Result<Option<Value>> {
        let mut inner = self.0.lock().await;
        let Some(stand) = nth.checked_sub(1).and_then(|at| inner.stands.get_mut(at)) else {
            return Ok(None);
        };
        match switch {
            Switch::Cut => stand.edge.line.cut(),
            Switch::Heal => stand.edge.line.heal(),
            Switch::Slow => stand.edge.line.slow(),
            Switch::Kill => stand.edge.kill()?,
            Switch::Start if stand.edge.pid().is_some() => {}
            Switch::Start => stand.edge.start().await?,
            Switch::Tear => damage::lose_a_page(&mut stand.edge).await?,
        }
        let state = stand.state(nth);
        inner.write()?;
        Ok(Some(state))
    }

    /// Where the devices of the `nth` edge are told what to be, if it has any.
    pub(super) async fn devices(&self, nth: usize) -> Option<String> {
        let inner = self.0.lock().await;
        let gear = inner.stands.get(nth.checked_sub(1)?)?.gear.as_ref()?;
        Some(gear.control().to_owned())
    }

    /// How all of them stand.
    pub(super) async fn states(&self) -> Vec<Value> {
        let inner = self.0.lock().await;
        let stands = inner.stands.iter().enumerate();
        stands.map(|(at, stand)| stand.state(at + 1)).collect()
    }

    /// Ends when an edge, or its devices, have ended by themselves, with the reason.
    pub(super) async fn watch(&self) -> anyhow::Error {
        let mut tick = tokio::time::interval(Duration::from_millis(500));
        loop {
            tick.tick().await;
            for stand in &mut self.0.lock().await.stands {
                match stand.edge.has_died() {
                    Ok(false) => {}
                    Ok(true) => {
                        return anyhow!("the edge of {} has ended by itself; see its log", stand.code);
                    }
                    Err(error) => return error,
                }
                match stand.gear.as_mut().map_or(Ok(false), Gear::has_died) {
                    Ok(false) => {}
                    Ok(true) => {
                        return anyhow!("the devices of {} have ended by themselves; see their log", stand.code);
                    }
                    Err(error) => return error,
                }
            }
        }
    }

    pub(super) async fn stop(&self) -> Result<()> {
        for stand in &mut self.0.lock().await.stands {
            stand.edge.stop().await?;
            if let Some(gear) = &mut stand.gear {
                gear.stop().await?;
            }
        }
        Ok(())
    }

    /// Says what there is and what to do with it.
    pub(super) async fn introduce(&self, central: &str, control: &str, ready: &Path) {
        println!("\nGerai is open.\n");
        println!("  central   {central}   (API: {central}/docs)");
        println!("            {} / {}\n", chain::ADMIN_EMAIL, chain::ADMIN_PASSWORD);
        for (at, stand) in self.0.lock().await.stands.iter().enumerate() {
            let (nth, url, token) = (at + 1, stand.edge.url(), &stand.screen_token);
            println!("  outlet {nth}  {}, {}", stand.code, stand.name);
            println!("            {url}/pair?token={token}");
            let staff: Vec<String> = stand
                .staff
                .iter()
                .map(|one| format!("{} {}", one.name, one.pin))
                .collect();
            println!("            staff and PINs: {}", staff.join(" · "));
            println!("            cut its line:  curl -X POST {control}/edges/{nth}/cut");
            println!("            mend it:       curl -X POST {control}/edges/{nth}/heal");
            if stand.gear.is_some() {
                println!(
                    "            end its paper: curl -X POST {control}/edges/{nth}/devices/printer-kasir/paper_out"
                );
                println!("            a new roll:    curl -X POST {control}/edges/{nth}/devices/printer-kasir/ready");
            }
            println!();
        }
        println!("  also slow, kill, start and tear (its disk loses a page); how they stand: {control}/edges");
        println!("  for programs: {}\n  Ctrl-C stops everything.\n", ready.display());
    }
}

impl Inner {
    fn write(&self) -> Result<()> {
        let Some((file, beside)) = &self.announced else {
            return Ok(());
        };
        let mut ready = beside.clone();
        let Some(fields) = ready.as_object_mut() else {
            bail!("the announcement is not an object");
        };
        let edges = self.stands.iter().map(|stand| {
            json!({
                "outlet": stand.edge.outlet,
                "url": stand.edge.url(),
                "pid": stand.edge.pid(),
                "settings": stand.settings,
                "screen_token": stand.screen_token,
                "staff": stand.staff,
            })
        });
        fields.insert("edges".to_owned(), edges.collect());
        write_whole(file, &serde_json::to_string_pretty(&ready)?)
    }
}

impl Stand {
    fn state(&self, nth: usize) -> Value {
        let line = match self.edge.line.mode() {
            Mode::Open => "open",
            Mode::Cut => "cut",
            Mode::Slow { .. } => "slow",
            _ => "faulty",
        };
        json!({
            "edge": nth,
            "outlet": self.edge.outlet,
            "code": self.code,
            "url": self.edge.url(),
            "pid": self.edge.pid(),
            "line": line,
        })
    }
}
