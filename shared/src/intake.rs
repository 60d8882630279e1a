//! Whether walk-ins are taken, and the business day they are taken on.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    change::{RowKey, Table},
    ids::{OutletId, StaffId},
    queue::Series,
    refusal::Refusal,
    time::{Day, Micros},
};

/// Whether the queue takes walk-ins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IntakeState {
    /// It does.
    #[default]
    Open,
    /// Not for a while.
    Paused,
    /// Not any more today.
    Closed,
}

impl IntakeState {
    /// Its name on the wire and in databases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paused => "paused",
            Self::Closed => "closed",
        }
    }
}

/// Whether walk-ins are taken, and what the wait estimate is corrected by. Owned by the outlet's
/// edge; one row for each outlet, keyed by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Intake {
    /// The outlet.
    pub outlet: OutletId,
    /// The business day it was said on; all but the cap is of that day alone.
    pub day: Day,
    /// Whether walk-ins are taken.
    pub state: IntakeState,
    /// How many may wait at most; anyone when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u32>,
    /// What customers are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Minutes staff add to the wait estimate; negative to take off.
    pub adjust_minutes: i32,
    /// Since when it is open, paused or closed.
    pub since: Micros,
    /// Rises by one with every change.
    pub revision: u32,
}

impl Intake {
    /// An intake nothing has been said about.
    #[must_use]
    pub fn open(outlet: OutletId, day: Day) -> Self {
        Self {
            outlet,
            day,
            state: IntakeState::Open,
            cap: None,
            message: None,
            adjust_minutes: 0,
            since: Micros(0),
            revision: 0,
        }
    }

    /// As it counts on a business day: a new day starts open, with the cap of the day before.
    #[must_use]
    pub fn on(self, day: Day) -> Self {
        if self.day == day {
            return self;
        }
        Self {
            cap: self.cap,
            revision: self.revision,
            ..Self::open(self.outlet, day)
        }
    }

    /// Whether somebody is taken who comes without the staff's leave, at the outlet or from afar: by what was
    /// said for the business day, whether it was `closed`, and how many wait. A closed day is opened again by
    /// opening the queue.
    ///
    /// # Errors
    /// Why not.
    pub fn admits(&self, closed: Option<&BusinessDay>, waiting: u32) -> Result<(), Refusal> {
        // A day that was forgotten was closed by the clock, which may have erred.
        if closed.is_some_and(|closed| !closed.forgotten && closed.closed_at > self.since) {
            return Err(Refusal::DayClosed);
        }
        match (self.state, self.cap) {
            (IntakeState::Paused, _) => Err(Refusal::IntakePaused),
            (IntakeState::Closed, _) => Err(Refusal::IntakeClosed),
            (IntakeState::Open, Some(cap)) if waiting >= cap => Err(Refusal::QueueFull { cap }),
            _ => Ok(()),
        }
    }
}

/// The last number told in a series of a business day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesTold {
    /// The series.
    pub series: Series,
    /// The last number told; 0 when none was.
    pub last: u32,
}

/// A business day that was closed. Owned by the outlet's edge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BusinessDay {
    /// Made from outlet and day.
    pub id: Uuid,
    /// Where.
    pub outlet: OutletId,
    /// Which day.
    pub day: Day,
    /// When it was closed.
    pub closed_at: Micros,
    /// Who closed it; nobody when it was forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<StaffId>,
    /// Whether nobody had closed it before the next day began.
    pub forgotten: bool,
    /// Tickets that ended with it.
    pub ended: u32,
    /// The last number told in each series the outlet counts.
    pub told: Vec<SeriesTold>,
    /// Rises by one each time it is closed.
    pub revision: u32,
}

impl BusinessDay {
    /// The id of a day of an outlet: the first 16 bytes of a SHA-256 over both, so that whoever
    /// closes it finds it.
    #[must_use]
    pub fn id_of(outlet: OutletId, day: Day) -> Uuid {
        let hash = Sha256::digest(format!("{outlet} {day}"));
        let bytes: [u8; 16] = std::array::from_fn(|at| hash[at]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }

    /// Names its row.
    #[must_use]
    pub fn key(outlet: OutletId, day: Day) -> RowKey {
        RowKey::new(Table::BusinessDay, Self::id_of(outlet, day))
    }
}
