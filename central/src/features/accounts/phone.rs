//! Indonesian mobile numbers.

/// A number as people write it, in E.164: `0812-3456-7890` is `+6281234567890`. `None` when it is
/// not an Indonesian mobile number (national plan: 10 to 13 digits from 08, the third not 0).
#[must_use]
pub fn e164(written: &str) -> Option<String> {
    let known = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')' | '+');
    if !written.chars().all(known) {
        return None;
    }
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let international = digits.strip_prefix("00").unwrap_or(&digits);
    let national = match international.strip_prefix("62") {
        Some(rest) => rest.strip_prefix('0').unwrap_or(rest),
        None => international.strip_prefix('0').unwrap_or(international),
    };
    let subscriber = national.strip_prefix('8')?;
    let fits = (8..=11).contains(&subscriber.len()) && !subscriber.starts_with('0');
    fits.then(|| format!("+62{national}"))
}

#[cfg(test)]
mod tests {
    use super::e164;

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        let written = [
            "081234567890",
            "0812-3456-7890",
            "+62 812 3456 7890",
            "6281234567890",
            "006281234567890",
            "81234567890",
            "62081234567890",
        ];
        for written in written {
            assert_eq!(e164(written).as_deref(), Some("+6281234567890"), "{written}");
        }
    }

    #[test]
    fn what_is_no_mobile_number_is_refused() {
        for written in [
            "",
            "0215551234",
            "0812",
            "08012345678",
            "0812345678901234",
            "0812x4567890",
            "+14155550100",
        ] {
            assert_eq!(e164(written), None, "{written}");
        }
    }
}
