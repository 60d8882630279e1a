//! Every fifteen seconds central hears how the outlet is.

use std::{sync::atomic::Ordering, time::Duration};

use gerai_shared::{Micros, sync::Heartbeat};
use rusqlite::OptionalExtension;
use tokio_util::sync::CancellationToken;

use super::{Uplink, call::Miss};
use crate::journal::{Journal, JournalError};

const EVERY: Duration = Duration::from_secs(15);
const PATIENCE: Duration = Duration::from_secs(10);

/// Sends heartbeats while there is a session, until told to stop.
pub(super) async fn run(uplink: &Uplink, stop: CancellationToken) {
    loop {
        // Jitter, so that a chain's outlets do not beat in step after central restarts.
        let pause = EVERY.mul_f64(0.8 + 0.4 * uplink.journal.clock().fraction());
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        if let Err(error) = beat(uplink).await {
            tracing::debug!(%error, "a heartbeat was not sent");
        }
    }
}

async fn beat(uplink: &Uplink) -> Result<(), String> {
    let Some(session) = uplink.session.borrow().clone() else {
        return Ok(());
    };
    let how = measure(uplink).await.map_err(|error| error.to_string())?;
    let body = serde_json::to_string(&how).map_err(|error| error.to_string())?;
    let request = uplink
        .caller
        .post("/edge/v1/heartbeat", body)
        .bearer_auth(&session.bearer)
        .timeout(PATIENCE);
    match uplink.caller.tell(request).await {
        Err(Miss::NoSession) => {
            uplink.end(&session);
            Ok(())
        }
        outcome => outcome.map_err(|error| error.to_string()),
    }
}

async fn measure(uplink: &Uplink) -> Result<Heartbeat, JournalError> {
    let known = uplink.journal.known();
    let clock = uplink.journal.clock();
    let oldest = oldest_waiting(&uplink.journal, known.acked_seq).await?;
    Ok(Heartbeat {
        last_seq: known.last_seq,
        last_hash: known.last_hash.clone(),
        backlog: known.backlog(),
        oldest_ms: oldest.map_or(0, |made_at| clock.now().millis_since(made_at).max(0)),
        disk_free: uplink.journal.free_bytes(),
        clock_offset_ms: clock.offset_millis(),
        screens: uplink.screens.load(Ordering::Relaxed),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// When the oldest command was made that central does not have.
async fn oldest_waiting(journal: &Journal, acked_seq: u64) -> Result<Option<Micros>, JournalError> {
    let after = i64::try_from(acked_seq).unwrap_or(i64::MAX);
    journal
        .read(move |connection| {
            connection
                .query_row(
                    "SELECT made_at FROM journal WHERE seq > ?1 ORDER BY seq LIMIT 1",
                    [after],
                    |row| row.get(0).map(Micros),
                )
                .optional()
        })
        .await
}
