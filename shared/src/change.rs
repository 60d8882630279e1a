//! A change is the new row of something an outlet owns.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    intake::{BusinessDay, Intake},
    queue::Ticket,
    request::Answer,
    sale::{Sale, SaleVoid},
    session::{Room, Session},
    shift::Shift,
};

/// The tables whose rows an outlet owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// [`Ticket`]
    Ticket,
    /// [`Session`]
    Session,
    /// [`Room`]
    Room,
    /// [`Sale`]
    Sale,
    /// [`SaleVoid`], keyed by its sale
    SaleVoid,
    /// [`Answer`], keyed by its request
    Answer,
    /// [`Intake`], keyed by its outlet
    Intake,
    /// [`BusinessDay`]
    BusinessDay,
    /// [`Shift`]
    Shift,
    /// One this program does not know, in a command it cannot read yet.
    Unknown,
}

impl Table {
    /// Those this program knows.
    pub const ALL: [Self; 9] = [
        Self::Ticket,
        Self::Session,
        Self::Room,
        Self::Sale,
        Self::SaleVoid,
        Self::Answer,
        Self::Intake,
        Self::BusinessDay,
        Self::Shift,
    ];

    /// Whether programs of protocol 2 know it.
    pub(crate) fn is_of_protocol_2(self) -> bool {
        Self::ALL[..6].contains(&self)
    }

    /// Its name on the wire and in databases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Session => "session",
            Self::Room => "room",
            Self::Sale => "sale",
            Self::SaleVoid => "sale_void",
            Self::Answer => "answer",
            Self::Intake => "intake",
            Self::BusinessDay => "business_day",
            Self::Shift => "shift",
            Self::Unknown => "unknown",
        }
    }
}

/// A newer program's table is no reason to refuse what came with it.
impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let known = Self::ALL.into_iter().find(|table| table.as_str() == name);
        Ok(known.unwrap_or(Self::Unknown))
    }
}

/// Names one row an outlet owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RowKey {
    /// The table.
    pub table: Table,
    /// The row.
    pub id: Uuid,
}

impl RowKey {
    /// Names a row.
    #[must_use]
    pub fn new(table: Table, id: impl Into<Uuid>) -> Self {
        Self { table, id: id.into() }
    }
}

/// The new row of something an outlet owns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "table", content = "row", rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "most of them are tickets, which are the largest: a box each would be one more allocation for most"
)]
pub enum Change {
    /// A ticket.
    Ticket(Ticket),
    /// A session.
    Session(Session),
    /// A room.
    Room(Room),
    /// A sale.
    Sale(Sale),
    /// A sale's void.
    SaleVoid(SaleVoid),
    /// An answer to a request.
    Answer(Answer),
    /// Whether walk-ins are taken.
    Intake(Intake),
    /// A business day that was closed.
    BusinessDay(BusinessDay),
    /// A cash shift.
    Shift(Shift),
}

impl Change {
    /// The row it is.
    #[must_use]
    pub fn key(&self) -> RowKey {
        match self {
            Self::Ticket(row) => RowKey::new(Table::Ticket, row.id.0),
            Self::Session(row) => RowKey::new(Table::Session, row.id.0),
            Self::Room(row) => RowKey::new(Table::Room, row.id.0),
            Self::Sale(row) => RowKey::new(Table::Sale, row.id.0),
            Self::SaleVoid(row) => RowKey::new(Table::SaleVoid, row.sale.0),
            Self::Answer(row) => RowKey::new(Table::Answer, row.request.0),
            Self::Intake(row) => RowKey::new(Table::Intake, row.outlet.0),
            Self::BusinessDay(row) => RowKey::new(Table::BusinessDay, row.id),
            Self::Shift(row) => RowKey::new(Table::Shift, row.id.0),
        }
    }
}

/// SHA-256, in hex, of changes in their JSON form: the proof that travels with every command.
/// Field order is that of the types, so both programs hash the same bytes.
#[must_use]
pub fn hash_of(changes: &[Change]) -> String {
    #[expect(
        clippy::expect_used,
        reason = "these types have no map with non-string keys and no failing serializer"
    )]
    let bytes = serde_json::to_vec(changes).expect("changes serialize");
    hex::encode(Sha256::digest(bytes))
}
