//! What can go wrong with outlets.

use sea_orm::DbErr;
use thiserror::Error;

use crate::platform::{db::Transient, http::Failure};

/// Why a change of an outlet was refused.
#[derive(Debug, Error)]
pub enum Error {
    /// A field does not fit.
    #[error("the field {field} {why}")]
    Field {
        /// Which.
        field: &'static str,
        /// Why.
        why: String,
    },
    /// Another outlet has this code.
    #[error("another outlet has the code {0}")]
    CodeTaken(String),
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
            Error::CodeTaken(code) => Self::new(
                409,
                "code_taken",
                "Kode gerai sudah dipakai",
                "Another outlet has this code",
            )
            .detail(code),
            Error::Field { field, why } => Self::new(
                422,
                "invalid_outlet",
                "Data gerai tidak sesuai",
                "The outlet does not fit",
            )
            .detail(format!("{field} {why}"))
            .field(field, why),
        }
    }
}
