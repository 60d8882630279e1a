//! Typed ids. All are UUID v7, made by whoever owns the row, through its clock.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A shop of the chain.
    OutletId,
    /// A room of an outlet, as central defines it.
    StudioId,
    /// The edge program installed at an outlet.
    EdgeId,
    /// A touchscreen or a calling display, paired with its edge.
    ScreenId,
    /// A member of staff (a user with a grant).
    StaffId,
    /// A user of the chain: customer, staff or admin.
    UserId,
    /// A product of the catalogue.
    ProductId,
    /// A queue ticket.
    TicketId,
    /// A session in a studio.
    SessionId,
    /// A cash sale.
    SaleId,
    /// A cash shift.
    ShiftId,
    /// A command of an outlet's journal; made at the tap, never used again.
    CommandId,
    /// Someone else's wish about a row the edge owns.
    RequestId,
}
