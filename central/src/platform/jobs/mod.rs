//! Work that is done later: enqueued in the transaction that causes it.
