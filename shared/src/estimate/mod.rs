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

    /// When one who waits for this may be called, as far as it is known now.
    fn next_call(&mut self, serves: Category, now: Micros) -> Micros {
        let free = self.first_free(serves).map_or(0, |(_, free)| *free);
        Micros(now.0.saturating_add(free * 1_000_000))
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

/// Seconds everybody waits, were all visits as short or as long as `pick` says.
struct Played {
    tickets: HashMap<TicketId, i64>,
    by_category: HashMap<Category, i64>,
}

/// Plays the queue forward. Who was called goes first; then by service order, as it will be when a room is
/// free: a booking that comes due while others wait goes before them from then on.
fn played(shop: &Shop<'_>, pick: fn(Span) -> i64) -> Played {
    let mut rooms = Rooms::new(shop, pick);
    let mut tickets = HashMap::new();
    let open = |state: TicketState| shop.tickets.iter().filter(move |ticket| ticket.now.state == state);
    let mut visit = |rooms: &mut Rooms<'_>, ticket: &Ticket| {
        let category = ticket.product.category;
        if ticket.now.state == TicketState::Waiting
            && let Some(wait) = rooms.longest.get(&category)
        {
            tickets.insert(ticket.id, *wait);
        }
        let seconds = pick(shop.pace.of(&ticket.product)) + pick(shop.pace.turnaround());
        rooms.take(&ticket.product, ticket.now.studio, seconds);
    };
    let mut called: Vec<&Ticket> = open(TicketState::Called).collect();
    called.sort_by_key(|ticket| ticket.service_order(shop.now));
    for ticket in called {
        visit(&mut rooms, ticket);
    }
    // Few are booked; the others' order stays.
    let coming = |ticket: &&Ticket| ticket.due_at().is_some_and(|due| due > shop.now);
    let (mut booked, mut others): (Vec<&Ticket>, Vec<&Ticket>) = open(TicketState::Waiting).partition(coming);
    booked.sort_by_key(|ticket| (ticket.due_at(), ticket.now.position));
    others.sort_by_key(|ticket| std::cmp::Reverse(ticket.service_order(shop.now)));
    loop {
        let due = booked.iter().enumerate().map(|(at, ticket)| {
            let call = rooms.next_call(ticket.product.category, shop.now);
            (ticket.service_order(call), at)
        });
        let other = others.last().map(|ticket| ticket.service_order(shop.now));
        let next = match due.min() {
            Some((order, at)) if other.is_none_or(|other| order < other) => Some(booked.remove(at)),
            _ => others.pop(),
        };
        let Some(ticket) = next else { break };
        visit(&mut rooms, ticket);
    }
    Played {
        tickets,
        by_category: rooms.longest,
    }
}

/// What everybody waits, and what a walk-in arriving now would.
#[must_use]
pub fn waits(shop: &Shop<'_>) -> Waits {
    let (low, high) = (played(shop, |span| span.low), played(shop, |span| span.high));
    let told = |low: i64, high: i64| wait(low, high.max(low), shop.adjust_minutes);
    let mut waits = Waits::default();
    for (ticket, low) in low.tickets {
        if let Some(high) = high.tickets.get(&ticket) {
            waits.tickets.insert(ticket, told(low, *high));
        }
    }
    for (category, low) in low.by_category {
        if let Some(high) = high.by_category.get(&category) {
            waits.by_category.insert(category, told(low, *high));
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
