//! The loop that speaks for the outlet: enrolment, hello, push; one question at a time.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    Uplink,
    call::Miss,
    link::Standing,
    patience::{Patience, Pauses, SHORTEST, patiently},
    plan::{Situation, Step, Until, plan},
    push::{self, PushError},
};
use crate::{
    device::{self, EnrolError, HelloError, Pending, Session},
    journal::JournalError,
};

const HELLO: Duration = Duration::from_secs(10);
/// Between two questions how far approval is, and two looks whether somebody enrolled.
const APPROVAL: Duration = Duration::from_secs(1);
/// Between two hellos of an edge that central does not let speak.
const BARRED: Duration = Duration::from_secs(15);
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
    let question = async {
        let asked = device::hello(&uplink.caller, &uplink.key, &uplink.journal);
        match tokio::time::timeout(HELLO, asked).await {
            Ok(answer) => Ok(answer),
            Err(_) => Err(Miss::Unreached(super::Line::Internet)),
        }
    };
    match patiently(&uplink.link, SHORTEST, HELLO, question).await {
        Ok(Ok(session)) => {
            uplink.heard();
            mood.rows_of = None;
            tracing::info!(
                acked_seq = uplink.journal.known().acked_seq,
                "central welcomed this edge"
            );
            uplink.link.stands(Standing::Active);
            uplink.session.send_replace(Some(session));
        }
        Ok(Err(HelloError::Miss(Miss::Barred(code)))) => {
            uplink.heard();
            tracing::warn!(code, "central does not let this edge speak");
            let standing = Standing::of_refusal(&code);
            let pending = standing == Standing::EdgePending;
            mood.pause = Some(Pause::of(if pending { APPROVAL } else { BARRED }));
            uplink.link.stands(standing);
        }
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

async fn push(uplink: &Uplink, session: &Session, mood: &mut Mood, after: u64, limit: usize, rows_of: Option<u64>) {
    let begun = Instant::now();
    let pushed = async {
        let entries = uplink.journal.unsent(after, limit).await?;
        let question = push::ask(
            &uplink.caller,
            session,
            &uplink.journal,
            &entries,
            rows_of,
            uplink.config.push_timeout(),
        );
        let patience = mood.patience.now();
        let reply = patiently(&uplink.link, patience, patience, question).await?;
        Ok::<_, PushError>(push::settle(&uplink.journal, reply).await?)
    };
    match pushed.await {
        Ok(progress) => {
            uplink.heard();
            mood.patience.answered(begun.elapsed());
            mood.last_miss = None;
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
                tracing::error!(seq = after + 1, "a command alone is too large for the way to central");
                mood.pause = Some(Pause::of(mood.pauses.next(uplink.journal.clock())));
            }
            mood.limit = (mood.limit / 2).max(1);
        }
        Err(PushError::Miss(miss @ (Miss::NoSession | Miss::Barred(_)))) => {
            // Hello tells what it is about: where central stands, or that this edge may not speak.
            uplink.end(session);
            failed(uplink, mood, &miss);
        }
        Err(PushError::Miss(miss)) => failed(uplink, mood, &miss),
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
