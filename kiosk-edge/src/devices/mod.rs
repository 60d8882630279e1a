//! The devices of the outlet: receipt printers, cameras, and the edge's own disk, looked at on a fixed beat.
//!
//! What is seen is one picture, [`Seen`], which whoever wants follows. A device is talked to by one at a
//! time, so that a check never falls into a slip. Nothing here decides anything: a sale goes on with
//! whatever the printer says, and only the journal's own look at the disk refuses work.

mod node;
mod printer;
mod seen;
mod status;
mod talk;
#[cfg(test)]
mod tests;

pub use seen::{Device, DeviceState, Disk, Seen, Unprinted};

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Mutex, watch},
    time::{MissedTickBehavior, interval, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    config::{DeviceAddress, DeviceConfig, DeviceKind, DevicesCheck},
    journal::{Journal, JournalError},
};
use printer::Printer;
use seen::Found;

/// How long a slip waits for those before it at its printer.
const TURN: Duration = Duration::from_secs(5);

/// The devices of the outlet; cheap to clone.
#[derive(Clone, Debug)]
pub struct Devices(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    journal: Journal,
    check: DevicesCheck,
    posts: Vec<Post>,
    seen: watch::Sender<Seen>,
}

/// A device, and whose turn it is to talk to it.
#[derive(Debug)]
struct Post {
    id: String,
    gear: Mutex<Gear>,
}

#[derive(Debug)]
enum Gear {
    Printer(Printer),
    /// At this host and port.
    Camera(String),
}

impl Devices {
    /// As configured; not looked at yet.
    #[must_use]
    pub fn new(devices: &[DeviceConfig], check: DevicesCheck, journal: Journal) -> Self {
        let now = journal.clock().now();
        let posts = devices.iter().map(|device| Post {
            id: device.id(),
            gear: Mutex::new(gear(device, check.timeout())),
        });
        let seen = Seen {
            data: devices.iter().map(|device| Device::unseen(device, now)).collect(),
            disk: Disk {
                room_left: true,
                free_mb: 0,
            },
        };
        Self(Arc::new(Inner {
            posts: posts.collect(),
            seen: watch::Sender::new(seen),
            journal,
            check,
        }))
    }

    /// Looks at all of them until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        for at in 0..self.0.posts.len() {
            let (devices, stop) = (self.clone(), stop.clone());
            tokio::spawn(async move { stop.run_until_cancelled(devices.on_the_beat(Some(at))).await });
        }
        stop.run_until_cancelled(self.on_the_beat(None)).await;
    }

    /// One device, or the disk, again and again.
    async fn on_the_beat(&self, device: Option<usize>) {
        let mut beat = interval(self.0.check.every());
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            if let Some(at) = device {
                self.look(at).await;
            } else if let Err(error) = self.look_at_disk().await {
                tracing::warn!(%error, "the disk was not looked at");
            }
        }
    }

    async fn look(&self, at: usize) {
        let Some(post) = self.0.posts.get(at) else { return };
        let mut gear = post.gear.lock().await;
        let found = gear.look(self.0.check.timeout()).await;
        self.note(at, found);
    }

    /// What is known now, the disk freshly looked at.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn looked(&self) -> Result<Seen, JournalError> {
        self.look_at_disk().await?;
        Ok(self.0.seen.borrow().clone())
    }

    /// To follow what changes: a state, whether a device tells it, whether there is room on the disk.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Seen> {
        self.0.seen.subscribe()
    }

    /// Has a slip printed, whole: it goes on when whoever asked for it has gone.
    ///
    /// # Errors
    /// [`Unprinted`], unless the printer took all of it and says of nothing that keeps it from printing.
    pub async fn print(&self, id: &str, slip: Vec<u8>) -> Result<Device, Unprinted> {
        let at = self.0.posts.iter().position(|post| post.id == id);
        let (at, devices) = (at.ok_or(Unprinted::NoSuchDevice)?, self.clone());
        let printing = tokio::spawn(async move { devices.print_at(at, slip).await });
        printing.await.unwrap_or(Err(Unprinted::Failed))
    }

    async fn print_at(&self, at: usize, slip: Vec<u8>) -> Result<Device, Unprinted> {
        let post = self.0.posts.get(at).ok_or(Unprinted::NoSuchDevice)?;
        let turn = timeout(TURN, post.gear.lock()).await;
        let mut gear = turn.map_err(|_| Unprinted::Silent)?;
        let Gear::Printer(printer) = &mut *gear else {
            return Err(Unprinted::NotAPrinter);
        };
        let found = printer.print(slip).await;
        let device = self.note(at, found).ok_or(Unprinted::NoSuchDevice)?;
        found.state.printed().map(|()| device)
    }

    /// Writes down what was found; whoever holds the device's gear.
    fn note(&self, at: usize, found: Found) -> Option<Device> {
        let now = self.0.journal.clock().now();
        let mut noted = None;
        self.0.seen.send_if_modified(|seen| {
            let Some(device) = seen.data.get_mut(at) else {
                return false;
            };
            let news = device.find(found, now);
            noted = Some((device.clone(), news));
            news
        });
        let (device, news) = noted?;
        if news {
            tracing::info!(device = device.id, state = ?device.state, told = device.told, "a device changed");
            let works = u8::from(found.state.printed().is_ok());
            metrics::gauge!("gerai_device_ready", "device" => device.id.clone()).set(f64::from(works));
        }
        Some(device)
    }

    async fn look_at_disk(&self) -> Result<(), JournalError> {
        let disk = Disk {
            room_left: self.0.journal.room_left().await?,
            free_mb: self.0.journal.free_bytes() >> 20,
        };
        self.0.seen.send_if_modified(|seen| {
            let before = std::mem::replace(&mut seen.disk, disk);
            // How much there is changes all the time.
            before.room_left != disk.room_left
        });
        Ok(())
    }
}

fn gear(device: &DeviceConfig, patience: Duration) -> Gear {
    match (device.kind, &device.address) {
        (DeviceKind::Camera, DeviceAddress::Tcp(place)) => Gear::Camera(place.clone()),
        // A camera is never a file: the settings say so.
        (_, address) => Gear::Printer(Printer::new(address, patience)),
    }
}

impl Gear {
    async fn look(&mut self, patience: Duration) -> Found {
        match self {
            Self::Printer(printer) => printer.look().await,
            Self::Camera(place) => match talk::connect(place, patience).await {
                Ok(_) => Found::UNTOLD,
                Err(_) => Found::SILENT,
            },
        }
    }
}
