//! An outlet whose commands are written down as they are told.

use time::macros::date;
use uuid::Uuid;

use super::Recorded;
use crate::{
    Act, Actor, Command, CommandId, Day, Micros, OutletId, RequestId, SaleId, SessionId, ShiftId, Stamp, State,
    StudioId, TicketId, change::hash_of, decide,
};

pub(super) const ROOM: StudioId = StudioId(id(0x1e));
pub(super) const SHIFT: ShiftId = ShiftId(id(0x46));
pub(super) const SALE: SaleId = SaleId(id(0x28));

pub(super) const fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub(super) const fn ticket(number: u128) -> TicketId {
    TicketId(id(0xa0 + number))
}

pub(super) const fn session(number: u128) -> SessionId {
    SessionId(id(0x14 + number))
}

pub(super) struct Floor {
    pub(super) state: State,
    pub(super) recorded: Vec<Recorded>,
}

/// How a command differs from a plain one of staff.
#[derive(Default)]
pub(super) struct Told {
    pub(super) by: Option<Actor>,
    pub(super) request: Option<RequestId>,
    pub(super) supersedes: Option<u64>,
}

impl Floor {
    pub(super) fn book(&mut self, act: Act) {
        self.tell(act, Told::default());
    }

    pub(super) fn by(&mut self, actor: Actor, act: Act) {
        self.tell(
            act,
            Told {
                by: Some(actor),
                ..Told::default()
            },
        );
    }

    pub(super) fn tell(&mut self, act: Act, told: Told) {
        let seq = self.recorded.len() as u64 + 1;
        let staff = Actor::Staff {
            screen: id(3).into(),
            staff: id(4).into(),
            grant_version: 1,
        };
        let command = Command {
            id: command_id(seq),
            outlet: OutletId(id(1)),
            incarnation: 1,
            seq,
            stamp: Stamp {
                time: Micros(1_795_289_400_000_000 + i64::try_from(seq).unwrap() * 1_000_000),
                day: Day(date!(2026 - 11 - 21)),
                boot: id(2),
                uptime: 1_000_000,
            },
            actor: told.by.unwrap_or(staff),
            request: told.request,
            supersedes: told.supersedes.map(command_id),
            act,
        };
        let decision = decide(&self.state, &command).unwrap();
        self.state.apply(decision.changes.clone());
        self.recorded.push(Recorded {
            command: command.to_json(),
            hash: hash_of(&decision.changes),
            rows: decision.changes,
            exceptions: decision.exceptions,
        });
    }
}

pub(super) fn command_id(seq: u64) -> CommandId {
    CommandId(id(1_000_000 + u128::from(seq)))
}
