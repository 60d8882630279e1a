//! Acts somebody might want, allowed or not.

use gerai_shared::{
    Act, Change, Rupiah, SaleId, SessionId, State, StudioId, TicketId,
    catalog::Category,
    command::{
        CallTicket, EndSession, ExtendSession, IssueTicket, OnTicket, Sell, SetLane, SetRoom, StartSession,
        TransferTicket, UndoTicket, VoidSale, WithReason,
    },
    queue::{ChosenProduct, Extra, Lane, Ticket, Wanted},
    sale::Line,
    session::{RoomState, Session},
};
use rand::{Rng, rngs::StdRng};
use uuid::Uuid;

/// Rooms of an outlet: few, so that guests fight for them.
const ROOMS: u128 = 2;

fn room(random: &mut StdRng, house: usize) -> StudioId {
    StudioId(Uuid::from_u128(
        (house as u128 + 1) << 96 | random.random_range(0..ROOMS),
    ))
}

fn product(random: &mut StdRng) -> ChosenProduct {
    ChosenProduct {
        id: Uuid::from_u128(random.random_range(9..11)).into(),
        name: "Basic".to_owned(),
        category: Category::Photobooth,
        minutes: 15,
    }
}

/// A packet, add-ons, both or nothing.
fn wanted(random: &mut StdRng) -> Option<Wanted> {
    let packet = random.random_bool(0.3).then(|| "Gold".to_owned());
    let extras: Vec<Extra> = (0..random.random_range(0..3))
        .map(|nth| Extra {
            product: Uuid::from_u128(20 + nth).into(),
            name: "Cetak 4R".to_owned(),
            quantity: random.random_range(1..4),
        })
        .collect();
    (packet.is_some() || !extras.is_empty()).then_some(Wanted { packet, extras })
}

/// Rows of a kind, in the order of their ids: a map's order is no schedule's.
fn rows<T: Clone>(state: &State, pick: impl Fn(&Change) -> Option<T>, id: impl Fn(&T) -> Uuid) -> Vec<T> {
    let mut rows: Vec<T> = state.rows().filter_map(pick).collect();
    rows.sort_by_key(id);
    rows
}

fn one_of<T: Clone>(random: &mut StdRng, rows: &[T]) -> Option<T> {
    (!rows.is_empty()).then(|| rows[random.random_range(0..rows.len())].clone())
}

/// Something somebody might want now. `next` are the next ticket and receipt numbers.
pub(super) fn any(random: &mut StdRng, house: usize, state: &State, fresh: Uuid, next: (u32, u32)) -> Act {
    let act = match random.random_range(0..100) {
        0..55 => on_ticket(random, house, state, fresh),
        55..68 => on_session(random, state),
        68..75 => Some(Act::SetRoom(SetRoom {
            studio: room(random, house),
            state: [RoomState::Free, RoomState::Cleaning][random.random_range(0..2)],
            note: None,
        })),
        75..85 => Some(sell(random, fresh, next.1)),
        85..90 => void(random, state),
        _ => None,
    };
    act.unwrap_or_else(|| {
        Act::IssueTicket(IssueTicket {
            ticket: TicketId(fresh),
            number: next.0,
            product: product(random),
            party_size: random.random_range(1..6),
            lane: Lane::Regular,
            customer: None,
            holder: None,
            catalog_version: 1,
            token: None,
            consent: None,
            wanted: wanted(random),
        })
    })
}

fn on_ticket(random: &mut StdRng, house: usize, state: &State, fresh: Uuid) -> Option<Act> {
    let tickets: Vec<Ticket> = rows(
        state,
        |row| match row {
            Change::Ticket(ticket) => Some(ticket.clone()),
            _ => None,
        },
        |ticket| ticket.id.0,
    );
    let row = one_of(random, &tickets)?;
    let ticket = row.id;
    let with_reason = || WithReason { ticket, reason: None };
    Some(match random.random_range(0..13) {
        0 | 1 => Act::CallTicket(CallTicket { ticket, studio: None }),
        2 => Act::RecallTicket(OnTicket { ticket }),
        3 => Act::HoldTicket(with_reason()),
        4 => Act::ResumeTicket(OnTicket { ticket }),
        5 => Act::NoShowTicket(OnTicket { ticket }),
        6 => Act::ReturnTicket(OnTicket { ticket }),
        7 | 8 => Act::TransferTicket(TransferTicket {
            ticket,
            studio: Some(room(random, house)),
            product: random.random_bool(0.5).then(|| product(random)),
            from: Some(row.product.clone()),
        }),
        9 => Act::CancelTicket(with_reason()),
        10 => Act::UndoTicket(UndoTicket {
            ticket,
            session: row.now.session,
            studio: row.now.session.and(row.now.studio),
        }),
        11 => Act::SetLane(SetLane {
            ticket,
            lane: [Lane::Regular, Lane::Priority][random.random_range(0..2)],
        }),
        _ => Act::StartSession(StartSession {
            ticket,
            session: SessionId(fresh),
            studio: room(random, house),
            minutes: 15,
        }),
    })
}

fn on_session(random: &mut StdRng, state: &State) -> Option<Act> {
    let sessions: Vec<Session> = rows(
        state,
        |row| match row {
            Change::Session(session) => Some(session.clone()),
            _ => None,
        },
        |session| session.id.0,
    );
    let row = one_of(random, &sessions)?;
    Some(if random.random_bool(0.3) {
        Act::ExtendSession(ExtendSession {
            session: row.id,
            minutes: 5,
            sale: None,
        })
    } else {
        Act::EndSession(EndSession {
            session: row.id,
            ticket: row.ticket,
            studio: row.studio,
        })
    })
}

fn sell(random: &mut StdRng, fresh: Uuid, receipt: u32) -> Act {
    let total = Rupiah(random.random_range(1..100) * 1_000);
    Act::Sell(Sell {
        sale: SaleId(fresh),
        receipt,
        lines: vec![Line {
            product: Uuid::from_u128(8).into(),
            name: "Album".to_owned(),
            category: Category::RetailProduct,
            quantity: 1,
            unit_price: total,
            amount: total,
            packet: random.random_bool(0.3).then(|| "Gold".to_owned()),
        }],
        total,
        tendered: Rupiah(100_000),
        ticket: None,
        session: None,
        catalog_version: 1,
        shift: None,
        unacked: None,
    })
}

fn void(random: &mut StdRng, state: &State) -> Option<Act> {
    let sales: Vec<SaleId> = rows(
        state,
        |row| match row {
            Change::Sale(sale) => Some(sale.id),
            _ => None,
        },
        |id| id.0,
    );
    Some(Act::VoidSale(VoidSale {
        sale: one_of(random, &sales)?,
        reason: "salah".to_owned(),
        shift: None,
    }))
}
