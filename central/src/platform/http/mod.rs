//! What every endpoint shares: bodies, problems, idempotent replies, pages.

mod body;
mod failure;
mod idempotency;
mod page;

pub use body::{Body, Query};
pub use failure::{Failure, localise};
pub use idempotency::{IdempotencyKey, Replies, Reply, remember};
pub use page::{Page, PageQuery};
