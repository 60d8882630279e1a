//! The sync desk: what waits, what is held, what a person should look at (E6).

mod about;
mod list;
mod proof;
mod remedy;

pub(super) use list::{__path_commands, commands};
pub(super) use proof::{__path_ask_proof, ask_proof};
pub(super) use remedy::{__path_remedy, remedy};

use axum::{Json, extract::State};
use gerai_shared::{
    Change, CommandId, EdgeId, Exception, Micros, change::Table, outlet::Outlet, problem::Lang, sale::Sale,
};
use http::HeaderMap;
use rusqlite::{Connection, params};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{House, screens::Screen, views::Data};
use crate::{
    journal::{self, Json as JsonColumn, Known, Proof},
    problems::{Fault, language},
    sync::LinkState,
};

/// Commands listed at most; the numbers count them all.
const LISTED: u32 = 100;

/// A command that waits for central.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct WaitingCommand {
    /// Its id.
    id: CommandId,
    /// Its number.
    seq: u64,
    /// What kind of act.
    kind: String,
    /// What a person was told: a ticket's number, a receipt's, a room's name.
    told: Option<String>,
    /// How long it has waited, in milliseconds.
    age_ms: i64,
}

/// A command central keeps until it can read it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct HeldCommand {
    /// Its id.
    id: CommandId,
    /// Its number.
    seq: u64,
    /// What kind of act.
    kind: String,
}

/// A booked command that a person should look at.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ExceptedCommand {
    /// Its id.
    command: CommandId,
    /// Its number.
    seq: u64,
    /// What kind of act.
    kind: String,
    /// Why.
    exception: Exception,
    /// Since when.
    at: Micros,
}

/// How far the feeds have been followed.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(super) struct Cursors {
    /// Topic `catalog`.
    catalog: u64,
    /// What central tells this outlet.
    outlet: u64,
}

/// What stands between outlet and central that waiting does not mend.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SyncCause {
    /// In one word: how this edge stands, or why pushes lead nowhere.
    code: String,
    /// In the reader's language.
    text: String,
}

impl SyncCause {
    fn of(link: LinkState, lang: Lang) -> Option<Self> {
        let (code, (id, en)) = match link {
            LinkState { standing, .. } if standing.is_barred() => (serde_json::to_value(standing), standing.words()),
            LinkState {
                trouble: Some(trouble), ..
            } => (serde_json::to_value(trouble), trouble.words()),
            _ => return None,
        };
        Some(Self {
            code: code.ok()?.as_str()?.to_owned(),
            text: lang.pick(id, en).to_owned(),
        })
    }
}

/// How outlet and central stand.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SyncView {
    /// How far the line reaches.
    link: LinkState,
    /// What a person has to see to, if anything.
    cause: Option<SyncCause>,
    /// Commands central does not have yet.
    backlog: u64,
    /// How long the oldest of them has waited, in milliseconds.
    oldest_ms: i64,
    /// The last command.
    last_seq: u64,
    /// The last command central has.
    acked_seq: u64,
    /// The journal's hash after the last command.
    last_hash: String,
    /// The life of central's database.
    epoch: Option<Uuid>,
    /// Which life of the outlet's edge this is.
    incarnation: u32,
    /// This edge.
    edge: Option<EdgeId>,
    /// The first hundred that wait.
    waiting: Vec<WaitingCommand>,
    /// Those central keeps until it can read them.
    held: Vec<HeldCommand>,
    /// Those a person should look at, latest first.
    exceptions: Vec<ExceptedCommand>,
    /// How far the feeds have been followed.
    cursors: Cursors,
    /// How outlet and central stood when they were last compared row by row; null when they never were.
    proof: Option<Proof>,
}

/// What waits for central, what is held there, and what a person should look at.
#[utoipa::path(get, path = "/api/outlet/sync", operation_id = "sync", tag = "sync",
    responses((status = 200, body = Data<SyncView>)))]
pub(super) async fn sync(
    State(house): State<House>,
    _screen: Screen,
    headers: HeaderMap,
) -> Result<Json<Data<SyncView>>, Fault> {
    let (known, link, now) = (house.journal.known(), house.link(), house.clock.now());
    let cause = SyncCause::of(link, language(&headers));
    let mut data = (house.journal)
        .read(move |connection| view(connection, &known, link, now))
        .await?;
    data.cause = cause;
    Ok(Json(Data { data }))
}

fn view(connection: &Connection, known: &Known, link: LinkState, now: Micros) -> rusqlite::Result<SyncView> {
    let waiting = waiting(connection, known, now)?;
    Ok(SyncView {
        link,
        cause: None,
        backlog: known.backlog(),
        oldest_ms: waiting.first().map_or(0, |oldest| oldest.age_ms),
        last_seq: known.last_seq,
        acked_seq: known.acked_seq,
        last_hash: known.last_hash.clone(),
        epoch: known.device.epoch,
        incarnation: known.device.incarnation,
        edge: known.device.edge,
        waiting,
        held: held(connection)?,
        exceptions: exceptions(connection)?,
        cursors: Cursors {
            catalog: known.catalog().0,
            outlet: known.outlet_position(),
        },
        proof: journal::last_proof(connection)?,
    })
}

fn waiting(connection: &Connection, known: &Known, now: Micros) -> rusqlite::Result<Vec<WaitingCommand>> {
    connection
        .prepare_cached(
            "SELECT id, seq, kind, made_at, changes FROM journal WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3",
        )?
        .query_map(params![known.acked_seq as i64, known.last_seq as i64, LISTED], |row| {
            let JsonColumn(changes): JsonColumn<Vec<Change>> = row.get(4)?;
            Ok(WaitingCommand {
                id: Uuid::from_bytes(row.get(0)?).into(),
                seq: row.get::<_, i64>(1)?.unsigned_abs(),
                kind: row.get(2)?,
                told: told(connection, known.outlet.as_deref(), &changes)?,
                age_ms: now.millis_since(Micros(row.get(3)?)).max(0),
            })
        })?
        .collect()
}

/// What was said to a person when the command was made.
fn told(connection: &Connection, outlet: Option<&Outlet>, changes: &[Change]) -> rusqlite::Result<Option<String>> {
    let receipt = |sale: &Sale| outlet.map(|outlet| sale.receipt_code(&outlet.code));
    Ok(match changes.first() {
        Some(Change::Ticket(ticket)) => Some(ticket.told()),
        Some(Change::Sale(sale)) => receipt(sale),
        Some(Change::SaleVoid(void)) => {
            let sale: Option<Sale> = journal::row(connection, Table::Sale, void.sale.0)?;
            sale.as_ref().and_then(receipt)
        }
        Some(Change::Session(session)) => outlet
            .and_then(|outlet| outlet.studio(session.studio))
            .map(|studio| studio.name.clone()),
        Some(Change::Room(room)) => outlet
            .and_then(|outlet| outlet.studio(room.id))
            .map(|studio| studio.name.clone()),
        Some(Change::BusinessDay(day)) => Some(day.day.to_string()),
        Some(Change::Answer(_) | Change::Intake(_) | Change::Shift(_)) | None => None,
    })
}

fn held(connection: &Connection) -> rusqlite::Result<Vec<HeldCommand>> {
    connection
        .prepare_cached("SELECT id, seq, kind FROM journal WHERE outcome = 'held' ORDER BY seq LIMIT ?1")?
        .query_map(params![LISTED], |row| {
            Ok(HeldCommand {
                id: Uuid::from_bytes(row.get(0)?).into(),
                seq: row.get::<_, i64>(1)?.unsigned_abs(),
                kind: row.get(2)?,
            })
        })?
        .collect()
}

fn exceptions(connection: &Connection) -> rusqlite::Result<Vec<ExceptedCommand>> {
    let mut excepted = connection.prepare_cached(
        "SELECT id, seq, kind, coalesce(settled_at, made_at), exceptions FROM journal
         WHERE exceptions <> '[]' ORDER BY seq DESC LIMIT ?1",
    )?;
    let mut listed = Vec::new();
    let mut rows = excepted.query(params![LISTED])?;
    while let Some(row) = rows.next()? {
        let JsonColumn(exceptions): JsonColumn<Vec<Exception>> = row.get(4)?;
        for exception in exceptions {
            listed.push(ExceptedCommand {
                command: Uuid::from_bytes(row.get(0)?).into(),
                seq: row.get::<_, i64>(1)?.unsigned_abs(),
                kind: row.get(2)?,
                exception,
                at: Micros(row.get(3)?),
            });
        }
    }
    Ok(listed)
}
