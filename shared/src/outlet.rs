//! An outlet as its edge follows it: profile, studios, grants.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ids::{OutletId, StaffId, StudioId},
    money::Rupiah,
    problem::Lang,
    sale::Unacked,
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
    /// Cash it may take while central does not hear of it; any when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caps: Option<Caps>,
    /// Cash it may take over a whole outage, however many days it lasts, in all sales central has not
    /// acknowledged; any when absent. Beside `caps`, which older programs refuse when it has another field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage_cap: Option<Rupiah>,
    /// Where the public finds central; status pages of tickets lie under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
}

/// Cash that may be taken while the line is down (E11), in rupiah.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Caps {
    /// In one sale.
    pub sale: Rupiah,
    /// On one business day, in all its sales central has not acknowledged.
    pub day_offline: Rupiah,
}

/// What a cap on cash while the line is down is of (E11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Capped {
    /// One sale.
    Sale,
    /// The sales of a business day that central has not acknowledged.
    Day,
    /// All that it has not: the whole outage.
    Outage,
}

/// A cap that a sale is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OverCap {
    /// What it is of.
    pub what: Capped,
    /// How much may be taken.
    pub cap: Rupiah,
    /// What was left of it before the sale.
    pub left: Rupiah,
}

impl OverCap {
    /// What to tell the person who sells.
    #[must_use]
    pub fn told(&self, lang: Lang) -> String {
        let (cap, left) = (self.cap.told(lang), self.left.told(lang));
        match (self.what, lang) {
            (Capped::Sale, Lang::Id) => format!("Saat jaringan putus, satu penjualan paling banyak {cap} tunai"),
            (Capped::Sale, Lang::En) => format!("While the line is down, one sale may take at most {cap} in cash"),
            (Capped::Day, Lang::Id) => {
                format!("Saat jaringan putus, hari ini paling banyak {cap} tunai; sisa {left}")
            }
            (Capped::Day, Lang::En) => {
                format!("While the line is down, today may take at most {cap} in cash; {left} is left")
            }
            (Capped::Outage, Lang::Id) => {
                format!("Sampai jaringan pulih, seluruhnya paling banyak {cap} tunai; sisa {left}")
            }
            (Capped::Outage, Lang::En) => {
                format!("Until the line is back, all sales may take at most {cap} in cash; {left} is left")
            }
        }
    }
}

impl Outlet {
    /// Whether it may take only so much cash while the line is down.
    #[must_use]
    pub fn is_capped(&self) -> bool {
        self.caps.is_some() || self.outage_cap.is_some()
    }

    /// The first cap a sale is over, when the line is down and so much has been sold before.
    #[must_use]
    pub fn over_cap(&self, total: Rupiah, unacked: Unacked) -> Option<OverCap> {
        [
            (Capped::Sale, self.caps.map(|caps| caps.sale), Rupiah::ZERO),
            (Capped::Day, self.caps.map(|caps| caps.day_offline), unacked.day),
            (Capped::Outage, self.outage_cap, unacked.outage),
        ]
        .into_iter()
        .find_map(|(what, cap, spent)| {
            let cap = cap?;
            let over = spent.plus(total).is_none_or(|sum| sum > cap);
            // A cap that was lowered meanwhile may be spent already.
            let left = cap.minus(spent).map_or(Rupiah::ZERO, |left| left.max(Rupiah::ZERO));
            over.then_some(OverCap { what, cap, left })
        })
    }

    /// The business day at a point in time.
    #[must_use]
    pub fn business_day(&self, at: Micros) -> Day {
        self.zone.business_day(at, self.day_starts_at)
    }

    /// Where whoever has a ticket's token sees how it stands.
    #[must_use]
    pub fn status_url(&self, token: &str) -> Option<String> {
        let base = self.public_url.as_deref()?.trim_end_matches('/');
        Some(format!("{base}/t/{token}"))
    }

    /// The studio with this id.
    #[must_use]
    pub fn studio(&self, id: StudioId) -> Option<&Studio> {
        self.studios.iter().find(|studio| studio.id == id)
    }

    /// When it is open on a business day; `None` when it stays shut.
    #[must_use]
    pub fn hours_on(&self, day: Day) -> Option<Hours> {
        let weekday = day.0.weekday().number_days_from_monday();
        self.hours.get(usize::from(weekday)).copied().flatten()
    }

    /// Whether the outlet is open to customers at a point in time.
    #[must_use]
    pub fn is_open(&self, at: Micros) -> bool {
        let minute = match self.zone.minute_of_day(at) {
            early if early < self.day_starts_at => early + 24 * 60,
            minute => minute,
        };
        self.hours_on(self.business_day(at))
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
    /// Open, settle and correct cash shifts.
    #[serde(rename = "till.manage")]
    TillManage,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::QueueManage,
        Self::SalesSell,
        Self::SalesVoid,
        Self::SyncView,
        Self::ScreensPair,
        Self::TillManage,
    ];

    /// Those that programs of protocol 2 can read in a grant.
    const FIRST: usize = 5;

    /// Its name on the wire and in the `permissions` table.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::QueueManage => "queue.manage",
            Self::SalesSell => "sales.sell",
            Self::SalesVoid => "sales.void",
            Self::SyncView => "sync.view",
            Self::ScreensPair => "screens.pair",
            Self::TillManage => "till.manage",
        }
    }
}

/// What an edge needs to let a member of staff in without central; feed kind `grant`. Signed by
/// central's key, so that a copied or edited database lets nobody in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(from = "GrantWire", into = "GrantWire")]
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

/// A [`Grant`] as it travels. A program of protocol 2 cannot read a grant whose `permissions` hold a
/// word it does not know, and would stay with the one before, revoked or not: later words stand in
/// `further`, which it passes over. Words this program does not know give nothing.
#[derive(Clone, Serialize, Deserialize)]
struct GrantWire {
    staff: StaffId,
    outlet: OutletId,
    name: String,
    permissions: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    further: Vec<String>,
    pin_hash: String,
    version: u64,
    active: bool,
}

impl From<GrantWire> for Grant {
    fn from(wire: GrantWire) -> Self {
        let words = wire.permissions.iter().chain(&wire.further);
        let known = |word: &String| Permission::ALL.into_iter().find(|known| known.as_str() == word);
        Self {
            permissions: words.filter_map(known).collect(),
            staff: wire.staff,
            outlet: wire.outlet,
            name: wire.name,
            pin_hash: wire.pin_hash,
            version: wire.version,
            active: wire.active,
        }
    }
}

impl From<Grant> for GrantWire {
    fn from(grant: Grant) -> Self {
        let first = |permission: &Permission| Permission::ALL[..Permission::FIRST].contains(permission);
        let (permissions, further): (Vec<Permission>, Vec<Permission>) =
            grant.permissions.iter().partition(|it| first(it));
        let words = |permissions: Vec<Permission>| permissions.iter().map(|it| it.as_str().to_owned()).collect();
        Self {
            permissions: words(permissions),
            further: words(further),
            staff: grant.staff,
            outlet: grant.outlet,
            name: grant.name,
            pin_hash: grant.pin_hash,
            version: grant.version,
            active: grant.active,
        }
    }
}

/// A grant with central's Ed25519 signature over its JSON text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignedGrant {
    /// The JSON text of a [`Grant`], to the byte that was signed.
    pub grant: String,
    /// Base64 of the signature.
    pub signature: String,
}
