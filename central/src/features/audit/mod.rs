//! Who did what, when and from where: the table `activity_log` (the shape of spatie's v5).
//!
//! An entry is written in the transaction of the act it tells of.

mod model;
mod routes;
mod store;
#[cfg(test)]
mod tests;

pub use routes::router;
pub use store::{Entry, log};
