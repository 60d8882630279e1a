//! The rules, as a table and as properties.

use proptest::prelude::*;
use time::macros::date;
use uuid::Uuid;

use super::{Decision, decide};
use crate::{
    Act, Actor, Change, Command, CommandId, Day, Exception, Micros, OutletId, Refusal, Rupiah, SaleId, SessionId,
    ShiftId, StaffId, Stamp, State, StudioId, TicketId,
    catalog::Category,
    change::hash_of,
    command::{
        AdjustWait, CallTicket, CloseDay, CloseShift, CorrectShift, EndSession, ExtendSession, IssueTicket, MoveCash,
        OnTicket, OpenShift, Sell, SetIntake, SetLane, StartSession, TransferTicket, UndoTicket, VoidSale, WithReason,
    },
    intake::IntakeState,
    queue::{ChosenProduct, Extra, Lane, TicketState, Wanted},
    sale::Line,
    session::{RoomState, SessionState},
    shift::{Direction, Settlement},
};

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn command(seq: u64, act: Act) -> Command {
    Command {
        id: CommandId(id(1_000_000 + u128::from(seq))),
        outlet: OutletId(id(1)),
        incarnation: 1,
        seq,
        stamp: Stamp {
            time: Micros(1_795_289_400_000_000 + i64::try_from(seq).unwrap() * 1_000_000),
            day: Day(date!(2026 - 11 - 21)),
            boot: id(2),
            uptime: 0,
        },
        actor: Actor::Staff {
            screen: crate::ScreenId(id(3)),
            staff: StaffId(id(4)),
            grant_version: 1,
        },
        request: None,
        supersedes: None,
        act,
    }
}

fn issue(ticket: u128) -> Act {
    Act::IssueTicket(IssueTicket {
        ticket: TicketId(id(ticket)),
        number: 1,
        product: ChosenProduct {
            id: id(9).into(),
            name: "Basic".to_owned(),
            category: Category::Photobooth,
            minutes: 15,
        },
        party_size: 2,
        lane: Lane::Regular,
        customer: None,
        holder: None,
        catalog_version: 7,
        token: Some(format!("token of {ticket}")),
        consent: None,
        wanted: None,
    })
}

fn start(ticket: u128, session: u128, studio: u128) -> Act {
    Act::StartSession(StartSession {
        ticket: TicketId(id(ticket)),
        session: SessionId(id(session)),
        studio: StudioId(id(studio)),
        minutes: 15,
    })
}

fn sell(sale: u128, total: i64, tendered: i64) -> Act {
    Act::Sell(Sell {
        sale: SaleId(id(sale)),
        receipt: 1,
        lines: vec![Line {
            product: id(9).into(),
            name: "Album".to_owned(),
            category: Category::RetailProduct,
            quantity: 1,
            unit_price: Rupiah(total),
            amount: Rupiah(total),
            packet: None,
        }],
        total: Rupiah(total),
        tendered: Rupiah(tendered),
        ticket: None,
        session: None,
        catalog_version: 7,
        shift: None,
        unacked: None,
    })
}

/// Runs acts in order; the last one's decision.
fn run(acts: Vec<Act>) -> (State, Result<Decision, Refusal>) {
    let mut state = State::default();
    let mut last = Ok(Decision::default());
    for (seq, act) in (1..).zip(acts) {
        last = decide(&state, &command(seq, act));
        if let Ok(decision) = &last {
            state.apply(decision.changes.clone());
        }
    }
    (state, last)
}

fn ticket_acts() -> Vec<(&'static str, Act)> {
    let ticket = TicketId(id(10));
    let reason = || WithReason { ticket, reason: None };
    vec![
        ("call", Act::CallTicket(CallTicket { ticket, studio: None })),
        ("recall", Act::RecallTicket(OnTicket { ticket })),
        ("hold", Act::HoldTicket(reason())),
        ("resume", Act::ResumeTicket(OnTicket { ticket })),
        ("no_show", Act::NoShowTicket(OnTicket { ticket })),
        ("return", Act::ReturnTicket(OnTicket { ticket })),
        (
            "transfer",
            Act::TransferTicket(TransferTicket {
                ticket,
                studio: None,
                product: None,
                from: None,
            }),
        ),
        ("cancel", Act::CancelTicket(reason())),
        ("start", start(10, 20, 30)),
    ]
}

/// Acts that bring a fresh ticket into each state.
fn way_to(state: TicketState) -> Vec<Act> {
    let acts = ticket_acts();
    let named = |name: &str| {
        acts.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, act)| act.clone())
            .unwrap()
    };
    let end = Act::EndSession(EndSession {
        session: SessionId(id(20)),
        ticket: TicketId(id(10)),
        studio: StudioId(id(30)),
    });
    let mut way = vec![issue(10)];
    match state {
        TicketState::Waiting => {}
        TicketState::Called => way.push(named("call")),
        TicketState::OnHold => way.push(named("hold")),
        TicketState::InSession => way.push(named("start")),
        TicketState::Finished => way.extend([named("start"), end]),
        TicketState::NoShow => way.extend([named("call"), named("no_show")]),
        TicketState::Cancelled => way.push(named("cancel")),
    }
    way
}

#[test]
fn the_table_of_ticket_acts_by_state() {
    use TicketState::{Called, Cancelled, InSession, NoShow, OnHold, Waiting};
    let allowed: [(&str, &[(TicketState, TicketState)]); 9] = [
        ("call", &[(Waiting, Called)]),
        ("recall", &[(Called, Called)]),
        ("hold", &[(Waiting, OnHold), (Called, OnHold)]),
        ("resume", &[(OnHold, Waiting)]),
        ("no_show", &[(Called, NoShow)]),
        ("return", &[(NoShow, Waiting)]),
        ("transfer", &[(Waiting, Waiting), (Called, Waiting), (OnHold, Waiting)]),
        (
            "cancel",
            &[
                (Waiting, Cancelled),
                (Called, Cancelled),
                (OnHold, Cancelled),
                (NoShow, Cancelled),
            ],
        ),
        ("start", &[(Waiting, InSession), (Called, InSession)]),
    ];
    for (name, moves) in allowed {
        let act = ticket_acts().into_iter().find(|(known, _)| *known == name).unwrap().1;
        for from in TicketState::ALL {
            let mut acts = way_to(from);
            acts.push(act.clone());
            let (state, last) = run(acts);
            let stands = state.ticket(TicketId(id(10))).unwrap().now.state;
            match moves.iter().find(|(state, _)| *state == from) {
                Some((_, to)) => assert_eq!(stands, *to, "{name} from {from:?}"),
                None => assert_eq!(
                    last,
                    Err(Refusal::WrongTicketState { state: from }),
                    "{name} from {from:?}"
                ),
            }
        }
    }
}

#[test]
fn undo_brings_back_what_was_before_every_act_once() {
    for (name, act) in ticket_acts() {
        for from in TicketState::ALL {
            let way = way_to(from);
            let (before, _) = run(way.clone());
            let (_, done) = run([way.clone(), vec![act.clone()]].concat());
            if done.is_err() {
                continue;
            }
            let started = name == "start";
            let undo = Act::UndoTicket(UndoTicket {
                ticket: TicketId(id(10)),
                session: started.then_some(SessionId(id(20))),
                studio: started.then_some(StudioId(id(30))),
            });
            let (after, last) = run([way, vec![act.clone(), undo.clone()]].concat());
            assert!(last.is_ok(), "{name} from {from:?}: {last:?}");
            let (was, is) = (
                before.ticket(TicketId(id(10))).unwrap(),
                after.ticket(TicketId(id(10))).unwrap(),
            );
            assert_eq!(was.now, is.now, "{name} from {from:?}");
            if started {
                assert_eq!(after.session(SessionId(id(20))).unwrap().state, SessionState::Undone);
                assert_eq!(after.room(StudioId(id(30))).unwrap().state, RoomState::Free);
            }
            let (_, twice) = run([way_to(from), vec![act.clone(), undo.clone(), undo]].concat());
            assert!(twice.is_err(), "a second undo of {name} must be refused");
        }
    }
}

fn wants(ticket: u128, packet: Option<&str>, extras: usize) -> Act {
    let Act::IssueTicket(mut issue) = issue(ticket) else {
        unreachable!()
    };
    let extra = Extra {
        product: id(8).into(),
        name: "Print 4R".to_owned(),
        quantity: 2,
    };
    issue.wanted = Some(Wanted {
        packet: packet.map(str::to_owned),
        extras: vec![extra; extras],
    });
    Act::IssueTicket(issue)
}

fn to_product(ticket: u128, from: u128, to: u128) -> Act {
    let product = |number| ChosenProduct {
        id: id(number).into(),
        name: "Basic".to_owned(),
        category: Category::Photobooth,
        minutes: 15,
    };
    Act::TransferTicket(TransferTicket {
        ticket: TicketId(id(ticket)),
        studio: None,
        product: Some(product(to)),
        from: Some(product(from)),
    })
}

#[test]
fn another_product_keeps_the_add_ons_and_drops_the_packet_and_undo_brings_it_back() {
    let undo = || {
        Act::UndoTicket(UndoTicket {
            ticket: TicketId(id(10)),
            session: None,
            studio: None,
        })
    };
    let wanted = |acts: Vec<Act>| run(acts).0.ticket(TicketId(id(10))).unwrap().wanted.clone();
    let parts = |acts| wanted(acts).map(|wanted: Wanted| (wanted.packet.is_some(), wanted.extras.len()));
    for (packet, extras, left) in [
        (Some("Gold"), 1, Some((false, 1))),
        (Some("Gold"), 0, None),
        (None, 2, Some((false, 2))),
    ] {
        let first = wants(10, packet, extras);
        let whole = wanted(vec![first.clone()]);
        assert_eq!(parts(vec![first.clone(), to_product(10, 9, 11)]), left);
        let (state, _) = run(vec![first.clone(), to_product(10, 9, 11), undo()]);
        let ticket = state.ticket(TicketId(id(10))).unwrap();
        assert_eq!((&ticket.wanted, &ticket.now.wanted), (&whole, &None));
        // To the same product, or only to another room: nothing is dropped.
        assert_eq!(wanted(vec![first.clone(), to_product(10, 9, 9)]), whole);
        let (_, room) = ticket_acts().into_iter().find(|(name, _)| *name == "transfer").unwrap();
        assert_eq!(wanted(vec![first.clone(), room]), whole);
        // Undo of a later act brings back what was before that act, not before the transfer.
        let call = Act::CallTicket(CallTicket {
            ticket: TicketId(id(10)),
            studio: None,
        });
        assert_eq!(parts(vec![first, to_product(10, 9, 11), call, undo()]), left);
    }
}

#[test]
fn a_ticket_moves_between_the_lanes_and_undo_brings_it_back() {
    let lane = |lane| {
        Act::SetLane(SetLane {
            ticket: TicketId(id(10)),
            lane,
        })
    };
    let lane_after = |acts: Vec<Act>| {
        let (state, last) = run(acts);
        last.map(|_| state.ticket(TicketId(id(10))).unwrap().lane)
    };
    let undo = Act::UndoTicket(UndoTicket {
        ticket: TicketId(id(10)),
        session: None,
        studio: None,
    });
    let call = Act::CallTicket(CallTicket {
        ticket: TicketId(id(10)),
        studio: None,
    });
    let moved = vec![issue(10), lane(Lane::Priority)];
    assert_eq!(lane_after(moved.clone()), Ok(Lane::Priority));
    assert_eq!(
        lane_after([moved.clone(), vec![undo.clone()]].concat()),
        Ok(Lane::Regular)
    );
    assert_eq!(
        lane_after([moved, vec![call.clone(), undo]].concat()),
        Ok(Lane::Priority)
    );
    assert_eq!(
        lane_after(vec![issue(10), call, lane(Lane::Priority)]),
        Err(Refusal::WrongTicketState {
            state: TicketState::Called
        })
    );
}

#[test]
fn a_room_holds_one_session() {
    let (_, last) = run(vec![issue(10), issue(11), start(10, 20, 30), start(11, 21, 30)]);
    assert_eq!(
        last,
        Err(Refusal::WrongRoomState {
            state: RoomState::InUse
        })
    );
}

#[test]
fn a_session_is_extended_and_ends_once() {
    let extend = Act::ExtendSession(ExtendSession {
        session: SessionId(id(20)),
        minutes: 5,
        sale: None,
    });
    let end = Act::EndSession(EndSession {
        session: SessionId(id(20)),
        ticket: TicketId(id(10)),
        studio: StudioId(id(30)),
    });
    let (state, _) = run(vec![issue(10), start(10, 20, 30), extend.clone(), end.clone()]);
    let session = state.session(SessionId(id(20))).unwrap();
    assert_eq!((session.minutes, session.extended_minutes), (20, 5));
    assert_eq!(state.room(StudioId(id(30))).unwrap().state, RoomState::Cleaning);
    let (_, again) = run(vec![issue(10), start(10, 20, 30), end.clone(), end]);
    assert_eq!(again, Err(Refusal::SessionOver));
}

#[test]
fn invariant_13_money_a_second_void_moves_none() {
    let void = || {
        Act::VoidSale(VoidSale {
            sale: SaleId(id(40)),
            reason: "salah".to_owned(),
            shift: None,
        })
    };
    let (state, last) = run(vec![sell(40, 35_000, 50_000), void(), void()]);
    let last = last.unwrap();
    assert!(last.changes.is_empty());
    assert_eq!(last.exceptions, [Exception::VoidedTwice]);
    assert_eq!(state.sale_void(SaleId(id(40))).unwrap().amount, Rupiah(35_000));
}

#[test]
fn invariant_13_money_a_sale_must_add_up_and_be_paid() {
    assert_eq!(run(vec![sell(40, 35_000, 20_000)]).1, Err(Refusal::TooLittleCash));
    let Act::Sell(mut wrong) = sell(40, 35_000, 50_000) else {
        unreachable!()
    };
    wrong.total = Rupiah(34_000);
    assert_eq!(run(vec![Act::Sell(wrong)]).1, Err(Refusal::Mismatch));
}

fn any_act() -> impl Strategy<Value = Act> {
    let ticket = || (10_u128..14).prop_map(|number| TicketId(id(number)));
    prop_oneof![
        (10_u128..14).prop_map(issue),
        (10_u128..14, any::<bool>(), 0_usize..2).prop_map(|(ticket, packet, extras)| wants(
            ticket,
            packet.then_some("Gold"),
            extras
        )),
        (10_u128..14, 9_u128..11, 9_u128..11).prop_map(|(ticket, from, to)| to_product(ticket, from, to)),
        ticket().prop_map(|ticket| Act::CallTicket(CallTicket { ticket, studio: None })),
        ticket().prop_map(|ticket| Act::RecallTicket(OnTicket { ticket })),
        ticket().prop_map(|ticket| Act::HoldTicket(WithReason { ticket, reason: None })),
        ticket().prop_map(|ticket| Act::ResumeTicket(OnTicket { ticket })),
        ticket().prop_map(|ticket| Act::NoShowTicket(OnTicket { ticket })),
        ticket().prop_map(|ticket| Act::ReturnTicket(OnTicket { ticket })),
        ticket().prop_map(|ticket| Act::CancelTicket(WithReason { ticket, reason: None })),
        (10_u128..14, 20_u128..24, 30_u128..32).prop_map(|(ticket, session, studio)| start(ticket, session, studio)),
        (10_u128..14, 20_u128..24, 30_u128..32).prop_map(|(ticket, session, studio)| {
            Act::EndSession(EndSession {
                session: SessionId(id(session)),
                ticket: TicketId(id(ticket)),
                studio: StudioId(id(studio)),
            })
        }),
        (prop::collection::vec(10_u128..14, 0..3), prop::option::of(1_u32..50)).prop_map(|(cleared, cap)| {
            Act::SetIntake(SetIntake {
                outlet: OutletId(id(1)),
                state: IntakeState::Closed,
                cap,
                message: None,
                cleared: cleared.into_iter().map(|ticket| TicketId(id(ticket))).collect(),
            })
        }),
        (-60_i32..60).prop_map(|minutes| Act::AdjustWait(AdjustWait {
            outlet: OutletId(id(1)),
            minutes
        })),
        (prop::collection::vec(10_u128..14, 0..3), any::<bool>()).prop_map(|(tickets, forgotten)| {
            Act::CloseDay(CloseDay {
                outlet: OutletId(id(1)),
                day: Day(date!(2026 - 11 - 21)),
                forgotten,
                tickets: tickets.into_iter().map(|ticket| TicketId(id(ticket))).collect(),
                told: Vec::new(),
            })
        }),
        (50_u128..52).prop_map(|shift| Act::OpenShift(OpenShift {
            shift: ShiftId(id(shift)),
            float: Rupiah(7)
        })),
        (50_u128..52, 1_i64..100).prop_map(|(shift, amount)| Act::MoveCash(MoveCash {
            shift: ShiftId(id(shift)),
            direction: if amount % 2 == 0 { Direction::In } else { Direction::Out },
            amount: Rupiah(amount),
            reason: "uang kecil".to_owned(),
        })),
        (50_u128..52, 0_i64..3).prop_map(|(shift, counted)| {
            let settlement = Settlement {
                float: Rupiah(7),
                expected: Rupiah(7),
                counted: Rupiah(counted),
                difference: Rupiah(counted - 7),
                ..Settlement::default()
            };
            Act::CloseShift(CloseShift {
                shift: ShiftId(id(shift)),
                settlement,
                note: None,
            })
        }),
        (50_u128..52, -9_i64..9).prop_map(|(shift, amount)| Act::CorrectShift(CorrectShift {
            shift: ShiftId(id(shift)),
            amount: Rupiah(amount),
            reason: "salah hitung".to_owned(),
        })),
        (40_u128..44, 1_i64..100_000).prop_map(|(sale, total)| sell(sale, total, 100_000)),
        (40_u128..44).prop_map(|sale| Act::VoidSale(VoidSale {
            sale: SaleId(id(sale)),
            reason: "salah".to_owned(),
            shift: None,
        })),
    ]
}

proptest! {
    /// State-machine replication: a follower that loads only the rows a command names comes to the
    /// same changes as the owner with all rows.
    #[test]
    fn invariant_06_a_follower_with_only_the_named_rows_decides_alike(acts in prop::collection::vec(any_act(), 1..120)) {
        let mut owner = State::default();
        for (seq, act) in (1..).zip(acts) {
            let command = command(seq, act);
            let mut follower = State::default();
            for key in command.act.keys() {
                follower.apply(owner.row(key).cloned());
            }
            let read = Command::read(&command.to_json(), crate::command::PROTOCOL).unwrap();
            let (at_owner, at_follower) = (decide(&owner, &command), decide(&follower, &read));
            prop_assert_eq!(&at_owner, &at_follower);
            if let Ok(decision) = at_owner {
                let keys = command.act.keys();
                for change in &decision.changes {
                    prop_assert!(keys.contains(&change.key()), "{:?} is not among the keys", change.key());
                }
                // What travels is what was hashed.
                let wire: Vec<Change> = serde_json::from_str(&serde_json::to_string(&decision.changes).unwrap()).unwrap();
                prop_assert_eq!(hash_of(&wire), hash_of(&decision.changes));
                owner.apply(decision.changes);
            }
        }
    }

    /// Rooms, sessions and tickets tell one story, and money is never made.
    #[test]
    fn the_rows_stay_consistent(acts in prop::collection::vec(any_act(), 1..150)) {
        let mut state = State::default();
        for (seq, act) in (1..).zip(acts) {
            if let Ok(decision) = decide(&state, &command(seq, act)) {
                state.apply(decision.changes);
            }
        }
        for row in state.rows() {
            match row {
                Change::Room(room) => prop_assert_eq!(room.state == RoomState::InUse, room.session.is_some()),
                Change::Session(session) if session.state == SessionState::Running => {
                    prop_assert_eq!(state.room(session.studio).and_then(|room| room.session), Some(session.id));
                    prop_assert_eq!(state.ticket(session.ticket).map(|ticket| ticket.now.state), Some(TicketState::InSession));
                }
                // A settlement is what its parts come to, and is never touched again.
                Change::Shift(shift) => prop_assert_eq!(
                    shift.settlement,
                    shift.settlement.and_then(|told| shift.settle(told.sales, told.voids, told.counted))
                ),
                Change::SaleVoid(void) => prop_assert_eq!(state.sale(void.sale).map(|sale| sale.total), Some(void.amount)),
                Change::Sale(sale) => prop_assert_eq!(sale.tendered, sale.total.plus(sale.change).unwrap()),
                _ => {}
            }
        }
    }
}
