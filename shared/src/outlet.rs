//! An outlet as its edge follows it: profile, studios, grants.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ids::{OutletId, StaffId, StudioId},
    time::{Day, Micros, Zone},
};

/// Opening hours of a weekday, in minutes after local midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Hours {
    /// When it opens.
    pub opens: u16,
    /// When it closes; past 1440 when that is after midnight.
    pub closes: u16,
}

/// An outlet's profile; feed kind `outlet`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Outlet {
    /// Its id.
    pub id: OutletId,
    /// Its short code, as on receipts: `JKT01`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its city.
    pub city: String,
    /// Its street address.
    pub address: String,
    /// Slug of the catalogue location it belongs to.
    pub location: String,
    /// Where its clock stands.
    pub zone: Zone,
    /// When its business day starts, in minutes after local midnight.
    pub day_starts_at: u16,
    /// Monday to Sunday; `None` on a day it stays shut.
    pub hours: Vec<Option<Hours>>,
    /// Its rooms.
    pub studios: Vec<Studio>,
}

impl Outlet {
    /// The business day at a point in time.
    #[must_use]
    pub fn business_day(&self, at: Micros) -> Day {
        self.zone.business_day(at, self.day_starts_at)
    }

    /// The studio with this id.
    #[must_use]
    pub fn studio(&self, id: StudioId) -> Option<&Studio> {
        self.studios.iter().find(|studio| studio.id == id)
    }

    /// Whether the outlet is open to customers at a point in time.
    #[must_use]
    pub fn is_open(&self, at: Micros) -> bool {
        let weekday = self.business_day(at).0.weekday().number_days_from_monday();
        let minute = match self.zone.minute_of_day(at) {
            early if early < self.day_starts_at => early + 24 * 60,
            minute => minute,
        };
        self.hours
            .get(usize::from(weekday))
            .copied()
            .flatten()
            .is_some_and(|hours| (hours.opens..hours.closes).contains(&minute))
    }
}

/// A room of an outlet, as central defines it. What goes on in it is a [`crate::session::Room`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Studio {
    /// Its id.
    pub id: StudioId,
    /// Its name: `Ruang 3`.
    pub name: String,
    /// Categories of products it serves, as named in the catalogue.
    pub serves: Vec<String>,
}

/// What a member of staff may do. A closed list, so that a screen can show what it must not offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum Permission {
    /// Act on tickets and rooms.
    #[serde(rename = "queue.manage")]
    QueueManage,
    /// Sell for cash.
    #[serde(rename = "sales.sell")]
    SalesSell,
    /// Void a sale.
    #[serde(rename = "sales.void")]
    SalesVoid,
    /// See and settle the sync desk.
    #[serde(rename = "sync.view")]
    SyncView,
    /// Pair screens.
    #[serde(rename = "screens.pair")]
    ScreensPair,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::QueueManage,
        Self::SalesSell,
        Self::SalesVoid,
        Self::SyncView,
        Self::ScreensPair,
    ];

    /// Its name on the wire and in the `permissions` table.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::QueueManage => "queue.manage",
            Self::SalesSell => "sales.sell",
            Self::SalesVoid => "sales.void",
            Self::SyncView => "sync.view",
            Self::ScreensPair => "screens.pair",
        }
    }
}

/// What an edge needs to let a member of staff in without central; feed kind `grant`. Signed by
/// central's key, so that a copied or edited database lets nobody in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Grant {
    /// Who.
    pub staff: StaffId,
    /// Where.
    pub outlet: OutletId,
    /// As shown on the sign-in screen.
    pub name: String,
    /// What they may do.
    pub permissions: Vec<Permission>,
    /// argon2id hash of the six-digit PIN, as a PHC string.
    pub pin_hash: String,
    /// Rises with every change.
    pub version: u64,
    /// False once revoked.
    pub active: bool,
}

/// A grant with central's Ed25519 signature over its JSON text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignedGrant {
    /// The JSON text of a [`Grant`], to the byte that was signed.
    pub grant: String,
    /// Base64 of the signature.
    pub signature: String,
}
