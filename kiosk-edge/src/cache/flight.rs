//! One request to central for many that want the same at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// The requests under way, by key.
#[derive(Clone, Default)]
pub struct Flights(Arc<Mutex<HashMap<Arc<str>, Flight>>>);

/// A request under way, and who waits for it: each holds a copy of both.
#[derive(Clone)]
pub struct Flight {
    landing: watch::Receiver<()>,
    /// Counts those who wait, for tests.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by tests only"))]
    seat: Arc<()>,
}

/// What a request is in its flight.
pub enum Seat {
    /// It fetches; the flight lands when the ticket is dropped.
    Leader(Ticket),
    /// It waits for the leader.
    Follower(Flight),
}

/// Held by the leader, whatever becomes of it.
pub struct Ticket {
    flights: Flights,
    key: Arc<str>,
    _landed: watch::Sender<()>,
}

impl Flights {
    /// Takes a seat for a key.
    pub fn board(&self, key: &Arc<str>) -> Seat {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = under_way.get(key) {
            return Seat::Follower(flight.clone());
        }
        let (sender, receiver) = watch::channel(());
        let flight = Flight {
            landing: receiver,
            seat: Arc::default(),
        };
        under_way.insert(Arc::clone(key), flight);
        Seat::Leader(Ticket {
            flights: self.clone(),
            key: Arc::clone(key),
            _landed: sender,
        })
    }

    /// How many wait for a flight.
    #[cfg(test)]
    pub fn waiting(&self, key: &str) -> usize {
        let under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The table holds one itself.
        under_way
            .get(key)
            .map_or(0, |flight| Arc::strong_count(&flight.seat) - 1)
    }

    /// Takes the leader's seat, or none when a flight is under way.
    pub fn lead(&self, key: &Arc<str>) -> Option<Ticket> {
        match self.board(key) {
            Seat::Leader(ticket) => Some(ticket),
            Seat::Follower(_) => None,
        }
    }
}

/// Waits until the flight has landed.
pub async fn landed(mut flight: Flight) {
    // Nothing is ever sent: the sender's end is the news.
    while flight.landing.changed().await.is_ok() {}
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.flights
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.key);
    }
}
