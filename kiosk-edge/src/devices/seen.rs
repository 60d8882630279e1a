//! What is seen of the devices, as screens are told.

use gerai_shared::Micros;
use serde::Serialize;
use utoipa::ToSchema;

use crate::config::{DeviceConfig, DeviceKind};

/// The devices of the outlet, as they were last found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Devices)]
pub struct Seen {
    /// Printers and cameras, in the order of the settings.
    pub data: Vec<Device>,
    /// The edge's own disk.
    pub disk: Disk,
}

/// A printer or a camera.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Device {
    /// What addresses call it: its name in small letters, with hyphens.
    pub id: String,
    /// What staff call it.
    pub name: String,
    /// What it is.
    pub kind: DeviceKind,
    /// The room a camera stands in, by the name central gives it (`studio.name` of the rooms).
    pub studio: Option<String>,
    /// How it is.
    pub state: DeviceState,
    /// Whether it says so itself. Printers that never tell their state are `ready` as far as is known, and
    /// so are cameras that can be reached.
    pub told: bool,
    /// Since when it is like that.
    pub since: Micros,
    /// When it was last looked at; null before the first time.
    pub checked_at: Option<Micros>,
}

/// How a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// It works.
    Ready,
    /// A printer's roll is nearly at its end.
    PaperLow,
    /// A printer has no paper.
    PaperOut,
    /// A printer's cover is open.
    CoverOpen,
    /// A printer reports a fault.
    Failed,
    /// It cannot be reached, or has fallen silent.
    Silent,
}

/// The disk the edge keeps its journal on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Disk {
    /// Whether there is room for new work; without it, it is refused.
    pub room_left: bool,
    /// Megabytes (2²⁰ bytes) that are free.
    pub free_mb: u64,
}

/// Why a slip is not known to be on paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unprinted {
    /// No device has this id.
    #[error("there is no device of this name")]
    NoSuchDevice,
    /// It is something else.
    #[error("this device is not a printer")]
    NotAPrinter,
    /// The printer cannot be reached, did not take all of it, or has fallen silent.
    #[error("the printer does not answer; check its power and its cable")]
    Silent,
    /// It has no paper.
    #[error("the printer is out of paper; put in a new roll and print again")]
    PaperOut,
    /// Its cover is open.
    #[error("the printer's cover is open; close it and print again")]
    CoverOpen,
    /// It reports a fault.
    #[error("the printer reports a fault; see its lamps, then switch it off and on")]
    Failed,
}

/// What a look at a device, or a slip sent to it, came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) state: DeviceState,
    pub(super) told: bool,
}

impl Found {
    /// There, and that is all it tells.
    pub(super) const UNTOLD: Self = Self {
        state: DeviceState::Ready,
        told: false,
    };
    /// Not there, or not talking.
    pub(super) const SILENT: Self = Self {
        state: DeviceState::Silent,
        told: false,
    };

    pub(super) fn told(state: DeviceState) -> Self {
        Self { state, told: true }
    }
}

impl DeviceState {
    /// Whether what was sent to a printer that is like this is on paper, as far as it can be known.
    pub(super) fn printed(self) -> Result<(), Unprinted> {
        match self {
            Self::Ready | Self::PaperLow => Ok(()),
            Self::PaperOut => Err(Unprinted::PaperOut),
            Self::CoverOpen => Err(Unprinted::CoverOpen),
            Self::Failed => Err(Unprinted::Failed),
            Self::Silent => Err(Unprinted::Silent),
        }
    }
}

impl Device {
    /// Nobody has looked at it yet.
    pub(super) fn unseen(device: &DeviceConfig, now: Micros) -> Self {
        Self {
            id: device.id(),
            name: device.name.clone(),
            kind: device.kind,
            studio: device.studio.clone(),
            state: DeviceState::Silent,
            told: false,
            since: now,
            checked_at: None,
        }
    }

    /// Takes in what was found; says whether that is news.
    pub(super) fn find(&mut self, found: Found, now: Micros) -> bool {
        let first = self.checked_at.replace(now).is_none();
        let before = Found {
            state: self.state,
            told: self.told,
        };
        if first || self.state != found.state {
            self.since = now;
        }
        (self.state, self.told) = (found.state, found.told);
        first || before != found
    }
}
