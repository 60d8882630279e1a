//! Scopes, parts, nights.

use super::*;
use crate::{
    ids::{SaleId, ShiftId, StudioId},
    money::Rupiah,
    sale::Sale,
    session::Room,
    shift::Shift,
};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn sale(id: u128, on: &str) -> Change {
    let sale = serde_json::json!({
        "id": SaleId(Uuid::from_u128(id)), "outlet": Uuid::nil(), "day": on, "receipt": 1, "lines": [],
        "total": 0, "tendered": 0, "change": 0, "catalog_version": 1, "sold_at": 0,
    });
    Change::Sale(serde_json::from_value::<Sale>(sale).unwrap())
}

fn shift(id: u128, on: &str, closed_at: Option<Micros>) -> Change {
    Change::Shift(Shift {
        id: ShiftId(Uuid::from_u128(id)),
        outlet: OutletId(Uuid::nil()),
        day: day(on),
        till: None,
        float: Rupiah(0),
        opened_by: None,
        opened_at: Micros(0),
        movements: Vec::new(),
        closed_by: None,
        closed_at,
        settlement: None,
        note: None,
        corrections: Vec::new(),
        revision: 1,
    })
}

fn parts(scope: &Scope, rows: &[Change]) -> Parts {
    let mut parts = Parts::default();
    rows.iter().for_each(|row| parts.take(scope, row));
    parts
}

#[test]
fn a_scope_is_over_its_days_what_is_open_and_what_has_no_day() {
    let room = Change::Room(Room::free(StudioId(Uuid::nil()), OutletId(Uuid::nil())));
    let rows = [
        sale(1, "2026-11-01"),
        sale(2, "2026-11-10"),
        shift(3, "2026-11-01", None),
        shift(4, "2026-11-01", Some(Micros(1))),
        room,
    ];
    let keys = |scope: Scope| -> Vec<(&'static str, String)> {
        let told = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
        let hashes = parts(&scope, &rows).hashes();
        hashes
            .iter()
            .map(|part| (part.key.table.as_str(), told(part.key.day)))
            .collect()
    };
    let at = |table: &'static str, day: &str| (table, day.to_owned());
    let whole = [
        at("room", ""),
        at("sale", "2026-11-01"),
        at("sale", "2026-11-10"),
        at("shift", "2026-11-01"),
    ];
    assert_eq!(keys(Scope::default()), whole);
    let window = [at("room", ""), at("sale", "2026-11-10"), at("shift", "")];
    let since = Some(day("2026-11-05"));
    assert_eq!(keys(Scope { since, from: None }), window);
    assert_eq!(
        keys(Scope {
            since: None,
            from: since
        }),
        window,
        "the open shift is handed on"
    );
}

#[test]
fn what_differs_is_found_by_part_and_named_by_row() {
    let scope = Scope::default();
    let edge = parts(
        &scope,
        &[
            sale(1, "2026-11-01"),
            sale(2, "2026-11-02"),
            shift(3, "2026-11-02", None),
        ],
    );
    let central = parts(
        &scope,
        &[
            sale(1, "2026-11-01"),
            sale(4, "2026-11-02"),
            shift(3, "2026-11-02", Some(Micros(1))),
        ],
    );
    assert_eq!(edge.differing(&edge.hashes()), []);
    let differ = central.differing(&edge.hashes());
    let keys: Vec<_> = differ.iter().map(|key| key.table.as_str()).collect();
    assert_eq!(keys, ["sale", "shift"]);
    let sales = central.differing_rows(&edge.rows(differ[0]));
    let sides: Vec<_> = sales
        .iter()
        .map(|row| (row.id.as_u128(), row.edge.is_some(), row.central.is_some()))
        .collect();
    assert_eq!(sides, [(2, true, false), (4, false, true)]);
    let shifts = central.differing_rows(&edge.rows(differ[1]));
    assert!(shifts[0].edge.is_some() && shifts[0].central.is_some() && shifts.len() == 1);
}

#[test]
fn the_night_is_before_the_business_day_and_another_for_each_outlet() {
    let outlet = |id: u128| -> Outlet {
        let outlet = serde_json::json!({
            "id": Uuid::from_u128(id), "code": "A", "name": "A", "city": "", "address": "", "location": "",
            "zone": "WITA", "day_starts_at": 240, "hours": [], "studios": [],
        });
        serde_json::from_value(outlet).unwrap()
    };
    let now = Micros(1_795_230_000_000_123);
    let nights: std::collections::BTreeSet<i64> = (0..50)
        .map(|id| {
            let outlet = outlet(id);
            let night = last_night(&outlet, now);
            assert!(night <= now && now.0 - night.0 < 24 * 60 * MINUTE);
            let minute = outlet.zone.minute_of_day(night);
            assert!((120..240).contains(&minute), "{minute}");
            assert_eq!(last_night(&outlet, night), night);
            assert_eq!(last_night(&outlet, Micros(night.0 - 1)).0, night.0 - 24 * 60 * MINUTE);
            night.0
        })
        .collect();
    assert!(nights.len() > 20, "they are spread");
}
