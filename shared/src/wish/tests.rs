//! What a guest may choose, and what a line with a packet costs, as tables.

use std::collections::HashMap;

use time::macros::date;
use uuid::Uuid;

use super::{ExtraWish, Floor, Ground, LineWish, Till, WantedWish, Wish};
use crate::{
    Act, Day, Micros, OutletId, ProductId, Refusal, Rupiah, State,
    catalog::{Category, Display, Packet, Product},
    outlet::Outlet,
    problem::Lang,
    queue::{Extra, Lane, Wanted},
    refusal::Unfit,
    time::Zone,
};

const VISIT: u128 = 1;
const PRINT: u128 = 2;
const COSTUME: u128 = 3;
const ELSEWHERE: u128 = 4;
const ALBUM: u128 = 5;
const UNKNOWN: u128 = 6;

fn id(number: u128) -> ProductId {
    Uuid::from_u128(number).into()
}

fn product(number: u128, name: &str, category: Category, price: i64) -> (ProductId, Product) {
    let product = Product {
        id: id(number),
        name: name.to_owned(),
        category,
        retail_group: None,
        price: Rupiah(price),
        duration_minutes: 60,
        max_party: None,
        available_in: Vec::new(),
        display: Display::default(),
    };
    (product.id, product)
}

fn packet(name: &str, price: i64) -> Packet {
    Packet {
        name: name.to_owned(),
        price: Rupiah(price),
        info: None,
    }
}

fn shelf() -> HashMap<ProductId, Product> {
    let mut visit = product(VISIT, "Graduation", Category::ProfessionalFoto, 550_000);
    visit.1.display.packets = vec![packet("Silver", 750_000), packet("Gold", 1_100_000)];
    let mut elsewhere = product(ELSEWHERE, "Surfboard", Category::Additional, 40_000);
    elsewhere.1.available_in = vec!["bali".to_owned()];
    HashMap::from([
        visit,
        product(PRINT, "Print 4R", Category::Additional, 15_000),
        product(COSTUME, "Costume", Category::Additional, 25_000),
        elsewhere,
        product(ALBUM, "Album", Category::RetailProduct, 50_000),
    ])
}

fn plan(wish: Wish, shelf: HashMap<ProductId, Product>) -> Result<Act, Refusal> {
    let outlet = Outlet {
        id: OutletId(Uuid::from_u128(100)),
        code: "JKT01".to_owned(),
        name: "Kemang".to_owned(),
        city: "Jakarta".to_owned(),
        address: "Jl. Kemang Raya 1".to_owned(),
        location: "jakarta".to_owned(),
        zone: Zone::Wib,
        day_starts_at: 240,
        hours: vec![None; 7],
        studios: Vec::new(),
        caps: None,
        outage_cap: None,
        public_url: None,
    };
    let ground = Ground {
        outlet: &outlet,
        day: Day(date!(2026 - 11 - 21)),
        now: Micros(1_795_289_400_000_000),
        fresh: Uuid::from_u128(200),
        token: "token".to_owned(),
        ticket_number: 1,
        receipt_number: 1,
        products: shelf,
        remote: None,
        catalog_version: 7,
        floor: Floor::default(),
        till: Till::default(),
    };
    wish.plan(&State::default(), &ground)
}

fn issue(wanted: Option<WantedWish>) -> Wish {
    Wish::Issue {
        product: id(VISIT),
        party_size: 2,
        holder: None,
        lane: Lane::Regular,
        customer: None,
        consent: None,
        wanted,
    }
}

fn wanted(packet: Option<&str>, extras: &[(u128, u32)]) -> WantedWish {
    WantedWish {
        packet: packet.map(str::to_owned),
        extras: extras
            .iter()
            .map(|(product, quantity)| ExtraWish {
                product: id(*product),
                quantity: *quantity,
            })
            .collect(),
    }
}

fn told(wish: WantedWish) -> Result<Option<Wanted>, Refusal> {
    match plan(issue(Some(wish)), shelf())? {
        Act::IssueTicket(issue) => Ok(issue.wanted),
        act => panic!("{act:?}"),
    }
}

#[test]
fn a_choice_is_told_with_the_names_of_the_catalogue() {
    let extra = |product, name: &str, quantity| Extra {
        product: id(product),
        name: name.to_owned(),
        quantity,
    };
    let both = told(wanted(Some(" Gold "), &[(PRINT, 2), (COSTUME, 20)])).unwrap();
    assert_eq!(
        both,
        Some(Wanted {
            packet: Some("Gold".to_owned()),
            extras: vec![extra(PRINT, "Print 4R", 2), extra(COSTUME, "Costume", 20)],
        })
    );
    let packet = told(wanted(Some("Silver"), &[])).unwrap().unwrap();
    assert_eq!((packet.packet.as_deref(), packet.extras.len()), (Some("Silver"), 0));
    assert!(told(wanted(None, &[(PRINT, 1)])).unwrap().unwrap().packet.is_none());
}

#[test]
fn an_empty_choice_is_none() {
    for packet in [None, Some(""), Some("  ")] {
        assert_eq!(told(wanted(packet, &[])).unwrap(), None);
    }
    let plain = plan(issue(None), shelf()).unwrap();
    assert_eq!(plan(issue(Some(wanted(Some(" "), &[]))), shelf()).unwrap(), plain);
    // A wish of nothing is written as wishes were before there were choices.
    assert!(!serde_json::to_string(&issue(None)).unwrap().contains("wanted"));
}

#[test]
fn what_cannot_be_chosen_is_refused_and_its_field_is_named() {
    let crowd: Vec<(u128, u32)> = (0..21).map(|nth| (1_000 + nth, 1)).collect();
    let mut crowded = shelf();
    crowded.extend((0..21).map(|nth| product(1_000 + nth, "Balloon", Category::Additional, 5_000)));
    for (wish, code, field) in [
        (wanted(Some("Platinum"), &[]), "unknown_packet", "wanted.packet"),
        (wanted(Some("gold"), &[]), "unknown_packet", "wanted.packet"),
        (
            wanted(None, &[(PRINT, 1), (UNKNOWN, 1)]),
            "unfit_extra",
            "wanted.extras[1].product",
        ),
        (wanted(None, &[(ALBUM, 1)]), "unfit_extra", "wanted.extras[0].product"),
        (wanted(None, &[(VISIT, 1)]), "unfit_extra", "wanted.extras[0].product"),
        (
            wanted(None, &[(ELSEWHERE, 1)]),
            "unfit_extra",
            "wanted.extras[0].product",
        ),
        (
            wanted(None, &[(PRINT, 1), (COSTUME, 1), (PRINT, 1)]),
            "unfit_extra",
            "wanted.extras[2].product",
        ),
        (
            wanted(None, &[(PRINT, 0)]),
            "out_of_bounds",
            "wanted.extras[0].quantity",
        ),
        (
            wanted(None, &[(PRINT, 21)]),
            "out_of_bounds",
            "wanted.extras[0].quantity",
        ),
        (wanted(None, &crowd), "out_of_bounds", "wanted.extras"),
    ] {
        let problem = plan(issue(Some(wish.clone())), crowded.clone())
            .expect_err("it is refused")
            .to_problem(Lang::En);
        assert_eq!((problem.status, problem.code.as_str()), (422, code), "{wish:?}");
        let fields: Vec<&String> = problem.errors.keys().collect();
        assert_eq!(fields, [field], "{wish:?}");
    }
    let most = wanted(None, &crowd[..20]);
    assert!(plan(issue(Some(most)), crowded).is_ok());
}

#[test]
fn why_an_add_on_is_not_to_be_had_is_said() {
    for (product, why, said) in [
        (UNKNOWN, Unfit::Unknown, "tidak ada di katalog"),
        (ALBUM, Unfit::NoAddOn, "bukan tambahan"),
        (ELSEWHERE, Unfit::NotOfferedHere, "tidak ada di gerai ini"),
    ] {
        let refusal = told(wanted(None, &[(product, 1)])).unwrap_err();
        let field = "wanted.extras[0].product".to_owned();
        assert_eq!(
            refusal,
            Refusal::UnfitExtra {
                field: field.clone(),
                why
            }
        );
        assert_eq!(refusal.to_problem(Lang::Id).errors[&field][0], said);
    }
    // A packet belongs to its product, and to no other.
    let mut plain = shelf();
    plain.get_mut(&id(VISIT)).unwrap().display.packets.clear();
    let refused = plan(issue(Some(wanted(Some("Gold"), &[]))), plain);
    assert!(matches!(refused, Err(Refusal::UnknownPacket { .. })), "{refused:?}");
}

fn sell(lines: &[(u128, u32, Option<&str>)]) -> Result<Act, Refusal> {
    let lines = lines.iter().map(|(product, quantity, packet)| LineWish {
        product: id(*product),
        quantity: *quantity,
        packet: packet.map(str::to_owned),
    });
    let wish = Wish::Sell {
        lines: lines.collect(),
        tendered: Rupiah(10_000_000),
        ticket: None,
        session: None,
    };
    plan(wish, shelf())
}

#[test]
fn invariant_12_the_price_of_a_packet_is_the_packets_and_the_name_the_products() {
    let act = sell(&[
        (VISIT, 1, Some("Gold")),
        (VISIT, 2, Some("Silver")),
        (VISIT, 1, None),
        (PRINT, 3, Some(" ")),
    ]);
    let Ok(Act::Sell(sale)) = act else { panic!("{act:?}") };
    let lines: Vec<_> = sale
        .lines
        .iter()
        .map(|line| {
            let packet = line.packet.as_deref();
            (line.name.as_str(), packet, line.unit_price.0, line.amount.0)
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("Graduation", Some("Gold"), 1_100_000, 1_100_000),
            ("Graduation", Some("Silver"), 750_000, 1_500_000),
            ("Graduation", None, 550_000, 550_000),
            ("Print 4R", None, 15_000, 45_000),
        ]
    );
    assert_eq!(sale.total, Rupiah(3_195_000));
    assert_eq!(sale.lines[0].told(), "Graduation · Gold");
    assert_eq!(sale.lines[2].told(), "Graduation");
}

#[test]
fn a_packet_the_product_does_not_have_is_not_sold() {
    for (product, packet) in [(VISIT, "Platinum"), (PRINT, "Gold")] {
        let refused = sell(&[(ALBUM, 1, None), (product, 1, Some(packet))]).unwrap_err();
        let problem = refused.to_problem(Lang::En);
        assert_eq!((problem.status, problem.code.as_str()), (422, "unknown_packet"));
        assert!(problem.errors.contains_key("lines[1].packet"), "{problem:?}");
    }
}
