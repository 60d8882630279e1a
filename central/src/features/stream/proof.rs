//! Whether outlet and central have the same rows: the outlet's digest against central's own (E10).

use std::collections::HashSet;

use gerai_shared::{
    Day, EdgeId, Exception, OutletId, RowKey,
    command::PROTOCOL,
    digest::{Digest, PartKey, Parts, RowDiffers, Scope, Verdict, open_since},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::{
    StreamError,
    book::text,
    model::{digest, exception},
    store::{self, Position},
};
use crate::{
    features::{queue, requests, sales},
    platform::{
        Platform,
        db::{insert_rows, upsert_rows},
    },
    tx,
};

/// Parts whose rows are asked for at once.
const PARTS: usize = 64;
/// Rows named in one exception; it counts them all.
const NAMED: usize = 20;
/// The kind that stands in an exception for the command it is not about.
const KIND: &str = "digest";

/// Who proves its rows.
#[derive(Clone, Copy, Debug)]
pub struct Prover {
    /// The edge.
    pub edge: EdgeId,
    /// Its outlet.
    pub outlet: OutletId,
    /// Which life of the outlet's edge it is.
    pub incarnation: u32,
}

/// Holds an outlet's digest against central's own rows at the same position. Hashes of parts are
/// compared without a lock, so that no push waits: when a command came meanwhile the position says
/// so. The rows of parts that differ are compared under the lock, and those that differ are listed.
///
/// # Errors
/// When the edge does not lead its outlet any more; the database's.
pub async fn prove(platform: &Platform, prover: Prover, digest: &Digest) -> Result<Verdict, StreamError> {
    if digest.protocol > PROTOCOL {
        return Ok(Verdict::Newer);
    }
    if !digest.rows.is_empty() {
        return tx!(&platform.db, |tx| -> Result<Verdict, StreamError> {
            let at = store::lock(tx, prover.outlet).await?;
            match stands_at(&at, prover, digest)? {
                Some(moved) => Ok(moved),
                None => name_rows(tx, platform, prover, digest).await,
            }
        });
    }
    let db = platform.db.reader();
    let position = || store::position(db, prover.outlet);
    let Some(before) = position().await? else {
        return Ok(Verdict::Moved { seq: 0 });
    };
    if let Some(moved) = stands_at(&before, prover, digest)? {
        return Ok(moved);
    }
    let ours = all(db, prover.outlet, &digest.scope).await?;
    if position().await?.as_ref() != Some(&before) {
        return Ok(Verdict::Moved { seq: before.last_seq });
    }
    let mut parts = ours.differing(&digest.parts);
    if !parts.is_empty() {
        parts.truncate(PARTS);
        return Ok(Verdict::SendRows { parts });
    }
    tx!(&platform.db, |tx| -> Result<Verdict, StreamError> {
        note(tx, platform, prover, digest, (0, 0)).await?;
        Ok(Verdict::Equal { held: 0 })
    })
}

/// Whether central stands where the digest was made; what to answer when not.
fn stands_at(at: &Position, prover: Prover, digest: &Digest) -> Result<Option<Verdict>, StreamError> {
    if at.incarnation != prover.incarnation {
        return Err(StreamError::Fenced);
    }
    let same = at.last_seq == digest.at.seq && at.chain_hash == digest.at.chain;
    Ok((!same).then_some(Verdict::Moved { seq: at.last_seq }))
}

/// Compares the parts that were sent row by row, and lists what differs. The caller holds the
/// stream row.
async fn name_rows(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    prover: Prover,
    digest: &Digest,
) -> Result<Verdict, StreamError> {
    let held: HashSet<RowKey> = store::held_keys(&store::held(tx, prover.outlet).await?);
    let (mut differing, mut waiting) = (0, 0);
    for sent in &digest.rows {
        let ours = part(tx, prover.outlet, &digest.scope, sent.key).await?;
        let (wait, differ): (Vec<RowDiffers>, Vec<RowDiffers>) = ours
            .differing_rows(sent)
            .into_iter()
            .partition(|row| held.contains(&row.key(sent.key.table)));
        waiting += wait.len() as u64;
        differing += differ.len() as u64;
        if !differ.is_empty() {
            list(tx, platform, prover, digest, sent.key, differ).await?;
        }
    }
    note(tx, platform, prover, digest, (differing, waiting)).await?;
    if differing == 0 {
        return Ok(Verdict::Equal { held: waiting });
    }
    tracing::error!(outlet = %prover.outlet, edge = %prover.edge, seq = digest.at.seq, rows = differing,
        "outlet and central do not have the same rows");
    metrics::counter!("gerai_digest_differing_rows_total").increment(differing);
    Ok(Verdict::Differs { rows: differing })
}

/// All rows a scope is over.
async fn all(db: &impl ConnectionTrait, outlet: OutletId, scope: &Scope) -> Result<Parts, DbErr> {
    let mut parts = Parts::default();
    undated(db, outlet, scope, &mut parts).await?;
    dated(db, outlet, scope, scope.first_day(), None, &mut parts).await?;
    Ok(parts)
}

/// The rows of one part; others may be among them.
async fn part(db: &impl ConnectionTrait, outlet: OutletId, scope: &Scope, key: PartKey) -> Result<Parts, DbErr> {
    let mut parts = Parts::default();
    match key.day {
        Some(day) => dated(db, outlet, scope, Some(day), Some(day.plus_days(1)), &mut parts).await?,
        None => undated(db, outlet, scope, &mut parts).await?,
    }
    Ok(parts)
}

async fn undated(db: &impl ConnectionTrait, outlet: OutletId, scope: &Scope, parts: &mut Parts) -> Result<(), DbErr> {
    let mut rows = queue::rows_of_no_day(db, outlet).await?;
    if let Some(first) = scope.first_day() {
        rows.extend(queue::open_rows(db, outlet, open_since(first), first).await?);
        rows.extend(sales::open_shifts(db, outlet, first).await?);
    }
    rows.iter().for_each(|row| parts.take(scope, row));
    Ok(())
}

async fn dated(
    db: &impl ConnectionTrait,
    outlet: OutletId,
    scope: &Scope,
    since: Option<Day>,
    before: Option<Day>,
    parts: &mut Parts,
) -> Result<(), DbErr> {
    // Table after table, so that not all of them are in memory at once.
    let rows = queue::rows_between(db, outlet, since, before).await?;
    rows.iter().for_each(|row| parts.take(scope, row));
    let rows = sales::rows_between(db, outlet, since, before).await?;
    rows.iter().for_each(|row| parts.take(scope, row));
    let rows = requests::answers_between(db, outlet, since, before).await?;
    rows.iter().for_each(|row| parts.take(scope, row));
    Ok(())
}

/// Lists rows of a part that differ, unless they are listed already and nobody has settled it.
async fn list(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    prover: Prover,
    digest: &Digest,
    key: PartKey,
    mut rows: Vec<RowDiffers>,
) -> Result<(), DbErr> {
    let count = rows.len() as u64;
    rows.truncate(NAMED);
    let differs = Exception::DigestDiffers {
        table: key.table,
        day: key.day,
        rows,
        count,
    };
    let (code, detail) = (differs.code(), text(&differs)?);
    let listed = exception::Entity::find()
        .filter(exception::Column::OutletId.eq(prover.outlet.0))
        .filter(exception::Column::Code.eq(code))
        .filter(exception::Column::SettledAt.is_null())
        .all(tx)
        .await?;
    if listed.iter().any(|row| row.detail == detail) {
        return Ok(());
    }
    let row = exception::ActiveModel {
        id: Set(platform.clock.id()),
        outlet_id: Set(prover.outlet.0),
        // It is about no command: the edge that proved it stands for them all.
        command_id: Set(prover.edge.0),
        seq: Set(i64::try_from(digest.at.seq).unwrap_or(i64::MAX)),
        kind: Set(KIND.to_owned()),
        code: Set(code.to_owned()),
        detail: Set(detail),
        created_at: Set(platform.clock.now().0),
        settled_at: Set(None),
        settled_by: Set(None),
    };
    insert_rows(tx, vec![row]).await
}

/// Writes down that outlet and central were compared, and how they stand.
async fn note(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    prover: Prover,
    digest: &Digest,
    (differing, held): (u64, u64),
) -> Result<(), DbErr> {
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    metrics::counter!("gerai_digests_total", "equal" => (differing == 0).to_string()).increment(1);
    let row = digest::ActiveModel {
        outlet_id: Set(prover.outlet.0),
        edge_id: Set(prover.edge.0),
        seq: Set(count(digest.at.seq)),
        chain_hash: Set(digest.at.chain.clone()),
        since: Set(digest.scope.first_day().map(|day| day.to_string())),
        row_count: Set(count(digest.parts.iter().map(|part| part.rows).sum())),
        differing: Set(count(differing)),
        held: Set(count(held)),
        proved_at: Set(platform.clock.now().0),
    };
    upsert_rows(tx, vec![row]).await
}
