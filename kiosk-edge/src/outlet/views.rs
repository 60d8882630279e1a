//! Rows as screens see them.

use gerai_shared::{
    Change, Command, CommandId,
    outlet::Outlet,
    queue::Ticket,
    sale::{Sale, SaleVoid},
};
use serde::{Serialize, ser::Error};
use utoipa::ToSchema;

use crate::journal::Booked;

/// One thing, in the envelope all answers share.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Data<T> {
    /// The thing.
    pub data: T,
}

/// The command that did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CommandRef {
    /// Its id.
    pub id: CommandId,
    /// Its number in the outlet's stream.
    pub seq: u64,
}

impl From<&Command> for CommandRef {
    fn from(command: &Command) -> Self {
        Self {
            id: command.id,
            seq: command.seq,
        }
    }
}

/// A ticket, with its number as it is told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TicketView {
    /// The ticket.
    #[serde(flatten)]
    pub ticket: Ticket,
    /// Its number as it is told: `A-012`.
    pub told: String,
}

impl From<Ticket> for TicketView {
    fn from(ticket: Ticket) -> Self {
        Self {
            told: ticket.told(),
            ticket,
        }
    }
}

impl TicketView {
    /// For a screen at which nobody of the staff is signed in: whose it is stays private.
    #[must_use]
    pub fn for_anyone(mut self) -> Self {
        hide_whose(&mut self.ticket);
        self
    }
}

/// Takes out whose ticket it is.
pub(super) fn hide_whose(ticket: &mut Ticket) {
    ticket.holder = None;
    ticket.customer = None;
}

/// A sale, with its receipt's number as printed, and its void.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SaleView {
    /// The sale.
    #[serde(flatten)]
    pub sale: Sale,
    /// As printed: `JKT01-20261121-0042`.
    pub receipt_code: String,
    /// What took it back.
    pub void: Option<SaleVoid>,
}

impl SaleView {
    pub(super) fn new(outlet: &Outlet, sale: Sale, void: Option<SaleVoid>) -> Self {
        Self {
            receipt_code: sale.receipt_code(&outlet.code),
            sale,
            void,
        }
    }
}

/// Picks a row out of what followed from a command.
pub(super) fn made<'b, T>(booked: &'b Booked<'_>, pick: fn(&Change) -> Option<&T>) -> serde_json::Result<&'b T> {
    let found = booked.decision.changes.iter().find_map(pick);
    found.ok_or_else(|| serde_json::Error::custom("the command did not make the row that is answered"))
}
