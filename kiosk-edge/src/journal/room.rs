//! Room for new work: refused in words before it is accepted, while reads and the line go on.

use std::path::Path;

use rusqlite::Connection;

use super::JournalError;

/// How much room there must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Bytes that must stay free on the disk.
    pub reserve: u64,
    /// Bytes the file may have; without it as many as the disk has.
    pub most: Option<u64>,
}

impl Room {
    /// Tells SQLite, which then refuses what would not fit.
    pub(super) fn bound(self, connection: &Connection) -> Result<(), JournalError> {
        let Some(most) = self.most else { return Ok(()) };
        let size = pragma(connection, "page_size")?;
        let pages = i64::try_from(most / size.max(1)).unwrap_or(i64::MAX);
        // Answers with the bound that holds: never below what the file has already.
        Ok(connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?)
    }

    /// Whether there is room for new work. What is left after that is for what must go on: central's
    /// answers, sign-ins, what is followed, and the answers to what is asked in it.
    pub(super) fn is_left(self, connection: &Connection, data_dir: &Path) -> bool {
        let on_disk = match fs4::available_space(data_dir) {
            Ok(free) => free >= self.reserve,
            // Not to know is no reason to turn people away: SQLite will say if it is full.
            Err(_) => true,
        };
        on_disk && self.in_file(connection).unwrap_or(true)
    }

    fn in_file(self, connection: &Connection) -> Result<bool, JournalError> {
        let Some(bytes) = self.most else { return Ok(true) };
        let (size, pages) = (pragma(connection, "page_size")?, pragma(connection, "page_count")?);
        // Not SQLite's own bound: a reader's connection has none.
        let most = (bytes / size.max(1)).max(pages);
        let free = pragma(connection, "freelist_count")?;
        Ok(pages.saturating_sub(free) <= most - most / 8)
    }
}

fn pragma(connection: &Connection, name: &str) -> Result<u64, JournalError> {
    let value: i64 = connection.pragma_query_value(None, name, |row| row.get(0))?;
    Ok(u64::try_from(value).unwrap_or_default())
}
