//! The outlet's rows, its number series, and the rows it follows.

use gerai_shared::{Change, Day, RowKey, State, change::Table, queue::Series};
use rusqlite::{
    Connection, OptionalExtension, params,
    types::{FromSql, FromSqlError, FromSqlResult, ValueRef},
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

/// A column that holds JSON.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?)
            .map(Self)
            .map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// SQLite counts in signed numbers.
pub(crate) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// The other way round.
pub(crate) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// A row the outlet owns, by its table and id.
///
/// # Errors
/// When it cannot be read.
pub fn row<T: DeserializeOwned>(connection: &Connection, table: Table, id: Uuid) -> rusqlite::Result<Option<T>> {
    connection
        .prepare_cached("SELECT body FROM rows WHERE kind = ?1 AND id = ?2")?
        .query_row(params![table.as_str(), id.as_bytes()], |row| row.get::<_, Json<T>>(0))
        .optional()
        .map(|found| found.map(|Json(row)| row))
}

/// The outlet's rows of a table on a business day, in the order of their position.
///
/// # Errors
/// When they cannot be read.
pub fn rows_of<T: DeserializeOwned>(connection: &Connection, table: Table, day: Day) -> rusqlite::Result<Vec<T>> {
    connection
        .prepare_cached("SELECT body FROM rows WHERE kind = ?1 AND day = ?2 ORDER BY position")?
        .query_map(params![table.as_str(), day.to_string()], |row| row.get::<_, Json<T>>(0))?
        .map(|found| found.map(|Json(row)| row))
        .collect()
}

/// How many rows of a table there are on a business day.
///
/// # Errors
/// When they cannot be read.
pub fn count_rows(connection: &Connection, table: Table, day: Day) -> rusqlite::Result<u64> {
    connection
        .prepare_cached("SELECT count(*) FROM rows WHERE kind = ?1 AND day = ?2")?
        .query_row(params![table.as_str(), day.to_string()], |row| row.get(0).map(count))
}

/// A row that is followed.
///
/// # Errors
/// When it cannot be read.
pub fn followed_row<T: DeserializeOwned>(connection: &Connection, kind: &str, id: Uuid) -> rusqlite::Result<Option<T>> {
    connection
        .prepare_cached("SELECT body FROM followed WHERE kind = ?1 AND id = ?2")?
        .query_row(params![kind, id.as_bytes()], |row| row.get::<_, Json<T>>(0))
        .optional()
        .map(|found| found.map(|Json(row)| row))
}

/// All rows of a kind that are followed, in the order of their ids.
///
/// # Errors
/// When they cannot be read.
pub fn followed_rows<T: DeserializeOwned>(connection: &Connection, kind: &str) -> rusqlite::Result<Vec<T>> {
    connection
        .prepare_cached("SELECT body FROM followed WHERE kind = ?1 ORDER BY id")?
        .query_map(params![kind], |row| row.get::<_, Json<T>>(0))?
        .map(|found| found.map(|Json(row)| row))
        .collect()
}

/// Reads the rows with these keys that `state` does not have yet.
pub(super) fn load(connection: &Connection, keys: &[RowKey], state: &mut State) -> rusqlite::Result<()> {
    for key in keys {
        if state.row(*key).is_some() {
            continue;
        }
        let found = match key.table {
            Table::Ticket => row(connection, key.table, key.id)?.map(Change::Ticket),
            Table::Session => row(connection, key.table, key.id)?.map(Change::Session),
            Table::Room => row(connection, key.table, key.id)?.map(Change::Room),
            Table::Sale => row(connection, key.table, key.id)?.map(Change::Sale),
            Table::SaleVoid => row(connection, key.table, key.id)?.map(Change::SaleVoid),
            Table::Answer => row(connection, key.table, key.id)?.map(Change::Answer),
            Table::Intake => row(connection, key.table, key.id)?.map(Change::Intake),
            Table::BusinessDay => row(connection, key.table, key.id)?.map(Change::BusinessDay),
            Table::Shift => row(connection, key.table, key.id)?.map(Change::Shift),
            Table::Unknown => None,
        };
        state.apply(found);
    }
    Ok(())
}

/// Writes the new row.
pub(super) fn store(connection: &Connection, change: &Change) -> rusqlite::Result<()> {
    let (day, state, position, body) = match change {
        Change::Ticket(row) => (
            Some(row.day),
            Some(row.now.state.as_str()),
            Some(row.now.position),
            json(row)?,
        ),
        Change::Session(row) => (
            Some(row.day),
            Some(row.state.as_str()),
            Some(row.started_at.0),
            json(row)?,
        ),
        Change::Room(row) => (None, Some(row.state.as_str()), None, json(row)?),
        Change::Sale(row) => (Some(row.day), None, Some(i64::from(row.receipt)), json(row)?),
        Change::SaleVoid(row) => (Some(row.day), None, Some(row.at.0), json(row)?),
        Change::Answer(row) => (None, Some(row.state.as_str()), None, json(row)?),
        Change::Intake(row) => (None, Some(row.state.as_str()), None, json(row)?),
        Change::BusinessDay(row) => (Some(row.day), None, Some(row.closed_at.0), json(row)?),
        Change::Shift(row) => {
            let state = if row.closed_at.is_some() { "closed" } else { "open" };
            (Some(row.day), Some(state), Some(row.opened_at.0), json(row)?)
        }
    };
    let key = change.key();
    connection
        .prepare_cached(
            "INSERT INTO rows (kind, id, day, state, position, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (kind, id) DO UPDATE SET day = ?3, state = ?4, position = ?5, body = ?6",
        )?
        .execute(params![
            key.table.as_str(),
            key.id.as_bytes(),
            day.map(|day| day.to_string()),
            state,
            position,
            body
        ])
        .map(drop)
}

/// Whether a remote ticket has been checked in here.
///
/// # Errors
/// When it cannot be read.
pub fn is_checked_in(connection: &Connection, remote: Uuid) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT 1 FROM rows WHERE kind = 'ticket'
             AND json_extract(body, '$.remote') IS NOT NULL AND json_extract(body, '$.remote') = ?1",
        )?
        .exists(params![remote.to_string()])
}

/// The next free number of a series.
pub(super) fn next_number(connection: &Connection, day: Day, series: Series) -> rusqlite::Result<u32> {
    connection
        .prepare_cached("SELECT next FROM series WHERE day = ?1 AND series = ?2")?
        .query_row(params![day.to_string(), series.as_str()], |row| row.get(0))
        .optional()
        .map(|next| next.unwrap_or(1))
}

/// The last business day before `day` on which a ticket was issued or something sold.
pub(super) fn last_day_before(connection: &Connection, day: Day) -> rusqlite::Result<Option<Day>> {
    let last: Option<String> = connection
        .prepare_cached(
            "SELECT max(day) FROM (SELECT max(day) AS day FROM rows WHERE kind = 'ticket' AND day < ?1
             UNION ALL SELECT max(day) FROM rows WHERE kind = 'sale' AND day < ?1)",
        )?
        .query_row(params![day.to_string()], |row| row.get(0))?;
    Ok(last.and_then(|last| last.parse().ok()))
}

/// Numbers below `next` were told; never lowers a series.
pub(super) fn raise_series(connection: &Connection, day: Day, series: Series, next: u32) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO series (day, series, next) VALUES (?1, ?2, ?3)
             ON CONFLICT (day, series) DO UPDATE SET next = max(next, ?3)",
        )?
        .execute(params![day.to_string(), series.as_str(), next])
        .map(drop)
}
