//! An edge's push: known commands are answered as before, new ones are booked.

use gerai_shared::{
    OutletId,
    journal::link,
    sync::{CommandResult, Outcome, Push},
};
use sea_orm::ConnectionTrait;

use super::{
    StreamError,
    book::{self, book_unstored},
    incoming::{self, Incoming},
    known::stored_result,
    store::{self, Position},
};
use crate::{platform::Platform, tx};

/// Takes a push in. Returns the results and the last command central has, committed durably.
///
/// # Errors
/// When the edge does not lead its outlet any more, or the push does not continue the stream.
pub async fn push(
    platform: &Platform,
    outlet: OutletId,
    incarnation: u32,
    push: Push,
) -> Result<(Vec<CommandResult>, u64), StreamError> {
    let most = platform.config.sync.batch_max;
    if push.commands.len() > most {
        return Err(StreamError::TooMany {
            got: push.commands.len(),
            most,
        });
    }
    let before = push.before.clone();
    let incoming = incoming::read(push, outlet, platform.config.sync.protocol_ceiling)?;
    let items: Vec<&Incoming> = incoming.iter().collect();
    let from = Outlet {
        id: outlet,
        incarnation,
        before: before.as_deref(),
    };
    match batch(platform, &from, &items).await {
        Err(error) if error.is_about_a_row() => {
            tracing::warn!(%error, "a batch is booked one by one");
            one_by_one(platform, &from, &items).await
        }
        done => done,
    }
}

/// Who pushes.
struct Outlet<'p> {
    id: OutletId,
    incarnation: u32,
    /// The journal's hash before the first command of the push.
    before: Option<&'p str>,
}

async fn batch(
    platform: &Platform,
    from: &Outlet<'_>,
    items: &[&Incoming],
) -> Result<(Vec<CommandResult>, u64), StreamError> {
    let done = tx!(&platform.db, |tx| -> Result<(Vec<CommandResult>, u64), StreamError> {
        let at = locked(tx, from).await?;
        let (mut results, fresh) = sort_known(tx, &at, items).await?;
        joins_on(&at, from, items, &fresh)?;
        let booked = book::book(tx, &platform.clock, &at, &fresh).await?;
        let acked = booked
            .results
            .iter()
            .filter(|result| result.outcome != Outcome::SendRows)
            .map(|result| result.seq)
            .next_back()
            .unwrap_or(at.last_seq);
        results.extend(booked.results);
        Ok((results, acked))
    });
    platform.feed.nudge();
    done
}

/// Finds the guilty command of a batch: the others are booked as usual.
async fn one_by_one(
    platform: &Platform,
    from: &Outlet<'_>,
    items: &[&Incoming],
) -> Result<(Vec<CommandResult>, u64), StreamError> {
    let (mut results, mut acked) = (Vec::new(), 0);
    // The whole push has shown that it joins on.
    let from = &Outlet { before: None, ..*from };
    for item in items {
        let one = match batch(platform, from, &[item]).await {
            Err(error) if error.is_about_a_row() => {
                let StreamError::Database(cause) = &error else {
                    return Err(error);
                };
                let why = cause.to_string();
                tx!(&platform.db, |tx| -> Result<(Vec<CommandResult>, u64), StreamError> {
                    let at = locked(tx, from).await?;
                    let result = book_unstored(tx, &platform.clock, &at, item, why.clone()).await?;
                    Ok((vec![result], item.seq()))
                })?
            }
            done => done?,
        };
        results.extend(one.0);
        acked = one.1;
        if results.last().is_some_and(|result| result.outcome == Outcome::SendRows) {
            break;
        }
    }
    Ok((results, acked))
}

async fn locked(tx: &impl ConnectionTrait, from: &Outlet<'_>) -> Result<Position, StreamError> {
    let at = store::lock(tx, from.id).await?;
    if at.incarnation != from.incarnation {
        return Err(StreamError::Fenced);
    }
    Ok(at)
}

/// Whether what is new goes on from what central has. The numbers alone do not show it: a disk that
/// was set back has given them a second time.
fn joins_on(at: &Position, from: &Outlet<'_>, items: &[&Incoming], fresh: &[&Incoming]) -> Result<(), StreamError> {
    let (Some(mut chain), Some(first)) = (from.before.map(str::to_owned), fresh.first()) else {
        return Ok(());
    };
    for known in items.iter().take_while(|item| item.seq() < first.seq()) {
        chain = link(&chain, known.json.as_bytes(), &known.hash);
    }
    if chain == at.chain_hash {
        return Ok(());
    }
    Err(StreamError::Forked { seq: first.seq() })
}

/// Splits a push into what central has, with the results it gave, and what is new.
async fn sort_known<'i>(
    tx: &impl ConnectionTrait,
    at: &Position,
    items: &[&'i Incoming],
) -> Result<(Vec<CommandResult>, Vec<&'i Incoming>), StreamError> {
    let known = store::known(tx, items.iter().map(|item| item.id()).collect()).await?;
    let (mut results, mut fresh) = (Vec::new(), Vec::new());
    for item in items {
        match known.get(&item.id()) {
            Some(row) if row.body == item.json => results.push(stored_result(row)?),
            Some(_) => return Err(StreamError::Conflict { seq: item.seq() }),
            // Another has its place: a copy of the edge was here first.
            None if item.seq() <= at.last_seq => return Err(StreamError::Forked { seq: item.seq() }),
            None => fresh.push(*item),
        }
    }
    if let Some(first) = fresh.first()
        && first.seq() != at.last_seq + 1
    {
        return Err(StreamError::Gap {
            acked: at.last_seq,
            got: first.seq(),
        });
    }
    Ok((results, fresh))
}
