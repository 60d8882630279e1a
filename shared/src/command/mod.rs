//! Commands: what an outlet did, as journalled and pushed.

mod act;
mod bodies;
mod convert;
#[cfg(test)]
mod tests;

pub use act::{Act, version_of};
pub use bodies::*;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use utoipa::ToSchema;

use crate::{
    actor::Actor,
    change::RowKey,
    ids::{CommandId, OutletId, RequestId},
    time::Stamp,
};
use convert::convert;

/// The protocol this program speaks. A command's version is the protocol in which its kind last
/// changed shape; see [`Act::version`].
pub const PROTOCOL: u16 = 4;

/// The oldest protocol that central of this program gives its feed to: rows only ever gain fields, and an
/// edge more than two protocols behind is not relied on to read them. It pushes all the same.
pub const LEAST_FOLLOWED: u16 = PROTOCOL.saturating_sub(2);

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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(from = "HeaderWire")]
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

#[derive(Deserialize)]
struct HeaderWire {
    id: CommandId,
    outlet: OutletId,
    incarnation: u32,
    seq: u64,
    kind: String,
    version: u16,
    keys: Vec<RowKey>,
    #[serde(default)]
    further: Vec<RowKey>,
}

impl From<HeaderWire> for Header {
    fn from(wire: HeaderWire) -> Self {
        Self {
            id: wire.id,
            outlet: wire.outlet,
            incarnation: wire.incarnation,
            seq: wire.seq,
            kind: wire.kind,
            version: wire.version,
            keys: wire.keys.into_iter().chain(wire.further).collect(),
        }
    }
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
    /// The rows it reads and writes, of the tables protocol 2 knew.
    pub keys: Vec<RowKey>,
    /// Those of later tables. Apart, because a program of protocol 2 refuses a push whose `keys`
    /// name a table it does not know, where it should hold the one command.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<RowKey>,
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
        let (keys, further) = self
            .act
            .keys()
            .into_iter()
            .partition(|key| key.table.is_of_protocol_2());
        #[expect(clippy::expect_used, reason = "these types have no failing serializer")]
        let act = serde_json::to_value(&self.act).expect("an act serializes");
        let envelope = Envelope {
            id: self.id,
            outlet: self.outlet,
            incarnation: self.incarnation,
            seq: self.seq,
            kind: self.act.kind().to_owned(),
            version: self.act.version(),
            keys,
            further,
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
        match Self::read_with_header(json, ceiling) {
            Ok((_, command)) => command,
            Err(error) => Err(Unreadable::Malformed(error.to_string())),
        }
    }

    /// Reads what every program can read of a command, and the command as [`Command::read`] does, in
    /// one pass.
    ///
    /// # Errors
    /// When not even the header can be read.
    pub fn read_with_header(json: &str, ceiling: u16) -> Result<(Header, Result<Self, Unreadable>), serde_json::Error> {
        let malformed = |error: serde_json::Error| Unreadable::Malformed(error.to_string());
        match serde_json::from_str::<EnvelopeWire<'_>>(json) {
            Ok(envelope) => {
                let header = envelope.header();
                let command = is_known(&header, ceiling).and_then(|()| envelope.command().map_err(malformed));
                Ok((header, command))
            }
            // A later envelope may look otherwise; its header does not.
            Err(error) => {
                let header: Header = serde_json::from_str(json)?;
                let why = is_known(&header, ceiling).err().unwrap_or_else(|| malformed(error));
                Ok((header, Err(why)))
            }
        }
    }
}

fn is_known(header: &Header, ceiling: u16) -> Result<(), Unreadable> {
    match version_of(&header.kind) {
        Some(known) if header.version <= known && header.version <= ceiling => Ok(()),
        _ => Err(Unreadable::Newer {
            kind: header.kind.clone(),
            version: header.version,
        }),
    }
}

/// An [`Envelope`] on its way in: its body is not looked at before its kind is known.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvelopeWire<'a> {
    id: CommandId,
    outlet: OutletId,
    incarnation: u32,
    seq: u64,
    #[serde(borrow)]
    kind: Cow<'a, str>,
    version: u16,
    keys: Vec<RowKey>,
    #[serde(default)]
    further: Vec<RowKey>,
    stamp: Stamp,
    actor: Actor,
    #[serde(default)]
    request: Option<RequestId>,
    #[serde(default)]
    supersedes: Option<CommandId>,
    #[serde(borrow)]
    body: &'a RawValue,
}

impl EnvelopeWire<'_> {
    fn header(&self) -> Header {
        Header {
            id: self.id,
            outlet: self.outlet,
            incarnation: self.incarnation,
            seq: self.seq,
            kind: self.kind.clone().into_owned(),
            version: self.version,
            keys: self.keys.iter().chain(&self.further).copied().collect(),
        }
    }

    /// The command, of a kind and version that are known.
    fn command(&self) -> Result<Command, serde_json::Error> {
        Ok(Command {
            id: self.id,
            outlet: self.outlet,
            incarnation: self.incarnation,
            seq: self.seq,
            stamp: self.stamp,
            actor: self.actor,
            request: self.request,
            supersedes: self.supersedes,
            act: act(&self.kind, self.version, self.body)?,
        })
    }
}

/// Reads a body of a known kind; one of the present version straight into its type.
fn act(kind: &str, version: u16, body: &RawValue) -> Result<Act, serde_json::Error> {
    if version_of(kind) == Some(version) {
        return serde_json::from_str(&format!("{{\"kind\":\"{kind}\",\"body\":{}}}", body.get()));
    }
    let body = convert(kind, version, serde_json::from_str(body.get())?);
    serde_json::from_value(serde_json::json!({ "kind": kind, "body": body }))
}
