//! Each night, and when somebody asks, outlet and central are compared row by row (E10).

use std::time::Duration;

use gerai_shared::{
    command::PROTOCOL,
    digest::{Digest, DigestReply, Verdict},
};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio_util::sync::CancellationToken;

use super::{Uplink, call::Miss, patience::Pauses};
use crate::{
    device::Session,
    journal::{Committed, Due, JournalError, Proof},
};

/// Between two looks whether a proof is due.
const LOOK: Duration = Duration::from_secs(60);
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, thiserror::Error)]
enum ProofError {
    #[error(transparent)]
    Miss(#[from] Miss),
    #[error("the journal failed")]
    Journal(#[from] JournalError),
}

/// What a look came to.
enum Look {
    /// Nothing is to be done until something changes.
    Done,
    /// It is due, but central does not have all commands yet.
    NotDrained,
    /// Central stood elsewhere; it is tried again.
    Moved,
    /// Central does not compare rows, or not those of this program.
    TooOld,
}

/// Proves whenever it is due, until told to stop.
pub(super) async fn run(uplink: &Uplink, stop: CancellationToken) {
    let mut events = uplink.journal.committed();
    let mut sessions = uplink.session.subscribe();
    let mut pauses = Pauses::default();
    let mut too_old: Option<Session> = None;
    loop {
        let session = sessions.borrow_and_update().clone();
        let (mut pause, mut drains) = (LOOK, false);
        if let Some(session) = session.filter(|session| too_old.as_ref() != Some(session)) {
            let looked = tokio::select! {
                () = stop.cancelled() => return,
                looked = look(uplink, &session) => looked,
            };
            match looked {
                Ok(Look::Done) => pauses.reset(),
                Ok(Look::NotDrained) => drains = true,
                Ok(Look::Moved) => pause = pauses.next(uplink.journal.clock()),
                Ok(Look::TooOld) => too_old = Some(session),
                Err(error) => {
                    tracing::debug!(error = &error as &dyn std::error::Error, "a proof came to nothing");
                    if let ProofError::Miss(Miss::NoSession) = error {
                        uplink.end(&session);
                    }
                    pause = pauses.next(uplink.journal.clock());
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
            _ = sessions.changed() => {}
            () = wanted(&mut events, drains) => {}
        }
    }
}

/// Waits until somebody wants a proof; or, when one waits for it, until central has more commands.
async fn wanted(events: &mut Receiver<Committed>, drains: bool) {
    loop {
        match events.recv().await {
            Ok(Committed::ProofAsked) | Err(RecvError::Lagged(_)) => return,
            Ok(Committed::Followed { rows, .. })
                if rows.is_empty() || rows.iter().any(|(kind, _)| kind == "digest") =>
            {
                return;
            }
            Ok(Committed::Settled { .. }) if drains => return,
            Ok(_) => {}
            Err(RecvError::Closed) => return std::future::pending().await,
        }
    }
}

async fn look(uplink: &Uplink, session: &Session) -> Result<Look, ProofError> {
    let Some(due) = uplink.journal.proof_due().await? else {
        return Ok(Look::Done);
    };
    let Some((at, parts)) = uplink.journal.digest(due.scope).await? else {
        return Ok(Look::NotDrained);
    };
    let mut digest = Digest {
        nonce: uplink.journal.clock().uuid(),
        protocol: PROTOCOL,
        at,
        scope: due.scope,
        parts: parts.hashes(),
        rows: Vec::new(),
    };
    let mut reply = ask(uplink, session, &digest).await?;
    if let Some(Verdict::SendRows { parts: wanted }) = &reply {
        digest.nonce = uplink.journal.clock().uuid();
        digest.rows = wanted.iter().map(|key| parts.rows(*key)).collect();
        reply = ask(uplink, session, &digest).await?;
    }
    let (differing, held) = match reply {
        Some(Verdict::Equal { held }) => (0, held),
        Some(Verdict::Differs { rows }) => (rows, 0),
        Some(Verdict::Moved { seq }) => {
            tracing::debug!(seq, here = digest.at.seq, "central stands elsewhere in the stream");
            return Ok(Look::Moved);
        }
        Some(Verdict::SendRows { .. }) => return Ok(Look::Moved),
        Some(Verdict::Newer) | None => return Ok(Look::TooOld),
    };
    note(uplink, session, &due, &digest, (differing, held)).await?;
    Ok(Look::Done)
}

/// Asks what central makes of a digest; `None` when it is too old to say.
async fn ask(uplink: &Uplink, session: &Session, digest: &Digest) -> Result<Option<Verdict>, ProofError> {
    let body = serde_json::to_string(digest).map_err(|error| Miss::NotCentral(error.to_string()))?;
    let request = uplink
        .caller
        .post("/edge/v1/digest", body)
        .bearer_auth(&session.bearer)
        .timeout(PATIENCE);
    let reply: DigestReply = match uplink.caller.ask(request).await {
        Err(Miss::Status { status: 404 | 405, .. }) => return Ok(None),
        reply => reply?,
    };
    if reply.nonce != digest.nonce {
        return Err(Miss::NotCentral("the nonce is another's".to_owned()).into());
    }
    if reply.epoch != session.epoch {
        return Err(JournalError::EpochChanged.into());
    }
    uplink.heard();
    Ok(Some(reply.verdict))
}

async fn note(
    uplink: &Uplink,
    session: &Session,
    due: &Due,
    digest: &Digest,
    (differing, held): (u64, u64),
) -> Result<(), JournalError> {
    let rows = digest.parts.iter().map(|part| part.rows).sum();
    let seq = digest.at.seq;
    if differing > 0 {
        tracing::error!(seq, rows, differing, "outlet and central do not have the same rows");
    } else {
        tracing::info!(seq, rows, held, "outlet and central have the same rows");
    }
    metrics::counter!("gerai_proofs_total", "equal" => (differing == 0).to_string()).increment(1);
    let proof = Proof {
        at: uplink.journal.clock().now(),
        seq,
        since: digest.scope.first_day(),
        rows,
        equal: differing == 0,
        differing,
        held,
        epoch: Some(session.epoch),
        asked: due.asked,
        asked_here: due.asked_here,
    };
    uplink.journal.proved(proof).await
}
