//! Work that is done later: enqueued in the transaction that causes it, claimed by a
//! compare-and-set, tried again with growing pauses, and kept in `failed_jobs` when given up.
//!
//! A schedule's tick is taken by one process: a lease row is inserted once, and the job is enqueued
//! in the same transaction.

mod batch;
mod model;
mod registry;
mod run;
mod schedule;
mod store;
#[cfg(test)]
mod tests;
mod upkeep;

pub use batch::enqueue_batch;
pub use registry::{Job, JobError, Registry};
pub use run::{run_one, work};
pub use schedule::{keep_schedules, take_tick};
pub use store::{enqueue, enqueue_at};
pub use upkeep::{CompactFeed, PruneReplies, PruneTraces};
