//! Held commands: kept until this program, or its upgrade, can read them.

use std::collections::HashSet;

use gerai_shared::{
    Exception, OutletId, RowKey,
    change::hash_of,
    decide,
    sync::{CommandResult, Outcome, outlet_topic},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};

use super::{
    StreamError,
    book::{self, exception_rows, load_rows, text},
    incoming::Incoming,
    model::command,
    review::Review,
    store::{self, Position},
};
use crate::{
    platform::{
        Platform,
        db::insert_rows,
        feed::{Post, append},
    },
    tx,
};

/// Applies what is held and can be read now, in order; a command still unreadable keeps those
/// after it on the same rows waiting. The outlet hears of each by its feed.
pub(super) async fn release(tx: &impl ConnectionTrait, platform: &Platform, at: &Position) -> Result<(), DbErr> {
    let mut waiting: HashSet<RowKey> = HashSet::new();
    let mut posts = Vec::new();
    for row in store::held(tx, at.outlet).await? {
        let ceiling = platform.config.sync.protocol_ceiling;
        let Ok(item) = Incoming::read(&row.body, row.edge_hash.clone(), None, ceiling) else {
            continue;
        };
        let waits = item.header.keys.iter().any(|key| waiting.contains(key));
        match &item.command {
            Ok(command) if !waits => {
                let ground = load_rows(tx, at.outlet, &command.act.keys()).await?;
                // The outlet applied it long ago. Where central comes to other rows now, it says so.
                let (changes, mut exceptions) = match decide(&ground.state, command) {
                    _ if ground.overstepped(&item, command).is_some() => (
                        Vec::new(),
                        vec![Exception::NotStored {
                            why: "it would change another outlet's rows".to_owned(),
                        }],
                    ),
                    Ok(decision) => (decision.changes, decision.exceptions),
                    Err(refusal) => (
                        Vec::new(),
                        vec![Exception::Diverged {
                            edge: item.hash.clone(),
                            central: refusal.code().to_owned(),
                        }],
                    ),
                };
                let hash = hash_of(&changes);
                let refused = exceptions
                    .iter()
                    .any(|why| matches!(why, Exception::Diverged { .. } | Exception::NotStored { .. }));
                if hash != item.hash && !refused {
                    exceptions.push(Exception::Diverged {
                        edge: item.hash.clone(),
                        central: hash.clone(),
                    });
                }
                let now = platform.clock.now();
                let review = Review::load(tx, at.outlet, std::iter::once(command)).await?;
                exceptions.extend(review.exceptions(command));
                exceptions.extend(book::check_in(tx, command, now).await?);
                let told = book::number_of(command).into_iter().collect();
                let twice = book::tell_numbers(tx, at.outlet, told).await?;
                exceptions.extend(twice.into_iter().map(|(_, taken)| taken));
                let rows = changes.into_iter().map(|change| (change.key(), change)).collect();
                book::store_rows(tx, at.outlet, rows, now).await?;
                let result = CommandResult {
                    id: item.id(),
                    seq: item.seq(),
                    outcome: if exceptions.is_empty() {
                        Outcome::Applied
                    } else {
                        Outcome::Excepted
                    },
                    exceptions,
                };
                settle(tx, platform, &item, &result, &hash).await?;
                posts.push(Post::row("command_result", item.id().0, &result)?);
            }
            _ => waiting.extend(item.header.keys.iter().copied()),
        }
    }
    if posts.is_empty() {
        return Ok(());
    }
    append(tx, &outlet_topic(at.outlet), posts, platform.clock.now()).await?;
    Ok(())
}

async fn settle(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    item: &Incoming,
    result: &CommandResult,
    hash: &str,
) -> Result<(), DbErr> {
    command::Entity::update_many()
        .col_expr(command::Column::Outcome, Expr::value(result.outcome.as_str()))
        .col_expr(command::Column::CentralHash, Expr::value(hash))
        .col_expr(command::Column::Exceptions, Expr::value(text(&result.exceptions)?))
        .filter(command::Column::Id.eq(item.id().0))
        .exec(tx)
        .await?;
    insert_rows(tx, exception_rows(&platform.clock, item, &result.exceptions)?).await
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
        .filter(command::Column::Outcome.eq("held"))
        .into_tuple()
        .all(platform.db.reader())
        .await?;
    for outlet in outlets {
        tx!(&platform.db, |tx| -> Result<(), StreamError> {
            let at = store::lock(tx, OutletId(outlet)).await?;
            release(tx, platform, &at).await?;
            Ok(())
        })?;
    }
    platform.feed.nudge();
    Ok(())
}
