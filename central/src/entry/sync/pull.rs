//! Changes down.

use std::time::Duration;

use axum::{Json, extract::State};
use gerai_shared::{
    Problem,
    sync::{CATALOG_TOPIC, Changes, Snapshot, TopicChanges, outlet_topic},
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    features::fleet::EdgeCaller,
    platform::{
        Platform, feed,
        http::{Failure, Query},
    },
    tx,
};

/// The most rows of one page.
const PAGE: u64 = 500;

/// Cursors, and how long to wait for something new.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Cursors {
    /// The last number known of the catalogue's topic.
    #[serde(default)]
    catalog: u64,
    /// The last number known of the outlet's topic.
    #[serde(default)]
    outlet: u64,
    /// Milliseconds to wait when nothing is new; central may wait less.
    #[serde(default)]
    wait_ms: u64,
}

/// What came after the cursors; waits when nothing has.
#[utoipa::path(get, path = "/edge/v1/changes", tag = "edge", params(Cursors), security(("edge" = [])), responses(
    (status = 200, body = Changes),
    (status = 401, body = Problem),
    (status = 409, description = "`edge_too_old`: its protocol is more than two before central's", body = Problem),
    (status = 410, description = "`feed_compacted`: start from a snapshot", body = Problem),
))]
pub(super) async fn changes(
    State(platform): State<Platform>,
    caller: EdgeCaller,
    Query(cursors): Query<Cursors>,
) -> Result<Json<Changes>, Failure> {
    caller.may_follow()?;
    let after = [
        (CATALOG_TOPIC.to_owned(), cursors.catalog),
        (outlet_topic(caller.outlet), cursors.outlet),
    ];
    let mut topics = read(&platform, &after).await?;
    let wait_ms = cursors.wait_ms.min(platform.config.sync.wait_ms_max);
    if topics.is_empty() && wait_ms > 0 {
        platform.feed.moved(&after, Duration::from_millis(wait_ms)).await;
        topics = read(&platform, &after).await?;
    }
    Ok(Json(Changes {
        epoch: platform.epoch,
        topics,
        time: platform.clock.now(),
    }))
}

async fn read(platform: &Platform, after: &[(String, u64)]) -> Result<Vec<TopicChanges>, Failure> {
    let mut topics = Vec::new();
    for (topic, after) in after {
        let rows = feed::page(platform.db.reader(), topic, *after, PAGE).await?;
        // Superseded rows are dropped in time: who is that far behind starts from a snapshot. So does who is
        // ahead: this database was put back from a backup, and counts again what it has counted before.
        let behind = (after + 1..).zip(&rows).any(|(number, row)| row.number != number);
        let ahead = rows.is_empty() && *after > 0 && *after > feed::position(platform.db.reader(), topic).await?;
        if behind || ahead {
            return Err(Failure::new(
                410,
                "feed_compacted",
                "Ambil ulang dari snapshot",
                "The feed was compacted; start from a snapshot",
            )
            .detail(topic.clone()));
        }
        if let Some(last) = rows.last() {
            topics.push(TopicChanges {
                topic: topic.clone(),
                after: *after,
                position: last.number,
                rows,
            });
        }
    }
    Ok(topics)
}

/// Which topic.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SnapshotQuery {
    /// `catalog`, or `outlet:` and the outlet's id.
    topic: String,
}

/// Every live row of a topic the outlet may follow, at one position.
#[utoipa::path(get, path = "/edge/v1/snapshot", tag = "edge", params(SnapshotQuery), security(("edge" = [])), responses(
    (status = 200, body = Snapshot),
    (status = 401, body = Problem),
    (status = 403, description = "Another outlet's topic", body = Problem),
    (status = 409, description = "`edge_too_old`: its protocol is more than two before central's", body = Problem),
))]
pub(super) async fn snapshot(
    State(platform): State<Platform>,
    caller: EdgeCaller,
    Query(query): Query<SnapshotQuery>,
) -> Result<Json<Snapshot>, Failure> {
    if query.topic != CATALOG_TOPIC && query.topic != outlet_topic(caller.outlet) {
        return Err(Failure::forbidden());
    }
    caller.may_follow()?;
    let (position, rows) = tx!(&platform.db, |tx| -> Result<_, Failure> {
        Ok(feed::snapshot(tx, &query.topic).await?)
    })?;
    Ok(Json(Snapshot {
        epoch: platform.epoch,
        topic: query.topic,
        position,
        rows,
    }))
}
