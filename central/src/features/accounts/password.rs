//! Passwords: argon2id, computed off the async threads, few at once.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use super::Error;
use crate::platform::clock::Clock;

/// Each computation takes 19 MiB; a rush of sign-ins queues here instead of filling the memory.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// A hash nobody knows the password of: checking against it takes as long as against a real one,
/// so that the time of an answer does not tell which logins exist.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Z2VyYWktbm9ib2R5LXNhbHQ$hX6kQ0mYxYtqk3mX1m0cYk0z3yPZk6yBQ2N0o7m3f1A";

/// The hash of a password, in PHC form.
///
/// # Errors
/// When the computation fails.
pub async fn hash(clock: &Clock, password: &str) -> Result<String, Error> {
    let (salt, password) = (clock.secret::<16>(), password.to_owned());
    aside(move || {
        Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|error| Error::Hashing(error.to_string()))
    })
    .await?
}

/// Whether a password is that of a hash; without a hash it never is, but takes as long.
pub(super) async fn is_right(password: &str, hash: Option<String>) -> Result<bool, Error> {
    let password = password.to_owned();
    aside(move || {
        let known = hash.is_some();
        let hash = hash.as_deref().unwrap_or(NOBODY);
        Argon2::default().verify_password(password.as_bytes(), hash).is_ok() && known
    })
    .await
}

async fn aside<T: Send + 'static>(compute: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let _turn = AT_ONCE
        .acquire()
        .await
        .map_err(|error| Error::Hashing(error.to_string()))?;
    tokio::task::spawn_blocking(compute)
        .await
        .map_err(|error| Error::Hashing(error.to_string()))
}
