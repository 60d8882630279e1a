//! The feed: rows central owns, as they change, for edges to follow.
//!
//! A number is taken under its topic's row lock inside the writing transaction, so commit order is
//! number order and a reader that has seen `n` has seen everything before. See ARCHITECTURE.md.

mod compact;
mod model;
mod store;
#[cfg(test)]
mod tests;
mod wake;

pub use compact::compact;
pub use store::{Post, append, page, position, position_expr, snapshot, touch};
pub use wake::FeedWake;
