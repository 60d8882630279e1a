//! Cash sales and their voids.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    catalog::Category,
    ids::{CommandId, OutletId, ProductId, SaleId, SessionId, ShiftId, StaffId, TicketId},
    money::Rupiah,
    time::{Day, Micros},
};

/// The sums of sales central has not acknowledged. A void takes nothing off: its cash was in the drawer, and
/// nobody else has seen it leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Unacked {
    /// Those of the business day.
    pub day: Rupiah,
    /// All of them: those of the whole outage.
    pub outage: Rupiah,
}

/// A line of a sale: the product and its price as they stood on the receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The product.
    pub product: ProductId,
    /// Its name then.
    pub name: String,
    /// Its category then.
    pub category: Category,
    /// How many.
    pub quantity: u32,
    /// Price of one then.
    pub unit_price: Rupiah,
    /// `quantity × unit_price`.
    pub amount: Rupiah,
    /// The packet of the product, whose price the line has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packet: Option<String>,
}

impl Line {
    /// What was sold, as a person reads it: `Graduation · Gold`.
    #[must_use]
    pub fn told(&self) -> String {
        crate::catalog::told(&self.name, self.packet.as_deref())
    }
}

/// A cash sale. Owned by the outlet's edge; never changed once booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sale {
    /// Its id.
    pub id: SaleId,
    /// Where.
    pub outlet: OutletId,
    /// The business day.
    pub day: Day,
    /// The receipt's number, unique in outlet and day.
    pub receipt: u32,
    /// What was sold.
    pub lines: Vec<Line>,
    /// The sum of the lines.
    pub total: Rupiah,
    /// Cash taken.
    pub tendered: Rupiah,
    /// Cash given back.
    pub change: Rupiah,
    /// The ticket it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
    /// The session it belongs to (an extension, an add-on).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// The catalogue the prices are from: a feed number of topic `catalog`.
    pub catalog_version: u64,
    /// Who took the cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cashier: Option<StaffId>,
    /// When.
    pub sold_at: Micros,
    /// The cash shift it counts in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<ShiftId>,
}

impl Sale {
    /// The receipt's number as printed: `JKT01-20261121-0042`.
    #[must_use]
    pub fn receipt_code(&self, outlet_code: &str) -> String {
        let day = self.day.to_string().replace('-', "");
        format!("{outlet_code}-{day}-{:04}", self.receipt)
    }
}

/// A void: the one row that takes a sale back. Keyed by the sale, so there is never a second.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SaleVoid {
    /// The sale taken back.
    pub sale: SaleId,
    /// Where.
    pub outlet: OutletId,
    /// The business day it is booked on.
    pub day: Day,
    /// Cash given back.
    pub amount: Rupiah,
    /// Why.
    pub reason: String,
    /// The command that did it.
    pub command: CommandId,
    /// Who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    /// When.
    pub at: Micros,
    /// The cash shift that gave the cash back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<ShiftId>,
}
