//! Up: commands in order, as journalled.

use std::time::Duration;

use gerai_shared::sync::{CommandResult, EDGE_HEADER, Outcome, Push, PushReply, Pushed, SIGNATURE_HEADER};
use serde_json::value::RawValue;

use super::call::{Caller, Miss};
use crate::{
    device::{DeviceKey, Session},
    journal::{Entry, Journal, JournalError},
};

/// A push came to nothing; nothing of it counts.
#[derive(Debug, thiserror::Error)]
pub(super) enum PushError {
    #[error(transparent)]
    Miss(#[from] Miss),
    #[error("the journal failed")]
    Journal(#[from] JournalError),
}

/// What a push came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Progress {
    /// How many commands central has answered for.
    pub(super) settled: usize,
    /// The command it wants the rows of.
    pub(super) rows_of: Option<u64>,
}

/// Who pushes.
#[derive(Clone, Copy)]
pub(super) enum Voice<'s> {
    /// The edge that leads its outlet.
    Leads(&'s Session),
    /// An edge that was shut out: it signs instead.
    Barred(&'s DeviceKey),
}

/// What is pushed.
pub(super) struct Parcel {
    pub(super) entries: Vec<Entry>,
    /// The chain's hash before the first of them.
    pub(super) before: Option<String>,
    /// With the rows from this one on.
    pub(super) rows_of: Option<u64>,
}

/// Pushes a parcel and reads central's answer.
pub(super) async fn ask(
    caller: &Caller,
    voice: Voice<'_>,
    journal: &Journal,
    parcel: &Parcel,
    timeout: Duration,
) -> Result<PushReply, Miss> {
    let broken = |error: serde_json::Error| Miss::NotCentral(format!("a command cannot be sent: {error}"));
    let device = journal.device();
    let push = Push {
        nonce: journal.clock().uuid(),
        incarnation: match voice {
            Voice::Leads(session) => session.incarnation,
            Voice::Barred(_) => device.incarnation,
        },
        before: parcel.before.clone(),
        commands: parcel
            .entries
            .iter()
            .map(|entry| pushed(entry, parcel.rows_of))
            .collect::<Result<_, _>>()
            .map_err(broken)?,
    };
    let body = serde_json::to_string(&push).map_err(broken)?;
    let request = match voice {
        Voice::Leads(session) => caller.post("/edge/v1/push", body).bearer_auth(&session.bearer),
        Voice::Barred(key) => {
            let edge = device.edge.map(|edge| edge.to_string()).unwrap_or_default();
            let signature = key.sign(body.as_bytes());
            let request = caller.post("/edge/v1/push", body);
            request.header(EDGE_HEADER, edge).header(SIGNATURE_HEADER, signature)
        }
    };
    let reply: PushReply = caller.ask(request.timeout(timeout)).await?;
    counts(&push, &parcel.entries, &reply)?;
    Ok(reply)
}

fn pushed(entry: &Entry, rows_of: Option<u64>) -> serde_json::Result<Pushed> {
    // With those after it, too: whatever central asks one for, it is likely to ask them for.
    let rows = match rows_of {
        Some(seq) if entry.seq >= seq => Some(RawValue::from_string(entry.changes_json.clone())?),
        _ => None,
    };
    Ok(Pushed {
        command: RawValue::from_string(entry.json.clone())?,
        hash: entry.changes_hash.clone(),
        rows,
    })
}

/// A reply counts when it is to this push: it echoes the nonce, and answers its commands in order.
fn counts(push: &Push, entries: &[Entry], reply: &PushReply) -> Result<(), Miss> {
    let strange = |why: &str| Err(Miss::NotCentral(why.to_owned()));
    if reply.nonce != push.nonce {
        return strange("the nonce is another's");
    }
    let in_order = reply.results.len() <= entries.len()
        && entries
            .iter()
            .zip(&reply.results)
            .all(|(entry, result)| (entry.seq, entry.id) == (result.seq, result.id));
    if !in_order {
        return strange("the results are not of the commands pushed");
    }
    Ok(())
}

/// Writes the answer down.
pub(super) async fn settle(journal: &Journal, reply: PushReply) -> Result<Progress, JournalError> {
    let asks = |result: &&CommandResult| result.outcome == Outcome::SendRows;
    let progress = Progress {
        settled: reply.results.iter().take_while(|result| !asks(result)).count(),
        rows_of: reply.results.iter().find(asks).map(|result| result.seq),
    };
    journal.clock().central_said(reply.time);
    journal.settle(reply).await?;
    Ok(progress)
}
