//! What can go wrong with grants.

use sea_orm::DbErr;
use thiserror::Error;

use crate::platform::{db::Transient, http::Failure};

/// Why a grant could not be changed.
#[derive(Debug, Error)]
pub enum Error {
    /// There is no such grant, user or outlet.
    #[error("there is no such grant")]
    NotFound,
    /// A field does not fit.
    #[error("the field {field} {why}")]
    Field {
        /// Which.
        field: &'static str,
        /// Why.
        why: String,
    },
    /// The PIN could not be hashed.
    #[error("the PIN could not be hashed: {0}")]
    Hash(String),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbErr),
}

impl Error {
    /// A field that does not fit.
    #[must_use]
    pub fn field(field: &'static str, why: &str) -> Self {
        Self::Field {
            field,
            why: why.to_owned(),
        }
    }
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
            Error::Field { field, why } => Self::new(
                422,
                "invalid_grant",
                "Data akses tidak sesuai",
                "The grant does not fit",
            )
            .detail(format!("{field} {why}"))
            .field(field, why),
            error @ Error::Hash(_) => Self::internal(&error),
        }
    }
}
