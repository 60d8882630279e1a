//! Down: what central owns, topic by topic.

use std::{collections::HashSet, time::Duration};

use gerai_shared::sync::{CATALOG_TOPIC, Changes, Snapshot, TOO_OLD, outlet_topic};
use tokio_util::sync::CancellationToken;

use super::{
    Uplink, apply,
    call::Miss,
    link::Standing,
    patience::{Patience, Pauses, patiently},
};
use crate::{device::Session, journal::JournalError};

/// How much longer than central holds a request open its answer may take.
const GRACE: Duration = Duration::from_secs(5);
const SNAPSHOT: Duration = Duration::from_secs(60);

#[derive(Debug, thiserror::Error)]
enum PullError {
    #[error(transparent)]
    Miss(#[from] Miss),
    #[error("the feed was not taken in")]
    Journal(#[from] JournalError),
}

/// Topics of which a snapshot is wanted.
#[derive(Debug, Default)]
struct Wanted {
    again: HashSet<String>,
    /// Had in this session, although their cursor may still be 0.
    had: HashSet<String>,
}

/// Follows the feed while there is a session, until told to stop.
pub(super) async fn run(uplink: &Uplink, stop: CancellationToken) {
    let mut sessions = uplink.session.subscribe();
    let mut wanted = Wanted::default();
    let mut patience = Patience::new(SNAPSHOT);
    let mut pauses = Pauses::default();
    loop {
        let session = sessions.borrow_and_update().clone();
        let followed = async {
            // One that is too old for the feed pushes all the same.
            let Some(session) = session.as_ref().filter(|session| session.follows) else {
                return std::future::pending().await;
            };
            follow(uplink, session, &mut wanted, &mut patience).await
        };
        let outcome = tokio::select! {
            () = stop.cancelled() => return,
            _ = sessions.changed() => {
                wanted.had.clear();
                continue;
            }
            outcome = followed => outcome,
        };
        let Err(error) = outcome else {
            pauses.reset();
            continue;
        };
        if let (PullError::Journal(JournalError::EpochChanged) | PullError::Miss(Miss::NoSession), Some(session)) =
            (&error, &session)
        {
            uplink.end(session);
        }
        if let (PullError::Miss(Miss::Barred(code)), Some(session)) = (&error, &session)
            && code == TOO_OLD
        {
            // Central was upgraded meanwhile; its next welcome says so.
            uplink.link.stands(Standing::EdgeTooOld);
            uplink.end(session);
        }
        tracing::debug!(error = &error as &dyn std::error::Error, "a pull came to nothing");
        let pause = match &error {
            PullError::Miss(Miss::Stuck) => {
                patience.stuck();
                continue;
            }
            // All outlets were sent away at the same moment; they are not to come back at the same.
            PullError::Miss(Miss::Busy(asked)) => *asked + pauses.next(uplink.journal.clock()),
            PullError::Miss(Miss::Compacted) | PullError::Journal(JournalError::FeedGap { .. }) => {
                wanted.again.extend(topics(uplink));
                pauses.next(uplink.journal.clock())
            }
            PullError::Miss(Miss::Unreached(_)) => {
                uplink.link.doubt();
                pauses.next(uplink.journal.clock())
            }
            _ => pauses.next(uplink.journal.clock()),
        };
        // Central itself asked for it: a heal does not end it.
        let asked_for = matches!(error, PullError::Miss(Miss::Busy(_)));
        let mut heals = uplink.link.heals();
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
            Ok(()) = heals.changed(), if !asked_for => {}
        }
    }
}

fn topics(uplink: &Uplink) -> Vec<String> {
    std::iter::once(CATALOG_TOPIC.to_owned())
        .chain(uplink.journal.device().outlet.map(outlet_topic))
        .collect()
}

/// One round: a snapshot of each topic that needs one, then what came since.
async fn follow(
    uplink: &Uplink,
    session: &Session,
    wanted: &mut Wanted,
    patience: &mut Patience,
) -> Result<(), PullError> {
    // The outlet's profile first: nothing can be sold or called without it.
    for topic in topics(uplink).into_iter().rev() {
        let untouched = uplink.journal.known().position(&topic) == 0 && !wanted.had.contains(&topic);
        if untouched || wanted.again.contains(&topic) {
            take_snapshot(uplink, session, &topic, *patience).await?;
            wanted.again.remove(&topic);
            wanted.had.insert(topic);
        }
    }
    let known = uplink.journal.known();
    let wait = uplink.config.wait();
    let request = uplink
        .caller
        .get(&format!(
            "/edge/v1/changes?catalog={}&outlet={}&wait_ms={}",
            known.position(CATALOG_TOPIC),
            known.outlet_position(),
            wait.as_millis()
        ))
        .bearer_auth(&session.bearer)
        .timeout(wait + GRACE);
    let question = uplink.caller.ask::<Changes>(request);
    let changes = patiently(&uplink.link, Duration::ZERO, Duration::MAX, question).await?;
    uplink.heard();
    if changes.epoch != session.epoch {
        return Err(JournalError::EpochChanged.into());
    }
    Ok(apply::changes(&uplink.journal, &uplink.purge, changes).await?)
}

async fn take_snapshot(uplink: &Uplink, session: &Session, topic: &str, patience: Patience) -> Result<(), PullError> {
    let request = uplink
        .caller
        .get(&format!("/edge/v1/snapshot?topic={topic}"))
        .bearer_auth(&session.bearer)
        .timeout(SNAPSHOT);
    let question = uplink.caller.ask::<Snapshot>(request);
    let snapshot = patiently(&uplink.link, patience.now(), SNAPSHOT, question).await?;
    uplink.heard();
    if snapshot.topic != topic {
        return Err(Miss::NotCentral("a snapshot of another topic".to_owned()).into());
    }
    tracing::info!(
        topic,
        position = snapshot.position,
        rows = snapshot.rows.len(),
        "a snapshot arrived"
    );
    Ok(apply::snapshot(&uplink.journal, &uplink.purge, snapshot).await?)
}
