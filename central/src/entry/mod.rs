//! The ways in. Nothing below imports this.

mod ending;
mod errors;
mod health;
pub mod openapi;
mod router;
mod sync;
#[cfg(test)]
mod tests;
pub mod worker;

pub use router::router;
