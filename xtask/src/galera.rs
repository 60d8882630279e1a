//! Central's tests on a Galera cluster: what one writer commits, all nodes hold.

use anyhow::{Result, bail};

use crate::{shell, tools};

/// What is run there: whatever locks, races, retries or counts.
const TESTS: [&str; 9] = [
    "stream",
    "feed",
    "jobs",
    "db",
    "bookings",
    "remote_queue",
    "fleet",
    "catalog",
    "accounts",
];

/// Builds, starts three nodes, runs the tests against the first while the third is killed and comes
/// back, and compares the rows of all three.
pub fn run() -> Result<()> {
    tools::galera()?;
    tools::build()?;
    let mut beside = shell::program(tools::built(false).join("galera"), &[]);
    beside
        .args(["--", "cargo", "test", "--workspace", "--lib", "--"])
        .args(TESTS);
    // One at a time: each test makes a database of its own, and DDL stops the whole cluster.
    let status = beside.env("RUST_TEST_THREADS", "1").status()?;
    if !status.success() {
        bail!("the run on Galera failed ({status})");
    }
    Ok(())
}
