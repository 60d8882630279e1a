//! Money is whole rupiah.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::Lang;

/// An amount in whole rupiah; there are no cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Rupiah(pub i64);

impl Rupiah {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// `self × quantity`, or `None` on overflow.
    #[must_use]
    pub fn times(self, quantity: u32) -> Option<Self> {
        self.0.checked_mul(i64::from(quantity)).map(Self)
    }

    /// `self + other`, or `None` on overflow.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// `self − other`, or `None` on overflow.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The sum of amounts, or `None` on overflow.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }
}

impl Rupiah {
    /// As a reader of this language writes it: `Rp 1.500.000`, `Rp 1,500,000`.
    #[must_use]
    pub fn told(self, lang: Lang) -> String {
        match lang {
            Lang::Id => self.to_string(),
            Lang::En => self.to_string().replace('.', ","),
        }
    }
}

/// As printed in Indonesia: `Rp 1.500.000`.
impl std::fmt::Display for Rupiah {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = self.0.unsigned_abs().to_string();
        let mut grouped = String::with_capacity(digits.len() * 4 / 3 + 1);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}Rp {grouped}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Lang, Rupiah};

    #[test]
    fn groups_by_thousands_with_dots() {
        assert_eq!(Rupiah(0).to_string(), "Rp 0");
        assert_eq!(Rupiah(35_000).to_string(), "Rp 35.000");
        assert_eq!(Rupiah(1_500_000).to_string(), "Rp 1.500.000");
        assert_eq!(Rupiah(-500).to_string(), "-Rp 500");
        assert_eq!(Rupiah(1_500_000).told(Lang::En), "Rp 1,500,000");
        assert_eq!(Rupiah(1_500_000).told(Lang::Id), "Rp 1.500.000");
    }

    #[test]
    fn overflow_is_an_answer_not_a_panic() {
        assert_eq!(Rupiah(i64::MAX).plus(Rupiah(1)), None);
        assert_eq!(Rupiah(i64::MAX).times(2), None);
    }
}
