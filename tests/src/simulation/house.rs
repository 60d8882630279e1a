//! An outlet in memory: it decides, journals, and pushes what is not acknowledged.

use gerai_shared::{
    Actor, Change, Command, CommandId, Micros, OutletId, ScreenId, Stamp, State, change::hash_of, decide,
    wish::number_taken,
};
use rand::rngs::StdRng;
use uuid::Uuid;

use super::acts;

/// Microseconds of a day.
const DAY: i64 = 24 * 3_600 * 1_000_000;
/// 2026-11-21T03:00:00Z.
const MORNING: i64 = 1_795_230_000_000_000;

/// A journalled command.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: CommandId,
    pub(super) seq: u64,
    pub(super) json: String,
    pub(super) hash: String,
}

/// A push under way.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    pub(super) house: usize,
    pub(super) incarnation: u32,
    pub(super) entries: Vec<Entry>,
}

/// What a person was told.
pub(super) struct Told {
    pub(super) seq: u64,
    /// Day, letter and number.
    pub(super) number: Option<(u32, char, u32)>,
}

pub(super) struct House {
    nth: usize,
    pub(super) incarnation: u32,
    pub(super) state: State,
    /// The journal of this life; the first has the number after `base`.
    pub(super) journal: Vec<Entry>,
    pub(super) base: u64,
    acked: u64,
    day: u32,
    /// The next ticket and receipt number of the day.
    next: (u32, u32),
    ids: u128,
}

/// The id of an outlet of the simulation.
pub(super) fn outlet(nth: usize) -> OutletId {
    OutletId(Uuid::from_u128(1 + nth as u128))
}

impl House {
    pub(super) fn new(nth: usize) -> Self {
        Self {
            nth,
            incarnation: 1,
            state: State::default(),
            journal: Vec::new(),
            base: 0,
            acked: 0,
            day: 0,
            next: (1, 1),
            ids: (nth as u128 + 1) << 64,
        }
    }

    pub(super) fn last_seq(&self) -> u64 {
        self.base + self.journal.len() as u64
    }

    fn fresh(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    pub(super) fn next_day(&mut self) {
        self.day += 1;
        self.next = (1, 1);
    }

    /// Somebody taps something: decided, journalled, told. `None` when the rules refuse it.
    pub(super) fn tap(&mut self, random: &mut StdRng) -> Option<Told> {
        let fresh = self.fresh();
        let act = acts::any(random, self.nth, &self.state, fresh, self.next);
        let seq = self.last_seq() + 1;
        let time = Micros(MORNING + i64::from(self.day) * DAY + i64::try_from(seq).unwrap_or_default() * 1_000_000);
        let command = Command {
            id: CommandId(self.fresh()),
            outlet: outlet(self.nth),
            incarnation: self.incarnation,
            seq,
            stamp: Stamp {
                time,
                day: gerai_shared::Zone::Wib.business_day(time, 0),
                boot: Uuid::nil(),
                uptime: 0,
            },
            actor: Actor::Guest {
                screen: ScreenId(Uuid::nil()),
            },
            request: None,
            supersedes: None,
            act,
        };
        let decision = decide(&self.state, &command).ok()?;
        self.state.apply(decision.changes.clone());
        self.journal.push(Entry {
            id: command.id,
            seq,
            json: command.to_json(),
            hash: hash_of(&decision.changes),
        });
        let number = number_taken(&command.act).map(|(series, number)| {
            let next = if series.letter() == 'A' {
                &mut self.next.0
            } else {
                &mut self.next.1
            };
            *next = number + 1;
            (self.day, series.letter(), number)
        });
        Some(Told { seq, number })
    }

    /// The next push of what is not acknowledged; `ahead` of it, when it does not wait for answers.
    pub(super) fn parcel(&self, ahead: usize, most: usize) -> Option<Parcel> {
        let from = usize::try_from(self.acked.saturating_sub(self.base)).unwrap_or(usize::MAX);
        let from = from.saturating_add(ahead);
        let entries: Vec<Entry> = self.journal.get(from..)?.iter().take(most).cloned().collect();
        (!entries.is_empty()).then_some(Parcel {
            house: self.nth,
            incarnation: self.incarnation,
            entries,
        })
    }

    pub(super) fn acknowledged(&mut self, acked: u64) {
        self.acked = self.acked.max(acked);
    }

    /// A new installation goes on with what central has, clear of numbers nobody heard of.
    pub(super) fn replace(&mut self, rows: Vec<Change>, last_seq: u64, incarnation: u32) {
        self.incarnation = incarnation;
        self.state = State::default();
        self.state.apply(rows);
        self.journal.clear();
        (self.base, self.acked) = (last_seq, last_seq);
        let clear = |next: u32| (next / 100 + 1) * 100 + 1;
        self.next = (clear(self.next.0), clear(self.next.1));
    }
}
