//! Every row has one owner: what an outlet's commands may not touch, whoever gave them.

use std::collections::HashSet;

use gerai_shared::{Change, Command, OutletId, RowKey, State, change::Table};
use sea_orm::{ConnectionTrait, DbErr};

use super::incoming::Incoming;
use crate::features::outlets;

/// An outlet's rows, and which of the rows asked for are another's.
#[derive(Debug, Default)]
pub(super) struct Ground {
    pub state: State,
    foreign: HashSet<RowKey>,
}

impl Ground {
    /// Sorts rows that were loaded by `keys`. A room is its studio's outlet's, whoever used it first.
    pub(super) async fn of(
        tx: &impl ConnectionTrait,
        outlet: OutletId,
        keys: &[RowKey],
        loaded: &State,
    ) -> Result<Self, DbErr> {
        let mut ground = Self::default();
        for row in loaded.rows() {
            if owner(row).is_none_or(|owner| owner == outlet) {
                ground.state.apply([row.clone()]);
            } else if row.key().table != Table::Room {
                ground.foreign.insert(row.key());
            }
        }
        let rooms = keys.iter().filter(|key| key.table == Table::Room).map(|key| key.id);
        let elsewhere = outlets::studios_elsewhere(tx, outlet, rooms.collect()).await?;
        let rooms = elsewhere.into_iter().map(|studio| RowKey::new(Table::Room, studio.0));
        ground.foreign.extend(rooms);
        Ok(ground)
    }

    /// The row of another outlet that a command, or what its owner sent with it, would change.
    pub(super) fn overstepped(&self, item: &Incoming, command: &Command) -> Option<RowKey> {
        let mut keys = command.act.keys();
        if let Some(foreign) = keys.iter().find(|key| self.foreign.contains(key)) {
            return Some(*foreign);
        }
        keys.extend(command.request.map(|request| RowKey::new(Table::Answer, request.0)));
        let mut sent = item.owners_rows().into_iter().flatten();
        sent.find(|row| !keys.contains(&row.key()) || owner(row).is_some_and(|owner| owner != command.outlet))
            .map(Change::key)
    }
}

/// The outlet a row says it is of. An answer is its request's.
fn owner(row: &Change) -> Option<OutletId> {
    match row {
        Change::Ticket(row) => Some(row.outlet),
        Change::Session(row) => Some(row.outlet),
        Change::Room(row) => Some(row.outlet),
        Change::Sale(row) => Some(row.outlet),
        Change::SaleVoid(row) => Some(row.outlet),
        Change::Intake(row) => Some(row.outlet),
        Change::BusinessDay(row) => Some(row.outlet),
        Change::Shift(row) => Some(row.outlet),
        Change::Answer(_) => None,
    }
}
