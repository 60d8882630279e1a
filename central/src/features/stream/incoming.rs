//! Commands as they come in, read as far as this program can.

use gerai_shared::{
    Change, Command, CommandId, OutletId,
    command::{Header, Unreadable},
    sync::Push,
};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::StreamError;

/// The rows an owner sent along.
#[derive(Debug)]
pub(super) struct Sent {
    /// To the byte.
    pub json: String,
    /// The rows, if they can be read here.
    pub rows: Option<Vec<Change>>,
}

impl Sent {
    pub(super) fn read(json: String) -> Self {
        Self {
            rows: serde_json::from_str(&json).ok(),
            json,
        }
    }

    /// Whether these are the rows the command was proved with.
    fn proved_by(&self, hash: &str) -> bool {
        hex::encode(Sha256::digest(&self.json)) == hash
    }
}

/// A command on its way to be booked.
#[derive(Debug)]
pub(super) struct Incoming {
    /// What every program can read of it.
    pub header: Header,
    /// Its bytes.
    pub json: String,
    /// Hash of the changes its owner made.
    pub hash: String,
    /// Those changes, once central has asked for them.
    pub rows: Option<Sent>,
    /// The command, if it can be read here.
    pub command: Result<Command, Unreadable>,
}

impl Incoming {
    pub(super) fn read(json: String, hash: String, rows: Option<String>, ceiling: u16) -> Result<Self, StreamError> {
        let (header, command) =
            Command::read_with_header(&json, ceiling).map_err(|error| StreamError::Malformed(error.to_string()))?;
        Ok(Self {
            header,
            json,
            hash,
            rows: rows.map(Sent::read),
            command,
        })
    }

    pub(super) fn id(&self) -> CommandId {
        self.header.id
    }

    pub(super) fn seq(&self) -> u64 {
        self.header.seq
    }

    /// The rows its owner sent, if they can be read here.
    pub(super) fn owners_rows(&self) -> Option<&Vec<Change>> {
        self.rows.as_ref()?.rows.as_ref()
    }

    /// Whether rows came that are not those it was proved with.
    pub(super) fn is_forged(&self) -> bool {
        self.rows.as_ref().is_some_and(|sent| !sent.proved_by(&self.hash))
    }
}

/// Its bytes, without another copy.
fn text(raw: Box<RawValue>) -> String {
    Box::<str>::from(raw).into_string()
}

/// Reads the commands of a push: this outlet's, with consecutive numbers.
pub(super) fn read(push: Push, outlet: OutletId, ceiling: u16) -> Result<Vec<Incoming>, StreamError> {
    let mut incoming: Vec<Incoming> = Vec::with_capacity(push.commands.len());
    for pushed in push.commands {
        let item = Incoming::read(text(pushed.command), pushed.hash, pushed.rows.map(text), ceiling)?;
        if item.header.outlet != outlet {
            return Err(StreamError::Malformed(format!(
                "command {} is of outlet {}",
                item.seq(),
                item.header.outlet
            )));
        }
        if let Some(last) = incoming.last()
            && last.seq() + 1 != item.seq()
        {
            return Err(StreamError::Malformed(format!(
                "command {} follows {}",
                item.seq(),
                last.seq()
            )));
        }
        incoming.push(item);
    }
    Ok(incoming)
}
