//! How long one waits (Q3): learned from real visits, given as a range.
//!
//! The queue is played forward twice, once with the shorter and once with the longer of the visits
//! that were seen: each ticket in service order takes the room that serves it and is free first. What
//! a newcomer waits is never less than what anybody before would have waited for the same rooms, so
//! that a longer queue never promises a shorter wait.

mod pace;
#[cfg(test)]
mod tests;

pub use pace::{Pace, Span, Visit};

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    catalog::Category,
    ids::{StudioId, TicketId},
    outlet::Studio,
    queue::{ChosenProduct, Ticket, TicketState},
    session::{Room, RoomState, Session},
    time::Micros,
};

/// A session that has run over may end at any moment; so many seconds are reckoned with.
const OVERRUN: i64 = 120;

/// Minutes until one is called: at least, and at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Wait {
    /// At least.
    pub low: u32,
    /// At most, as far as one can tell.
    pub high: u32,
}

/// What an outlet looks like at a moment.
#[derive(Clone, Copy, Debug)]
pub struct Shop<'s> {
    /// Now.
    pub now: Micros,
    /// Its rooms, as central defines them.
    pub studios: &'s [Studio],
    /// What goes on in them; one without a row is free.
    pub rooms: &'s [Room],
    /// Sessions that run.
    pub running: &'s [Session],
    /// Tickets that wait or were called, in any order; others do not count.
    pub tickets: &'s [Ticket],
    /// How long visits take here.
    pub pace: &'s Pace,
    /// Minutes staff add; negative to take off.
    pub adjust_minutes: i32,
}

/// What everybody waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// Who waits, and how long.
    pub tickets: HashMap<TicketId, Wait>,
    /// A walk-in arriving now, for each category a room serves.
    pub by_category: BTreeMap<Category, Wait>,
    /// A walk-in arriving now, whatever for.
    pub walk_in: Option<Wait>,
}

/// When each room is free, in seconds from now.
struct Rooms<'s> {
    free: Vec<(&'s Studio, i64)>,
    /// The longest anybody would have waited so far, by category.
    longest: HashMap<Category, i64>,
}

impl<'s> Rooms<'s> {
    fn new(shop: &Shop<'s>, pick: fn(Span) -> i64) -> Self {
        let free = shop.studios.iter();
        let mut rooms = Self {
            free: free
                .filter_map(|studio| Some((studio, free_in(shop, studio.id, pick)?)))
                .collect(),
            longest: HashMap::new(),
        };
        rooms.look();
        rooms
    }

    fn first_free(&mut self, serves: Category) -> Option<&mut (&'s Studio, i64)> {
        let serving = self.free.iter_mut().filter(|(studio, _)| serve(studio, serves));
        serving.min_by_key(|(_, free)| *free)
    }

    /// Remembers what a newcomer would wait now.
    fn look(&mut self) {
        for category in Category::ALL {
            let Some((_, free)) = self.first_free(category) else {
                continue;
            };
            let free = *free;
            let longest = self.longest.entry(category).or_insert(0);
            *longest = (*longest).max(free);
        }
    }

    /// A visit takes a room: the one it was sent to, or the first that serves it.
    fn take(&mut self, product: &ChosenProduct, studio: Option<StudioId>, seconds: i64) {
        let sent_to = self.free.iter().position(|(room, _)| Some(room.id) == studio);
        let room = match sent_to {
            Some(at) => self.free.get_mut(at),
            None => self.first_free(product.category),
        };
        if let Some((_, free)) = room {
            *free += seconds;
        }
        self.look();
    }
}

fn serve(studio: &Studio, category: Category) -> bool {
    studio.serves.iter().any(|serves| serves == category.as_str())
}

/// Seconds until a room is free; never, while it is out of order.
fn free_in(shop: &Shop<'_>, studio: StudioId, pick: fn(Span) -> i64) -> Option<i64> {
    let Some(room) = shop.rooms.iter().find(|room| room.id == studio) else {
        return Some(0);
    };
    let since = |from: Micros| shop.now.millis_since(from) / 1_000;
    let turnaround = pick(shop.pace.turnaround());
    match room.state {
        RoomState::Free => Some(0),
        RoomState::Fault => None,
        RoomState::Cleaning => Some((turnaround - since(room.since)).max(0)),
        RoomState::InUse => {
            let session = shop.running.iter().find(|session| Some(session.id) == room.session);
            let left = session.map_or(OVERRUN, |session| {
                let booked = i64::from(session.minutes) * 60;
                let known = shop.pace.of_product(session.product).unwrap_or(Span::around(booked));
                // Whoever was given more minutes stays for them.
                let over = booked - i64::from(session.minutes.saturating_sub(session.extended_minutes)) * 60;
                (pick(known) + over - since(session.started_at)).max(pick(Span { low: 0, high: OVERRUN }))
            });
            Some(left + turnaround)
        }
    }
}

/// What everybody waits, and what a walk-in arriving now would.
#[must_use]
pub fn waits(shop: &Shop<'_>) -> Waits {
    let mut ahead: Vec<&Ticket> = shop.tickets.iter().collect();
    ahead.retain(|ticket| matches!(ticket.now.state, TicketState::Waiting | TicketState::Called));
    ahead.sort_by_key(|ticket| (ticket.now.state != TicketState::Called, ticket.service_order()));
    let (mut low, mut high) = (Rooms::new(shop, |span| span.low), Rooms::new(shop, |span| span.high));
    let told = |low: &Rooms<'_>, high: &Rooms<'_>, category: Category| {
        let (low, high) = (*low.longest.get(&category)?, *high.longest.get(&category)?);
        Some(wait(low, high.max(low), shop.adjust_minutes))
    };
    let mut waits = Waits::default();
    for ticket in ahead {
        let product = &ticket.product;
        if ticket.now.state == TicketState::Waiting
            && let Some(wait) = told(&low, &high, product.category)
        {
            waits.tickets.insert(ticket.id, wait);
        }
        let (visit, turnaround) = (shop.pace.of(product), shop.pace.turnaround());
        low.take(product, ticket.now.studio, visit.low + turnaround.low);
        high.take(product, ticket.now.studio, visit.high + turnaround.high);
    }
    for category in Category::ALL {
        if let Some(wait) = told(&low, &high, category) {
            waits.by_category.insert(category, wait);
        }
    }
    let (lows, highs) = (waits.by_category.values(), waits.by_category.values());
    waits.walk_in = (lows.map(|wait| wait.low).min())
        .zip(highs.map(|wait| wait.high).max())
        .map(|(low, high)| Wait { low, high });
    waits
}

/// In minutes, with staff's correction; never less than nothing.
fn wait(low: i64, high: i64, adjust: i32) -> Wait {
    let minutes = |minutes: i64| u32::try_from((minutes + i64::from(adjust)).max(0)).unwrap_or(u32::MAX);
    Wait {
        low: minutes(low / 60),
        high: minutes((high + 59) / 60),
    }
}
