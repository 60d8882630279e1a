//! Which slots a day has, and how many places are left in each. Pure.

use gerai_shared::{
    Day, Micros,
    catalog::Category,
    outlet::{Outlet, Studio},
    queue::RemoteTicket,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How an outlet takes bookings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    /// Minutes between the beginnings of two slots; 5 to 480.
    pub slot_minutes: u16,
    /// The most bookings that begin in one slot, to keep rooms for walk-ins; as many as the rooms
    /// can take when absent.
    #[serde(default)]
    pub per_slot: Option<u32>,
    /// How many days ahead a slot can be booked.
    pub ahead_days: u32,
    /// Minutes before a slot after which it cannot be booked any more.
    pub notice_minutes: u32,
    /// Minutes before a slot after which its booking cannot be moved or given up any more.
    pub change_minutes: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            slot_minutes: 30,
            per_slot: None,
            ahead_days: 30,
            notice_minutes: 30,
            change_minutes: 120,
        }
    }
}

/// A time at which a visit may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub starts_at: Micros,
    pub ends_at: Micros,
    /// Places left.
    pub free: u32,
}

/// A visit that somebody has booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Visit {
    pub starts_at: Micros,
    pub ends_at: Micros,
    pub category: Category,
}

impl Visit {
    /// How long rooms are taken by it: a product that states no minutes fills its slot.
    pub(super) fn new(starts_at: Micros, minutes: u32, category: Category, rules: &Rules) -> Self {
        let minutes = if minutes == 0 {
            u32::from(rules.slot_minutes)
        } else {
            minutes
        };
        Self {
            starts_at,
            ends_at: starts_at.plus_minutes(minutes),
            category,
        }
    }

    /// The visit a booking is for.
    pub(super) fn of(booking: &RemoteTicket, rules: &Rules) -> Option<Self> {
        let product = &booking.product;
        Some(Self::new(booking.starts_at?, product.minutes, product.category, rules))
    }
}

/// The slots of a business day for a product of `minutes`, in order, with the places left beside
/// what was booked. Slots that begin before `not_before` have none.
pub(super) fn slots(
    outlet: &Outlet,
    rules: &Rules,
    day: Day,
    (category, minutes): (Category, u32),
    booked: &[Visit],
    not_before: Micros,
) -> Vec<Slot> {
    let weekday = usize::from(day.0.weekday().number_days_from_monday());
    let Some(hours) = outlet.hours.get(weekday).copied().flatten() else {
        return Vec::new();
    };
    let closes = outlet.zone.at(day, hours.closes);
    (hours.opens..hours.closes)
        .step_by(usize::from(rules.slot_minutes.max(1)))
        .map(|minute| Visit::new(outlet.zone.at(day, minute), minutes, category, rules))
        .filter(|visit| visit.ends_at <= closes)
        .map(|visit| Slot {
            starts_at: visit.starts_at,
            ends_at: visit.ends_at,
            free: if visit.starts_at < not_before {
                0
            } else {
                free(&outlet.studios, rules, visit, booked)
            },
        })
        .collect()
}

/// How many more visits like this one the rooms can take.
fn free(studios: &[Studio], rules: &Rules, visit: Visit, booked: &[Visit]) -> u32 {
    let slot = visit.starts_at..visit.starts_at.plus_minutes(u32::from(rules.slot_minutes));
    let begun = booked.iter().filter(|other| slot.contains(&other.starts_at)).count();
    let left = rules.per_slot.map_or(u32::MAX, |most| {
        most.saturating_sub(u32::try_from(begun).unwrap_or(u32::MAX))
    });
    // Who is there changes only when somebody comes.
    let beginnings = booked.iter().map(|other| other.starts_at);
    let moments = beginnings.filter(|at| (visit.starts_at..visit.ends_at).contains(at));
    std::iter::once(visit.starts_at)
        .chain(moments)
        .map(|at| places_at(studios, visit.category, booked, at))
        .min()
        .unwrap_or(0)
        .min(left)
}

fn places_at(studios: &[Studio], category: Category, booked: &[Visit], at: Micros) -> u32 {
    let mut there: Vec<_> = booked
        .iter()
        .filter(|other| (other.starts_at..other.ends_at).contains(&at))
        .map(|other| other.category)
        .collect();
    let mut places = 0;
    loop {
        there.push(category);
        if !fit(studios, &there) {
            return places;
        }
        places += 1;
    }
}

/// Whether all can be in a room that serves them at once: a bipartite matching by augmenting paths.
fn fit(studios: &[Studio], visits: &[Category]) -> bool {
    let mut holds: Vec<Option<usize>> = vec![None; studios.len()];
    (0..visits.len()).all(|visit| seat(studios, visits, visit, &mut holds, &mut vec![false; studios.len()]))
}

fn seat(
    studios: &[Studio],
    visits: &[Category],
    visit: usize,
    holds: &mut [Option<usize>],
    tried: &mut Vec<bool>,
) -> bool {
    for (room, studio) in studios.iter().enumerate() {
        let serves = studio.serves.iter().any(|served| served == visits[visit].as_str());
        if !serves || std::mem::replace(&mut tried[room], true) {
            continue;
        }
        if holds[room].is_none_or(|other| seat(studios, visits, other, holds, tried)) {
            holds[room] = Some(visit);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use gerai_shared::{OutletId, StudioId, outlet::Hours, time::Zone};
    use time::macros::date;
    use uuid::Uuid;

    use super::*;

    const DAY: Day = Day(date!(2026 - 11 - 23));

    fn outlet(rooms: &[&[&str]]) -> Outlet {
        let studios = rooms.iter().zip(1..).map(|(serves, number)| Studio {
            id: StudioId(Uuid::from_u128(number)),
            name: format!("Ruang {number}"),
            serves: serves.iter().map(|&category| category.to_owned()).collect(),
        });
        Outlet {
            id: OutletId(Uuid::from_u128(1)),
            code: "JKT01".to_owned(),
            name: "Kemang".to_owned(),
            city: "Jakarta".to_owned(),
            address: "Jl. Kemang Raya 1".to_owned(),
            location: "kemang".to_owned(),
            zone: Zone::Wib,
            day_starts_at: 240,
            hours: vec![
                Some(Hours {
                    opens: 600,
                    closes: 720
                });
                6
            ]
            .into_iter()
            .chain([None])
            .collect(),
            studios: studios.collect(),
            caps: None,
            outage_cap: None,
            public_url: None,
        }
    }

    fn told(slots: &[Slot]) -> Vec<(u16, u32)> {
        slots
            .iter()
            .map(|slot| (Zone::Wib.minute_of_day(slot.starts_at), slot.free))
            .collect()
    }

    fn visit(minute: u16, minutes: u32, category: Category) -> Visit {
        Visit::new(Zone::Wib.at(DAY, minute), minutes, category, &Rules::default())
    }

    #[test]
    fn slots_lie_in_opening_hours_and_end_before_closing() {
        let outlet = outlet(&[&["photobooth"], &["photobooth"]]);
        let asked = |minutes| {
            let wish = (Category::Photobooth, minutes);
            told(&slots(&outlet, &Rules::default(), DAY, wish, &[], Micros(0)))
        };
        assert_eq!(asked(15), [(600, 2), (630, 2), (660, 2), (690, 2)]);
        assert_eq!(asked(45), [(600, 2), (630, 2), (660, 2)]);
        assert_eq!(asked(0), [(600, 2), (630, 2), (660, 2), (690, 2)], "it fills its slot");
        let sunday = Day(date!(2026 - 11 - 29));
        let wish = (Category::Photobooth, 15);
        assert_eq!(slots(&outlet, &Rules::default(), sunday, wish, &[], Micros(0)), []);
    }

    #[test]
    fn a_visit_takes_its_room_for_as_long_as_it_lasts() {
        let outlet = outlet(&[&["photobooth"]]);
        let booked = [visit(600, 45, Category::Photobooth)];
        let wish = (Category::Photobooth, 30);
        let asked = slots(&outlet, &Rules::default(), DAY, wish, &booked, Micros(0));
        assert_eq!(told(&asked), [(600, 0), (630, 0), (660, 1), (690, 1)]);
        // One that begins later also stands in the way of a long one before it.
        let wish = (Category::Photobooth, 60);
        let asked = slots(
            &outlet,
            &Rules::default(),
            DAY,
            wish,
            &[visit(660, 15, Category::Photobooth)],
            Micros(0),
        );
        assert_eq!(told(&asked), [(600, 1), (630, 0), (660, 0)]);
    }

    #[test]
    fn rooms_that_serve_several_kinds_are_given_to_whom_nothing_else_serves() {
        let outlet = outlet(&[&["photobooth", "thematic"], &["photobooth"]]);
        let at = |booked: &[Visit], category| {
            let asked = slots(&outlet, &Rules::default(), DAY, (category, 30), booked, Micros(0));
            asked[0].free
        };
        assert_eq!(at(&[], Category::Photobooth), 2);
        let booth = visit(600, 30, Category::Photobooth);
        assert_eq!(
            at(&[booth], Category::Thematic),
            1,
            "the booth's guest takes the other room"
        );
        assert_eq!(at(&[booth, booth], Category::Thematic), 0);
        assert_eq!(at(&[], Category::WideAngle), 0, "no room serves it");
    }

    #[test]
    fn a_cap_keeps_rooms_for_walk_ins_and_the_past_has_no_places() {
        let outlet = outlet(&[&["photobooth"], &["photobooth"], &["photobooth"]]);
        let rules = Rules {
            per_slot: Some(1),
            ..Rules::default()
        };
        let booked = [visit(600, 15, Category::Photobooth)];
        let from = Zone::Wib.at(DAY, 650);
        let asked =
            |booked: &[Visit], from| told(&slots(&outlet, &rules, DAY, (Category::Photobooth, 15), booked, from));
        assert_eq!(asked(&booked, Micros(0)), [(600, 0), (630, 1), (660, 1), (690, 1)]);
        assert_eq!(asked(&[], from), [(600, 0), (630, 0), (660, 1), (690, 1)]);
    }
}
