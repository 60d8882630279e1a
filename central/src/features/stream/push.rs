//! An edge's push: known commands are answered as before, new ones are booked.

use gerai_shared::{
    OutletId,
    sync::{CommandResult, Outcome, Push},
};
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    StreamError,
    book::{self, book_unstored},
    incoming::{self, Incoming},
    model::command,
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
    let incoming = incoming::read(push, outlet, platform.config.sync.protocol_ceiling)?;
    let items: Vec<&Incoming> = incoming.iter().collect();
    match batch(platform, outlet, incarnation, &items).await {
        Err(error) if error.is_about_a_row() => {
            tracing::warn!(%error, "a batch is booked one by one");
            one_by_one(platform, outlet, incarnation, &items).await
        }
        done => done,
    }
}

async fn batch(
    platform: &Platform,
    outlet: OutletId,
    incarnation: u32,
    items: &[&Incoming],
) -> Result<(Vec<CommandResult>, u64), StreamError> {
    let done = tx!(&platform.db, |tx| -> Result<(Vec<CommandResult>, u64), StreamError> {
        let at = locked(tx, outlet, incarnation).await?;
        let (mut results, fresh) = sort_known(tx, &at, items).await?;
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
    outlet: OutletId,
    incarnation: u32,
    items: &[&Incoming],
) -> Result<(Vec<CommandResult>, u64), StreamError> {
    let (mut results, mut acked) = (Vec::new(), 0);
    for item in items {
        let one = match batch(platform, outlet, incarnation, &[item]).await {
            Err(error) if error.is_about_a_row() => {
                let StreamError::Database(cause) = &error else {
                    return Err(error);
                };
                let why = cause.to_string();
                tx!(&platform.db, |tx| -> Result<(Vec<CommandResult>, u64), StreamError> {
                    let at = locked(tx, outlet, incarnation).await?;
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

async fn locked(tx: &impl ConnectionTrait, outlet: OutletId, incarnation: u32) -> Result<Position, StreamError> {
    let at = store::lock(tx, outlet).await?;
    if at.incarnation != incarnation {
        return Err(StreamError::Fenced);
    }
    Ok(at)
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
            None if item.seq() <= at.last_seq => return Err(StreamError::Conflict { seq: item.seq() }),
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

fn stored_result(row: &command::Model) -> Result<CommandResult, DbErr> {
    Ok(CommandResult {
        id: row.id.into(),
        seq: row.seq.unsigned_abs(),
        outcome: match row.outcome.as_str() {
            "held" => Outcome::Held,
            "excepted" => Outcome::Excepted,
            _ => Outcome::Applied,
        },
        exceptions: serde_json::from_str(&row.exceptions).map_err(|error| DbErr::Json(error.to_string()))?,
    })
}
