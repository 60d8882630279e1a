//! A day of an outlet in the present protocol: every kind of command, each field set somewhere, each word
//! said somewhere. What it writes is what `shared/fixtures` keeps of the protocol.

use time::macros::date;

use super::{
    Recorded,
    floor::{Floor, ROOM, SALE, SHIFT, Told, id, session, ticket},
};
use crate::{
    Act, Actor, Day, Micros, OutletId, RequestId, Rupiah, SaleId, ShiftId, State, StudioId, TicketId,
    catalog::Category,
    command::{
        AdjustWait, CallTicket, CheckIn, CloseDay, CloseShift, CorrectShift, EndSession, ExtendSession, IssueTicket,
        MoveCash, OnTicket, OpenShift, RefuseRequest, Sell, SetIntake, SetLane, SetRoom, StartSession, TransferTicket,
        UndoTicket, VoidSale, WithReason,
    },
    intake::{IntakeState, SeriesTold},
    queue::{ChosenProduct, Consent, Extra, Lane, Series, Slot, Wanted},
    sale::{Line, Unacked},
    session::RoomState,
    shift::{Direction, Settlement},
};

fn product(number: u128, category: Category) -> ChosenProduct {
    ChosenProduct {
        id: id(number).into(),
        name: "Graduation ☆".to_owned(),
        category,
        minutes: 15,
    }
}

/// A number with all a guest can say.
fn issue_in_full(number: u128) -> Act {
    Act::IssueTicket(IssueTicket {
        ticket: ticket(number),
        number: u32::try_from(number).unwrap(),
        product: product(9, Category::ProfessionalFoto),
        party_size: 2,
        lane: Lane::Priority,
        customer: Some(id(0x4d).into()),
        holder: Some("Dewi ☆".to_owned()),
        catalog_version: 7,
        token: Some(format!("AAAAAAAAAAAAAAAAAAAA{number:02}")),
        consent: Some(Consent {
            wording: 1,
            publicity: true,
        }),
        wanted: Some(Wanted {
            packet: Some("Gold".to_owned()),
            extras: vec![Extra {
                product: id(8).into(),
                name: "Print 4R".to_owned(),
                quantity: 2,
            }],
        }),
    })
}

/// A number of whom nothing is known.
fn issue_plain(number: u128) -> Act {
    Act::IssueTicket(IssueTicket {
        ticket: ticket(number),
        number: u32::try_from(number).unwrap(),
        product: product(10, Category::Photobooth),
        party_size: 1,
        lane: Lane::Regular,
        customer: None,
        holder: None,
        catalog_version: 7,
        token: None,
        consent: None,
        wanted: None,
    })
}

fn check_in(number: u128, series: Series, holder: Option<&str>) -> Act {
    Act::CheckIn(CheckIn {
        ticket: ticket(number),
        remote: TicketId(id(0xb0 + number)),
        series,
        number: u32::try_from(number).unwrap(),
        product: product(11, Category::StudioPro),
        party_size: 3,
        customer: id(0x4e).into(),
        holder: holder.map(str::to_owned),
        token: holder.map(|_| "AAAAAAAAAAAAAAAAAAAAmm".to_owned()),
        slot: (series == Series::Booking).then_some(Slot {
            starts_at: Micros(1_795_290_000_000_000),
            due_at: Some(Micros(1_795_289_400_000_000)),
        }),
    })
}

fn start(number: u128, of: u128) -> Act {
    Act::StartSession(StartSession {
        ticket: ticket(of),
        session: session(number),
        studio: ROOM,
        minutes: 15,
    })
}

fn undo(number: u128, start_of: Option<u128>) -> Act {
    Act::UndoTicket(UndoTicket {
        ticket: ticket(number),
        session: start_of.map(session),
        studio: start_of.map(|_| ROOM),
    })
}

fn with_reason(number: u128, reason: Option<&str>) -> WithReason {
    WithReason {
        ticket: ticket(number),
        reason: reason.map(str::to_owned),
    }
}

fn on(number: u128) -> OnTicket {
    OnTicket { ticket: ticket(number) }
}

fn call(number: u128, studio: Option<StudioId>) -> Act {
    Act::CallTicket(CallTicket {
        ticket: ticket(number),
        studio,
    })
}

fn line(category: Category, packet: Option<&str>) -> Line {
    Line {
        product: id(8).into(),
        name: "Print 4R".to_owned(),
        category,
        quantity: 2,
        unit_price: Rupiah(5_000),
        amount: Rupiah(10_000),
        packet: packet.map(str::to_owned),
    }
}

/// The day.
pub(super) fn day() -> Vec<Recorded> {
    let mut floor = Floor {
        state: State::default(),
        recorded: Vec::new(),
    };
    numbers(&mut floor);
    visits(&mut floor);
    till(&mut floor);
    evening(&mut floor);
    floor.recorded
}

fn numbers(floor: &mut Floor) {
    let screen = id(3).into();
    floor.by(Actor::Guest { screen }, issue_in_full(1));
    floor.book(issue_plain(2));
    floor.book(issue_plain(3));
    floor.by(
        Actor::Customer { user: id(0x4e).into() },
        check_in(4, Series::Mobile, Some("Sari")),
    );
    floor.book(check_in(5, Series::Booking, None));
    floor.book(call(1, Some(ROOM)));
    floor.book(Act::RecallTicket(on(1)));
    floor.book(Act::HoldTicket(with_reason(1, Some("sedang makan"))));
    floor.book(Act::ResumeTicket(on(1)));
    floor.book(call(1, None));
    floor.book(Act::NoShowTicket(on(1)));
    floor.book(Act::ReturnTicket(on(1)));
    let other = || {
        Act::TransferTicket(TransferTicket {
            ticket: ticket(1),
            studio: Some(ROOM),
            product: Some(product(12, Category::Thematic)),
            from: Some(product(9, Category::ProfessionalFoto)),
        })
    };
    floor.book(other());
    floor.book(undo(1, None));
    floor.book(other());
    floor.book(Act::TransferTicket(TransferTicket {
        ticket: ticket(2),
        studio: None,
        product: None,
        from: None,
    }));
    floor.tell(
        Act::CancelTicket(with_reason(3, None)),
        Told {
            by: Some(Actor::Admin { user: id(0x50).into() }),
            request: Some(RequestId(id(0x3c))),
            supersedes: None,
        },
    );
    floor.book(Act::SetLane(SetLane {
        ticket: ticket(5),
        lane: Lane::Priority,
    }));
    floor.book(undo(5, None));
    floor.book(Act::HoldTicket(with_reason(5, None)));
}

fn visits(floor: &mut Floor) {
    floor.book(Act::OpenShift(OpenShift {
        shift: SHIFT,
        float: Rupiah(200_000),
    }));
    floor.book(start(1, 1));
    floor.book(undo(1, Some(1)));
    floor.book(start(2, 1));
    floor.book(Act::Sell(Sell {
        sale: SALE,
        receipt: 1,
        lines: Category::ALL
            .into_iter()
            .map(|category| line(category, (category == Category::ProfessionalFoto).then_some("Gold")))
            .collect(),
        total: Rupiah(80_000),
        tendered: Rupiah(100_000),
        ticket: Some(ticket(1)),
        session: Some(session(2)),
        catalog_version: 7,
        shift: Some(SHIFT),
        unacked: None,
    }));
    for sale in [Some(SALE), None] {
        floor.book(Act::ExtendSession(ExtendSession {
            session: session(2),
            minutes: 5,
            sale,
        }));
    }
    floor.book(Act::EndSession(EndSession {
        session: session(2),
        ticket: ticket(1),
        studio: ROOM,
    }));
    for (state, note) in [
        (RoomState::Fault, Some("lampu mati")),
        (RoomState::Cleaning, None),
        (RoomState::Free, None),
    ] {
        floor.book(Act::SetRoom(SetRoom {
            studio: ROOM,
            state,
            note: note.map(str::to_owned),
        }));
    }
    floor.book(start(3, 4));
}

fn till(floor: &mut Floor) {
    floor.book(Act::Sell(Sell {
        sale: SaleId(id(0x29)),
        receipt: 2,
        lines: vec![line(Category::RetailProduct, None)],
        total: Rupiah(10_000),
        tendered: Rupiah(10_000),
        ticket: None,
        session: None,
        catalog_version: 7,
        shift: None,
        unacked: Some(Unacked {
            day: Rupiah(80_000),
            outage: Rupiah(95_000),
        }),
    }));
    for shift in [Some(SHIFT), None] {
        floor.book(Act::VoidSale(VoidSale {
            sale: SALE,
            reason: "salah pesan".to_owned(),
            shift,
        }));
    }
    for (direction, amount) in [(Direction::In, 50_000), (Direction::Out, 20_000)] {
        floor.book(Act::MoveCash(MoveCash {
            shift: SHIFT,
            direction,
            amount: Rupiah(amount),
            reason: "uang kecil".to_owned(),
        }));
    }
    floor.book(Act::CloseShift(CloseShift {
        shift: SHIFT,
        settlement: Settlement {
            float: Rupiah(200_000),
            sales: Rupiah(80_000),
            voids: Rupiah(80_000),
            paid_in: Rupiah(50_000),
            paid_out: Rupiah(20_000),
            expected: Rupiah(230_000),
            counted: Rupiah(229_000),
            difference: Rupiah(-1_000),
        },
        note: Some("kurang seribu".to_owned()),
    }));
    let closed = floor.recorded.len() as u64;
    floor.tell(
        Act::CorrectShift(CorrectShift {
            shift: SHIFT,
            amount: Rupiah(1_000),
            reason: "ketemu".to_owned(),
        }),
        Told {
            supersedes: Some(closed),
            ..Told::default()
        },
    );
    let shift = ShiftId(id(0x47));
    floor.by(
        Actor::System,
        Act::OpenShift(OpenShift {
            shift,
            float: Rupiah(0),
        }),
    );
    floor.book(Act::CloseShift(CloseShift {
        shift,
        settlement: Settlement::default(),
        note: None,
    }));
}

fn evening(floor: &mut Floor) {
    let outlet = OutletId(id(1));
    floor.book(issue_plain(6));
    floor.book(issue_plain(7));
    floor.book(call(7, None));
    for (state, cap, message, cleared) in [
        (IntakeState::Paused, Some(40), Some("Sebentar ya"), vec![ticket(6)]),
        (IntakeState::Open, None, None, vec![]),
        (IntakeState::Closed, None, None, vec![]),
    ] {
        floor.book(Act::SetIntake(SetIntake {
            outlet,
            state,
            cap,
            message: message.map(str::to_owned),
            cleared,
        }));
    }
    floor.book(Act::AdjustWait(AdjustWait { outlet, minutes: -5 }));
    floor.by(
        Actor::System,
        Act::RefuseRequest(RefuseRequest {
            request: RequestId(id(0x3d)),
            code: "wrong_ticket_state".to_owned(),
        }),
    );
    let told = [Series::WalkIn, Series::Mobile, Series::Booking, Series::Receipt];
    for forgotten in [false, true] {
        floor.book(Act::CloseDay(CloseDay {
            outlet,
            day: Day(date!(2026 - 11 - 21)),
            forgotten,
            tickets: vec![ticket(2), ticket(5), ticket(7)],
            told: told.map(|series| SeriesTold { series, last: 7 }).to_vec(),
        }));
    }
}
