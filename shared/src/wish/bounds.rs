//! What a number or a text may be.

use super::MAX_TEXT;
use crate::{money::Rupiah, refusal::Refusal};

/// The largest amount of cash that is typed in: a hundred billion rupiah.
const MAX_CASH: i64 = 100_000_000_000;

pub(super) fn in_bounds(field: &str, value: u32, min: u32, max: u32) -> Result<(), Refusal> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(Refusal::OutOfBounds {
        field: field.to_owned(),
        min: u64::from(min),
        max: u64::from(max),
    })
}

pub(super) fn text(field: &str, value: Option<String>) -> Result<Option<String>, Refusal> {
    let Some(value) = value
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
    else {
        return Ok(None);
    };
    if value.chars().count() > MAX_TEXT {
        return Err(Refusal::OutOfBounds {
            field: field.to_owned(),
            min: 0,
            max: MAX_TEXT as u64,
        });
    }
    Ok(Some(value))
}

/// A text that must be said.
pub(super) fn said(field: &str, value: String) -> Result<String, Refusal> {
    text(field, Some(value))?.ok_or(Refusal::OutOfBounds {
        field: field.to_owned(),
        min: 1,
        max: MAX_TEXT as u64,
    })
}

/// An amount of cash, at least `min`.
pub(super) fn cash(field: &str, amount: Rupiah, min: u32) -> Result<Rupiah, Refusal> {
    if (i64::from(min)..=MAX_CASH).contains(&amount.0) {
        return Ok(amount);
    }
    Err(Refusal::OutOfBounds {
        field: field.to_owned(),
        min: u64::from(min),
        max: MAX_CASH.unsigned_abs(),
    })
}
