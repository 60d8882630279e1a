//! What a wait estimate must never do, whatever the outlet looks like.

use proptest::prelude::*;
use time::macros::date;
use uuid::Uuid;

use super::{Pace, Shop, Visit, Wait, Waits, waits};
use crate::{
    Day, Micros, OutletId,
    catalog::Category,
    outlet::Studio,
    queue::{ChosenProduct, Lane, Moment, Series, Slot, Ticket, TicketState},
    session::{Room, RoomState, Session, SessionState},
};

const NOW: Micros = Micros(1_795_289_400_000_000);
const DAY: Day = Day(date!(2026 - 11 - 21));

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn ago(minutes: i64) -> Micros {
    Micros(NOW.0 - minutes * 60_000_000)
}

fn studio(number: u128, serves: &[Category]) -> Studio {
    Studio {
        id: id(number).into(),
        name: format!("Ruang {number}"),
        serves: serves.iter().map(|category| category.as_str().to_owned()).collect(),
    }
}

fn ticket(number: u32, category: Category, lane: Lane, state: TicketState) -> Ticket {
    Ticket {
        id: id(1_000 + u128::from(number)).into(),
        outlet: OutletId(id(1)),
        day: DAY,
        series: Series::WalkIn,
        number,
        product: ChosenProduct {
            id: id(category as u128).into(),
            name: "Basic".to_owned(),
            category,
            minutes: 15,
        },
        party_size: 2,
        lane,
        customer: None,
        holder: None,
        remote: None,
        reason: None,
        now: Moment {
            state,
            studio: None,
            session: None,
            called_at: None,
            calls: 0,
            position: i64::from(number),
            product: None,
            wanted: None,
            lane: None,
        },
        before: None,
        issued_at: NOW,
        changed_at: NOW,
        revision: 1,
        token: None,
        closed_at: None,
        consent: None,
        wanted: None,
        slot: None,
    }
}

fn waiting(count: u32) -> Vec<Ticket> {
    (0..count)
        .map(|number| ticket(number, Category::Photobooth, Lane::Regular, TicketState::Waiting))
        .collect()
}

fn look(studios: &[Studio], rooms: &[Room], running: &[Session], tickets: &[Ticket], pace: &Pace) -> Waits {
    waits(&Shop {
        now: NOW,
        studios,
        rooms,
        running,
        tickets,
        pace,
        adjust_minutes: 0,
    })
}

fn in_use(number: u128, minutes: u32, since: i64) -> (Room, Session) {
    let session = Session {
        id: id(500 + number).into(),
        outlet: OutletId(id(1)),
        day: DAY,
        ticket: id(900).into(),
        studio: id(number).into(),
        product: id(0).into(),
        state: SessionState::Running,
        minutes,
        extended_minutes: 0,
        started_at: ago(since),
        ended_at: None,
        extension_sales: Vec::new(),
        revision: 1,
    };
    let room = Room {
        state: RoomState::InUse,
        session: Some(session.id),
        since: ago(since),
        ..Room::free(id(number).into(), OutletId(id(1)))
    };
    (room, session)
}

#[test]
fn an_empty_queue_and_a_free_room_is_no_wait() {
    let studios = [studio(1, &[Category::Photobooth])];
    let told = look(&studios, &[], &[], &[], &Pace::default());
    assert_eq!(told.walk_in, Some(Wait { low: 0, high: 0 }));
}

#[test]
fn who_waits_waits_for_whom_is_ahead_and_for_the_rooms_that_serve() {
    let studios = [studio(1, &[Category::Photobooth]), studio(2, &[Category::Thematic])];
    let told = look(&studios, &[], &[], &waiting(3), &Pace::default());
    // 15 minutes more or less a fifth, and one to five minutes to make the room ready.
    assert_eq!(told.tickets[&id(1_000).into()], Wait { low: 0, high: 0 });
    assert_eq!(told.tickets[&id(1_001).into()], Wait { low: 13, high: 23 });
    assert_eq!(told.tickets[&id(1_002).into()], Wait { low: 26, high: 46 });
    assert_eq!(told.by_category[&Category::Photobooth], Wait { low: 39, high: 69 });
    assert_eq!(told.by_category[&Category::Thematic], Wait { low: 0, high: 0 });
    assert!(
        !told.by_category.contains_key(&Category::StudioPro),
        "no room serves it"
    );
}

#[test]
fn a_running_session_and_a_room_out_of_order_count() {
    let studios = [studio(1, &[Category::Photobooth]), studio(2, &[Category::Photobooth])];
    let (room, session) = in_use(1, 15, 5);
    let fault = Room {
        state: RoomState::Fault,
        ..Room::free(id(2).into(), OutletId(id(1)))
    };
    let told = look(&studios, &[room, fault.clone()], &[session], &[], &Pace::default());
    assert_eq!(told.walk_in, Some(Wait { low: 8, high: 18 }));
    let (late, session) = in_use(1, 15, 60);
    let told = look(&studios, &[late, fault.clone()], &[session], &[], &Pace::default());
    assert_eq!(told.walk_in, Some(Wait { low: 1, high: 7 }), "run over: soon");
    assert_eq!(look(&studios[1..], &[fault], &[], &[], &Pace::default()).walk_in, None);
}

#[test]
fn the_pace_is_learned_from_visits_and_from_the_gaps_between_them() {
    let visit = |at: i64| Visit {
        product: id(0).into(),
        category: Some(Category::Photobooth),
        studio: id(1).into(),
        started_at: ago(300 - at * 12),
        ended_at: ago(290 - at * 12),
    };
    let visits: Vec<Visit> = (0..10).map(visit).collect();
    let studios = [studio(1, &[Category::Photobooth])];
    let told = look(&studios, &[], &[], &waiting(1), &Pace::learn(&visits));
    // Ten minutes a visit, two between: not the fifteen that are booked.
    assert_eq!(told.walk_in, Some(Wait { low: 12, high: 12 }));
    let few = look(&studios, &[], &[], &waiting(1), &Pace::learn(&visits[..3]));
    assert_eq!(few.walk_in, Some(Wait { low: 13, high: 23 }), "three are no experience");
}

#[test]
fn staff_correct_it_and_it_is_never_less_than_nothing() {
    let studios = [studio(1, &[Category::Photobooth])];
    let (tickets, pace) = (waiting(2), Pace::default());
    let told = |adjust_minutes| {
        waits(&Shop {
            now: NOW,
            studios: &studios,
            rooms: &[],
            running: &[],
            tickets: &tickets,
            pace: &pace,
            adjust_minutes,
        })
    };
    assert_eq!(told(5).tickets[&id(1_001).into()], Wait { low: 18, high: 28 });
    assert_eq!(told(-20).tickets[&id(1_001).into()], Wait { low: 0, high: 3 });
}

/// A booking comes due after the first of three walk-ins has been called: it goes before the other two.
#[test]
fn a_booking_that_will_be_due_is_reckoned_with_before_it_is() {
    let studios = [studio(1, &[Category::Photobooth]), studio(2, &[Category::Thematic])];
    let mut booked = ticket(9, Category::Photobooth, Lane::Regular, TicketState::Waiting);
    let in_minutes = |minutes: i64| Some(Micros(NOW.0 + minutes * 60_000_000));
    let told = |booked: &Ticket| {
        let mut tickets = waiting(3);
        tickets.push(booked.clone());
        let told = look(&studios, &[], &[], &tickets, &Pace::default());
        [1_000, 1_001, 1_002, 1_009].map(|of| told.tickets[&id(of).into()])
    };
    let [none, one, two, three] = [(0, 0), (13, 23), (26, 46), (39, 69)].map(|(low, high)| Wait { low, high });
    assert_eq!(told(&booked), [none, one, two, three], "booked, and too late");
    let mut due = |due_at| {
        booked.slot = Some(Slot { starts_at: NOW, due_at });
        told(&booked)
    };
    assert_eq!(due(in_minutes(0)), [one, two, three, none], "due now");
    assert_eq!(due(in_minutes(12)), [none, two, three, one], "due by the next call");
    // If visits are short, two are called before.
    assert_eq!(due(in_minutes(20))[0], none);
    assert_eq!(due(in_minutes(20))[3], Wait { low: 26, high: 26 });
    assert_eq!(
        due(in_minutes(90)),
        [none, one, two, three],
        "when it does not matter any more"
    );
}

fn category() -> impl Strategy<Value = Category> {
    prop::sample::select(&Category::ALL[..4])
}

prop_compose! {
    fn any_studio()(number in 1_u128..6, serves in prop::collection::vec(category(), 1..4)) -> Studio {
        studio(number, &serves)
    }
}

prop_compose! {
    fn any_ticket()(
        number in 0_u32..500,
        category in category(),
        lane in prop::sample::select(vec![Lane::Regular, Lane::Priority]),
        state in prop::sample::select(TicketState::ALL.to_vec()),
    ) -> Ticket {
        ticket(number, category, lane, state)
    }
}

prop_compose! {
    fn any_room()(
        number in 1_u128..6,
        state in prop::sample::select(vec![RoomState::Free, RoomState::Cleaning, RoomState::Fault, RoomState::InUse]),
        minutes in 1_u32..60,
        since in -5_i64..120,
    ) -> (Room, Session) {
        let (room, session) = in_use(number, minutes, since);
        (Room { state, ..room }, session)
    }
}

prop_compose! {
    fn any_visit()(
        product in 0_u128..4,
        category in category(),
        number in 1_u128..6,
        from in 0_i64..10_000,
        takes in -10_i64..90,
    ) -> Visit {
        Visit {
            product: id(product).into(),
            category: Some(category),
            studio: id(number).into(),
            started_at: ago(from),
            ended_at: ago(from - takes),
        }
    }
}

proptest! {
    /// One more in the queue never makes anybody's wait shorter, nor a walk-in's; the low end is
    /// never above the high end; and only who waits is told how long.
    #[test]
    fn a_longer_queue_is_never_a_shorter_wait(
        studios in prop::collection::vec(any_studio(), 1..6),
        rooms in prop::collection::vec(any_room(), 0..6),
        queue in prop::collection::vec(any_ticket(), 0..30),
        visits in prop::collection::vec(any_visit(), 0..40),
        more in category(),
        adjust_minutes in -60_i32..60,
    ) {
        let (rooms, running): (Vec<Room>, Vec<Session>) = rooms.into_iter().unzip();
        let pace = Pace::learn(&visits);
        let told = |tickets: &[Ticket]| waits(&Shop {
            now: NOW, studios: &studios, rooms: &rooms, running: &running, tickets, pace: &pace, adjust_minutes,
        });
        let before = told(&queue);
        let last = ticket(1_000, more, Lane::Regular, TicketState::Waiting);
        let mut longer = queue.clone();
        longer.push(last);
        let after = told(&longer);
        for (category, wait) in &before.by_category {
            let then = after.by_category[category];
            prop_assert!(wait.low <= wait.high);
            prop_assert!(then.low >= wait.low && then.high >= wait.high, "{:?}: {:?} then {:?}", category, wait, then);
        }
        for (ticket, wait) in &before.tickets {
            prop_assert_eq!(after.tickets.get(ticket), Some(wait));
        }
        for ticket in &queue {
            let told = before.tickets.contains_key(&ticket.id);
            prop_assert!(!told || ticket.now.state == TicketState::Waiting || queue.iter().any(
                |other| other.id == ticket.id && other.now.state == TicketState::Waiting));
        }
    }
}
