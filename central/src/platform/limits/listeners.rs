//! How many follow something live at once, without being known: queues and tickets' pages.
//!
//! A stream costs memory and a wake-up with every change for as long as it is open, and the limits on
//! calls count it once. So each address has so many seats, and the house so many in all.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{config, platform::http::Failure};

/// When somebody who found no seat may come back, in seconds.
const LATER: u64 = 30;

/// Seats for those who listen; clones share them.
#[derive(Clone, Debug)]
pub struct Listeners {
    most: usize,
    most_of_one: usize,
    seated: Arc<Mutex<Seated>>,
}

#[derive(Debug, Default)]
struct Seated {
    all: usize,
    by_address: HashMap<Option<IpAddr>, usize>,
}

/// A seat, given back on drop: to be held by the stream.
#[derive(Debug)]
pub struct Seat {
    address: Option<IpAddr>,
    seated: Arc<Mutex<Seated>>,
}

impl Listeners {
    /// As many seats as configured, nobody on them.
    #[must_use]
    pub fn new(config: &config::Limits) -> Self {
        Self {
            most: config.listeners,
            most_of_one: config.listeners_per_address,
            seated: Arc::default(),
        }
    }

    /// A seat for somebody at an address.
    ///
    /// # Errors
    /// 429 when the address has as many as it may, 503 when all are taken.
    pub fn sit(&self, address: Option<IpAddr>) -> Result<Seat, Failure> {
        let mut seated = self.seated.lock().unwrap_or_else(PoisonError::into_inner);
        let here = seated.by_address.get(&address).copied().unwrap_or_default();
        let refused = if here >= self.most_of_one {
            Failure::new(
                429,
                "too_many_listeners",
                "Terlalu banyak tampilan langsung dari alamat ini",
                "Too many live views from this address",
            )
        } else if seated.all >= self.most {
            Failure::new(
                503,
                "listeners_full",
                "Tampilan langsung sedang penuh, coba lagi nanti",
                "No more live views for now, try again later",
            )
        } else {
            seated.all += 1;
            seated.by_address.insert(address, here + 1);
            metrics::gauge!("gerai_listeners").set(seated.all as f64);
            return Ok(Seat {
                address,
                seated: Arc::clone(&self.seated),
            });
        };
        metrics::counter!("gerai_listeners_sent_away_total").increment(1);
        Err(refused.retry_after(LATER))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seated = self.seated.lock().unwrap_or_else(PoisonError::into_inner);
        seated.all = seated.all.saturating_sub(1);
        let left = seated
            .by_address
            .get(&self.address)
            .map_or(0, |here| here.saturating_sub(1));
        if left == 0 {
            seated.by_address.remove(&self.address);
        } else {
            seated.by_address.insert(self.address, left);
        }
        metrics::gauge!("gerai_listeners").set(seated.all as f64);
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::*;

    #[test]
    fn an_address_has_its_seats_and_the_house_has_its_own_and_both_come_back() {
        let listeners = Listeners {
            most: 3,
            most_of_one: 2,
            seated: Arc::default(),
        };
        let at = |last: u8| Some(IpAddr::from([10, 0, 0, last]));
        let status = |seat: Result<Seat, Failure>| seat.err().map(|failure| failure.into_response().status().as_u16());
        let first = listeners.sit(at(1)).unwrap();
        let _second = listeners.sit(at(1)).unwrap();
        assert_eq!(status(listeners.sit(at(1))), Some(429));
        let third = listeners.sit(at(2)).unwrap();
        assert_eq!(status(listeners.sit(None)), Some(503));
        drop(third);
        assert!(listeners.sit(None).is_ok(), "a seat comes back");
        drop(first);
        assert!(listeners.sit(at(1)).is_ok(), "to its address, too");
        assert_eq!(
            listeners.seated.lock().unwrap().by_address.len(),
            1,
            "nobody gone is counted"
        );
    }
}
