//! The commands a person may want to see: those that wait, are held or are listed, and the others.

use std::collections::HashMap;

use axum::{Json, extract::State};
use gerai_shared::{
    Actor, Command, CommandId, Exception, Micros, RowKey, StaffId,
    command::{Envelope, Header, PROTOCOL},
    sync::Reviewed,
};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    about::{CommandSubject, Rows},
    remedy::{Remedy, remedies},
};
use crate::{
    journal::{
        Json as JsonColumn, Known,
        grants::{self, Trust},
    },
    outlet::{
        House,
        asked::Asks,
        page::{Page, PageQuery},
        staff::{Staff, ViewSync},
    },
    problems::Fault,
    sync::{Line, LinkState, Standing, Trouble},
};

const PATH: &str = "/api/outlet/sync/commands";
/// A held command makes later ones wait; so many are looked at to say which waits for which.
const HELD: u32 = 1_000;

/// How far a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CommandState {
    /// Central does not have it yet.
    Waiting,
    /// Central keeps it until it can read it.
    Held,
    /// Booked, and a person should look.
    Excepted,
    /// Booked; what there was to look at has been looked at.
    Settled,
}

impl CommandState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Excepted => "excepted",
            Self::Settled => "settled",
        }
    }
}

/// Which commands, and which page of them.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::outlet) struct CommandsQuery {
    /// How far they are; all that are not settled when not said.
    state: Option<CommandState>,
    /// From 1.
    page: Option<u32>,
    /// How many on a page: 500 when not said, at most 1000.
    per_page: Option<u32>,
}

/// Why a command is not settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(super) enum CommandCause {
    /// Central is not reached.
    LineDown {
        /// How far the line reaches.
        line: Line,
    },
    /// Central does not let this edge speak for its outlet.
    Barred {
        /// How it stands.
        standing: Standing,
    },
    /// Central answers, but what is pushed leads nowhere.
    Trouble {
        /// Why.
        trouble: Trouble,
    },
    /// It is on its way.
    Sending,
    /// Another goes first.
    Behind {
        /// That one's number.
        seq: u64,
    },
    /// Central is too old to read it.
    UnknownVersion {
        /// The protocol it is of.
        version: u16,
    },
    /// It stands in the place of commands that were lost with a damaged journal.
    Lost,
    /// It was booked, and something speaks against it.
    Exceptions,
}

/// Who gave a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct CommandActor {
    /// `guest`, `staff`, `customer`, `admin` or `system`.
    #[serde(rename = "as")]
    role: String,
    /// Which member of staff.
    staff: Option<StaffId>,
    /// Their name, as far as it is known here.
    name: Option<String>,
}

/// An exception, and whether somebody has looked at it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ListedException {
    /// Why a person should look.
    exception: Exception,
    /// Whether an admin has.
    reviewed: bool,
}

/// A command as the desk lists it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(in crate::outlet) struct ListedCommand {
    /// Its id.
    id: CommandId,
    /// Its number.
    seq: u64,
    /// What kind of act: `sale.sell`.
    kind: String,
    /// What it is about.
    about: CommandSubject,
    /// Who gave it.
    by: CommandActor,
    /// When.
    made_at: Micros,
    /// How long ago.
    age_seconds: i64,
    /// How far it is.
    state: CommandState,
    /// Why it is not settled; null when it is.
    cause: Option<CommandCause>,
    /// What a person should look at.
    exceptions: Vec<ListedException>,
    /// The command it corrects.
    supersedes: Option<CommandId>,
    /// What can be done about it.
    remedies: Vec<Remedy>,
}

/// The commands that wait or are held, oldest first; those to look at and those settled, latest first.
#[utoipa::path(get, path = "/api/outlet/sync/commands", operation_id = "syncCommands", tag = "sync",
    params(CommandsQuery), responses((status = 200, body = Page<ListedCommand>)))]
pub(in crate::outlet) async fn commands(
    State(house): State<House>,
    _staff: Staff<ViewSync>,
    Asks(asked): Asks<CommandsQuery>,
) -> Result<Json<Page<ListedCommand>>, Fault> {
    let page = PageQuery::new(asked.page, asked.per_page);
    let desk = DeskList {
        known: house.journal.known(),
        trust: house.journal.trust(),
        link: house.link(),
        now: house.clock.now(),
    };
    let listed = house
        .journal
        .read(move |connection| desk.page(connection, asked.state, page))
        .await?;
    Ok(Json(match asked.state {
        Some(state) => listed.asked_with(&format!("state={}", state.as_str())),
        None => listed,
    }))
}

/// What the list is made with.
struct DeskList {
    known: std::sync::Arc<Known>,
    trust: Trust,
    link: LinkState,
    now: Micros,
}

/// An admin has looked at all there was.
const REVIEWED: &str = "EXISTS (SELECT 1 FROM followed WHERE followed.kind = 'reviewed'
    AND followed.id = journal.id AND json_extract(followed.body, '$.open') = 0)";

/// The numbers of the commands that are so far, as `asked`; each kind is found by an index of its own.
fn numbers(state: Option<CommandState>) -> String {
    const ACKED: &str = "seq <= (SELECT acked FROM stands)";
    let waiting = "SELECT seq FROM journal WHERE seq > (SELECT acked FROM stands) AND seq <= (SELECT last FROM stands)";
    let held = format!("SELECT seq FROM journal WHERE outcome = 'held' AND {ACKED}");
    let excepted = format!("SELECT seq FROM journal WHERE exceptions <> '[]' AND {ACKED} AND NOT {REVIEWED}");
    let so_far = match state {
        Some(CommandState::Waiting) => waiting.to_owned(),
        Some(CommandState::Held) => held,
        Some(CommandState::Excepted) => excepted,
        Some(CommandState::Settled) => format!(
            "SELECT seq FROM journal WHERE outcome IN ('applied', 'excepted') AND {ACKED}
             AND (exceptions = '[]' OR {REVIEWED})"
        ),
        None => format!("{waiting} UNION {held} UNION {excepted}"),
    };
    format!("WITH stands (acked, last) AS (VALUES (?1, ?2)), asked (seq) AS ({so_far})")
}

impl DeskList {
    fn page(
        &self,
        connection: &Connection,
        state: Option<CommandState>,
        asked: PageQuery,
    ) -> rusqlite::Result<Page<ListedCommand>> {
        let asked_for = numbers(state);
        let (acked, last) = (self.known.acked_seq as i64, self.known.last_seq as i64);
        let total: i64 = connection
            .prepare_cached(&format!("{asked_for} SELECT count(*) FROM asked"))?
            .query_row([acked, last], |row| row.get(0))?;
        let order = match state {
            None | Some(CommandState::Waiting | CommandState::Held) => "ASC",
            Some(CommandState::Excepted | CommandState::Settled) => "DESC",
        };
        let behind = Behind::look(connection, acked)?;
        let mut rows = connection.prepare_cached(&format!(
            "{asked_for} SELECT seq, id, kind, json, made_at, outcome, exceptions,
                (SELECT body FROM followed WHERE followed.kind = 'reviewed' AND followed.id = journal.id)
             FROM journal WHERE seq IN (SELECT seq FROM asked) ORDER BY seq {order} LIMIT ?3 OFFSET ?4"
        ))?;
        let bound = params![acked, last, asked.per_page(), asked.offset() as i64];
        let mut names = HashMap::new();
        let mut listed = Vec::new();
        let mut rows = rows.query(bound)?;
        while let Some(row) = rows.next()? {
            listed.push(self.command(connection, row, &behind, &mut names)?);
        }
        Ok(Page::new(PATH, asked, total.unsigned_abs(), listed))
    }

    fn command(
        &self,
        connection: &Connection,
        row: &rusqlite::Row<'_>,
        behind: &Behind,
        names: &mut HashMap<StaffId, Option<String>>,
    ) -> rusqlite::Result<ListedCommand> {
        let seq = row.get::<_, i64>(0)?.unsigned_abs();
        let (json, made_at): (String, Micros) = (row.get(3)?, Micros(row.get(4)?));
        let outcome: Option<String> = row.get(5)?;
        let JsonColumn(exceptions): JsonColumn<Vec<Exception>> = row.get(6)?;
        let reviewed: Option<JsonColumn<Reviewed>> = row.get(7)?;
        let reviewed = reviewed.map(|JsonColumn(reviewed)| reviewed.codes).unwrap_or_default();
        let exceptions: Vec<ListedException> = exceptions
            .into_iter()
            .map(|exception| ListedException {
                reviewed: reviewed.iter().any(|code| code == exception.code()),
                exception,
            })
            .collect();
        let state = match outcome.as_deref() {
            _ if seq > self.known.acked_seq => CommandState::Waiting,
            Some("held") => CommandState::Held,
            _ if exceptions.iter().any(|listed| !listed.reviewed) => CommandState::Excepted,
            _ => CommandState::Settled,
        };
        let envelope: Option<Envelope> = serde_json::from_str(&json).ok();
        let known = Rows {
            connection,
            outlet: self.known.outlet.as_deref(),
        };
        let (about, remedies) = match Command::read(&json, PROTOCOL) {
            Ok(command) => (known.about(&command.act)?, remedies(&known, &command.act)?),
            Err(_) => {
                let keys = serde_json::from_str::<Header>(&json).map(|header| header.keys);
                (known.about_rows(&keys.unwrap_or_default())?, Vec::new())
            }
        };
        Ok(ListedCommand {
            id: Uuid::from_bytes(row.get(1)?).into(),
            seq,
            kind: row.get(2)?,
            about,
            by: self.by(connection, envelope.as_ref().map(|envelope| envelope.actor), names)?,
            made_at,
            age_seconds: (self.now.millis_since(made_at) / 1_000).max(0),
            state,
            cause: match state {
                CommandState::Waiting => Some(self.waits_for(seq)),
                CommandState::Held => Some(behind.cause(seq)),
                CommandState::Excepted => Some(CommandCause::Exceptions),
                CommandState::Settled => None,
            },
            exceptions,
            supersedes: envelope.and_then(|envelope| envelope.supersedes),
            remedies,
        })
    }

    fn waits_for(&self, seq: u64) -> CommandCause {
        let first = self.known.acked_seq + 1;
        match self.link {
            LinkState { standing, .. } if standing.is_barred() => CommandCause::Barred { standing },
            LinkState { state, .. } if state != Line::Up => CommandCause::LineDown { line: state },
            LinkState {
                trouble: Some(trouble), ..
            } => CommandCause::Trouble { trouble },
            _ if seq > first => CommandCause::Behind { seq: first },
            _ => CommandCause::Sending,
        }
    }

    fn by(
        &self,
        connection: &Connection,
        actor: Option<Actor>,
        names: &mut HashMap<StaffId, Option<String>>,
    ) -> rusqlite::Result<CommandActor> {
        let role = match actor {
            Some(Actor::Guest { .. }) => "guest",
            Some(Actor::Staff { .. }) => "staff",
            Some(Actor::Customer { .. }) => "customer",
            Some(Actor::Admin { .. }) => "admin",
            Some(Actor::System) | None => "system",
        };
        let staff = actor.and_then(|actor| actor.staff());
        let name = match staff {
            // A grant's signature is checked each time it is read: once for each name is enough.
            Some(staff) if !names.contains_key(&staff) => {
                let name = grants::of(connection, &self.trust, staff)?.map(|grant| grant.name);
                names.entry(staff).or_insert(name).clone()
            }
            Some(staff) => names.get(&staff).cloned().flatten(),
            None => None,
        };
        Ok(CommandActor {
            role: role.to_owned(),
            staff,
            name,
        })
    }
}

/// Which held command waits for which: central does not say, but the rows they name do.
struct Behind(HashMap<u64, CommandCause>);

impl Behind {
    fn look(connection: &Connection, acked: i64) -> rusqlite::Result<Self> {
        let mut held = connection.prepare_cached(
            "SELECT seq, kind, json FROM journal WHERE outcome = 'held' AND seq <= ?1 ORDER BY seq LIMIT ?2",
        )?;
        let mut rows = held.query([acked, i64::from(HELD)])?;
        let (mut causes, mut first) = (HashMap::new(), HashMap::<RowKey, u64>::new());
        while let Some(row) = rows.next()? {
            let (seq, kind): (i64, String) = (row.get(0)?, row.get(1)?);
            let JsonColumn(header): JsonColumn<Header> = row.get(2)?;
            let seq = seq.unsigned_abs();
            let cause = match header.keys.iter().find_map(|key| first.get(key)) {
                _ if [crate::journal::LOST, crate::journal::SALVAGED].contains(&kind.as_str()) => CommandCause::Lost,
                Some(before) => CommandCause::Behind { seq: *before },
                None => CommandCause::UnknownVersion {
                    version: header.version,
                },
            };
            for key in header.keys {
                first.entry(key).or_insert(seq);
            }
            causes.insert(seq, cause);
        }
        Ok(Self(causes))
    }

    fn cause(&self, seq: u64) -> CommandCause {
        self.0
            .get(&seq)
            .cloned()
            .unwrap_or(CommandCause::UnknownVersion { version: 0 })
    }
}
