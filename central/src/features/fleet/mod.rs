//! Edges: how they enrol, say hello, and are revoked or replaced.

mod enrol;
mod error;
mod hello;
mod late;
mod model;
mod review;
mod routes;
mod session;
mod store;
#[cfg(test)]
mod tests;

pub use enrol::enrol;
pub use error::FleetError;
pub use hello::{heartbeat, hello};
pub use late::{LateCaller, fence, keep};
pub use routes::router;
pub use session::EdgeCaller;
pub use store::{active_edge, heard_at};
