//! The file opened: brought up to date, its grants under the pepper, the clock going.

use std::{path::Path, sync::Arc};

use super::{JournalError, Known, Pepper, grants, salvage, schema};
use crate::clock::Clock;

/// A sound file, with what is known of it.
pub(super) struct Opened {
    pub(super) connection: rusqlite::Connection,
    pub(super) pepper: Arc<Pepper>,
    pub(super) known: Known,
}

impl Opened {
    pub(super) fn open(data_dir: &Path, clock: &Clock) -> Result<Self, JournalError> {
        if salvage::is_marked(data_dir) {
            return Err(JournalError::Torn);
        }
        let mut connection = schema::open(data_dir)?;
        let pepper = Arc::new(Pepper::read_or_make(data_dir)?);
        grants::settle(&mut connection, &pepper)?;
        let known = Known::load(&connection)?;
        schema::set_going(&connection, clock)?;
        Ok(Self {
            connection,
            pepper,
            known,
        })
    }
}
