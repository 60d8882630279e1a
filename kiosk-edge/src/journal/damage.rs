//! The file was seen to be damaged while the program runs.

use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use super::{JournalError, salvage};

/// Whether the journal's file was seen to be damaged; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Damage {
    data_dir: PathBuf,
    seen: CancellationToken,
}

impl Damage {
    pub(super) fn of(data_dir: &Path) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            seen: CancellationToken::new(),
        }
    }

    /// Notes it, if that is what is wrong.
    pub(super) fn notice(&self, error: &JournalError) {
        if error.is_damage() {
            self.note();
        }
    }

    pub(super) fn note(&self) {
        if !self.seen.is_cancelled() {
            salvage::mark(&self.data_dir);
            self.seen.cancel();
        }
    }

    pub(super) fn is_seen(&self) -> bool {
        self.seen.is_cancelled()
    }

    pub(super) async fn seen(&self) {
        self.seen.cancelled().await;
    }
}
