//! What central and edge both say and obey.
//!
//! The types of the wire and the rules of the chain, as pure functions: no I/O, no clock, no
//! randomness. Both programs run [`decide()`] on the same commands in the same order, and so arrive
//! at the same rows; see ARCHITECTURE.md, "One brain".

pub mod actor;
pub mod catalog;
pub mod change;
pub mod command;
pub mod decide;
pub mod digest;
pub mod estimate;
pub mod exception;
pub mod ids;
pub mod intake;
pub mod journal;
pub mod money;
pub mod outlet;
pub mod phone;
pub mod problem;
pub mod queue;
#[cfg(test)]
mod recordings;
pub mod refusal;
pub mod request;
pub mod sale;
pub mod session;
pub mod shift;
pub mod state;
pub mod sync;
pub mod time;
pub mod wish;

pub use actor::Actor;
pub use change::{Change, RowKey};
pub use command::{Act, Command};
pub use decide::{Decision, decide};
pub use exception::Exception;
pub use ids::*;
pub use money::Rupiah;
pub use problem::Problem;
pub use refusal::Refusal;
pub use state::State;
pub use time::{Day, Micros, Stamp, Zone};
