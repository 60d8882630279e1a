//! The protocol between edge and central, under `/edge/v1`.
//!
//! Every reply that counts echoes the caller's nonce, so that a captive portal's 200 is not taken
//! for one. Times are central's; see design note "Clocks are witnesses" in ARCHITECTURE.md.

use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    change::Change,
    exception::Exception,
    ids::{CommandId, EdgeId, OutletId},
    outlet::Outlet,
    queue::Series,
    time::{Day, Micros},
};

/// Code of the problem that a pull gets from an edge of a protocol before central's
/// [`least`](Welcome::least_protocol).
pub const TOO_OLD: &str = "edge_too_old";
/// Header with the base64 Ed25519 signature of a hello's body.
pub const SIGNATURE_HEADER: &str = "gerai-signature";
/// Header with the id of an edge that has no session: one that was fenced, and hands over what it
/// could not send before. [`SIGNATURE_HEADER`] signs the push's body.
pub const EDGE_HEADER: &str = "gerai-edge";
/// The topic with the chain's products.
pub const CATALOG_TOPIC: &str = "catalog";

/// The topic with what central tells one outlet.
#[must_use]
pub fn outlet_topic(outlet: OutletId) -> String {
    format!("outlet:{outlet}")
}

/// `POST /edge/v1/enroll`: a new installation shows its one-time code and its public key. Repeating
/// it with the same key asks how far approval is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Enroll {
    /// The one-time code an admin made for the outlet.
    pub code: String,
    /// Base64 of the edge's Ed25519 public key.
    pub public_key: String,
    /// The machine's name, for the admin who approves.
    pub name: String,
    /// The program's version.
    pub version: String,
}

/// Answer to [`Enroll`].
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Enrolled {
    /// The edge's id.
    pub edge: EdgeId,
    /// Its outlet.
    pub outlet: OutletId,
    /// `pending`, `active`, `revoked` or `fenced`.
    pub status: String,
    /// Which life of the outlet's edge this is, from 1; 0 while pending.
    pub incarnation: u32,
    /// Base64 of central's Ed25519 public key, which signs grants.
    pub central_key: String,
}

/// `POST /edge/v1/hello`, signed: opens a session.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Hello {
    /// Who.
    pub edge: EdgeId,
    /// Which life.
    pub incarnation: u32,
    /// Made for this call; echoed.
    pub nonce: Uuid,
    /// The last command of the journal; 0 when it is empty.
    pub last_seq: u64,
    /// The journal's hash there.
    pub last_hash: String,
    /// The last command central has, as it told this edge: less at central shows that it lost its
    /// past. Left out where there is nothing to say: centrals of protocol 2 refuse a hello that has it.
    #[serde(default, skip_serializing_if = "is_none_yet")]
    pub acked_seq: u64,
    /// The token of the last hello's answer; it rotates, so that a clone is noticed.
    pub token: Option<String>,
    /// The protocol it speaks.
    pub protocol: u16,
    /// The program's version.
    pub version: String,
    /// Its clock.
    pub time: Micros,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_none_yet(seq: &u64) -> bool {
    *seq == 0
}

/// Answer to [`Hello`].
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Welcome {
    /// The caller's nonce.
    pub nonce: Uuid,
    /// Bearer token of the calls that follow.
    pub session: String,
    /// The next hello's token.
    pub token: String,
    /// The life of central's database; a change means that it lost its past.
    pub epoch: Uuid,
    /// The last command central has of this outlet.
    pub acked_seq: u64,
    /// Where the series of the present days go on, for an edge with an empty journal.
    pub series: Vec<SeriesFloor>,
    /// The outlet's rows as of `acked_seq`, for an edge with an empty journal: those of the business
    /// days that are not over for it, and all rooms. It goes on from them.
    #[serde(default)]
    pub rows: Vec<Change>,
    /// The first business day whose rows are all among them, for an edge with an empty journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_since: Option<Day>,
    /// Central's word that this edge was approved, to be shown to a central that has forgotten it: see
    /// [`Introduction`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// The oldest protocol central gives its feed to. An edge of one before it does not pull: it goes on with
    /// what it has, pushes, and says so. Centrals before protocol 4 do not say it.
    #[serde(default)]
    pub least_protocol: u16,
    /// Central's clock.
    pub time: Micros,
}

/// The code of a 404 to an edge that central has no approval of. It shows its [`Introduction`].
pub const UNKNOWN_EDGE: &str = "edge_unknown";

/// `POST /edge/v1/introduce`, signed: an edge that central does not know says who it is. Central's database was
/// put back from a backup from before that edge was approved; an admin adopts it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Introduction {
    /// Who.
    pub edge: EdgeId,
    /// Its outlet.
    pub outlet: OutletId,
    /// Which life of the outlet's edge.
    pub incarnation: u32,
    /// Base64 of its Ed25519 public key.
    pub public_key: String,
    /// Central's word that all this is so, from its last welcome.
    pub certificate: String,
    /// Made for this call; echoed.
    pub nonce: Uuid,
    /// The command after which its journal starts.
    pub first_after: u64,
    /// The last command of its journal.
    pub last_seq: u64,
    /// The journal's hash there.
    pub last_hash: String,
    /// The program's version.
    pub version: String,
}

/// Answer to [`Introduction`].
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Introduced {
    /// The caller's nonce.
    pub nonce: Uuid,
    /// `forgotten` until an admin has adopted it.
    pub status: String,
    /// Central's clock.
    pub time: Micros,
}

/// Where a number series goes on: numbers below `next` may have been told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeriesFloor {
    /// The business day.
    pub day: Day,
    /// The series.
    pub series: Series,
    /// The first number that is free.
    pub next: u32,
}

/// `POST /edge/v1/push`: commands in order.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Push {
    /// Made for this call; echoed.
    pub nonce: Uuid,
    /// The edge's incarnation.
    pub incarnation: u32,
    /// The journal's hash before the first of them, if it is kept: a disk that was set back and then
    /// went on shows itself by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The commands, with consecutive numbers.
    pub commands: Vec<Pushed>,
}

/// A command with the proof of its changes.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Pushed {
    /// The command's JSON, to the byte that was journalled: a [`crate::command::Envelope`].
    #[schema(value_type = Object)]
    pub command: Box<RawValue>,
    /// Hash of the changes it made at the edge.
    pub hash: String,
    /// Those changes to the byte that was hashed, a list of [`Change`]; sent when central asks for
    /// them: it came to others, or keeps the command until it can read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Change>>)]
    pub rows: Option<Box<RawValue>>,
}

/// What central did with a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Booked.
    Applied,
    /// Booked, and listed for review.
    Excepted,
    /// Kept until it can be read.
    Held,
    /// Kept for a person to look at, and not booked: it came from an edge that does not lead its
    /// outlet any more.
    Review,
    /// Not booked: send it again with its rows, and all after it.
    SendRows,
}

impl Outcome {
    /// Its name on the wire and in databases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Excepted => "excepted",
            Self::Held => "held",
            Self::Review => "review",
            Self::SendRows => "send_rows",
        }
    }
}

/// The outcome of one command; stored, and told again word for word to a replay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommandResult {
    /// The command.
    pub id: CommandId,
    /// Its number.
    pub seq: u64,
    /// What central did.
    pub outcome: Outcome,
    /// Why it is listed for review.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
}

/// Answer to [`Push`]. Only this, with the nonce, counts as an answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PushReply {
    /// The caller's nonce.
    pub nonce: Uuid,
    /// The life of central's database.
    pub epoch: Uuid,
    /// One per command, up to the first that must be sent again.
    pub results: Vec<CommandResult>,
    /// The last command central has, committed durably.
    pub acked_seq: u64,
    /// Central's clock.
    pub time: Micros,
}

/// A row of the feed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FeedRow {
    /// Its number in its topic; commit order, without holes.
    pub number: u64,
    /// `product`, `outlet`, `grant`, `request`, `remote_ticket`, `command_result`, `reviewed`, `digest` …
    pub kind: String,
    /// The row it is about.
    pub id: Uuid,
    /// The new row; absent when it was deleted.
    #[schema(value_type = Option<Object>)]
    pub body: Option<Value>,
}

/// Answer to `GET /edge/v1/changes?catalog=N&outlet=M&wait_ms=…`: what came after each cursor.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Changes {
    /// The life of central's database.
    pub epoch: Uuid,
    /// A page per topic that has something new.
    pub topics: Vec<TopicChanges>,
    /// Central's clock.
    pub time: Micros,
}

/// What came in one topic.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TopicChanges {
    /// The topic.
    pub topic: String,
    /// The cursor this page starts after.
    pub after: u64,
    /// The rows, in order.
    pub rows: Vec<FeedRow>,
    /// The cursor after this page.
    pub position: u64,
}

/// Answer to `GET /edge/v1/snapshot?topic=…`: every live row of a topic at one position.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Snapshot {
    /// The life of central's database.
    pub epoch: Uuid,
    /// The topic.
    pub topic: String,
    /// The cursor to go on from.
    pub position: u64,
    /// The rows.
    pub rows: Vec<FeedRow>,
}

/// `POST /edge/v1/heartbeat`: how the outlet is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Heartbeat {
    /// The last command of the journal.
    pub last_seq: u64,
    /// The journal's hash there.
    pub last_hash: String,
    /// How many commands wait.
    pub backlog: u64,
    /// How old the oldest of them is, in milliseconds.
    pub oldest_ms: i64,
    /// Bytes free on the journal's disk.
    pub disk_free: u64,
    /// The edge's clock minus central's, in milliseconds.
    pub clock_offset_ms: i64,
    /// Screens connected.
    pub screens: u32,
    /// The program's version.
    pub version: String,
}

/// A person has looked at exceptions of a command; feed kind `reviewed`, by the command's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reviewed {
    /// The command.
    pub command: CommandId,
    /// The exceptions looked at, by code.
    pub codes: Vec<String>,
    /// How many of its exceptions are still to be looked at.
    pub open: u64,
}

/// What an edge is told about its outlet at enrolment and by the feed.
pub type OutletProfile = Outlet;
