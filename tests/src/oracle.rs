//! Compares what clients were told with what central has, and central with the edge.
//!
//! The first is the proof of the promise; the second alone would prove nothing, since two sides can
//! agree on having forgotten.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    acklog::{AckLog, Acked, Told},
    client::Admin,
    edge::Edge,
};

/// The tables whose rows an outlet owns.
pub const TABLES: [&str; 9] = [
    "ticket",
    "session",
    "room",
    "sale",
    "sale_void",
    "answer",
    "intake",
    "business_day",
    "shift",
];

/// Everything central has of one outlet's own.
#[derive(Debug)]
pub struct AtCentral {
    /// The commands, in order.
    pub commands: Vec<Value>,
    rows: HashMap<&'static str, BTreeMap<Uuid, Value>>,
}

/// What an outlet's edge has in its journal file.
#[derive(Debug)]
pub struct AtEdge {
    /// Each command's number, id, kind and the hash of its changes.
    pub commands: Vec<(u64, Uuid, String, String)>,
    rows: HashMap<String, BTreeMap<Uuid, Value>>,
}

fn row_id(table: &str, row: &Value) -> Result<Uuid> {
    let field = match table {
        "sale_void" => "sale",
        "answer" => "request",
        "intake" => "outlet",
        _ => "id",
    };
    let id = row[field]
        .as_str()
        .with_context(|| format!("a {table} without {field}: {row}"))?;
    Ok(id.parse()?)
}

impl AtCentral {
    /// Reads it all through the admin's API.
    ///
    /// # Errors
    /// When a page cannot be read, or a row is listed twice.
    pub async fn read(admin: &Admin, outlet: Uuid) -> Result<Self> {
        let mut rows = HashMap::new();
        for table in TABLES {
            let mut of_table = BTreeMap::new();
            for change in admin.rows(outlet, table).await? {
                let row = change["row"].clone();
                let id = row_id(table, &row)?;
                ensure!(of_table.insert(id, row).is_none(), "central lists {table} {id} twice");
            }
            rows.insert(table, of_table);
        }
        Ok(Self {
            commands: admin.commands(outlet).await?,
            rows,
        })
    }

    /// The rows of a table.
    #[must_use]
    pub fn rows(&self, table: &'static str) -> &BTreeMap<Uuid, Value> {
        &self.rows[table]
    }

    /// A row that must be there.
    ///
    /// # Errors
    /// When it is not.
    pub fn row(&self, table: &'static str, id: Uuid) -> Result<&Value> {
        self.rows(table)
            .get(&id)
            .with_context(|| format!("central has no {table} {id}"))
    }

    /// Central has every command once, numbered from 1 without gaps, and came to the edge's hash.
    ///
    /// # Errors
    /// When it does not.
    pub fn commands_are_whole(&self) -> Result<()> {
        let mut ids = HashSet::new();
        for (at, command) in self.commands.iter().enumerate() {
            ensure!(
                command["seq"] == at as u64 + 1,
                "number {} is missing: {command}",
                at + 1
            );
            ensure!(ids.insert(command["id"].to_string()), "booked twice: {command}");
            ensure!(
                command["outcome"] == "held" || command["hash"] == command["central_hash"],
                "edge and central came to different rows: {command}"
            );
        }
        Ok(())
    }

    /// Everything the clients were told is there, with its number and amount, once.
    ///
    /// # Errors
    /// When something is not; naming it.
    pub fn has_all_told(&self, log: &AckLog) -> Result<()> {
        let commands: HashMap<Uuid, &Value> = self
            .commands
            .iter()
            .map(|command| {
                Ok((
                    command["id"].as_str().context("a command without an id")?.parse()?,
                    command,
                ))
            })
            .collect::<Result<_>>()?;
        for acked in log.entries() {
            let command = commands
                .get(&acked.command)
                .with_context(|| format!("LOST: told, and not at central: {acked:?}"))?;
            ensure!(command["seq"] == acked.seq, "told as number {}: {command}", acked.seq);
            self.has_told(&acked)
                .with_context(|| format!("told, and not so at central: {acked:?}"))?;
        }
        Ok(())
    }

    fn has_told(&self, acked: &Acked) -> Result<()> {
        match &acked.told {
            Told::Ticket {
                id,
                number,
                revision,
                session,
            } => {
                let row = self.row("ticket", *id)?;
                let letter = match row["series"].as_str() {
                    Some("walk_in") => 'A',
                    Some("mobile") => 'M',
                    Some("booking") => 'B',
                    other => bail!("a ticket of series {other:?}"),
                };
                let there = format!("{letter}-{:03}", row["number"].as_u64().unwrap_or_default());
                ensure!(there == *number, "told {number}, there {there}");
                ensure!(row["revision"].as_u64() >= Some(*revision), "an older row: {row}");
                session.map(|id| self.row("session", id)).transpose()?;
            }
            Told::Session { id, revision } => {
                let row = self.row("session", *id)?;
                ensure!(row["revision"].as_u64() >= Some(*revision), "an older row: {row}");
            }
            Told::Room { id, revision } => {
                let row = self.row("room", *id)?;
                ensure!(row["revision"].as_u64() >= Some(*revision), "an older row: {row}");
            }
            Told::Row { table, id, revision } => {
                let row = self.row(table, *id)?;
                ensure!(row["revision"].as_u64() >= Some(*revision), "an older row: {row}");
            }
            Told::Sale { id, receipt, total } => {
                let row = self.row("sale", *id)?;
                ensure!(
                    row["receipt"] == *receipt && row["total"] == *total,
                    "another amount: {row}"
                );
            }
            Told::Void { sale, amount } => {
                let row = self.row("sale_void", *sale)?;
                ensure!(row["amount"] == *amount, "another amount: {row}");
            }
        }
        Ok(())
    }

    /// Nothing is there that nobody was told: no tickets, sales or voids beyond the log's. Holds when
    /// each screen repeated each question until it was answered.
    ///
    /// # Errors
    /// When there is more.
    pub fn has_no_more_than_told(&self, log: &AckLog) -> Result<()> {
        let entries = log.entries();
        let told = |pick: &dyn Fn(&Told) -> Option<Uuid>| -> BTreeSet<Uuid> {
            entries.iter().filter_map(|acked| pick(&acked.told)).collect()
        };
        let expected = [
            (
                "ticket",
                told(&|told| matches!(told, Told::Ticket { .. }).then(|| told_id(told))),
            ),
            (
                "sale",
                told(&|told| matches!(told, Told::Sale { .. }).then(|| told_id(told))),
            ),
            (
                "sale_void",
                told(&|told| matches!(told, Told::Void { .. }).then(|| told_id(told))),
            ),
        ];
        for (table, expected) in expected {
            let there: BTreeSet<Uuid> = self.rows(table).keys().copied().collect();
            let more: Vec<&Uuid> = there.difference(&expected).collect();
            ensure!(more.is_empty(), "central has {table}s nobody was told of: {more:?}");
        }
        let told: BTreeSet<String> = entries.iter().map(|acked| acked.command.to_string()).collect();
        let is_told = |command: &Value| command["id"].as_str().is_some_and(|id| told.contains(id));
        // What an outlet does unasked: it closes a day that nobody closed, each once.
        let by_itself = |command: &&Value| command["kind"] == "day.close" && !is_told(command);
        let closings = self.commands.iter().filter(by_itself).count();
        ensure!(
            closings <= self.rows("business_day").len(),
            "{closings} days were closed unasked, central has {} of them",
            self.rows("business_day").len()
        );
        ensure!(
            told.len() + closings == self.commands.len(),
            "{} commands were told, central has {} and {closings} closings of days",
            told.len(),
            self.commands.len() - closings
        );
        Ok(())
    }

    /// No number was told twice on one day.
    ///
    /// # Errors
    /// When one was.
    pub fn numbers_are_unique(&self) -> Result<()> {
        for (table, number) in [("ticket", "number"), ("sale", "receipt")] {
            let mut seen = HashSet::new();
            for row in self.rows(table).values() {
                let key = (
                    row["day"].to_string(),
                    row["series"].to_string(),
                    row[number].to_string(),
                );
                ensure!(seen.insert(key), "{number} told twice: {row}");
            }
        }
        Ok(())
    }

    /// Edge and central have the same rows, and the same commands with the same hashes.
    ///
    /// # Errors
    /// When they differ; naming the row or command.
    pub fn equals(&self, edge: &AtEdge) -> Result<()> {
        ensure!(
            self.commands.len() == edge.commands.len(),
            "central has {} commands, the edge {}",
            self.commands.len(),
            edge.commands.len()
        );
        for (here, (seq, id, kind, hash)) in self.commands.iter().zip(&edge.commands) {
            ensure!(
                here["seq"] == *seq && here["id"] == id.to_string() && here["kind"] == *kind && here["hash"] == *hash,
                "command {seq} differs: {here}, at the edge {id} {kind} {hash}"
            );
        }
        self.has_rows_of(edge)
    }

    /// Edge and central have the same rows, whoever's commands made them: of an outlet whose edge was
    /// replaced today, say.
    ///
    /// # Errors
    /// When they differ; naming the row.
    pub fn has_rows_of(&self, edge: &AtEdge) -> Result<()> {
        let none = BTreeMap::new();
        for table in TABLES {
            let (here, there) = (self.rows(table), edge.rows.get(table).unwrap_or(&none));
            let ids: BTreeSet<&Uuid> = here.keys().chain(there.keys()).collect();
            for id in ids {
                let (here, there) = (here.get(id), there.get(id));
                ensure!(
                    here == there,
                    "{table} {id} differs:\ncentral {here:?}\nedge    {there:?}"
                );
            }
        }
        Ok(())
    }
}

fn told_id(told: &Told) -> Uuid {
    match told {
        Told::Ticket { id, .. }
        | Told::Session { id, .. }
        | Told::Sale { id, .. }
        | Told::Room { id, .. }
        | Told::Row { id, .. }
        | Told::Void { sale: id, .. } => *id,
    }
}

impl AtEdge {
    /// Reads it from the edge's journal file, past the program.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(edge: &Edge) -> Result<Self> {
        let file =
            rusqlite::Connection::open_with_flags(edge.journal_file(), rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        file.busy_timeout(std::time::Duration::from_secs(10))?;
        let mut select = file.prepare("SELECT seq, id, kind, changes_hash FROM journal ORDER BY seq")?;
        let commands = select
            .query_map([], |row| {
                Ok((
                    row.get::<_, i64>(0)?.unsigned_abs(),
                    uuid_of(row.get(1)?),
                    row.get(2)?,
                    row.get(3)?,
                ))
            })?
            .collect::<Result<_, _>>()?;
        let mut rows: HashMap<String, BTreeMap<Uuid, Value>> = HashMap::new();
        let mut select = file.prepare("SELECT kind, id, body FROM rows")?;
        let mut found = select.query([])?;
        while let Some(row) = found.next()? {
            let (kind, id, body): (String, Vec<u8>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            rows.entry(kind)
                .or_default()
                .insert(uuid_of(id), serde_json::from_str(&body)?);
        }
        Ok(Self { commands, rows })
    }

    /// The kinds of its commands, with how many there are of each.
    #[must_use]
    pub fn kinds(&self) -> BTreeMap<&str, usize> {
        let mut kinds = BTreeMap::new();
        for (_, _, kind, _) in &self.commands {
            *kinds.entry(kind.as_str()).or_insert(0) += 1;
        }
        kinds
    }

    /// The rows of a table.
    #[must_use]
    pub fn rows(&self, table: &str) -> Option<&BTreeMap<Uuid, Value>> {
        self.rows.get(table)
    }
}

fn uuid_of(bytes: Vec<u8>) -> Uuid {
    Uuid::from_slice(&bytes).unwrap_or_default()
}

/// The whole promise, after a story: all told is at central once, nothing more, and both agree.
///
/// # Errors
/// When any part of it is broken.
pub async fn promise_kept(admin: &Admin, edge: &Edge, log: &AckLog) -> Result<AtCentral> {
    let central = AtCentral::read(admin, edge.outlet).await?;
    central.commands_are_whole()?;
    central.has_all_told(log)?;
    central.has_no_more_than_told(log)?;
    central.numbers_are_unique()?;
    central.equals(&AtEdge::read(edge)?)?;
    Ok(central)
}
