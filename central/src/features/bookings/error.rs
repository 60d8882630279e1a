//! Why there is no booking.

use gerai_shared::Day;
use sea_orm::DbErr;
use thiserror::Error;

use crate::{
    features::queue::RemoteError,
    platform::{db::Transient, http::Failure},
};

/// Why a booking cannot be had, moved or given up.
#[derive(Debug, Error)]
pub enum BookingError {
    /// There is no such outlet, product or booking of this caller's.
    #[error("there is no such thing")]
    NotFound,
    /// The day is not bookable.
    #[error("no bookings on {0}: {1}")]
    Blackout(Day, String),
    /// No slot begins then.
    #[error("no slot begins at that time")]
    NoSlot,
    /// It is too far ahead.
    #[error("bookings are taken {0} days ahead")]
    TooFar(u32),
    /// It begins too soon, or has begun.
    #[error("it begins in less than {0} minutes")]
    TooLate(u32),
    /// All its places are taken.
    #[error("the slot is full")]
    Full,
    /// The ticket behind it says no.
    #[error(transparent)]
    Ticket(#[from] RemoteError),
    /// Something else on the way.
    #[error("{}", .0.english)]
    Other(Box<Failure>),
}

impl From<DbErr> for BookingError {
    fn from(error: DbErr) -> Self {
        Self::Ticket(RemoteError::Database(error))
    }
}

impl From<Failure> for BookingError {
    fn from(failure: Failure) -> Self {
        Self::Other(Box::new(failure))
    }
}

impl Transient for BookingError {
    fn database(&self) -> Option<&DbErr> {
        match self {
            Self::Ticket(RemoteError::Database(error)) => Some(error),
            Self::Other(failure) => failure.database(),
            _ => None,
        }
    }
}

impl From<BookingError> for Failure {
    fn from(error: BookingError) -> Self {
        let told = error.to_string();
        match error {
            BookingError::NotFound => Self::not_found(),
            BookingError::Blackout(..) => Self::new(
                409,
                "booking_blackout",
                "Hari itu tidak menerima booking",
                "No bookings on that day",
            )
            .detail(told),
            BookingError::NoSlot => Self::new(
                422,
                "no_such_slot",
                "Tidak ada slot pada jam itu",
                "No slot begins at that time",
            )
            .field("starts_at", told),
            BookingError::TooFar(_) => {
                Self::new(422, "too_far_ahead", "Tanggalnya terlalu jauh", "That is too far ahead")
                    .field("starts_at", told)
            }
            BookingError::TooLate(_) => {
                Self::new(409, "too_late", "Sudah terlambat untuk ini", "It is too late for this").detail(told)
            }
            BookingError::Full => Self::new(409, "slot_full", "Slot ini sudah penuh", "This slot is full"),
            BookingError::Ticket(error) => Self::from(error),
            BookingError::Other(failure) => *failure,
        }
    }
}
