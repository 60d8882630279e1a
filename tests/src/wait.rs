//! Waiting for a state, with a deadline. The one place of the harness that sleeps.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How long a story waits for something that should happen at once.
pub const SOON: Duration = Duration::from_secs(20);
/// How long a story waits for a backlog to drain or a program to come up on a busy machine.
pub const LATER: Duration = Duration::from_secs(120);

const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// Tries of something, more and more patient, until a deadline.
#[derive(Debug)]
pub struct Tries {
    what: String,
    deadline: Duration,
    start: Instant,
    pause: Duration,
}

impl Tries {
    /// Tries for `what`, from now on.
    #[must_use]
    pub fn of(what: &str, deadline: Duration) -> Self {
        Self {
            what: what.to_owned(),
            deadline,
            start: Instant::now(),
            pause: FIRST_PAUSE,
        }
    }

    /// Waits before the next try.
    ///
    /// # Errors
    /// When the deadline has passed.
    pub async fn again(&mut self) -> Result<()> {
        if self.start.elapsed() > self.deadline {
            bail!("waited {:?} in vain for {}", self.deadline, self.what);
        }
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }
}

/// Looks until `look` finds something, and says how long that took.
///
/// # Errors
/// When the deadline passes (naming `what`), or `look` fails.
pub async fn until_timed<T>(
    what: &str,
    deadline: Duration,
    mut look: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<(T, Duration)> {
    let mut tries = Tries::of(what, deadline);
    loop {
        if let Some(found) = look().await? {
            return Ok((found, tries.start.elapsed()));
        }
        tries.again().await?;
    }
}

/// Looks until `look` finds something.
///
/// # Errors
/// When the deadline passes (naming `what`), or `look` fails.
pub async fn until<T>(what: &str, deadline: Duration, look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    Ok(until_timed(what, deadline, look).await?.0)
}

/// Looks until `look` says yes.
///
/// # Errors
/// When the deadline passes (naming `what`), or `look` fails.
pub async fn until_true(what: &str, deadline: Duration, mut look: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    until(what, deadline, async || Ok(look().await?.then_some(()))).await
}

/// A pause between two tries of a person or program that has nothing to look at.
pub async fn between_tries() {
    tokio::time::sleep(LONGEST_PAUSE).await;
}

/// Lets time pass, where its passing is the fault itself: a lock held, say.
pub async fn pass(span: Duration) {
    tokio::time::sleep(span).await;
}

/// Asserts that `look` keeps saying yes for a while: the only way to show that something does *not*
/// happen.
///
/// # Errors
/// When `look` says no, or fails.
pub async fn stays(what: &str, span: Duration, mut look: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < span {
        if !look().await? {
            bail!("{what} did not last; it ended after {:?}", start.elapsed());
        }
        tokio::time::sleep(LONGEST_PAUSE).await;
    }
    Ok(())
}

/// Seconds since the Unix epoch, by the machine's clock.
#[must_use]
pub fn unix_seconds() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map(|since| since.as_secs())
        .unwrap_or_default()
}

/// A running stopwatch.
#[must_use]
pub fn stopwatch() -> Instant {
    Instant::now()
}
