//! What can go wrong with the journal.

use std::sync::Arc;

use gerai_shared::Refusal;

/// Why the journal could not do what it was asked. Nothing of it was written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum JournalError {
    /// The database failed. Whoever asked may ask again.
    #[error("the journal's database failed")]
    Sqlite(#[source] Arc<rusqlite::Error>),
    /// There is no room left; new work is refused before it is accepted.
    #[error("the disk of the outlet is full")]
    DiskFull,
    /// The outlet's profile has not come from central yet.
    #[error("the outlet's profile has not been received yet")]
    NotReady,
    /// A page of the feed does not join on to what is here. Never applied; ask for a snapshot.
    #[error("topic {topic} stands at {cursor}, the page goes on at {found}")]
    FeedGap {
        /// The topic.
        topic: String,
        /// Where the edge stands.
        cursor: u64,
        /// The row that came.
        found: u64,
    },
    /// Central's database has another life than the one that was greeted. Say hello again.
    #[error("central's database is not the one that was greeted")]
    EpochChanged,
    /// A row cannot be read back.
    #[error("a row of the journal cannot be read: {0}")]
    Damaged(String),
    /// The file was seen to be damaged.
    #[error("the journal's file is damaged; `gerai-kiosk serve` and `gerai-kiosk salvage` save what is in it")]
    Torn,
    /// The journal is another outlet's.
    #[error("the journal holds what another outlet did; enrol for this one with an empty data_dir")]
    OtherOutlet,
    /// The journal is another edge's of this outlet.
    #[error("the journal is that of an edge that was enrolled before; enrol with an empty data_dir")]
    OtherEdge,
    /// Central does not let this edge speak for its outlet any more.
    #[error("central says {0}: work at the edge that has taken its place, or ask the head office")]
    Barred(String),
    /// The file is from a newer program.
    #[error("the journal has schema {found}, this program knows up to {known}")]
    Newer {
        /// Its schema.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// The directory or the file cannot be used.
    #[error("{path} cannot be used")]
    Unusable {
        /// Which.
        path: String,
        /// Why.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// The writer has stopped.
    #[error("the journal's writer has stopped: the program has to be started again, and goes on where it was")]
    Closed,
}

impl JournalError {
    /// Whether the file itself is damaged.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        match self {
            Self::Sqlite(error) => matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase)),
            Self::Torn => true,
            _ => false,
        }
    }
}

impl From<rusqlite::Error> for JournalError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull,
            _ => Self::Sqlite(Arc::new(error)),
        }
    }
}

impl From<serde_json::Error> for JournalError {
    fn from(error: serde_json::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// Why a tap was not booked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TapError {
    /// The rules do not allow it.
    #[error("refused")]
    Refused(#[from] Refusal),
    /// The idempotency key belongs to another question.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// Nobody has said that the day is right since the machine's boot.
    #[error("nobody has confirmed the day since this machine started; its clock says {0}")]
    DayUnconfirmed(gerai_shared::Day),
    /// The journal could not take it.
    #[error("not journalled")]
    Journal(#[from] JournalError),
}

impl From<rusqlite::Error> for TapError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Journal(error.into())
    }
}
