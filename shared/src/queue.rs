//! Queue tickets.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    catalog::Category,
    ids::{OutletId, ProductId, SessionId, StudioId, TicketId, UserId},
    time::{Day, Micros},
};

/// Number series. Each belongs to one owner, so that numbers told by different owners never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Series {
    /// Tickets issued at the outlet; owned by its edge. Letter A.
    WalkIn,
    /// Remote tickets; owned by central. Letter M.
    Mobile,
    /// Bookings; owned by central. Letter B.
    Booking,
    /// Receipts; owned by the outlet's edge.
    Receipt,
}

impl Series {
    /// Its name in databases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WalkIn => "walk_in",
            Self::Mobile => "mobile",
            Self::Booking => "booking",
            Self::Receipt => "receipt",
        }
    }

    /// The letter numbers of this series are told with.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Self::WalkIn => 'A',
            Self::Mobile => 'M',
            Self::Booking => 'B',
            Self::Receipt => 'R',
        }
    }

    /// A number as it is told: `A-012`.
    #[must_use]
    pub fn tell(self, number: u32) -> String {
        format!("{}-{number:03}", self.letter())
    }
}

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// In the queue.
    Waiting,
    /// Its number was called.
    Called,
    /// Set aside by staff.
    OnHold,
    /// In a studio.
    InSession,
    /// Its session ended.
    Finished,
    /// Called and not there. Never the end before the day closes: the guest may return.
    NoShow,
    /// Given up.
    Cancelled,
}

impl TicketState {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Waiting,
        Self::Called,
        Self::OnHold,
        Self::InSession,
        Self::Finished,
        Self::NoShow,
        Self::Cancelled,
    ];

    /// Its name on the wire and in databases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Called => "called",
            Self::OnHold => "on_hold",
            Self::InSession => "in_session",
            Self::Finished => "finished",
            Self::NoShow => "no_show",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What was chosen, as it was told at the tap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenProduct {
    /// The product.
    pub id: ProductId,
    /// Its name then.
    pub name: String,
    /// Its category then.
    pub category: Category,
    /// Minutes of its session then.
    pub minutes: u32,
}

/// Which lane a ticket waits in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// First come, first served.
    #[default]
    Regular,
    /// Served before the regular lane.
    Priority,
}

/// The part of a ticket that an act changes and an undo brings back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Moment {
    /// Where it stood.
    pub state: TicketState,
    /// In which studio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub studio: Option<StudioId>,
    /// In which session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// When it was called last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called_at: Option<Micros>,
    /// How often it was called.
    pub calls: u32,
    /// Its place in the service order.
    pub position: i64,
    /// The product it had, when the act after this moment changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ChosenProduct>,
    /// What was wanted with that product, when the act after this moment changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Wanted>,
    /// The lane it waited in, when the act after this moment changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Lane>,
}

/// A booking goes before regular walk-ins from so many minutes before its slot on.
const DUE_MINUTES: i64 = 10;
/// Whose holder checks in later than so many minutes after the slot began waits with the walk-ins.
const GRACE_MINUTES: i64 = 15;

/// The slot of a booking whose holder is here, and what it is worth in the queue. Both were told at check-in,
/// so that the order follows from the row and the time alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// When it begins.
    pub starts_at: Micros,
    /// From when on the ticket goes before regular walk-ins; absent when its holder came too late for that.
    /// Who came in time keeps it, however late the outlet itself is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Micros>,
}

impl Slot {
    /// A slot that begins at `starts_at`, of a guest who checks in at `now`.
    #[must_use]
    pub fn at_check_in(starts_at: Micros, now: Micros) -> Self {
        let minutes = |minutes: i64| Micros(starts_at.0.saturating_add(minutes * 60_000_000));
        Self {
            starts_at,
            due_at: (now <= minutes(GRACE_MINUTES)).then(|| minutes(-DUE_MINUTES)),
        }
    }
}

/// What a guest wants beside the product itself, as it was told at the tap. Nothing is paid by it: the
/// counter sells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The packet of the product, by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packet: Option<String>,
    /// The add-ons, in the order they were named; each product once.
    pub extras: Vec<Extra>,
}

impl Wanted {
    /// What is left of it when the product becomes another one: packets are a product's own.
    #[must_use]
    pub fn of_another_product(&self) -> Option<Self> {
        let extras = self.extras.clone();
        (!extras.is_empty()).then_some(Self { packet: None, extras })
    }
}

/// An add-on a guest wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Extra {
    /// The product.
    pub product: ProductId,
    /// Its name then.
    pub name: String,
    /// How many.
    pub quantity: u32,
}

/// What a guest agreed to before their photos are taken: explicitly, and provable later (Law 27 of 2022
/// of Indonesia on personal data, articles 20 to 24).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Which wording was shown; numbered by the screens.
    pub wording: u16,
    /// The chain may show the photos as publicity. Asked for apart, and no unless it is said.
    pub publicity: bool,
}

/// A ticket. Owned by the outlet's edge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// Where.
    pub outlet: OutletId,
    /// The business day it was issued on.
    pub day: Day,
    /// Its number series.
    pub series: Series,
    /// Its number, unique in outlet, day and series.
    pub number: u32,
    /// What for.
    pub product: ChosenProduct,
    /// How many people.
    pub party_size: u32,
    /// Which lane.
    pub lane: Lane,
    /// The customer, when known to the chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<UserId>,
    /// The name to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// The remote ticket this one was made from at check-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<TicketId>,
    /// Why it was held or cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where it stands now.
    #[serde(flatten)]
    pub now: Moment,
    /// Where it stood before the last act; what undo brings back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<Moment>>,
    /// When it was issued.
    pub issued_at: Micros,
    /// When it was last changed.
    pub changed_at: Micros,
    /// Rises by one with every change.
    pub revision: u32,
    /// Opens its status page, for whoever has it: 16 random bytes in base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// When its business day was closed while it was open; it stays as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Micros>,
    /// What the guest agreed to when the number was taken; absent when nobody was asked on a screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Consent>,
    /// The packet and add-ons chosen when the number was taken. Another product keeps the add-ons and drops
    /// the packet; undoing that brings the packet back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Wanted>,
    /// The slot, when it was booked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<Slot>,
}

/// A place in the service order; the least is served first.
pub type ServiceOrder = (u8, i64, i64);

impl Ticket {
    /// Sorts tickets into service order: the priority lane first, then bookings that are due by their slots,
    /// then all others; by position among equals.
    #[must_use]
    pub fn service_order(&self, now: Micros) -> ServiceOrder {
        let due = self.due_at().filter(|due| *due <= now);
        match (self.lane, due) {
            (Lane::Priority, _) => (0, 0, self.now.position),
            (Lane::Regular, Some(due)) => (1, due.0, self.now.position),
            (Lane::Regular, None) => (2, 0, self.now.position),
        }
    }

    /// From when on it goes before regular walk-ins, if ever.
    #[must_use]
    pub fn due_at(&self) -> Option<Micros> {
        self.slot?.due_at
    }

    /// The number as it is told: `A-012`.
    #[must_use]
    pub fn told(&self) -> String {
        self.series.tell(self.number)
    }
}

/// A remote ticket: joined from mobile, owned by central until its holder checks in. Feed kind
/// `remote_ticket`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemoteTicket {
    /// Its id.
    pub id: TicketId,
    /// Where.
    pub outlet: OutletId,
    /// The business day it is for.
    pub day: Day,
    /// [`Series::Mobile`] or [`Series::Booking`].
    pub series: Series,
    /// Its number.
    pub number: u32,
    /// What for.
    pub product: ChosenProduct,
    /// How many people.
    pub party_size: u32,
    /// Whose.
    pub customer: UserId,
    /// The name to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// `joined`, `cancelled` or `checked_in`.
    pub state: RemoteState,
    /// When it was joined.
    pub joined_at: Micros,
    /// When the slot of a booking begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Micros>,
    /// Unguessable: names its status page, and is what its QR code says at check-in. Older rows have
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// What the customer's telephone number is known by here, when there is one: its
    /// [`mark`](crate::phone::mark) under this ticket's token, as of when the ticket was joined or moved. The
    /// number itself never leaves central. Older rows have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// Where a remote ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RemoteState {
    /// On the way; not callable before check-in.
    Joined,
    /// Given up from afar.
    Cancelled,
    /// Its holder is at the outlet; the outlet's own ticket counts now.
    CheckedIn,
}

impl RemoteState {
    /// Its name on the wire and in databases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Cancelled => "cancelled",
            Self::CheckedIn => "checked_in",
        }
    }
}

impl RemoteTicket {
    /// The number as it is told: `M-012`.
    #[must_use]
    pub fn told(&self) -> String {
        self.series.tell(self.number)
    }
}
