//! The program at an outlet: journal, queue, cache and proxy.

pub mod cache;
pub mod clock;
pub mod journal;
pub mod proxy;
