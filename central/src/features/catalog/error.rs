//! What can go wrong with the catalogue.

use sea_orm::DbErr;
use thiserror::Error;

use super::{draft::Flaw, sheet::Bad};
use crate::platform::{db::Transient, http::Failure};

/// Why a change of the catalogue was refused.
#[derive(Debug, Error)]
pub enum Error {
    /// There is no such product or picture.
    #[error("there is no such product")]
    NotFound,
    /// A field does not fit.
    #[error("the field {} {}", .0.field, .0.why)]
    Field(Flaw),
    /// Rows of an imported file do not fit; nothing was imported.
    #[error("{}", told(.0))]
    Rows(Vec<Bad>),
    /// The file cannot be read as CSV.
    #[error("the file cannot be read as CSV")]
    Csv(#[from] csv::Error),
    /// A file could not be read or written.
    #[error("the file {path} cannot be used")]
    File {
        /// Which.
        path: std::path::PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The location is there already.
    #[error("there is a location with the slug {0} already")]
    LocationTaken(String),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbErr),
}

/// How many bad rows are told at most: a wrong separator makes every row bad.
const TOLD: usize = 20;

fn told(rows: &[Bad]) -> String {
    let mut lines: Vec<String> = rows.iter().take(TOLD).map(ToString::to_string).collect();
    if rows.len() > TOLD {
        lines.push(format!("and {} more", rows.len() - TOLD));
    }
    lines.push("nothing was imported".to_owned());
    lines.join("\n")
}

impl Transient for Error {
    fn database(&self) -> Option<&DbErr> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Database(error) => Self::from(error),
            Error::NotFound => Self::not_found(),
            Error::Field(flaw) => Self::new(
                422,
                "invalid_product",
                "Data produk tidak sesuai",
                "The product does not fit",
            )
            .detail(format!("{} {}", flaw.field, flaw.why))
            .field(flaw.field, flaw.why),
            Error::LocationTaken(slug) => Self::new(
                409,
                "location_taken",
                "Lokasi sudah ada",
                "There is such a location already",
            )
            .detail(slug),
            error @ (Error::Rows(_) | Error::Csv(_)) => {
                Self::new(422, "invalid_file", "Isi berkas tidak sesuai", "The file does not fit")
                    .detail(error.to_string())
            }
            error @ Error::File { .. } => Self::internal(&error),
        }
    }
}
