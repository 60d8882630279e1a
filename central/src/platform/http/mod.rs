//! What every endpoint shares: bodies, problems, idempotent replies, pages.

mod body;
mod failure;
mod idempotency;
mod page;
mod tagged;

pub use body::{Body, Query, read};
pub use failure::{Failure, localise};
pub use idempotency::{IdempotencyKey, Replies, Reply, prune_replies, remember};
pub use page::{Page, PageQuery};
pub use tagged::Tagged;
