//! What every endpoint shares: bodies, problems, idempotent replies, pages.

mod body;
mod coding;
mod data;
mod failure;
mod idempotency;
mod page;
mod tagged;

pub use body::{Body, Query, read};
pub use coding::Coding;
pub use data::Data;
pub use failure::{Failure, localise};
pub use idempotency::{IdempotencyKey, Replies, Reply, prune_replies};
pub use page::{Page, PageQuery};
pub use tagged::Tagged;
