//! Why a push or an act cannot be booked.

use gerai_shared::Refusal;
use sea_orm::{DbErr, RuntimeErr};
use thiserror::Error;

use crate::platform::{db::Transient, http::Failure};

/// Why a push or an act cannot be booked.
#[derive(Debug, Error)]
pub enum StreamError {
    /// Another edge, or central itself, leads this outlet now.
    #[error("this edge does not lead its outlet any more")]
    Fenced,
    /// The outlet has an edge; its acts are made there.
    #[error("the outlet's edge leads it")]
    HasEdge,
    /// The outlet has no edge that could be asked.
    #[error("central leads the outlet itself")]
    WithoutEdge,
    /// Commands are missing before the first.
    #[error("the push starts at {got}, but the stream is at {acked}")]
    Gap {
        /// The last command central has.
        acked: u64,
        /// The first of the push.
        got: u64,
    },
    /// Central has another command in this place, or another body for this id.
    #[error("command {seq} is not the one central has")]
    Conflict {
        /// Its place.
        seq: u64,
    },
    /// The journal this comes from is not the one central has the beginning of.
    #[error("what comes before command {seq} is not what central has")]
    Forked {
        /// The first new command.
        seq: u64,
    },
    /// It is not a push.
    #[error("the push is malformed: {0}")]
    Malformed(String),
    /// More commands than one push may carry.
    #[error("the push has {got} commands, at most {most} are taken")]
    TooMany {
        /// How many it has.
        got: usize,
        /// How many it may have.
        most: usize,
    },
    /// A row it is about waits for an earlier command that this program cannot read yet.
    #[error("an earlier command on the same rows is held")]
    Waits,
    /// Central could not book its own act.
    #[error("it could not be booked: {0}")]
    NotBooked(String),
    /// There is no such outlet.
    #[error("no such outlet")]
    UnknownOutlet,
    /// The rules say no.
    #[error("the outlet's rules refuse it")]
    Refused(#[from] Refusal),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbErr),
}

impl Transient for StreamError {
    fn database(&self) -> Option<&DbErr> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}

impl StreamError {
    /// Whether the database refused a row (a constraint, a value that does not fit), rather than
    /// failing to answer: the one guilty command can be found and set aside.
    pub(super) fn is_about_a_row(&self) -> bool {
        matches!(self, Self::Database(cause) if Self::is_row(cause))
    }

    /// The same of the database's own error.
    pub(super) fn is_row(cause: &DbErr) -> bool {
        match cause {
            DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
                error.as_database_error().is_some_and(blames_a_row)
            }
            DbErr::Type(_) | DbErr::Json(_) => true,
            _ => false,
        }
    }
}

/// A full disk, a failed write or a lost lock blames no command, and what was told must not be set
/// aside for it. SQLite: too big (18), constraint (19), mismatch (20), in the low byte of the code.
/// MySQL: the SQL states of data (22), integrity (23) and triggers (45), and a value it cannot read.
fn blames_a_row(error: &dyn sqlx::error::DatabaseError) -> bool {
    let code = error.code().unwrap_or_default();
    if let Some(mysql) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return mysql.number() == 1366 || ["22", "23", "45"].iter().any(|class| code.starts_with(class));
    }
    code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 18..=20))
}

impl From<StreamError> for Failure {
    fn from(error: StreamError) -> Self {
        let detail = error.to_string();
        match error {
            StreamError::Fenced => Self::new(
                409,
                "edge_fenced",
                "Perangkat ini sudah digantikan",
                "This device has been replaced",
            ),
            StreamError::HasEdge => Self::new(
                409,
                "outlet_has_edge",
                "Gerai ini dipimpin perangkatnya sendiri",
                "This outlet is led by its own edge",
            ),
            StreamError::WithoutEdge => Self::new(
                409,
                "outlet_without_edge",
                "Gerai ini tidak punya perangkat; pusat sendiri yang memimpinnya",
                "This outlet has no edge; central leads it itself",
            ),
            StreamError::Gap { .. } => Self::new(409, "stream_gap", "Ada perintah yang hilang", "Commands are missing"),
            StreamError::Conflict { .. } => Self::new(
                422,
                "stream_conflict",
                "Perintah tidak sama",
                "Another command is in this place",
            ),
            StreamError::Forked { .. } => Self::new(
                409,
                "edge_cloned",
                "Catatan perangkat ini bukan kelanjutan dari yang ada di pusat",
                "The journal does not go on from what central has",
            ),
            StreamError::Malformed(_) => {
                Self::new(422, "malformed_push", "Kiriman tidak sesuai", "The push does not fit")
            }
            StreamError::TooMany { .. } => {
                Self::new(413, "push_too_large", "Kiriman terlalu besar", "The push is too large")
            }
            StreamError::Waits => Self::new(
                409,
                "rows_held",
                "Menunggu perintah sebelumnya yang belum terbaca; coba lagi setelah pusat diperbarui",
                "An earlier act on the same rows waits until central is upgraded; try again then",
            ),
            StreamError::NotBooked(_) => Self::new(
                409,
                "not_booked",
                "Tindakan tidak dapat dicatat",
                "The act could not be booked",
            ),
            StreamError::UnknownOutlet => Self::not_found(),
            StreamError::Refused(refusal) => return Self::refused(&refusal),
            StreamError::Database(error) => return Self::from(error),
        }
        .detail(detail)
    }
}
