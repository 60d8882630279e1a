//! The ways in. Nothing below imports this.

mod ending;
mod errors;
mod health;
mod kept;
pub mod openapi;
mod router;
mod stands;
mod sync;
#[cfg(test)]
mod tests;
mod website;
pub mod worker;

pub use kept::Kept;
pub use router::service;
