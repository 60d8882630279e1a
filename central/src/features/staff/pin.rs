//! PINs: six digits, hashed with argon2id so that an edge can check them without central.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version, password_hash::phc::PasswordHash};

use super::Error;

/// Memory in KiB, passes and lanes: OWASP's first recommendation for argon2id.
const COST: (u32, u32, u32) = (19_456, 2, 1);
/// How many digits a PIN has.
const DIGITS: usize = 6;

/// A PIN that may be used.
#[derive(Clone)]
pub struct Pin(String);

impl Pin {
    /// Six digits that are not among the first anybody would try.
    ///
    /// # Errors
    /// When it is something else.
    pub fn new(text: &str) -> Result<Self, Error> {
        let pin = Self(text.to_owned());
        if text.len() != DIGITS || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::field("pin", "must be six digits"));
        }
        if pin.is_weak() {
            return Err(Error::field("pin", "is among the first anybody would try"));
        }
        Ok(pin)
    }

    /// One digit or two only, a run up or down, or a half told twice.
    fn is_weak(&self) -> bool {
        let digits = self.0.as_bytes();
        let mut distinct = digits.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let steps = |by: u8| digits.windows(2).all(|pair| (pair[1] + 10 - pair[0]) % 10 == by);
        distinct.len() < 3 || steps(1) || steps(9) || digits[..3] == digits[3..]
    }

    /// Its hash as a PHC string; takes tens of milliseconds of one core, off the async threads.
    ///
    /// # Errors
    /// When hashing fails, which it does only without memory.
    pub async fn hash(self, salt: [u8; 16]) -> Result<String, Error> {
        tokio::task::spawn_blocking(move || {
            let (memory, passes, lanes) = COST;
            let params = Params::new(memory, passes, lanes, None).map_err(|error| error.to_string())?;
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let hash: PasswordHash = argon2
                .hash_password_with_salt(self.0.as_bytes(), &salt)
                .map_err(|error| error.to_string())?;
            Ok(hash.to_string())
        })
        .await
        .unwrap_or_else(|panic| Err(panic.to_string()))
        .map_err(Error::Hash)
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(…)")
    }
}

#[cfg(test)]
mod tests {
    use argon2::{Argon2, PasswordVerifier, password_hash::phc::PasswordHash};

    use super::Pin;

    #[test]
    fn six_digits_that_are_not_the_first_to_be_tried() {
        for bad in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"] {
            assert!(Pin::new(bad).is_err(), "{bad}");
        }
        for weak in [
            "000000", "123456", "654321", "789012", "121212", "112233", "123123", "998899",
        ] {
            let told = Pin::new(weak).is_err();
            assert_eq!(told, weak != "112233", "{weak}");
        }
        for good in ["274913", "801467"] {
            assert!(Pin::new(good).is_ok(), "{good}");
        }
    }

    #[tokio::test]
    async fn a_hash_says_its_cost_and_is_checked_by_anybody() {
        let hash = Pin::new("274913").unwrap().hash([7; 16]).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let parsed = PasswordHash::new(&hash).unwrap();
        assert!(Argon2::default().verify_password(b"274913", &parsed).is_ok());
        assert!(Argon2::default().verify_password(b"274914", &parsed).is_err());
    }
}
