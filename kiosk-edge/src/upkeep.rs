//! What the program does beside its work: writes the time down, keeps room on the disk, reads gauges,
//! looks its journal over once.

use std::{path::PathBuf, sync::Arc, time::Duration};

use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;

use crate::{cache::Cache, journal::Journal, sync::Link};

/// How often gauges are read, and the metrics' histograms emptied into their sums.
const EVERY: Duration = Duration::from_secs(5);
/// How often the time is written down. What a machine with a dead clock loses at most.
const KEPT: Duration = Duration::from_secs(60);

/// What is kept up.
pub struct Upkeep {
    /// The journal, and its clock.
    pub journal: Journal,
    /// The line.
    pub link: Arc<Link>,
    /// The cache, which makes room first.
    pub cache: Arc<Cache>,
    /// What is measured.
    pub metrics: PrometheusHandle,
    /// Where it all lies.
    pub data_dir: PathBuf,
    /// Bytes that must stay free there.
    pub reserve: u64,
}

impl Upkeep {
    /// Goes on until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        // A file of tens of megabytes takes a while: screens are answered meanwhile.
        let journal = self.journal.clone();
        tokio::spawn(async move {
            if let Err(error) = journal.examine().await {
                tracing::warn!(%error, "the journal was not examined");
            }
        });
        let mut kept = self.journal.clock().uptime();
        while stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
            if self.journal.clock().uptime() >= kept + KEPT {
                kept = self.journal.clock().uptime();
                if let Err(error) = self.journal.keep_time().await {
                    tracing::warn!(%error, "the time was not written down");
                }
            }
            self.make_room();
            metrics::gauge!("gerai_sync_backlog").set(self.journal.known().backlog() as f64);
            metrics::gauge!("gerai_link_up").set(f64::from(u8::from(self.link.now().is_up())));
            self.metrics.run_upkeep();
        }
    }

    fn make_room(&self) {
        let held = self.cache.stats().disk_bytes;
        let free = fs4::available_space(&self.data_dir).unwrap_or(u64::MAX);
        if let Some(bytes) = less_cache(free, self.reserve, held) {
            tracing::warn!(free, held, bytes, "the disk is short: the cache makes room");
            self.cache.evict_to(bytes);
        }
        metrics::gauge!("gerai_disk_free_bytes").set(free as f64);
    }
}

/// What the cache may keep when the disk is short of twice the reserve: it goes first, so that work goes
/// on; half of it each time. `None` when it may stay as it is.
fn less_cache(free: u64, reserve: u64, held: u64) -> Option<u64> {
    (held > 0 && free < reserve.saturating_mul(2)).then_some(held / 2)
}

#[cfg(test)]
mod tests {
    use super::less_cache;

    #[test]
    fn the_cache_goes_before_work_is_refused() {
        for (free, held, expected) in [(200, 90, None), (199, 90, Some(45)), (0, 1, Some(0)), (0, 0, None)] {
            assert_eq!(less_cache(free, 100, held), expected, "{free} free, {held} held");
        }
    }
}
