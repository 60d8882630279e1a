//! What the owner's house lends to a plan.

use std::collections::HashMap;

use uuid::Uuid;

use super::{LineWish, MAX_LINES, MAX_QUANTITY, bounds::in_bounds, wanted};
use crate::{
    catalog::Product,
    ids::{ProductId, TicketId},
    intake::{BusinessDay, Intake, SeriesTold},
    money::Rupiah,
    outlet::Outlet,
    queue::{ChosenProduct, RemoteTicket, TicketState},
    refusal::Refusal,
    sale::{Line, Unacked},
    shift::Shift,
    time::{Day, Micros},
};

/// What the owner's house lends to a plan: fresh ids, the next numbers, the catalogue it follows.
#[derive(Clone, Debug)]
pub struct Ground<'g> {
    /// The outlet's profile.
    pub outlet: &'g Outlet,
    /// The business day.
    pub day: Day,
    /// The owner's time.
    pub now: Micros,
    /// A fresh id for the row a plan may make.
    pub fresh: Uuid,
    /// A fresh secret for a ticket: 16 random bytes in base64url.
    pub token: String,
    /// The next free walk-in ticket number of the day.
    pub ticket_number: u32,
    /// The next free receipt number of the day.
    pub receipt_number: u32,
    /// The products the wish names, as far as the owner has them.
    pub products: HashMap<ProductId, Product>,
    /// The remote ticket the wish names.
    pub remote: Option<RemoteTicket>,
    /// The catalogue the products are from.
    pub catalog_version: u64,
    /// The queue, for wishes about it.
    pub floor: Floor,
    /// The drawer, for wishes about cash.
    pub till: Till,
}

/// Where the queue stands, as far as a wish asks.
#[derive(Clone, Debug, Default)]
pub struct Floor {
    /// What was said about the intake.
    pub intake: Option<Intake>,
    /// The business day, when it was closed.
    pub closed: Option<BusinessDay>,
    /// How many wait; where no cap is set nobody needs to count.
    pub waiting: u32,
    /// Tickets of the day that have not ended.
    pub open: Vec<(TicketId, TicketState)>,
    /// Sessions that run.
    pub running: u32,
    /// The last number told in each series the outlet counts.
    pub told: Vec<SeriesTold>,
}

/// Where the cash stands, as far as a wish asks.
#[derive(Clone, Debug, Default)]
pub struct Till {
    /// The open shift.
    pub shift: Option<Shift>,
    /// Sales in it.
    pub sales: Rupiah,
    /// Voids in it.
    pub voids: Rupiah,
    /// Whether cash is taken only while a shift is open.
    pub shift_required: bool,
    /// Sales central has not acknowledged, where the line is down and only so much cash may be taken.
    pub unacked: Option<Unacked>,
}

impl Ground<'_> {
    /// A product to be visited by so many, as it is told.
    pub(super) fn choose_for(&self, product: ProductId, party_size: u32) -> Result<ChosenProduct, Refusal> {
        let product = self.products.get(&product).ok_or(Refusal::UnknownProduct)?;
        product.chosen_for(&self.outlet.location, party_size)
    }

    /// Lines at the prices of the catalogue that is followed.
    pub(super) fn price(&self, wishes: Vec<LineWish>) -> Result<Vec<Line>, Refusal> {
        in_bounds(
            "lines",
            u32::try_from(wishes.len()).unwrap_or(u32::MAX),
            1,
            MAX_LINES as u32,
        )?;
        wishes
            .into_iter()
            .enumerate()
            .map(|(at, wish)| {
                in_bounds("quantity", wish.quantity, 1, MAX_QUANTITY)?;
                let product = self.products.get(&wish.product).ok_or(Refusal::UnknownProduct)?;
                let packet = wanted::packet(&format!("lines[{at}].packet"), product, wish.packet.as_deref())?;
                let unit_price = packet.map_or(product.price, |packet| packet.price);
                Ok(Line {
                    product: product.id,
                    name: product.name.clone(),
                    category: product.category,
                    quantity: wish.quantity,
                    unit_price,
                    amount: unit_price.times(wish.quantity).ok_or(Refusal::TooMuch)?,
                    packet: packet.map(|packet| packet.name.clone()),
                })
            })
            .collect()
    }
}
