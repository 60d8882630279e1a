//! The rows of an outlet that a decision reads.

use std::collections::HashMap;

use crate::{
    change::{Change, RowKey, Table},
    ids::{OutletId, SaleId, SessionId, ShiftId, StudioId, TicketId},
    intake::{BusinessDay, Intake},
    queue::Ticket,
    sale::{Sale, SaleVoid},
    session::{Room, Session},
    shift::Shift,
    time::Day,
};

/// Rows an outlet owns, by key: all of them, or those a batch touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    rows: HashMap<RowKey, Change>,
}

impl State {
    /// Takes the new rows in.
    pub fn apply(&mut self, changes: impl IntoIterator<Item = Change>) {
        self.rows
            .extend(changes.into_iter().map(|change| (change.key(), change)));
    }

    /// The row with this key.
    #[must_use]
    pub fn row(&self, key: RowKey) -> Option<&Change> {
        self.rows.get(&key)
    }

    /// All rows, in no order.
    pub fn rows(&self) -> impl Iterator<Item = &Change> {
        self.rows.values()
    }

    /// A ticket.
    #[must_use]
    pub fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        match self.row(RowKey::new(Table::Ticket, id.0)) {
            Some(Change::Ticket(row)) => Some(row),
            _ => None,
        }
    }

    /// A session.
    #[must_use]
    pub fn session(&self, id: SessionId) -> Option<&Session> {
        match self.row(RowKey::new(Table::Session, id.0)) {
            Some(Change::Session(row)) => Some(row),
            _ => None,
        }
    }

    /// A room, if anything has happened in it.
    #[must_use]
    pub fn room(&self, id: StudioId) -> Option<&Room> {
        match self.row(RowKey::new(Table::Room, id.0)) {
            Some(Change::Room(row)) => Some(row),
            _ => None,
        }
    }

    /// A sale.
    #[must_use]
    pub fn sale(&self, id: SaleId) -> Option<&Sale> {
        match self.row(RowKey::new(Table::Sale, id.0)) {
            Some(Change::Sale(row)) => Some(row),
            _ => None,
        }
    }

    /// The void of a sale.
    #[must_use]
    pub fn sale_void(&self, sale: SaleId) -> Option<&SaleVoid> {
        match self.row(RowKey::new(Table::SaleVoid, sale.0)) {
            Some(Change::SaleVoid(row)) => Some(row),
            _ => None,
        }
    }

    /// What was said about an outlet's intake.
    #[must_use]
    pub fn intake(&self, outlet: OutletId) -> Option<&Intake> {
        match self.row(RowKey::new(Table::Intake, outlet.0)) {
            Some(Change::Intake(row)) => Some(row),
            _ => None,
        }
    }

    /// A day of an outlet, if it was closed.
    #[must_use]
    pub fn business_day(&self, outlet: OutletId, day: Day) -> Option<&BusinessDay> {
        match self.row(BusinessDay::key(outlet, day)) {
            Some(Change::BusinessDay(row)) => Some(row),
            _ => None,
        }
    }

    /// A cash shift.
    #[must_use]
    pub fn shift(&self, id: ShiftId) -> Option<&Shift> {
        match self.row(RowKey::new(Table::Shift, id.0)) {
            Some(Change::Shift(row)) => Some(row),
            _ => None,
        }
    }
}
