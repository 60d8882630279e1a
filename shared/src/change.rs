//! A change is the new row of something an outlet owns.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    queue::Ticket,
    request::Answer,
    sale::{Sale, SaleVoid},
    session::{Room, Session},
};

/// The tables whose rows an outlet owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
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
}

impl Table {
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
        }
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
