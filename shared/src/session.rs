//! Sessions and the rooms they run in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ids::{OutletId, ProductId, SaleId, SessionId, StudioId, TicketId},
    time::{Day, Micros},
};

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// The guests are in the room.
    Running,
    /// Over.
    Ended,
    /// Its start was undone.
    Undone,
}

impl SessionState {
    /// Its name on the wire and in databases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Ended => "ended",
            Self::Undone => "undone",
        }
    }
}

/// A session in a studio. Owned by the outlet's edge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Where.
    pub outlet: OutletId,
    /// The business day it started on.
    pub day: Day,
    /// Whose.
    pub ticket: TicketId,
    /// In which room.
    pub studio: StudioId,
    /// What for.
    pub product: ProductId,
    /// Where it stands.
    pub state: SessionState,
    /// Minutes booked, extensions included.
    pub minutes: u32,
    /// Minutes of those that were added.
    pub extended_minutes: u32,
    /// When it started.
    pub started_at: Micros,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Micros>,
    /// The sales that paid for added minutes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extension_sales: Vec<SaleId>,
    /// Rises by one with every change.
    pub revision: u32,
}

impl Session {
    /// When its booked minutes are over.
    #[must_use]
    pub fn due_at(&self) -> Micros {
        self.started_at.plus_minutes(self.minutes)
    }
}

/// Where a room stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoomState {
    /// Ready for guests.
    Free,
    /// A session runs in it.
    InUse,
    /// Being made ready.
    Cleaning,
    /// Out of order.
    Fault,
}

impl RoomState {
    /// Its name on the wire and in databases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::InUse => "in_use",
            Self::Cleaning => "cleaning",
            Self::Fault => "fault",
        }
    }
}

/// What goes on in a studio. Owned by the outlet's edge; a studio without a row is free.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Room {
    /// The studio.
    pub id: StudioId,
    /// Where.
    pub outlet: OutletId,
    /// What goes on.
    pub state: RoomState,
    /// The session that runs in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// Why it is out of order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Since when.
    pub since: Micros,
    /// Rises by one with every change.
    pub revision: u32,
}

impl Room {
    /// A room nothing has happened in yet.
    #[must_use]
    pub fn free(id: StudioId, outlet: OutletId) -> Self {
        Self {
            id,
            outlet,
            state: RoomState::Free,
            session: None,
            note: None,
            since: Micros(0),
            revision: 0,
        }
    }
}
