//! The journal's hash chain: what an outlet did, in order, sealed.

use sha2::{Digest, Sha256};

/// The hash before the first command of an incarnation.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The chain's hash after one more entry: SHA-256, in hex, of the hash before, the command's bytes
/// as journalled, and the hash of its changes.
#[must_use]
pub fn link(before: &str, command: &[u8], changes_hash: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(before.as_bytes());
    hash.update([0]);
    hash.update(command);
    hash.update([0]);
    hash.update(changes_hash.as_bytes());
    hex::encode(hash.finalize())
}
