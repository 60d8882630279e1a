//! The program at an outlet: journal, queue, cache and proxy.

pub mod clock;
pub mod journal;
