//! What is not a command: who the edge is, its rows, its numbers, what it told and follows.

use std::collections::HashMap;

use gerai_shared::{Change, queue::Series};
use rusqlite::{Connection, params, params_from_iter, types::Value};

use super::pages::Pages;
use crate::journal::{JournalError, Json, rows};

/// Tables that are copied as far as SQLite can still read them.
const TABLES: [(&str, &str); 8] = [
    ("rows", "rowid"),
    ("series", "day, series"),
    ("replies", "rowid"),
    ("followed", "topic, kind, id"),
    ("screens", "id"),
    ("staff_sessions", "screen"),
    ("staff_known", "staff"),
    ("pin_failures", "subject"),
];

/// Facts are few and short; each is found on its page by its name.
const FACTS: [&str; 11] = [
    "edge",
    "outlet",
    "incarnation",
    "central_key",
    "token",
    "epoch",
    "acked_seq",
    "first_after",
    "rows_since",
    "clock",
    "pepper",
];

/// Who the edge is, read from pages: of several versions of a number the highest, of others the last.
pub(super) fn facts(pages: &Pages<'_>) -> HashMap<String, String> {
    let mut facts: HashMap<String, String> = HashMap::new();
    for columns in pages.index_rows() {
        let [name, value] = &columns[..] else { continue };
        let (Some(name), Some(value)) = (name.text(), value.text()) else {
            continue;
        };
        if !FACTS.contains(&name) {
            continue;
        }
        let known = facts.get(name).and_then(|known| known.parse::<u64>().ok());
        if known.is_some_and(|known| value.parse::<u64>().is_ok_and(|value| value < known)) {
            continue;
        }
        facts.insert(name.to_owned(), value.to_owned());
    }
    facts
}

/// Copies facts, and what SQLite still reads of the other tables. Cursors are left behind: what is
/// followed is asked for again, and used until it comes.
pub(super) fn copy(
    old: Option<&Connection>,
    fresh: &Connection,
    facts: &HashMap<String, String>,
) -> Result<(), JournalError> {
    for (name, value) in facts {
        fresh.execute(
            "INSERT INTO facts (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
            params![name, value],
        )?;
    }
    let Some(old) = old else { return Ok(()) };
    for (table, key) in TABLES {
        // From both ends: what lies between the first and the last damage is given up.
        for order in ["ASC", "DESC"] {
            let order = key.replace(',', &format!(" {order},")) + " " + order;
            copy_table(old, fresh, &format!("SELECT * FROM {table} ORDER BY {order}"), table)?;
        }
    }
    Ok(())
}

fn copy_table(old: &Connection, fresh: &Connection, query: &str, table: &str) -> Result<(), JournalError> {
    let Ok(mut statement) = old.prepare(query) else {
        return Ok(());
    };
    let width = statement.column_count();
    let places = vec!["?"; width].join(", ");
    let insert = format!("INSERT OR IGNORE INTO {table} VALUES ({places})");
    let mut insert = fresh.prepare_cached(&insert)?;
    let Ok(mut read) = statement.query([]) else {
        return Ok(());
    };
    // Ends at the end, or at the first page that cannot be read.
    while let Ok(Some(row)) = read.next() {
        let columns: Result<Vec<Value>, _> = (0..width).map(|column| row.get(column)).collect();
        // What a damaged page makes of a row may not fit its table.
        let taken = columns.is_ok_and(|columns| insert.execute(params_from_iter(columns)).is_ok());
        if !taken {
            tracing::warn!(table, "a row was given up");
        }
    }
    Ok(())
}

/// Brings rows and numbers up to what the commands say.
pub(super) fn catch_up(fresh: &Connection, gaps: bool) -> Result<(), JournalError> {
    let mut told: HashMap<(gerai_shared::Day, &'static str), (Series, u32)> = HashMap::new();
    let mut journal = fresh.prepare("SELECT changes FROM journal ORDER BY seq")?;
    let mut changes = journal.query([])?;
    while let Some(row) = changes.next()? {
        let Json(made): Json<Vec<Change>> = row.get(0)?;
        for change in made {
            rows::store(fresh, &change)?;
            let number = match &change {
                Change::Ticket(ticket) if ticket.series == Series::WalkIn => {
                    Some((ticket.day, Series::WalkIn, ticket.number))
                }
                Change::Sale(sale) => Some((sale.day, Series::Receipt, sale.receipt)),
                _ => None,
            };
            if let Some((day, series, number)) = number {
                let highest = told.entry((day, series.as_str())).or_insert((series, number));
                highest.1 = highest.1.max(number);
            }
        }
    }
    for ((day, _), (series, number)) in told {
        let next = rows::next_number(fresh, day, series)?.max(number + 1);
        // Numbers of lost commands may have been told: on to the next free hundred.
        let next = if gaps { next.div_ceil(100) * 100 } else { next };
        rows::raise_series(fresh, day, series, next)?;
    }
    Ok(())
}
