//! Queue, sessions and rooms, as central follows them; remote tickets, which it owns.

mod convert;
mod door;
mod floor;
mod model;
mod proof;
mod remote;
mod store;

pub use door::{Door, door};
pub use floor::{floor, intake, queue_waits};
pub use proof::{last_day_before, open_rows, rows_between, rows_of_no_day};
pub use remote::{
    Active, Joining, RemoteError, active_of, bookings_on, cancel_remote, check_in_remote, join_remote, move_booking,
    name_to_call, remote_by_token, remote_ticket, remotes_of,
};
pub use store::{checked_in, day_tickets, load, rows_page, store, ticket, ticket_by_token};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use gerai_shared::OutletId;

use crate::platform::{Platform, clock::Clock};

/// The topic that moves with every change of an outlet's queue; it has no rows.
#[must_use]
pub fn topic(outlet: OutletId) -> String {
    format!("queue:{outlet}")
}

/// A fresh token for a status page: 16 unguessable bytes, base64url.
#[must_use]
pub fn fresh_token(clock: &Clock) -> String {
    URL_SAFE_NO_PAD.encode(clock.secret::<16>())
}

/// Where a ticket's status page is.
#[must_use]
pub fn status_url(platform: &Platform, token: &str) -> String {
    format!("{}/t/{token}", platform.config.public_url.trim_end_matches('/'))
}
