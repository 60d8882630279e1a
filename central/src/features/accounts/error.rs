//! What can go wrong with accounts, and what the caller is told.

use sea_orm::DbErr;
use thiserror::Error;

use crate::platform::{db::Transient, http::Failure};

/// Why something about an account could not be done.
#[derive(Debug, Error)]
pub enum Error {
    /// Login or password are wrong; it is not said which.
    #[error("login or password are wrong")]
    Credentials,
    /// Too many wrong passwords.
    #[error("too many wrong passwords; locked for {seconds} s")]
    Locked {
        /// For how long.
        seconds: u64,
    },
    /// The refresh token is unknown, expired or revoked.
    #[error("the refresh token is not good")]
    RefreshInvalid,
    /// The refresh token was used before: somebody has a copy, so its sign-in was ended.
    #[error("the refresh token was used twice")]
    RefreshReused,
    /// A field is wrong.
    #[error("`{field}`: {english}")]
    Field {
        /// Which.
        field: &'static str,
        /// Why, in Indonesian.
        indonesian: &'static str,
        /// Why, in English.
        english: &'static str,
    },
    /// Somebody has this email or phone already.
    #[error("`{0}` is taken")]
    Taken(&'static str),
    /// The account is gone.
    #[error("the account is gone")]
    Gone,
    /// A hash could not be computed.
    #[error("a password hash could not be computed: {0}")]
    Hashing(String),
    /// The access token could not be signed.
    #[error("the access token could not be signed")]
    Signing,
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbErr),
    /// Something every endpoint shares failed.
    #[error("{}", .0.english)]
    Shared(Box<Failure>),
}

impl Error {
    /// A field that is wrong, and why in both languages.
    pub(super) fn field(field: &'static str, indonesian: &'static str, english: &'static str) -> Self {
        Self::Field {
            field,
            indonesian,
            english,
        }
    }
}

impl Transient for Error {
    fn database(&self) -> Option<&DbErr> {
        match self {
            Self::Database(error) => Some(error),
            Self::Shared(failure) => failure.database(),
            _ => None,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Shared(Box::new(failure))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Credentials => Self::new(
                401,
                "credentials_wrong",
                "Data masuk salah",
                "Login or password are wrong",
            ),
            Error::Locked { seconds } => Self::new(
                429,
                "too_many_attempts",
                "Terlalu banyak percobaan masuk, coba lagi nanti",
                "Too many attempts to sign in, try again later",
            )
            .retry_after(seconds),
            Error::RefreshInvalid => Self::new(
                401,
                "refresh_invalid",
                "Sesi berakhir, silakan masuk lagi",
                "The session is over, sign in again",
            ),
            Error::RefreshReused => Self::new(
                401,
                "refresh_reused",
                "Sesi diakhiri demi keamanan, silakan masuk lagi",
                "The session was ended for safety, sign in again",
            ),
            Error::Field {
                field,
                indonesian,
                english,
            } => Self::new(422, "invalid_field", indonesian, english).field(field, english),
            Error::Taken(field) => Self::new(
                422,
                "already_taken",
                "Sudah dipakai akun lain",
                "Another account has it",
            )
            .field(field, "already taken"),
            Error::Gone => Self::unauthenticated(),
            Error::Database(error) => error.into(),
            Error::Shared(failure) => *failure,
            error @ (Error::Hashing(_) | Error::Signing) => Self::internal(&error),
        }
    }
}
