//! The ways in. Nothing below imports this.

mod ending;
mod errors;
mod health;
pub mod openapi;
mod router;
mod stands;
mod sync;
#[cfg(test)]
mod tests;
mod website;
pub mod worker;

pub use router::router;
