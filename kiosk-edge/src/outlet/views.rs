//! Rows as screens see them.

use gerai_shared::{
    Change, Command, CommandId,
    estimate::Wait,
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
    /// Where whoever has it sees how it stands; for its QR code. Null for tickets of older programs,
    /// and until central has said where the public finds it.
    pub status_url: Option<String>,
    /// Minutes until it is called, in the queue's list; null elsewhere, and unless it waits.
    pub estimate: Option<Wait>,
}

impl TicketView {
    pub(super) fn new(outlet: &Outlet, ticket: Ticket) -> Self {
        let token = ticket.token.as_deref();
        Self {
            told: ticket.told(),
            status_url: token.and_then(|token| outlet.status_url(token)),
            estimate: None,
            ticket,
        }
    }

    /// For a screen at which nobody of the staff is signed in: whose it is stays private.
    #[must_use]
    pub fn for_anyone(mut self) -> Self {
        hide_whose(&mut self.ticket);
        self.status_url = None;
        self
    }
}

/// Takes out whose ticket it is, and what opens its status page.
pub(super) fn hide_whose(ticket: &mut Ticket) {
    ticket.holder = None;
    ticket.customer = None;
    ticket.token = None;
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
