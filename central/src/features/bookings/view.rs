//! Bookings on the wire: times in RFC 3339.

use gerai_shared::{Micros, OutletId, ProductId, TicketId, outlet::Outlet, queue::RemoteTicket};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::slots::Slot;
use crate::{features::queue, platform::Platform};

/// What a customer books with.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BookWish {
    /// Where.
    pub outlet: OutletId,
    /// What for.
    pub product: ProductId,
    /// How many people.
    pub party_size: u32,
    /// When the slot begins, RFC 3339.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: OffsetDateTime,
    /// The name to call.
    #[serde(default)]
    pub holder: Option<String>,
}

/// Where to a booking is moved.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveWish {
    /// When the new slot begins, RFC 3339.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: OffsetDateTime,
}

/// A booking.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Booking {
    id: TicketId,
    /// The number as told: `B-004`.
    told: String,
    outlet: OutletId,
    outlet_name: String,
    /// The outlet's business day.
    day: String,
    /// RFC 3339.
    starts_at: Option<String>,
    /// RFC 3339.
    ends_at: Option<String>,
    product: ProductId,
    product_name: String,
    party_size: u32,
    holder: Option<String>,
    /// `joined`, `cancelled` or `checked_in`.
    state: &'static str,
    /// What its QR code says at the outlet's check-in.
    token: Option<String>,
    /// Its page, for whoever is shown it.
    status_url: Option<String>,
}

impl Booking {
    pub(super) fn new(platform: &Platform, row: RemoteTicket, outlet: &Outlet) -> Self {
        let ends_at = row.starts_at.map(|at| at.plus_minutes(row.product.minutes));
        Self {
            told: row.told(),
            id: row.id,
            outlet: outlet.id,
            outlet_name: outlet.name.clone(),
            day: row.day.to_string(),
            starts_at: row.starts_at.map(Micros::to_rfc3339),
            ends_at: ends_at.map(Micros::to_rfc3339),
            product: row.product.id,
            product_name: row.product.name,
            party_size: row.party_size,
            holder: row.holder,
            state: row.state.as_str(),
            status_url: row.token.as_deref().map(|token| queue::status_url(platform, token)),
            token: row.token,
        }
    }
}

/// A slot of a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SlotView {
    /// RFC 3339.
    starts_at: String,
    /// RFC 3339.
    ends_at: String,
    /// Places left.
    free: u32,
}

impl From<Slot> for SlotView {
    fn from(slot: Slot) -> Self {
        Self {
            starts_at: slot.starts_at.to_rfc3339(),
            ends_at: slot.ends_at.to_rfc3339(),
            free: slot.free,
        }
    }
}
