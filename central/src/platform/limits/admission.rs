//! How many of the edges' heavy calls are worked on at once.
//!
//! After an outage of its own, central meets every outlet's backlog at the same moment. What is more
//! than it can work on is sent away before its body is read, with a time to come back that differs
//! from edge to edge: 429 with `Retry-After`. Nothing is lost by it, since an edge keeps what was not
//! answered.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{config, platform::http::Failure};

/// How long somebody may wait for a place instead of being sent away.
const PATIENCE: Duration = Duration::from_millis(500);
/// The longest that anybody is sent away for, in seconds.
const LONGEST: u64 = 5;

/// Places for heavy calls; clones share them.
#[derive(Clone, Debug)]
pub struct Admission {
    places: Arc<Semaphore>,
    /// Those who may wait for a place.
    benches: Arc<Semaphore>,
    inside: Arc<Mutex<HashSet<String>>>,
}

/// A place, given back on drop.
#[derive(Debug)]
pub struct Place {
    _place: OwnedSemaphorePermit,
    _caller: Caller,
}

#[derive(Debug)]
struct Caller {
    who: String,
    inside: Arc<Mutex<HashSet<String>>>,
}

impl Drop for Caller {
    fn drop(&mut self) {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.remove(&self.who);
    }
}

impl Admission {
    /// As many places as configured.
    #[must_use]
    pub fn new(config: &config::Limits) -> Self {
        Self {
            places: Arc::new(Semaphore::new(config.pushes_at_once.max(1))),
            benches: Arc::new(Semaphore::new(config.pushes_waiting)),
            inside: Arc::default(),
        }
    }

    /// A place for `who`, who has none yet; `None` when the house is full, or they are inside.
    pub async fn enter(&self, who: &str) -> Option<Place> {
        let caller = self.caller(who)?;
        let place = match Arc::clone(&self.places).try_acquire_owned() {
            Ok(place) => place,
            Err(_) => {
                let _bench = self.benches.try_acquire().ok()?;
                let place = Arc::clone(&self.places).acquire_owned();
                tokio::time::timeout(PATIENCE, place).await.ok()?.ok()?
            }
        };
        Some(Place {
            _place: place,
            _caller: caller,
        })
    }

    fn caller(&self, who: &str) -> Option<Caller> {
        let fresh = (self.inside.lock())
            .unwrap_or_else(PoisonError::into_inner)
            .insert(who.to_owned());
        fresh.then(|| Caller {
            who: who.to_owned(),
            inside: Arc::clone(&self.inside),
        })
    }
}

/// What somebody is told for whom there is no place; `chance` spreads those who come back.
#[must_use]
pub fn come_back(chance: u8) -> Failure {
    metrics::counter!("gerai_sync_sent_away_total").increment(1);
    Failure::new(
        429,
        "central_busy",
        "Server sedang penuh, coba lagi sebentar",
        "The server is full, try again shortly",
    )
    .retry_after(1 + u64::from(chance) % LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(places: usize, benches: usize) -> Admission {
        Admission {
            places: Arc::new(Semaphore::new(places)),
            benches: Arc::new(Semaphore::new(benches)),
            inside: Arc::default(),
        }
    }

    #[tokio::test]
    async fn nobody_is_inside_twice_and_all_places_are_given_back() {
        let house = admission(2, 0);
        let one = house.enter("one").await;
        assert!(one.is_some());
        assert!(house.enter("one").await.is_none(), "one is inside");
        let other = house.enter("other").await;
        assert!(other.is_some());
        assert!(house.enter("third").await.is_none(), "the house is full");
        drop((one, other));
        assert!(house.enter("third").await.is_some());
        assert!(
            house.enter("third").await.is_some(),
            "who was sent away or left is not inside"
        );
    }

    #[tokio::test]
    async fn some_may_wait_for_a_place_and_not_for_ever() {
        let house = admission(1, 1);
        let one = house.enter("one").await;
        let (waited, sent_away) = tokio::join!(house.enter("two"), house.enter("three"));
        assert!(waited.is_none() && sent_away.is_none(), "nobody left in time");
        let waiting = tokio::spawn({
            let house = house.clone();
            async move { house.enter("two").await.is_some() }
        });
        tokio::task::yield_now().await;
        drop(one);
        assert!(waiting.await.unwrap());
    }

    #[test]
    fn those_sent_away_come_back_at_different_times() {
        let told: HashSet<_> = (0..=u8::MAX)
            .filter_map(|chance| come_back(chance).retry_after)
            .collect();
        assert_eq!(told, (1..=LONGEST).collect());
    }
}
