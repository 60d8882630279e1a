//! Held commands: kept until this program, or its upgrade, can read them.
//!
//! Releasing is nobody's push: each command has a transaction of its own, and one that cannot be
//! stored is set aside alone.

use std::collections::HashSet;

use gerai_shared::{
    Actor, Change, Command, Exception, OutletId, RequestId, RowKey,
    request::Request,
    sync::{CommandResult, Outcome, outlet_topic},
    wish::Wish,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};
use serde::{Deserialize, Serialize};

use super::{
    StreamError,
    agree::{Agreed, agree},
    book::{self, exception_rows, load_rows, not_its_own, text},
    closing,
    incoming::{Incoming, Sent},
    lead::answer_waiting,
    model::{command, held_rows},
    numbers::{number_of, tell_numbers},
    review::Review,
    store,
};
use crate::{
    features::requests,
    platform::{
        Platform,
        db::insert_rows,
        feed::{Post, append},
        jobs::{Job, JobError},
    },
    tx,
};

/// Releases what this program can read of what is held: an older one may have held it since.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ReleaseHeld {}

impl Job for ReleaseHeld {
    const KIND: &'static str = "release_held";

    async fn run(self, platform: Platform) -> Result<(), JobError> {
        release_all(&platform)
            .await
            .map_err(|error| JobError::Retry(error.to_string()))
    }
}

/// Releases what can be read now, of all outlets: run when this program starts, since it may be
/// the upgrade they wait for.
///
/// # Errors
/// The database's.
pub async fn release_all(platform: &Platform) -> Result<(), StreamError> {
    let outlets: Vec<uuid::Uuid> = command::Entity::find()
        .select_only()
        .column(command::Column::OutletId)
        .distinct()
        .filter(command::Column::Outcome.eq(Outcome::Held.as_str()))
        .into_tuple()
        .all(platform.db.reader())
        .await?;
    for outlet in outlets {
        release(platform, OutletId(outlet)).await?;
    }
    platform.feed.nudge();
    Ok(())
}

/// Applies what is held and can be read now, in order; a command still unreadable keeps those
/// after it on the same rows waiting. The outlet hears of each by its feed.
async fn release(platform: &Platform, outlet: OutletId) -> Result<(), StreamError> {
    let mut waiting: HashSet<RowKey> = HashSet::new();
    let mut led_by_central = false;
    for row in store::held(platform.db.reader(), outlet).await? {
        let ceiling = platform.config.sync.protocol_ceiling;
        let Ok(mut item) = Incoming::read(row.body.clone(), row.edge_hash.clone(), None, ceiling) else {
            continue;
        };
        if item.command.is_err() || item.header.keys.iter().any(|key| waiting.contains(key)) {
            waiting.extend(item.header.keys.iter().copied());
            continue;
        }
        let released = tx!(&platform.db, |tx| -> Result<u32, StreamError> {
            release_one(tx, platform, outlet, &mut item).await
        });
        led_by_central = match released {
            Ok(incarnation) => incarnation == 0,
            Err(StreamError::Database(cause)) if StreamError::is_row(&cause) => {
                tracing::error!(seq = item.seq(), error = %cause, "a held command cannot be stored");
                tx!(&platform.db, |tx| -> Result<u32, StreamError> {
                    set_aside(tx, platform, outlet, &item, cause.to_string()).await
                })? == 0
            }
            Err(error) => return Err(error),
        };
    }
    if led_by_central {
        tx!(&platform.db, |tx| -> Result<(), StreamError> {
            answer_waiting(tx, platform, outlet).await
        })?;
    }
    Ok(())
}

/// Books one held command. Returns who leads the outlet. Another process may have been faster.
async fn release_one(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    outlet: OutletId,
    item: &mut Incoming,
) -> Result<u32, StreamError> {
    let at = store::lock(tx, outlet).await?;
    let (true, Ok(command)) = (is_held(tx, item).await?, &item.command) else {
        return Ok(at.incarnation);
    };
    if at.incarnation != 0 && at.incarnation != item.header.incarnation {
        tell_again(tx, platform, item, command).await?;
        return Ok(at.incarnation);
    }
    let kept = held_rows::Entity::find_by_id(item.header.id.0).one(tx).await?;
    item.rows = kept.map(|kept| Sent::read(kept.changes));
    let now = platform.clock.now();
    let ground = load_rows(tx, outlet, &command.act.keys()).await?;
    let (agreed, mut exceptions) = match not_its_own(&ground, item, command) {
        Some(why) => (None, vec![Exception::NotStored { why }]),
        None => match agree(&ground.state, command, item) {
            Some(agreed) => (Some(agreed), Vec::new()),
            // Held by a program that did not ask for the rows.
            None => (None, vec![without_rows(item)]),
        },
    };
    let (mut changes, mut hash): (Vec<Change>, _) = (Vec::new(), None);
    if let Some(Agreed { decision, hash: agreed }) = agreed {
        exceptions.extend(decision.exceptions);
        exceptions.extend(
            Review::load(tx, outlet, std::iter::once(command))
                .await?
                .exceptions(command),
        );
        exceptions.extend(book::check_in(tx, command, now).await?);
        let told = number_of(command).into_iter().collect();
        exceptions.extend(
            tell_numbers(tx, outlet, told)
                .await?
                .into_iter()
                .map(|(_, taken)| taken),
        );
        changes = decision.changes;
        hash = Some(agreed);
    }
    let rows = changes.into_iter().map(|change| (change.key(), change)).collect();
    book::store_rows(tx, outlet, rows, now).await?;
    if hash.is_some() {
        exceptions.extend(closing::audit(tx, &at, command).await?);
    }
    settle(tx, platform, item, exceptions, hash).await?;
    Ok(at.incarnation)
}

/// Asks the edge that leads now to book what the one before had told: the rows are its own, and it has not
/// got these. Its answer is a command like any other, and is listed as reviewed.
async fn tell_again(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    item: &Incoming,
    command: &Command,
) -> Result<(), DbErr> {
    let request = Request {
        id: RequestId(platform.clock.id()),
        outlet: command.outlet,
        wish: Wish::Told {
            act: Box::new(command.act.clone()),
            of: command.id,
        },
        by: Actor::System,
        asked_at: platform.clock.now(),
    };
    requests::ask(tx, &request, command.id.0).await?;
    let why = format!(
        "its edge was replaced before central could read it; the one that leads now is asked to book it (request {})",
        request.id
    );
    settle(tx, platform, item, vec![Exception::NotStored { why }], None).await
}

async fn is_held(tx: &impl ConnectionTrait, item: &Incoming) -> Result<bool, DbErr> {
    let row = command::Entity::find_by_id(item.id().0).one(tx).await?;
    Ok(row.is_some_and(|row| row.outcome == Outcome::Held.as_str()))
}

fn without_rows(item: &Incoming) -> Exception {
    Exception::Diverged {
        edge: item.hash.clone(),
        central: "other rows, and the outlet's were not kept".to_owned(),
    }
}

/// Its bytes are kept, and a person looks; those after it go on.
async fn set_aside(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    outlet: OutletId,
    item: &Incoming,
    why: String,
) -> Result<u32, StreamError> {
    let at = store::lock(tx, outlet).await?;
    if is_held(tx, item).await? {
        settle(tx, platform, item, vec![Exception::NotStored { why }], None).await?;
    }
    Ok(at.incarnation)
}

async fn settle(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    item: &Incoming,
    exceptions: Vec<Exception>,
    hash: Option<String>,
) -> Result<(), DbErr> {
    let outcome = if exceptions.is_empty() {
        Outcome::Applied
    } else {
        Outcome::Excepted
    };
    command::Entity::update_many()
        .col_expr(command::Column::Outcome, Expr::value(outcome.as_str()))
        .col_expr(command::Column::CentralHash, Expr::value(hash))
        .col_expr(command::Column::Exceptions, Expr::value(text(&exceptions)?))
        .filter(command::Column::Id.eq(item.id().0))
        .exec(tx)
        .await?;
    held_rows::Entity::delete_by_id(item.id().0).exec(tx).await?;
    insert_rows(tx, exception_rows(&platform.clock, item, &exceptions)?).await?;
    let result = CommandResult {
        id: item.id(),
        seq: item.seq(),
        outcome,
        exceptions,
    };
    let post = Post::row("command_result", item.id().0, &result)?;
    append(tx, &outlet_topic(item.header.outlet), vec![post], platform.clock.now()).await?;
    Ok(())
}
