//! Indonesian mobile numbers: one way to read them, one to show them, and the mark an outlet knows them by.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How many bytes of the code are kept as a mark.
const MARK_BYTES: usize = 8;

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

/// The mark of a number on a remote ticket: the first 8 bytes of HMAC-SHA256, in hex. The key is the ticket's
/// `token` as text, the message the number in E.164.
///
/// It lets an outlet find the tickets of a number that somebody types there, while neither the wire nor the
/// outlet's disk has the number: the same number has another mark on each ticket, so that marks tell nothing of
/// each other, and no table of numbers can be prepared.
///
/// What it does not protect from: whoever holds the rows holds their keys with them and can try all numbers of
/// the country, which takes a computer hours for a row, and special hardware seconds. It keeps numbers out
/// of backups, logs and idle eyes; it does not make them secret from whoever steals the rows and wants them.
#[must_use]
pub fn mark(token: &str, e164: &str) -> String {
    // A key of any length will do (RFC 2104 §3).
    let Ok(mut code) = Hmac::<Sha256>::new_from_slice(token.as_bytes()) else {
        return String::new();
    };
    code.update(e164.as_bytes());
    hex::encode(&code.finalize().into_bytes()[..MARK_BYTES])
}

/// A number in E.164 as a screen shows it to whoever just typed it: `08•• •••• •890`.
#[must_use]
pub fn masked(e164: &str) -> String {
    let national = format!("0{}", e164.strip_prefix("+62").unwrap_or(e164));
    let digits = national.chars().count();
    let mut shown = String::new();
    for (at, digit) in national.chars().enumerate() {
        // In fours; a last one does not stand alone.
        if at > 0 && at % 4 == 0 && at + 1 < digits {
            shown.push(' ');
        }
        let open = at < 2 || at + 3 >= digits;
        shown.push(if open { digit } else { '•' });
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{e164, mark, masked};

    /// RFC 4231, test case 2, and what `openssl dgst -sha256 -hmac` says of a token and a number.
    #[test]
    fn a_mark_is_the_head_of_an_hmac() {
        assert_eq!(mark("Jefe", "what do ya want for nothing?"), "5bdcc146bf60754e");
        assert_eq!(mark("kY3vZ0l2m9Qw7tR5xN8aBg", "+6281234567890"), "104440feec71bfa3");
    }

    #[test]
    fn a_number_has_another_mark_on_each_ticket() {
        let number = "+6281234567890";
        assert_eq!(mark("one", number), mark("one", number));
        assert_ne!(mark("one", number), mark("two", number));
        assert_ne!(mark("one", number), mark("one", "+6281234567891"));
    }

    #[test]
    fn a_masked_number_shows_two_digits_and_three() {
        for (number, shown) in [
            ("+6281234567890", "08•• •••• •890"),
            ("+628123456789", "08•• •••• 789"),
            ("+62812345678", "08•• •••6 78"),
            ("+62812345678901", "08•• •••• ••901"),
        ] {
            assert_eq!(masked(number), shown);
        }
    }

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
