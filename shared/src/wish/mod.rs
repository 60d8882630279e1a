//! Wishes: what somebody asks an outlet for, and how its owner turns that into an act.
//!
//! A wish says what is wanted; an [`Act`](crate::Act) also says what was told: number, price, ids.
//! Only the owner of the rows (the edge, or central for an outlet without one) makes acts from wishes.

mod bounds;
mod door;
mod ground;
mod plan;
mod till;
mod wanted;

#[cfg(test)]
mod tests;

pub use ground::{Floor, Ground, Till};
pub use plan::{close_forgotten_day, number_taken, refuse};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    change::{RowKey, Table},
    command::Act,
    ids::{CommandId, ProductId, SaleId, SessionId, ShiftId, StudioId, TicketId, UserId},
    intake::IntakeState,
    money::Rupiah,
    queue::{Consent, Lane},
    session::RoomState,
    shift::Direction,
};

/// The longest party a ticket is issued for.
pub const MAX_PARTY: u32 = 50;
/// The most lines on a receipt, and the most of one thing on a line.
pub const MAX_LINES: usize = 100;
/// The most of one product on a line.
pub const MAX_QUANTITY: u32 = 1_000;
/// The most add-ons of a ticket, and the most of one of them.
pub const MAX_EXTRAS: u32 = 20;
/// The longest session or extension, in minutes.
pub const MAX_MINUTES: u32 = 480;
/// The longest name, note or reason, in characters.
pub const MAX_TEXT: usize = 200;

/// What somebody wants of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum TicketWish {
    /// Call its number.
    Call {
        /// The studio to go to.
        #[serde(default)]
        studio: Option<StudioId>,
    },
    /// Call it again.
    Recall,
    /// Set it aside.
    Hold {
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    /// Take it back into the queue.
    Resume,
    /// Nobody came.
    NoShow,
    /// The guest came after all.
    Return,
    /// Send it to another studio, or to another product's queue.
    Transfer {
        /// The studio to go to.
        #[serde(default)]
        studio: Option<StudioId>,
        /// The product to change to.
        #[serde(default)]
        product: Option<ProductId>,
    },
    /// Give it up.
    Cancel {
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    /// Begin its session.
    Start {
        /// In this studio.
        studio: StudioId,
        /// For so many minutes; the product's own when absent.
        #[serde(default)]
        minutes: Option<u32>,
    },
    /// Let it wait in another lane.
    SetLane {
        /// Which.
        lane: Lane,
    },
    /// Take its last act back.
    Undo,
}

/// A line somebody wants to buy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineWish {
    /// The product.
    pub product: ProductId,
    /// How many.
    pub quantity: u32,
    /// The packet of the product, whose price is charged; the product's own price when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packet: Option<String>,
}

/// What a guest wants beside the product itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WantedWish {
    /// The packet of the product, by its name.
    #[serde(default)]
    pub packet: Option<String>,
    /// Add-ons, each product once.
    #[serde(default)]
    pub extras: Vec<ExtraWish>,
}

/// An add-on somebody wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtraWish {
    /// A product of category `additional`.
    pub product: ProductId,
    /// How many: 1 to 20.
    pub quantity: u32,
}

/// What somebody asks an outlet for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Wish {
    /// A ticket for a walk-in.
    Issue {
        /// What for.
        product: ProductId,
        /// How many people.
        party_size: u32,
        /// The name to call.
        #[serde(default)]
        holder: Option<String>,
        /// Which lane.
        #[serde(default)]
        lane: Lane,
        /// The customer, when known to the chain.
        #[serde(default)]
        customer: Option<UserId>,
        /// What the guest agreed to.
        #[serde(default)]
        consent: Option<Consent>,
        /// The packet and add-ons chosen with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wanted: Option<WantedWish>,
    },
    /// The holder of a remote ticket is here.
    CheckIn {
        /// The remote ticket.
        remote: TicketId,
    },
    /// Something about a ticket.
    Ticket {
        /// Which.
        ticket: TicketId,
        /// What.
        act: TicketWish,
    },
    /// More minutes.
    ExtendSession {
        /// Which session.
        session: SessionId,
        /// How many more.
        minutes: u32,
        /// The sale that pays for them.
        #[serde(default)]
        sale: Option<SaleId>,
    },
    /// The session is over.
    EndSession {
        /// Which session.
        session: SessionId,
    },
    /// A room is free, being cleaned, or out of order.
    SetRoom {
        /// Which studio.
        studio: StudioId,
        /// What it is now.
        state: RoomState,
        /// Why.
        #[serde(default)]
        note: Option<String>,
    },
    /// Goods for cash.
    Sell {
        /// What.
        lines: Vec<LineWish>,
        /// Cash taken.
        tendered: Rupiah,
        /// The ticket it belongs to.
        #[serde(default)]
        ticket: Option<TicketId>,
        /// The session it belongs to.
        #[serde(default)]
        session: Option<SessionId>,
    },
    /// A sale taken back.
    VoidSale {
        /// Which.
        sale: SaleId,
        /// Why.
        reason: String,
    },
    /// What a fenced edge told, accepted by a person: the act as it was told.
    Told {
        /// The act.
        act: Box<Act>,
        /// The fenced edge's command.
        of: CommandId,
    },
    /// Open, pause or close the queue to walk-ins.
    SetIntake {
        /// What it is to be.
        state: IntakeState,
        /// How many may wait at most; as before when absent, anyone when 0.
        #[serde(default)]
        cap: Option<u32>,
        /// What customers are told.
        #[serde(default)]
        message: Option<String>,
        /// Whether who waits is sent home.
        #[serde(default)]
        clear: bool,
    },
    /// Correct the wait estimate for the rest of the business day.
    AdjustWait {
        /// Minutes to add; negative to take off.
        minutes: i32,
    },
    /// Close the business day.
    CloseDay {},
    /// Begin a cash shift.
    OpenShift {
        /// Cash in the drawer.
        float: Rupiah,
    },
    /// Put cash in, or take it out.
    MoveCash {
        /// The open shift.
        shift: ShiftId,
        /// Which way.
        direction: Direction,
        /// How much.
        amount: Rupiah,
        /// Why.
        reason: String,
    },
    /// End a cash shift.
    CloseShift {
        /// Which.
        shift: ShiftId,
        /// Cash found in the drawer.
        counted: Rupiah,
        /// What there is to say about it.
        #[serde(default)]
        note: Option<String>,
    },
    /// Correct a closed shift.
    CorrectShift {
        /// Which.
        shift: ShiftId,
        /// Rupiah to add to what was counted; negative to take off.
        amount: Rupiah,
        /// Why.
        reason: String,
    },
}

impl Wish {
    /// The rows a plan for it reads.
    #[must_use]
    pub fn keys(&self) -> Vec<RowKey> {
        match self {
            Self::Issue { .. }
            | Self::CheckIn { .. }
            | Self::SetIntake { .. }
            | Self::AdjustWait { .. }
            | Self::CloseDay {}
            | Self::OpenShift { .. } => Vec::new(),
            Self::Sell { ticket, session, .. } => {
                let ticket = ticket.map(|ticket| RowKey::new(Table::Ticket, ticket.0));
                let session = session.map(|session| RowKey::new(Table::Session, session.0));
                ticket.into_iter().chain(session).collect()
            }
            Self::Ticket { ticket, .. } => vec![RowKey::new(Table::Ticket, ticket.0)],
            Self::ExtendSession { session, sale, .. } => {
                let sale = sale.map(|sale| [Table::Sale, Table::SaleVoid].map(|table| RowKey::new(table, sale.0)));
                let session = RowKey::new(Table::Session, session.0);
                std::iter::once(session).chain(sale.into_iter().flatten()).collect()
            }
            Self::EndSession { session } => vec![RowKey::new(Table::Session, session.0)],
            Self::SetRoom { studio, .. } => vec![RowKey::new(Table::Room, studio.0)],
            Self::VoidSale { sale, .. } => vec![RowKey::new(Table::Sale, sale.0)],
            Self::Told { act, .. } => act.keys(),
            Self::MoveCash { shift, .. } | Self::CloseShift { shift, .. } | Self::CorrectShift { shift, .. } => {
                vec![RowKey::new(Table::Shift, shift.0)]
            }
        }
    }

    /// Whether a plan for it looks at the queue.
    #[must_use]
    pub fn asks_for_the_floor(&self) -> bool {
        matches!(
            self,
            Self::Issue { .. } | Self::SetIntake { .. } | Self::CloseDay {} | Self::AdjustWait { .. }
        )
    }

    /// Whether a plan for it looks at the drawer.
    #[must_use]
    pub fn asks_for_the_till(&self) -> bool {
        matches!(
            self,
            Self::Sell { .. } | Self::VoidSale { .. } | Self::OpenShift { .. } | Self::CloseShift { .. }
        )
    }

    /// The products a plan for it reads.
    #[must_use]
    pub fn products(&self) -> Vec<ProductId> {
        match self {
            Self::Issue { product, wanted, .. } => {
                let extras = wanted.iter().flat_map(|wanted| &wanted.extras);
                std::iter::once(*product)
                    .chain(extras.map(|extra| extra.product))
                    .collect()
            }
            Self::Ticket {
                act: TicketWish::Transfer {
                    product: Some(product), ..
                },
                ..
            } => vec![*product],
            Self::Sell { lines, .. } => lines.iter().map(|line| line.product).collect(),
            _ => Vec::new(),
        }
    }
}
