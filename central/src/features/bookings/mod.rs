//! Bookings: a place in an outlet's rooms at a time to come.
//!
//! A booking is a remote ticket with a slot: central's until its holder checks in, numbered in the
//! series of letter B, told to the outlet at once and good there on its day, so that a cut line on
//! the day itself keeps nobody out. Slots follow from opening hours, rooms and the product's
//! minutes; whether one is free is judged under the outlet's stream row, one booking at a time.

mod admin;
mod error;
mod model;
mod routes;
mod service;
mod slots;
mod store;
#[cfg(test)]
mod tests;
mod view;

pub use error::BookingError;
pub use service::give_up;

use utoipa_axum::router::OpenApiRouter;

use crate::platform::Platform;

/// The endpoints.
#[must_use]
pub fn router() -> OpenApiRouter<Platform> {
    routes::router().merge(admin::router())
}
