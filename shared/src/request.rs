//! Someone else's wish about a row the edge owns.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    actor::Actor,
    ids::{OutletId, RequestId},
    time::Micros,
    wish::Wish,
};

/// A wish on its way to the owner; feed kind `request` of topic `outlet:<id>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// The outlet that decides.
    pub outlet: OutletId,
    /// What is asked for.
    pub wish: Wish,
    /// Who asks.
    pub by: Actor,
    /// When central took it.
    pub asked_at: Micros,
}

/// How far a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// Waiting for the outlet.
    Waiting,
    /// Done as asked.
    Done,
    /// Refused by the outlet, with its reason.
    Refused,
}

impl RequestState {
    /// Its name on the wire and in databases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// The outlet's answer to a request; a row that travels up like any other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// The request answered.
    pub request: RequestId,
    /// [`RequestState::Done`] or [`RequestState::Refused`].
    pub state: RequestState,
    /// The refusal's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// When.
    pub at: Micros,
}
