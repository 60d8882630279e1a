//! Who did it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{ScreenId, StaffId, UserId};

/// Who gave a command. Authority is judged as of then: by the grant version the edge had confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "as", rename_all = "snake_case", deny_unknown_fields)]
pub enum Actor {
    /// A customer at a screen of the outlet, not signed in.
    Guest {
        /// The screen that was touched.
        screen: ScreenId,
    },
    /// Staff, signed in by PIN at a screen.
    Staff {
        /// The screen that was touched.
        screen: ScreenId,
        /// Who.
        staff: StaffId,
        /// The version of the grant the edge held.
        grant_version: u64,
    },
    /// A signed-in customer, through central.
    Customer {
        /// Who.
        user: UserId,
    },
    /// An admin or member of staff, through central.
    Admin {
        /// Who.
        user: UserId,
    },
    /// The program itself (a schedule, a repair).
    System,
}

impl Actor {
    /// The member of staff behind it, if it was one at the outlet.
    #[must_use]
    pub fn staff(&self) -> Option<StaffId> {
        match self {
            Self::Staff { staff, .. } => Some(*staff),
            _ => None,
        }
    }

    /// The screen that was touched, if one was.
    #[must_use]
    pub fn screen(&self) -> Option<ScreenId> {
        match self {
            Self::Guest { screen } | Self::Staff { screen, .. } => Some(*screen),
            _ => None,
        }
    }
}
