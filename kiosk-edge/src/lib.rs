//! The program at an outlet: journal, queue, cache and proxy.

pub mod cache;
pub mod clock;
pub mod config;
pub mod device;
pub mod journal;
pub mod proxy;
pub mod sync;
