//! What the chain does, a folder each. Others use only what its `mod.rs` offers.

pub mod accounts;
pub mod audit;
pub mod bookings;
pub mod catalog;
pub mod fleet;
pub mod outlets;
pub mod queue;
pub mod remote_queue;
pub mod requests;
pub mod sales;
pub mod staff;
pub mod stream;
