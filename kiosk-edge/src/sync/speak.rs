//! The loop that speaks for the outlet: enrolment, hello, push; one question at a time.

use std::time::Duration;

use gerai_shared::sync::UNKNOWN_EDGE;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    Uplink,
    call::Miss,
    link::{Standing, Trouble},
    patience::{Patience, Pauses, SHORTEST, patiently},
    plan::{Situation, Step, Until, plan},
    push::{self, Parcel, PushError, Voice},
};
use crate::{
    device::{self, EnrolError, HelloError, Pending, Session},
    journal::JournalError,
};

const HELLO: Duration = Duration::from_secs(10);
/// A hello of an empty journal is answered with the outlet's rows.
const FIRST_HELLO: Duration = Duration::from_secs(60);
/// Between two questions how far approval is, and two looks whether somebody enrolled.
const APPROVAL: Duration = Duration::from_secs(1);
/// Between two hellos of an edge that central does not let speak.
const BARRED: Duration = Duration::from_secs(15);
/// Between two hellos of an edge that central has forgotten.
const FORGOTTEN: Duration = Duration::from_secs(5);
/// At start the probe is given this long to find central, so that the first hello is not given up
/// for a heal that is none.
const AT_START: Duration = Duration::from_secs(1);
/// A slow line halves the batches down to this.
const SMALLEST_FOR_SPEED: usize = 16;

/// What the loop remembers between two questions.
struct Mood {
    limit: usize,
    rows_of: Option<u64>,
    pause: Option<Pause>,
    pauses: Pauses,
    patience: Patience,
    /// Told in the log once, however often it comes.
    last_miss: Option<Miss>,
}

struct Pause {
    until: Instant,
    /// Central itself asked for it: a heal does not end it.
    asked_for: bool,
}

impl Pause {
    fn of(length: Duration) -> Self {
        Self {
            until: Instant::now() + length,
            asked_for: false,
        }
    }
}

/// Speaks until told to stop.
pub(super) async fn run(uplink: &Uplink, stop: CancellationToken) {
    let mut mood = Mood {
        limit: uplink.config.batch,
        rows_of: None,
        pause: Some(Pause::of(AT_START)),
        pauses: Pauses::default(),
        patience: Patience::new(uplink.config.push_timeout()),
        last_miss: None,
    };
    let mut heals = uplink.link.heals();
    let mut known = uplink.journal.watch();
    let mut sessions = uplink.session.subscribe();
    loop {
        // Marked as seen before the look, so that a change during the step is not slept through.
        known.borrow_and_update();
        let session = sessions.borrow_and_update().clone();
        if heals.has_changed().unwrap_or(false) {
            heals.borrow_and_update();
            mood.pause = mood.pause.take().filter(|pause| pause.asked_for);
        }
        let step = async {
            match plan(&situation(uplink, session.as_ref(), &mood)) {
                Step::AskApproval => ask_approval(uplink, &mut mood).await,
                Step::Hello => hello(uplink, &mut mood).await,
                Step::Push { after, limit, rows_of } => {
                    if let Some(session) = &session {
                        push(uplink, session, &mut mood, after, limit, rows_of).await;
                    }
                }
                Step::HandOver { after, limit } => hand_over(uplink, &mut mood, after, limit).await,
                Step::Wait(Until::Enrolled) => {
                    tokio::time::sleep(APPROVAL).await;
                    // Another process may have enrolled this edge.
                    if let Err(error) = uplink.journal.refresh().await {
                        tracing::warn!(%error, "the journal was not looked at");
                    }
                }
                Step::Wait(Until::Paused) => {
                    let until = mood.pause.as_ref().map_or_else(Instant::now, |pause| pause.until);
                    tokio::select! {
                        () = tokio::time::sleep_until(until) => mood.pause = None,
                        _ = heals.changed() => mood.pause = mood.pause.take().filter(|pause| pause.asked_for),
                    }
                }
                Step::Wait(Until::Work) => {
                    tokio::select! {
                        _ = known.changed() => {}
                        _ = sessions.changed() => {}
                    }
                }
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = step => {}
        }
    }
}

fn situation(uplink: &Uplink, session: Option<&Session>, mood: &Mood) -> Situation {
    let known = uplink.journal.known();
    let approved = known.device.incarnation > 0;
    Situation {
        approved,
        enrolling: !approved && Pending::read(&uplink.data_dir).is_some(),
        session: session.is_some(),
        barred: known.device.barred.is_some(),
        pausing: mood.pause.as_ref().is_some_and(|pause| Instant::now() < pause.until),
        last_seq: known.last_seq,
        acked_seq: known.acked_seq,
        limit: mood.limit,
        rows_of: mood.rows_of,
    }
}

async fn ask_approval(uplink: &Uplink, mood: &mut Mood) {
    let Some(pending) = Pending::read(&uplink.data_dir) else {
        return;
    };
    let asked = device::enrol(&uplink.caller, &uplink.key, &uplink.journal, &pending, &uplink.data_dir).await;
    match asked {
        Ok(enrolled) => {
            uplink.heard();
            let approved = enrolled.incarnation > 0;
            uplink.link.stands(if approved {
                Standing::Active
            } else {
                Standing::EdgePending
            });
            mood.pause = (!approved).then(|| Pause::of(APPROVAL));
        }
        Err(EnrolError::Miss(miss)) => failed(uplink, mood, &miss),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the enrolment was not taken in"
            );
            mood.pause = Some(Pause::of(mood.pauses.next(uplink.journal.clock())));
        }
    }
}

async fn hello(uplink: &Uplink, mood: &mut Mood) {
    let length = if uplink.journal.known().empty {
        FIRST_HELLO
    } else {
        HELLO
    };
    let question = async {
        let asked = device::hello(&uplink.caller, &uplink.key, &uplink.journal);
        match tokio::time::timeout(length, asked).await {
            Ok(answer) => Ok(answer),
            Err(_) => Err(Miss::Unreached(super::Line::Internet)),
        }
    };
    match patiently(&uplink.link, SHORTEST, length, question).await {
        Ok(Ok(session)) => {
            uplink.heard();
            mood.rows_of = None;
            tracing::info!(
                acked_seq = uplink.journal.known().acked_seq,
                "central welcomed this edge"
            );
            uplink.link.stands(if session.follows {
                Standing::Active
            } else {
                tracing::error!("this program is too old for central's feed: it must be upgraded");
                Standing::EdgeTooOld
            });
            uplink.session.send_replace(Some(session));
        }
        Ok(Err(HelloError::Miss(Miss::Barred(code)))) => {
            uplink.heard();
            tracing::warn!(code, "central does not let this edge speak");
            let known = uplink.journal.known();
            let standing = match (Standing::of_refusal(&code), &known.device.barred) {
                // Shut out after the backup: it does not work on.
                (Standing::EdgeForgotten, Some(barred)) => Standing::of_refusal(barred),
                (standing, _) => standing,
            };
            uplink.link.stands(standing);
            if Standing::of_refusal(&code).is_barred() && known.device.barred.as_deref() != Some(&code) {
                keep_word(uplink, Some(code)).await;
                // What was not sent is handed over at once.
                if uplink.journal.known().backlog() > 0 {
                    return;
                }
            }
            if standing.is_barred() && known.backlog() == 0 {
                // Central may have lost what was handed over: its epoch tells, and is in such answers only.
                hand_over(uplink, mood, known.last_seq, 0).await;
            }
            mood.pause = Some(Pause::of(match standing {
                Standing::EdgePending => APPROVAL,
                Standing::EdgeForgotten => FORGOTTEN,
                _ => BARRED,
            }));
        }
        Ok(Err(HelloError::Miss(miss))) if is_unknown(&miss) => introduce(uplink, mood, miss).await,
        Ok(Err(HelloError::Miss(miss))) | Err(miss) => failed(uplink, mood, &miss),
        Ok(Err(error)) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "central's welcome was not taken in"
            );
            mood.pause = Some(Pause::of(mood.pauses.next(uplink.journal.clock())));
        }
    }
}

fn is_unknown(miss: &Miss) -> bool {
    matches!(miss, Miss::Status { why, .. } if why == UNKNOWN_EDGE)
}

/// Says who this edge is to a central that was put back from a backup of before it was approved.
async fn introduce(uplink: &Uplink, mood: &mut Mood, unknown: Miss) {
    let question = device::introduce(&uplink.caller, &uplink.key, &uplink.journal);
    match tokio::time::timeout(HELLO, question).await {
        Ok(Ok(status)) => {
            uplink.heard();
            tracing::warn!(status, "central has forgotten this edge, and knows it again");
            mood.pause = Some(Pause::of(mood.pauses.next(uplink.journal.clock())));
        }
        Ok(Err(HelloError::Miss(miss))) => failed(uplink, mood, &miss),
        Ok(Err(error)) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "this edge could not be introduced"
            );
            failed(uplink, mood, &unknown);
        }
        Err(_) => failed(uplink, mood, &Miss::Unreached(super::Line::Internet)),
    }
}

async fn keep_word(uplink: &Uplink, code: Option<String>) {
    if let Err(error) = uplink.journal.barred(code).await {
        tracing::error!(error = &error as &dyn std::error::Error, "central's word was not kept");
    }
}

/// Hands over for review what was not sent before central shut this edge out.
async fn hand_over(uplink: &Uplink, mood: &mut Mood, after: u64, limit: usize) {
    let handed = async {
        let parcel = Parcel {
            entries: uplink.journal.unsent(after, limit).await?,
            before: None,
            rows_of: None,
        };
        let timeout = uplink.config.push_timeout();
        let reply = push::ask(
            &uplink.caller,
            Voice::Barred(&uplink.key),
            &uplink.journal,
            &parcel,
            timeout,
        )
        .await?;
        if uplink.journal.outlived(reply.epoch).await? || parcel.entries.is_empty() {
            return Ok(None);
        }
        Ok::<_, PushError>(Some(push::settle(&uplink.journal, reply).await?))
    };
    match handed.await {
        Ok(None) => uplink.heard(),
        Ok(Some(progress)) => {
            uplink.heard();
            tracing::warn!(commands = progress.settled, "commands were handed over for review");
            mood.pause = (progress.settled == 0).then(|| Pause::of(BARRED));
        }
        Err(PushError::Miss(Miss::Barred(code))) if code == "edge_active" => keep_word(uplink, None).await,
        Err(PushError::Miss(Miss::TooLarge)) if limit > 1 => mood.limit = limit / 2,
        Err(PushError::Miss(miss)) if is_unknown(&miss) => introduce(uplink, mood, miss).await,
        Err(PushError::Miss(miss)) => failed(uplink, mood, &miss),
        Err(PushError::Journal(error)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a hand-over was not settled");
            mood.pause = Some(Pause::of(BARRED));
        }
    }
}

async fn push(uplink: &Uplink, session: &Session, mood: &mut Mood, after: u64, limit: usize, rows_of: Option<u64>) {
    let begun = Instant::now();
    let pushed = async {
        let parcel = Parcel {
            entries: uplink.journal.unsent(after, limit).await?,
            before: uplink.journal.chain_at(after).await?,
            rows_of,
        };
        let timeout = uplink.config.push_timeout();
        let question = push::ask(&uplink.caller, Voice::Leads(session), &uplink.journal, &parcel, timeout);
        let patience = mood.patience.now();
        let reply = patiently(&uplink.link, patience, patience, question).await?;
        Ok::<_, PushError>(push::settle(&uplink.journal, reply).await?)
    };
    match pushed.await {
        Ok(progress) => {
            uplink.heard();
            mood.patience.answered(begun.elapsed());
            mood.last_miss = None;
            uplink.link.troubled(None);
            mood.limit = (mood.limit * 2).min(uplink.config.batch);
            metrics::counter!("gerai_sync_pushed_total").increment(progress.settled as u64);
            if progress.settled == 0 && (progress.rows_of.is_none() || progress.rows_of == rows_of) {
                // In central's shape, but it leads nowhere: not in a hurry, then.
                mood.pause = Some(Pause::of(mood.pauses.next(uplink.journal.clock())));
            } else {
                mood.pauses.reset();
            }
            mood.rows_of = progress.rows_of;
        }
        Err(PushError::Miss(Miss::TooLarge)) => {
            if mood.limit <= 1 {
                uplink.link.troubled(Some(Trouble::TooLarge));
                mood.pause = Some(Pause::of(mood.pauses.next(uplink.journal.clock())));
            }
            mood.limit = (mood.limit / 2).max(1);
        }
        Err(PushError::Miss(miss @ (Miss::NoSession | Miss::Barred(_)))) => {
            // Hello tells what it is about: where central stands, or that this edge may not speak.
            uplink.end(session);
            if let Miss::Barred(code) = &miss
                && Standing::of_refusal(code) == Standing::EdgeRefused
            {
                uplink.link.troubled(Trouble::of_refusal(409, code));
            }
            failed(uplink, mood, &miss);
        }
        Err(PushError::Miss(miss)) => {
            if let Miss::Status { status, why } = &miss {
                uplink.link.troubled(Trouble::of_refusal(*status, why));
            }
            failed(uplink, mood, &miss);
        }
        Err(PushError::Journal(JournalError::EpochChanged)) => {
            uplink.end(session);
            mood.pause = Some(Pause::of(mood.pauses.next(uplink.journal.clock())));
        }
        Err(PushError::Journal(error)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a push was not settled");
            mood.pause = Some(Pause::of(mood.pauses.next(uplink.journal.clock())));
        }
    }
}

/// No answer that counts: nothing is parked or acknowledged, the same is tried again.
fn failed(uplink: &Uplink, mood: &mut Mood, miss: &Miss) {
    if mood.last_miss.as_ref() == Some(miss) {
        tracing::debug!(%miss, "a question to central came to nothing again");
    } else {
        tracing::warn!(%miss, "a question to central came to nothing");
        mood.last_miss = Some(miss.clone());
    }
    metrics::counter!("gerai_sync_misses_total").increment(1);
    match miss {
        Miss::Stuck => {
            // At once, on a new connection.
            mood.patience.stuck();
            return;
        }
        Miss::Unreached(_) if uplink.link.now().is_up() => {
            mood.limit = (mood.limit / 2).max(SMALLEST_FOR_SPEED.min(mood.limit));
            uplink.link.doubt();
        }
        _ => {}
    }
    let length = mood.pauses.next(uplink.journal.clock());
    mood.pause = Some(match miss {
        Miss::Busy(asked) => Pause {
            // Every edge was sent away at the same moment; they are not to come back at the same.
            until: Instant::now() + *asked + length,
            asked_for: true,
        },
        _ => Pause::of(length),
    });
}
