//! What the journal knows without looking: a copy in memory that follows every commit.

use std::{collections::HashMap, sync::Arc};

use gerai_shared::{Day, Micros, journal::GENESIS, outlet::Outlet, sync::CATALOG_TOPIC, sync::outlet_topic};
use rusqlite::{Connection, OptionalExtension};

use super::{JournalError, device::Device, rows};

/// What is known as of a commit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// Who this edge is.
    pub device: Arc<Device>,
    /// The outlet's profile, once it is followed.
    pub outlet: Option<Arc<Outlet>>,
    /// The last command; where the stream goes on from, when there is none.
    pub last_seq: u64,
    /// The chain's hash there.
    pub last_hash: String,
    /// Whether there is any command in this journal.
    pub empty: bool,
    /// The last command central has.
    pub acked_seq: u64,
    /// The business day that the day before was closed for.
    pub day_begun: Option<Day>,
    /// How far each topic has been followed, and when that was true.
    pub cursors: Arc<HashMap<String, (u64, Micros)>>,
    /// Rises with every change of the screens, and of who is signed in at them.
    pub attendance: u64,
}

impl Known {
    pub(super) fn load(connection: &Connection) -> Result<Self, JournalError> {
        let device = Device::load(connection)?;
        let last: Option<(i64, String)> = connection
            .query_row("SELECT seq, chain FROM journal ORDER BY seq DESC LIMIT 1", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let empty = last.is_none();
        let (last_seq, last_hash) = match last {
            Some((seq, chain)) => (rows::count(seq), chain),
            None => (device.first_after, GENESIS.to_owned()),
        };
        let mut cursors = connection.prepare("SELECT topic, position, as_of FROM cursors")?;
        let cursors = cursors
            .query_map([], |row| {
                Ok((row.get(0)?, (rows::count(row.get(1)?), Micros(row.get(2)?))))
            })?
            .collect::<rusqlite::Result<_>>()?;
        let mut known = Self {
            acked_seq: device.acked_seq,
            device: Arc::new(device),
            outlet: None,
            last_seq,
            last_hash,
            empty,
            day_begun: None,
            cursors: Arc::new(cursors),
            attendance: 0,
        };
        known.load_outlet(connection)?;
        Ok(known)
    }

    pub(super) fn load_outlet(&mut self, connection: &Connection) -> Result<(), JournalError> {
        self.outlet = match self.device.outlet {
            Some(outlet) => rows::followed_row(connection, "outlet", outlet.0)?.map(Arc::new),
            None => None,
        };
        Ok(())
    }

    pub(super) fn moved(&mut self, topic: &str, position: u64, as_of: Micros) {
        Arc::make_mut(&mut self.cursors).insert(topic.to_owned(), (position, as_of));
    }

    /// Commands central does not have yet.
    #[must_use]
    pub fn backlog(&self) -> u64 {
        self.last_seq.saturating_sub(self.acked_seq)
    }

    /// The cursor of a topic; 0 when nothing of it is here.
    #[must_use]
    pub fn position(&self, topic: &str) -> u64 {
        self.cursors.get(topic).map_or(0, |(position, _)| *position)
    }

    /// The catalogue that is followed: its version, and when that was central's.
    #[must_use]
    pub fn catalog(&self) -> (u64, Option<Micros>) {
        match self.cursors.get(CATALOG_TOPIC) {
            Some((version, as_of)) => (*version, Some(*as_of)),
            None => (0, None),
        }
    }

    /// The cursor of what central tells this outlet.
    #[must_use]
    pub fn outlet_position(&self) -> u64 {
        self.device
            .outlet
            .map_or(0, |outlet| self.position(&outlet_topic(outlet)))
    }

    /// The business day at a point in time, once the outlet's profile is here.
    #[must_use]
    pub fn day(&self, at: Micros) -> Option<Day> {
        self.outlet.as_ref().map(|outlet| outlet.business_day(at))
    }
}
