//! What centrals of older releases told an edge by their feed, followed by the program of today: recorded by
//! `cargo xtask skew --record`, see `shared/fixtures`.

use std::collections::BTreeMap;

use gerai_shared::{
    catalog::Product,
    digest::DigestAsked,
    outlet::{Outlet, SignedGrant},
    queue::RemoteTicket,
    request::Request,
    sync::{Changes, CommandResult, Enrolled, FeedRow, Reviewed, Snapshot, Welcome},
};
use serde::{Deserialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    clock::Clock,
    journal::{Journal, grants, scene::MORNING},
};

const PROTOCOL_2: &str = include_str!("../../../../shared/fixtures/feed-2.json");
const PROTOCOL_3: &str = include_str!("../../../../shared/fixtures/feed-3.json");

#[derive(Deserialize)]
struct Recorded {
    protocol: u16,
    enrolled: Enrolled,
    epoch: Uuid,
    changes: Changes,
    snapshots: Vec<Snapshot>,
}

/// An edge that has been enrolled at the central of that time, and follows nothing yet.
async fn enrolled(recorded: &Recorded, dir: &std::path::Path) -> Journal {
    let clock = Clock::still(MORNING);
    clock.central_said(clock.now());
    let journal = Journal::open_with_reserve(dir, clock.clone(), 0).unwrap();
    journal.enrolled(recorded.enrolled.clone()).await.unwrap();
    let welcome = Welcome {
        nonce: clock.uuid(),
        session: "session".to_owned(),
        token: "token".to_owned(),
        epoch: recorded.epoch,
        acked_seq: 0,
        series: Vec::new(),
        rows: Vec::new(),
        rows_since: None,
        certificate: None,
        least_protocol: 0,
        time: clock.now(),
    };
    journal.welcomed(welcome).await.unwrap();
    journal
}

/// How many rows of each kind are kept.
async fn kept(journal: &Journal) -> BTreeMap<String, u64> {
    (journal)
        .read(|connection| {
            let mut rows = connection.prepare("SELECT kind, count(*) FROM followed GROUP BY kind")?;
            let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?;
            rows.collect()
        })
        .await
        .unwrap()
}

/// The rows that are left of a feed, by kind; those that are not kept but acted upon left out.
fn live<'r>(rows: impl IntoIterator<Item = &'r FeedRow>) -> BTreeMap<String, u64> {
    let mut last: BTreeMap<(&str, Uuid), bool> = BTreeMap::new();
    for row in rows {
        last.insert((&row.kind, row.id), row.body.is_some());
    }
    let mut live = BTreeMap::new();
    for ((kind, _), there) in last {
        if there && !["request", "command_result"].contains(&kind) {
            *live.entry(kind.to_owned()).or_default() += 1;
        }
    }
    live
}

fn is_a<T: DeserializeOwned>(row: &FeedRow) {
    if let Some(body) = &row.body {
        let read = T::deserialize(body);
        assert!(read.is_ok(), "{} {:?}: {body}", row.kind, read.err());
    }
}

/// Everything that was told is understood, kind by kind: what is not understood would be passed over.
fn is_understood(row: &FeedRow) {
    match row.kind.as_str() {
        "product" => is_a::<Product>(row),
        "outlet" => is_a::<Outlet>(row),
        "grant" => is_a::<SignedGrant>(row),
        "remote_ticket" => is_a::<RemoteTicket>(row),
        "request" => is_a::<Request>(row),
        "command_result" => is_a::<CommandResult>(row),
        "reviewed" => is_a::<Reviewed>(row),
        "digest" => is_a::<DigestAsked>(row),
        other => panic!("{other} is no kind this program follows"),
    }
}

async fn is_followed(fixture: &str, kinds: &[&str]) {
    let recorded: Recorded = serde_json::from_str(fixture).unwrap();
    let protocol = recorded.protocol;
    let pages = || recorded.changes.topics.iter().flat_map(|page| &page.rows);
    let seen: std::collections::BTreeSet<&str> = pages().map(|row| row.kind.as_str()).collect();
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), kinds, "of protocol {protocol}");
    let snapshots = || recorded.snapshots.iter().flat_map(|snapshot| &snapshot.rows);
    pages().chain(snapshots()).for_each(is_understood);

    let dir = tempfile::tempdir().unwrap();
    let from_snapshots = enrolled(&recorded, dir.path()).await;
    for snapshot in &recorded.snapshots {
        from_snapshots.follow_snapshot(snapshot.clone()).await.unwrap();
    }
    assert_eq!(
        kept(&from_snapshots).await,
        live(snapshots()),
        "snapshots of protocol {protocol}"
    );

    let elsewhere = tempfile::tempdir().unwrap();
    let from_pages = enrolled(&recorded, elsewhere.path()).await;
    // The outlet's page first, as the edge asks for its snapshot first.
    for page in recorded.changes.topics.iter().rev() {
        from_pages.follow(page.clone(), recorded.epoch).await.unwrap();
    }
    assert_eq!(kept(&from_pages).await, live(pages()), "pages of protocol {protocol}");

    for journal in [&from_snapshots, &from_pages] {
        let known = journal.known();
        assert_eq!(
            known.outlet.as_ref().map(|outlet| outlet.id),
            Some(recorded.enrolled.outlet)
        );
        for snapshot in &recorded.snapshots {
            assert_eq!(known.position(&snapshot.topic), snapshot.position, "{}", snapshot.topic);
        }
        // The request that waited is answered, by the rules of today.
        let waits = snapshots().filter(|row| row.kind == "request").count();
        let answers = journal.unsent(0, 100).await.unwrap();
        assert!(
            waits > 0 && answers.len() >= waits,
            "{waits} waited, {} answers",
            answers.len()
        );
        // Whom central let in then is let in now.
        let trust = journal.trust();
        let grants = journal
            .read(move |connection| grants::all(connection, &trust))
            .await
            .unwrap();
        assert_eq!(Some(&(grants.len() as u64)), kept(journal).await.get("grant"));
    }
}

#[tokio::test]
async fn invariant_11_the_feed_of_protocol_2_is_followed() {
    let kinds = [
        "command_result",
        "grant",
        "outlet",
        "product",
        "remote_ticket",
        "request",
    ];
    is_followed(PROTOCOL_2, &kinds).await;
}

#[tokio::test]
async fn invariant_11_the_feed_of_protocol_3_is_followed() {
    let kinds = [
        "command_result",
        "digest",
        "grant",
        "outlet",
        "product",
        "remote_ticket",
        "request",
        "reviewed",
    ];
    is_followed(PROTOCOL_3, &kinds).await;
}
