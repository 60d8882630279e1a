//! Edges: how they enrol, say hello, and are revoked or replaced.

mod enrol;
mod error;
mod hello;
mod introduce;
mod late;
mod model;
mod restored;
mod review;
mod routes;
mod session;
mod store;
#[cfg(test)]
mod tests;
mod token;

pub use enrol::enrol;
pub use error::FleetError;
pub use hello::{heartbeat, hello};
pub use introduce::{Forgotten, adopt_by_hand, forgotten, introduce};
pub use late::{LateCaller, keep, turn_away};
pub use restored::{Outcome as Restored, restored};
pub use routes::router;
pub use session::{EdgeCaller, signer};
pub use store::{active_edge, heard_at};
