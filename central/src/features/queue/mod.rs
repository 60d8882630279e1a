//! Queue, sessions and rooms, as central follows them; remote tickets, which it owns.

mod convert;
mod model;
mod remote;
mod store;

pub use remote::{Joining, RemoteError, cancel_remote, check_in_remote, join_remote, remote_ticket};
pub use store::{checked_in, day_tickets, load, rows_page, store, ticket};

use gerai_shared::OutletId;

/// The topic that moves with every change of an outlet's queue; it has no rows.
#[must_use]
pub fn topic(outlet: OutletId) -> String {
    format!("queue:{outlet}")
}
