//! The outlet's stream of commands, as central keeps and books it.
//!
//! One way in: [`push`] for an edge's commands, [`lead`] for acts on an outlet without one; both
//! lock the outlet's stream row first and book through the same door.

mod agree;
mod book;
mod closing;
mod error;
mod foreign;
mod forgotten;
mod ground;
mod held;
mod incoming;
mod inherit;
mod known;
mod lead;
mod model;
mod numbers;
mod proof;
mod push;
mod review;
mod reviewed;
mod routes;
mod store;
#[cfg(test)]
mod tests;

pub use error::StreamError;
pub use forgotten::{CloseForgottenDays, close_forgotten_days};
pub use held::{ReleaseHeld, release_all};
pub use inherit::{inheritance, state_copied, state_lost, state_set_back};
pub use known::known_results;
pub use lead::{Led, answer_waiting, lead, next_number};
pub use proof::{Prover, prove};
pub use push::push;
pub use reviewed::{ProofView, proofs};
pub use routes::router;
pub use store::{Position, adopt, adopt_after, floors, lock, position, stay_clear, stay_clear_of_forgotten};
