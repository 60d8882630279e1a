//! What somebody asks an outlet for, and how its owner turns that into an act.
//!
//! A wish says what is wanted; an [`Act`] also says what was told: number, price, ids. Only the
//! owner of the rows (the edge, or central for an outlet without one) makes acts from wishes.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    catalog::Product,
    change::{RowKey, Table},
    command::{
        Act, CallTicket, CheckIn, EndSession, ExtendSession, IssueTicket, OnTicket, RefuseRequest, Sell, SetRoom,
        StartSession, TransferTicket, UndoTicket, VoidSale, WithReason,
    },
    ids::{ProductId, SaleId, SessionId, StudioId, TicketId, UserId},
    money::Rupiah,
    outlet::Outlet,
    queue::{ChosenProduct, Lane, RemoteTicket, Series},
    refusal::Refusal,
    sale::Line,
    session::RoomState,
    state::State,
};

/// The longest party a ticket is issued for.
pub const MAX_PARTY: u32 = 50;
/// The most lines on a receipt, and the most of one thing on a line.
pub const MAX_LINES: usize = 100;
/// The most of one product on a line.
pub const MAX_QUANTITY: u32 = 1_000;
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
}

/// What the owner's house lends to a plan: fresh ids, the next numbers, the catalogue it follows.
#[derive(Clone, Debug)]
pub struct Ground<'g> {
    /// The outlet's profile.
    pub outlet: &'g Outlet,
    /// A fresh id for the row a plan may make.
    pub fresh: Uuid,
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
}

impl Wish {
    /// The rows a plan for it reads.
    #[must_use]
    pub fn keys(&self) -> Vec<RowKey> {
        match self {
            Self::Issue { .. } | Self::CheckIn { .. } | Self::Sell { .. } => Vec::new(),
            Self::Ticket { ticket, .. } => vec![RowKey::new(Table::Ticket, ticket.0)],
            Self::ExtendSession { session, .. } | Self::EndSession { session } => {
                vec![RowKey::new(Table::Session, session.0)]
            }
            Self::SetRoom { studio, .. } => vec![RowKey::new(Table::Room, studio.0)],
            Self::VoidSale { sale, .. } => vec![RowKey::new(Table::Sale, sale.0)],
        }
    }

    /// The products a plan for it reads.
    #[must_use]
    pub fn products(&self) -> Vec<ProductId> {
        match self {
            Self::Issue { product, .. }
            | Self::Ticket {
                act: TicketWish::Transfer {
                    product: Some(product), ..
                },
                ..
            } => vec![*product],
            Self::Sell { lines, .. } => lines.iter().map(|line| line.product).collect(),
            _ => Vec::new(),
        }
    }

    /// Turns it into an act: chooses numbers and ids, and writes down names and prices as told.
    ///
    /// # Errors
    /// When it asks for something that is not there, or out of bounds.
    pub fn plan(self, state: &State, ground: &Ground<'_>) -> Result<Act, Refusal> {
        match self {
            Self::Issue {
                product,
                party_size,
                holder,
                lane,
                customer,
            } => {
                in_bounds("party_size", party_size, 1, MAX_PARTY)?;
                Ok(Act::IssueTicket(IssueTicket {
                    ticket: TicketId(ground.fresh),
                    number: ground.ticket_number,
                    product: ground.choose(product)?,
                    party_size,
                    lane,
                    customer,
                    holder: text("holder", holder)?,
                    catalog_version: ground.catalog_version,
                }))
            }
            Self::CheckIn { remote } => {
                let remote = ground
                    .remote
                    .as_ref()
                    .filter(|row| row.id == remote)
                    .ok_or(Refusal::UnknownTicket)?;
                Ok(Act::CheckIn(CheckIn {
                    ticket: TicketId(ground.fresh),
                    remote: remote.id,
                    series: remote.series,
                    number: remote.number,
                    product: remote.product.clone(),
                    party_size: remote.party_size,
                    customer: remote.customer,
                    holder: remote.holder.clone(),
                }))
            }
            Self::Ticket { ticket, act } => plan_ticket(ticket, act, state, ground),
            Self::ExtendSession { session, minutes } => {
                in_bounds("minutes", minutes, 1, MAX_MINUTES)?;
                Ok(Act::ExtendSession(ExtendSession { session, minutes }))
            }
            Self::EndSession { session } => {
                let row = state.session(session).ok_or(Refusal::UnknownSession)?;
                Ok(Act::EndSession(EndSession {
                    session,
                    ticket: row.ticket,
                    studio: row.studio,
                }))
            }
            Self::SetRoom { studio, state, note } => {
                ground.outlet.studio(studio).ok_or(Refusal::UnknownStudio)?;
                Ok(Act::SetRoom(SetRoom {
                    studio,
                    state,
                    note: text("note", note)?,
                }))
            }
            Self::Sell {
                lines,
                tendered,
                ticket,
                session,
            } => {
                let lines = ground.price(lines)?;
                let total = Rupiah::sum(lines.iter().map(|line| line.amount)).ok_or(Refusal::TooMuch)?;
                Ok(Act::Sell(Sell {
                    sale: SaleId(ground.fresh),
                    receipt: ground.receipt_number,
                    lines,
                    total,
                    tendered,
                    ticket,
                    session,
                    catalog_version: ground.catalog_version,
                }))
            }
            Self::VoidSale { sale, reason } => {
                let reason = text("reason", Some(reason))?.ok_or(Refusal::OutOfBounds {
                    field: "reason".to_owned(),
                    min: 1,
                    max: MAX_TEXT as u64,
                })?;
                Ok(Act::VoidSale(VoidSale { sale, reason }))
            }
        }
    }
}

fn plan_ticket(ticket: TicketId, wish: TicketWish, state: &State, ground: &Ground<'_>) -> Result<Act, Refusal> {
    let row = state.ticket(ticket).ok_or(Refusal::UnknownTicket)?;
    let known = |studio: StudioId| {
        ground
            .outlet
            .studio(studio)
            .map(|_| studio)
            .ok_or(Refusal::UnknownStudio)
    };
    Ok(match wish {
        TicketWish::Call { studio } => Act::CallTicket(CallTicket {
            ticket,
            studio: studio.map(known).transpose()?,
        }),
        TicketWish::Recall => Act::RecallTicket(OnTicket { ticket }),
        TicketWish::Hold { reason } => Act::HoldTicket(WithReason {
            ticket,
            reason: text("reason", reason)?,
        }),
        TicketWish::Resume => Act::ResumeTicket(OnTicket { ticket }),
        TicketWish::NoShow => Act::NoShowTicket(OnTicket { ticket }),
        TicketWish::Return => Act::ReturnTicket(OnTicket { ticket }),
        TicketWish::Transfer { studio, product } => Act::TransferTicket(TransferTicket {
            ticket,
            studio: studio.map(known).transpose()?,
            product: product.map(|product| ground.choose(product)).transpose()?,
        }),
        TicketWish::Cancel { reason } => Act::CancelTicket(WithReason {
            ticket,
            reason: text("reason", reason)?,
        }),
        TicketWish::Start { studio, minutes } => {
            let minutes = minutes.unwrap_or(row.product.minutes);
            in_bounds("minutes", minutes, 1, MAX_MINUTES)?;
            Act::StartSession(StartSession {
                ticket,
                session: SessionId(ground.fresh),
                studio: known(studio)?,
                minutes,
            })
        }
        TicketWish::Undo => Act::UndoTicket(UndoTicket {
            ticket,
            session: row.now.session,
            studio: row.now.session.and(row.now.studio),
        }),
    })
}

impl Ground<'_> {
    fn choose(&self, product: ProductId) -> Result<ChosenProduct, Refusal> {
        let product = self.products.get(&product).ok_or(Refusal::UnknownProduct)?;
        if !product.category.needs_room() {
            return Err(Refusal::NeedsNoTicket);
        }
        if !product.available_in.is_empty() && !product.available_in.contains(&self.outlet.location) {
            return Err(Refusal::NotOfferedHere);
        }
        Ok(ChosenProduct {
            id: product.id,
            name: product.name.clone(),
            category: product.category,
            minutes: product.duration_minutes,
        })
    }

    fn price(&self, wishes: Vec<LineWish>) -> Result<Vec<Line>, Refusal> {
        in_bounds(
            "lines",
            u32::try_from(wishes.len()).unwrap_or(u32::MAX),
            1,
            MAX_LINES as u32,
        )?;
        wishes
            .into_iter()
            .map(|wish| {
                in_bounds("quantity", wish.quantity, 1, MAX_QUANTITY)?;
                let product = self.products.get(&wish.product).ok_or(Refusal::UnknownProduct)?;
                Ok(Line {
                    product: product.id,
                    name: product.name.clone(),
                    category: product.category,
                    quantity: wish.quantity,
                    unit_price: product.price,
                    amount: product.price.times(wish.quantity).ok_or(Refusal::TooMuch)?,
                })
            })
            .collect()
    }
}

/// The act that tells central a request was refused.
#[must_use]
pub fn refuse(request: crate::ids::RequestId, refusal: &Refusal) -> Act {
    Act::RefuseRequest(RefuseRequest {
        request,
        code: refusal.code().to_owned(),
    })
}

/// The number series an act takes a number from, when its owner counts it.
#[must_use]
pub fn number_taken(act: &Act) -> Option<(Series, u32)> {
    match act {
        Act::IssueTicket(issue) => Some((Series::WalkIn, issue.number)),
        Act::Sell(sell) => Some((Series::Receipt, sell.receipt)),
        _ => None,
    }
}

fn in_bounds(field: &str, value: u32, min: u32, max: u32) -> Result<(), Refusal> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(Refusal::OutOfBounds {
        field: field.to_owned(),
        min: u64::from(min),
        max: u64::from(max),
    })
}

fn text(field: &str, value: Option<String>) -> Result<Option<String>, Refusal> {
    let Some(value) = value
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
    else {
        return Ok(None);
    };
    if value.chars().count() > MAX_TEXT {
        return Err(Refusal::OutOfBounds {
            field: field.to_owned(),
            min: 0,
            max: MAX_TEXT as u64,
        });
    }
    Ok(Some(value))
}
