//! What edges tell after they were fenced: kept for a person, never booked by itself, never lost.

use axum::http::HeaderMap;
use gerai_shared::{
    CommandId, EdgeId, OutletId,
    command::Header,
    sync::{CommandResult, EDGE_HEADER, Outcome, Push, SIGNATURE_HEADER},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
};

use super::{
    EdgeCaller, FleetError,
    hello::list,
    model::{edge, late},
    store,
};
use crate::{
    features::stream::{self, known_results},
    platform::{
        Platform,
        auth::verify,
        db::{insert_rows, padded},
        http::Failure,
    },
    tx,
};

/// An edge without a session that hands over what it could not send before.
#[derive(Clone, Copy, Debug)]
pub struct LateCaller {
    edge: EdgeId,
    outlet: OutletId,
}

impl From<EdgeCaller> for LateCaller {
    fn from(caller: EdgeCaller) -> Self {
        Self {
            edge: caller.edge,
            outlet: caller.outlet,
        }
    }
}

impl LateCaller {
    /// Who signed a push, when it came with the name of an edge instead of a session.
    ///
    /// # Errors
    /// When the signature is not that edge's, or it leads its outlet.
    pub async fn of(platform: &Platform, headers: &HeaderMap, body: &[u8]) -> Result<Option<Self>, Failure> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let Some(id) = text(EDGE_HEADER) else {
            return Ok(None);
        };
        let edge: EdgeId = id.parse().map_err(|_| Failure::unauthenticated())?;
        let row = edge::Entity::find_by_id(edge.0)
            .one(platform.db.reader())
            .await?
            .ok_or(FleetError::NotKnown)?;
        if !verify(&row.public_key, body, text(SIGNATURE_HEADER).unwrap_or_default()) {
            return Err(FleetError::BadSignature.into());
        }
        // Of a copy only what it says: the one that leads has the same name and key.
        let copied = row.copies.is_some();
        match row.status.as_str() {
            "active" if !copied => Err(FleetError::Leads.into()),
            // A forgotten one hands over what it did not send before it was fenced, after the backup.
            "active" | "fenced" | "revoked" | "forgotten" => Ok(Some(Self {
                edge,
                outlet: row.outlet_id.into(),
            })),
            _ => Err(FleetError::Pending.into()),
        }
    }
}

/// Turns the holder of an edge's session away: its journal is not the one central has the beginning of.
/// The token it was given is a copy's from now on; of the others the next whose journal fits goes on.
///
/// # Errors
/// The database's.
pub async fn turn_away(platform: &Platform, id: EdgeId, why: &str) -> Result<(), FleetError> {
    tracing::error!(edge = %id, why, "a copy of an edge is turned away");
    tx!(&platform.db, |tx| -> Result<(), FleetError> {
        let row = store::found(tx, id).await?;
        let at = stream::lock(tx, row.outlet_id.into()).await?;
        let row = store::locked(tx, id).await?;
        if row.status != "active" {
            return Ok(());
        }
        stream::state_copied(tx, &platform.clock, &at, id, why).await?;
        let mut copies = list(row.copies.as_deref());
        copies.extend(row.next_token_hash.clone());
        let mut row = row.into_active_model();
        row.copies = Set(serde_json::to_string(&copies).ok());
        row.token_hash = Set(None);
        row.next_token_hash = Set(None);
        row.session_hash = Set(None);
        // What it told of its journal is of no account.
        row.last_seq = Set(i64::try_from(at.last_seq).unwrap_or(i64::MAX));
        row.last_hash = Set(Some(at.chain_hash));
        row.update(tx).await?;
        Ok(())
    })
}

/// Keeps a push for review. Commands that were booked before are answered as before.
///
/// # Errors
/// When it is no push of that outlet's; the database's.
pub async fn keep(platform: &Platform, caller: &LateCaller, push: &Push) -> Result<Vec<CommandResult>, Failure> {
    let mut items = Vec::with_capacity(push.commands.len());
    for pushed in &push.commands {
        let header: Header = serde_json::from_str(pushed.command.get())
            .map_err(|error| stream::StreamError::Malformed(error.to_string()))?;
        if header.outlet != caller.outlet {
            return Err(stream::StreamError::Malformed("a command of another outlet".to_owned()).into());
        }
        items.push((header, pushed));
    }
    tx!(&platform.db, |tx| -> Result<Vec<CommandResult>, Failure> {
        let ids: Vec<CommandId> = items.iter().map(|(header, _)| header.id).collect();
        let booked = known_results(tx, ids.clone()).await?;
        let mut kept = kept(tx, ids).await?;
        let (mut fresh, mut results) = (Vec::new(), Vec::with_capacity(items.len()));
        for (header, pushed) in &items {
            if let Some((_, result)) = booked.get(&header.id).filter(|(body, _)| body == pushed.command.get()) {
                results.push(result.clone());
                continue;
            }
            if !kept.contains(&header.id) {
                kept.push(header.id);
                fresh.push(late::ActiveModel {
                    id: Set(header.id.0),
                    outlet_id: Set(caller.outlet.0),
                    edge_id: Set(caller.edge.0),
                    incarnation: Set(i64::from(header.incarnation)),
                    seq: Set(i64::try_from(header.seq).unwrap_or(i64::MAX)),
                    kind: Set(header.kind.clone()),
                    body: Set(pushed.command.get().to_owned()),
                    edge_hash: Set(pushed.hash.clone()),
                    received_at: Set(platform.clock.now().0),
                    state: Set("waiting".to_owned()),
                    reason: Set(None),
                    request_id: Set(None),
                    settled_at: Set(None),
                    settled_by: Set(None),
                });
            }
            results.push(CommandResult {
                id: header.id,
                seq: header.seq,
                outcome: Outcome::Review,
                exceptions: Vec::new(),
            });
        }
        if !fresh.is_empty() {
            tracing::warn!(edge = %caller.edge, commands = fresh.len(), "a fenced edge's commands wait for review");
            metrics::counter!("gerai_late_commands_total").increment(fresh.len() as u64);
        }
        insert_rows(tx, fresh).await?;
        Ok(results)
    })
}

async fn kept(tx: &impl ConnectionTrait, ids: Vec<CommandId>) -> Result<Vec<CommandId>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids = ids.into_iter().map(|id| id.0).collect();
    let rows = late::Entity::find()
        .filter(late::Column::Id.is_in(padded(ids)))
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}
