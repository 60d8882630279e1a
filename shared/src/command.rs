//! Commands: what an outlet did, as journalled and pushed.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    actor::Actor,
    change::{RowKey, Table},
    ids::{CommandId, OutletId, RequestId, SaleId, SessionId, StudioId, TicketId, UserId},
    money::Rupiah,
    queue::{ChosenProduct, Lane, Series},
    sale::Line,
    session::RoomState,
    time::Stamp,
};

/// The protocol this program speaks. A command's version is the protocol in which its kind last
/// changed shape; see [`Act::version`].
pub const PROTOCOL: u16 = 2;

macro_rules! body {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $kind,)*
        }
    };
}

body! {
    /// A walk-in got a number.
    IssueTicket {
        /// The ticket made.
        ticket: TicketId,
        /// The number told.
        number: u32,
        /// What for.
        product: ChosenProduct,
        /// How many people.
        party_size: u32,
        /// Which lane.
        lane: Lane,
        /// The customer, when known to the chain.
        customer: Option<UserId>,
        /// The name to call.
        holder: Option<String>,
        /// The catalogue the product is from.
        catalog_version: u64,
    }
}
body! {
    /// The holder of a remote ticket is here: the outlet's own ticket is made from it.
    CheckIn {
        /// The ticket made.
        ticket: TicketId,
        /// The remote ticket.
        remote: TicketId,
        /// The remote ticket's series.
        series: Series,
        /// The remote ticket's number, told at central.
        number: u32,
        /// What for.
        product: ChosenProduct,
        /// How many people.
        party_size: u32,
        /// Whose.
        customer: UserId,
        /// The name to call.
        holder: Option<String>,
    }
}
body! {
    /// A plain act on a ticket.
    OnTicket {
        /// Which.
        ticket: TicketId,
    }
}
body! {
    /// An act on a ticket that has a reason.
    WithReason {
        /// Which.
        ticket: TicketId,
        /// Why.
        reason: Option<String>,
    }
}
body! {
    /// A number was called.
    CallTicket {
        /// Which.
        ticket: TicketId,
        /// The studio to go to.
        studio: Option<StudioId>,
    }
}
body! {
    /// A ticket was sent elsewhere.
    TransferTicket {
        /// Which.
        ticket: TicketId,
        /// The studio to go to.
        studio: Option<StudioId>,
        /// The product changed to.
        product: Option<ChosenProduct>,
    }
}
body! {
    /// A session began.
    StartSession {
        /// Whose.
        ticket: TicketId,
        /// The session made.
        session: SessionId,
        /// Where.
        studio: StudioId,
        /// For so many minutes.
        minutes: u32,
    }
}
body! {
    /// A ticket's last act was taken back.
    UndoTicket {
        /// Which.
        ticket: TicketId,
        /// The session whose start is undone, if that was the act.
        session: Option<SessionId>,
        /// The studio of that session.
        studio: Option<StudioId>,
    }
}
body! {
    /// A session was made longer.
    ExtendSession {
        /// Which.
        session: SessionId,
        /// How many more minutes.
        minutes: u32,
    }
}
body! {
    /// A session ended.
    EndSession {
        /// Which.
        session: SessionId,
        /// Its ticket.
        ticket: TicketId,
        /// Its studio.
        studio: StudioId,
    }
}
body! {
    /// A room was set free, to cleaning, or out of order.
    SetRoom {
        /// Which.
        studio: StudioId,
        /// What it is now.
        state: RoomState,
        /// Why.
        note: Option<String>,
    }
}
body! {
    /// Goods were sold for cash.
    Sell {
        /// The sale made.
        sale: SaleId,
        /// The receipt's number.
        receipt: u32,
        /// What, at which price.
        lines: Vec<Line>,
        /// The sum of the lines.
        total: Rupiah,
        /// Cash taken.
        tendered: Rupiah,
        /// The ticket it belongs to.
        ticket: Option<TicketId>,
        /// The session it belongs to.
        session: Option<SessionId>,
        /// The catalogue the prices are from.
        catalog_version: u64,
    }
}
body! {
    /// A sale was taken back.
    VoidSale {
        /// Which.
        sale: SaleId,
        /// Why.
        reason: String,
    }
}
body! {
    /// A request was refused by the outlet.
    RefuseRequest {
        /// Which.
        request: RequestId,
        /// The refusal's code.
        code: String,
    }
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", content = "body")]
pub enum Act {
    /// A walk-in got a number.
    #[serde(rename = "ticket.issue")]
    IssueTicket(IssueTicket),
    /// A remote ticket's holder checked in.
    #[serde(rename = "ticket.check_in")]
    CheckIn(CheckIn),
    /// A number was called.
    #[serde(rename = "ticket.call")]
    CallTicket(CallTicket),
    /// It was called again.
    #[serde(rename = "ticket.recall")]
    RecallTicket(OnTicket),
    /// It was set aside.
    #[serde(rename = "ticket.hold")]
    HoldTicket(WithReason),
    /// It was taken back into the queue.
    #[serde(rename = "ticket.resume")]
    ResumeTicket(OnTicket),
    /// Nobody came.
    #[serde(rename = "ticket.no_show")]
    NoShowTicket(OnTicket),
    /// The guest came after all.
    #[serde(rename = "ticket.return")]
    ReturnTicket(OnTicket),
    /// It was sent elsewhere.
    #[serde(rename = "ticket.transfer")]
    TransferTicket(TransferTicket),
    /// It was given up.
    #[serde(rename = "ticket.cancel")]
    CancelTicket(WithReason),
    /// Its session began.
    #[serde(rename = "ticket.start")]
    StartSession(StartSession),
    /// Its last act was taken back.
    #[serde(rename = "ticket.undo")]
    UndoTicket(UndoTicket),
    /// A session was made longer.
    #[serde(rename = "session.extend")]
    ExtendSession(ExtendSession),
    /// A session ended.
    #[serde(rename = "session.end")]
    EndSession(EndSession),
    /// A room was set.
    #[serde(rename = "room.set")]
    SetRoom(SetRoom),
    /// Goods were sold.
    #[serde(rename = "sale.sell")]
    Sell(Sell),
    /// A sale was taken back.
    #[serde(rename = "sale.void")]
    VoidSale(VoidSale),
    /// A request was refused.
    #[serde(rename = "request.refuse")]
    RefuseRequest(RefuseRequest),
}

impl Act {
    /// The kinds this program reads, with the protocol each last changed in.
    pub const KINDS: [(&'static str, u16); 18] = [
        ("ticket.issue", 1),
        ("ticket.check_in", 2),
        ("ticket.call", 1),
        ("ticket.recall", 1),
        ("ticket.hold", 1),
        ("ticket.resume", 1),
        ("ticket.no_show", 1),
        ("ticket.return", 1),
        ("ticket.transfer", 2),
        ("ticket.cancel", 1),
        ("ticket.start", 1),
        ("ticket.undo", 1),
        ("session.extend", 1),
        ("session.end", 1),
        ("room.set", 2),
        ("sale.sell", 1),
        ("sale.void", 1),
        ("request.refuse", 1),
    ];

    /// Its kind on the wire.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::IssueTicket(_) => "ticket.issue",
            Self::CheckIn(_) => "ticket.check_in",
            Self::CallTicket(_) => "ticket.call",
            Self::RecallTicket(_) => "ticket.recall",
            Self::HoldTicket(_) => "ticket.hold",
            Self::ResumeTicket(_) => "ticket.resume",
            Self::NoShowTicket(_) => "ticket.no_show",
            Self::ReturnTicket(_) => "ticket.return",
            Self::TransferTicket(_) => "ticket.transfer",
            Self::CancelTicket(_) => "ticket.cancel",
            Self::StartSession(_) => "ticket.start",
            Self::UndoTicket(_) => "ticket.undo",
            Self::ExtendSession(_) => "session.extend",
            Self::EndSession(_) => "session.end",
            Self::SetRoom(_) => "room.set",
            Self::Sell(_) => "sale.sell",
            Self::VoidSale(_) => "sale.void",
            Self::RefuseRequest(_) => "request.refuse",
        }
    }

    /// The protocol its kind last changed in.
    #[must_use]
    pub fn version(&self) -> u16 {
        version_of(self.kind()).unwrap_or(PROTOCOL)
    }

    /// The rows its decision reads and writes. A held command makes later ones on these wait.
    #[must_use]
    pub fn keys(&self) -> Vec<RowKey> {
        let ticket = |id: TicketId| RowKey::new(Table::Ticket, id.0);
        let session = |id: SessionId| RowKey::new(Table::Session, id.0);
        let room = |id: StudioId| RowKey::new(Table::Room, id.0);
        match self {
            Self::IssueTicket(act) => vec![ticket(act.ticket)],
            Self::CheckIn(act) => vec![ticket(act.ticket)],
            Self::CallTicket(act) => vec![ticket(act.ticket)],
            Self::RecallTicket(act) | Self::ResumeTicket(act) | Self::NoShowTicket(act) | Self::ReturnTicket(act) => {
                vec![ticket(act.ticket)]
            }
            Self::HoldTicket(act) | Self::CancelTicket(act) => vec![ticket(act.ticket)],
            Self::TransferTicket(act) => vec![ticket(act.ticket)],
            Self::StartSession(act) => vec![ticket(act.ticket), session(act.session), room(act.studio)],
            Self::UndoTicket(act) => std::iter::once(ticket(act.ticket))
                .chain(act.session.map(session))
                .chain(act.studio.map(room))
                .collect(),
            Self::ExtendSession(act) => vec![session(act.session)],
            Self::EndSession(act) => vec![session(act.session), ticket(act.ticket), room(act.studio)],
            Self::SetRoom(act) => vec![room(act.studio)],
            Self::Sell(act) => vec![RowKey::new(Table::Sale, act.sale.0)],
            Self::VoidSale(act) => vec![
                RowKey::new(Table::Sale, act.sale.0),
                RowKey::new(Table::SaleVoid, act.sale.0),
            ],
            Self::RefuseRequest(act) => vec![RowKey::new(Table::Answer, act.request.0)],
        }
    }
}

/// The protocol a kind last changed in, for kinds this program reads.
#[must_use]
pub fn version_of(kind: &str) -> Option<u16> {
    Act::KINDS
        .iter()
        .find_map(|(known, version)| (*known == kind).then_some(*version))
}

/// One act of an outlet, numbered without gaps in its stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// Its id, made at the tap.
    pub id: CommandId,
    /// The outlet.
    pub outlet: OutletId,
    /// Which life of the outlet's edge it is from; 0 when central leads.
    pub incarnation: u32,
    /// Its place in the outlet's stream, from 1.
    pub seq: u64,
    /// When, as the outlet saw it.
    pub stamp: Stamp,
    /// Who.
    pub actor: Actor,
    /// The request it answers.
    pub request: Option<RequestId>,
    /// The command it corrects.
    pub supersedes: Option<CommandId>,
    /// What.
    pub act: Act,
}

/// What every program can read of a command, whatever its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Header {
    /// Its id.
    pub id: CommandId,
    /// The outlet.
    pub outlet: OutletId,
    /// Which life of the outlet's edge it is from.
    pub incarnation: u32,
    /// Its place in the outlet's stream.
    pub seq: u64,
    /// What kind of act.
    pub kind: String,
    /// The protocol that kind last changed in.
    pub version: u16,
    /// The rows it reads and writes.
    pub keys: Vec<RowKey>,
}

/// A command as it is written in the journal and on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Its id.
    pub id: CommandId,
    /// The outlet.
    pub outlet: OutletId,
    /// Which life of the outlet's edge it is from.
    pub incarnation: u32,
    /// Its place in the outlet's stream.
    pub seq: u64,
    /// What kind of act.
    pub kind: String,
    /// The protocol that kind last changed in.
    pub version: u16,
    /// The rows it reads and writes.
    pub keys: Vec<RowKey>,
    /// When.
    pub stamp: Stamp,
    /// Who.
    pub actor: Actor,
    /// The request it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// The command it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<CommandId>,
    /// What, in the shape of its kind.
    pub body: Value,
}

/// Why a command cannot be read (yet). It is held, never dropped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Its kind or version is newer than this program, or than it is allowed to read.
    #[error("{kind} of version {version} is not known here")]
    Newer {
        /// Its kind.
        kind: String,
        /// Its version.
        version: u16,
    },
    /// It does not have the shape its kind and version say.
    #[error("it does not have the shape of its kind: {0}")]
    Malformed(String),
}

impl Command {
    /// The command's bytes, as journalled, hashed and pushed.
    #[must_use]
    pub fn to_json(&self) -> String {
        #[expect(clippy::expect_used, reason = "these types have no failing serializer")]
        let act = serde_json::to_value(&self.act).expect("an act serializes");
        let envelope = Envelope {
            id: self.id,
            outlet: self.outlet,
            incarnation: self.incarnation,
            seq: self.seq,
            kind: self.act.kind().to_owned(),
            version: self.act.version(),
            keys: self.act.keys(),
            stamp: self.stamp,
            actor: self.actor,
            request: self.request,
            supersedes: self.supersedes,
            body: act["body"].clone(),
        };
        #[expect(clippy::expect_used, reason = "these types have no failing serializer")]
        serde_json::to_string(&envelope).expect("an envelope serializes")
    }

    /// Reads a command of any version up to `ceiling`, through the converters of older versions.
    ///
    /// # Errors
    /// When it is newer than `ceiling` or does not have the shape of its kind.
    pub fn read(json: &str, ceiling: u16) -> Result<Self, Unreadable> {
        let malformed = |error: serde_json::Error| Unreadable::Malformed(error.to_string());
        let header: Header = serde_json::from_str(json).map_err(malformed)?;
        match version_of(&header.kind) {
            Some(known) if header.version <= known && header.version <= ceiling => {}
            _ => {
                return Err(Unreadable::Newer {
                    kind: header.kind,
                    version: header.version,
                });
            }
        }
        let envelope: Envelope = serde_json::from_str(json).map_err(malformed)?;
        let body = convert(&envelope.kind, envelope.version, envelope.body);
        let act = serde_json::json!({ "kind": envelope.kind, "body": body });
        Ok(Self {
            id: envelope.id,
            outlet: envelope.outlet,
            incarnation: envelope.incarnation,
            seq: envelope.seq,
            stamp: envelope.stamp,
            actor: envelope.actor,
            request: envelope.request,
            supersedes: envelope.supersedes,
            act: serde_json::from_value(act).map_err(malformed)?,
        })
    }
}

/// Lifts the body of an older version to the present shape. Converters are kept for ever.
fn convert(kind: &str, version: u16, mut body: Value) -> Value {
    // Protocol 1 transferred between studios only.
    if kind == "ticket.transfer"
        && version < 2
        && let Some(fields) = body.as_object_mut()
    {
        fields.entry("product").or_insert(Value::Null);
    }
    body
}
