//! What the sync loop does next. Level-triggered: it looks at how things are, never at what happened.

/// How things are. Whether the line is up is not asked: trying is the only proof, and the pause
/// between two tries ends when the line heals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Situation {
    /// Whether it has been approved at any time.
    pub approved: bool,
    /// Whether an enrolment is under way.
    pub enrolling: bool,
    /// Whether there is a session.
    pub session: bool,
    /// Whether central has said that this edge leads its outlet no more.
    pub barred: bool,
    /// Whether it pauses after a failure.
    pub pausing: bool,
    /// The last command of the journal.
    pub last_seq: u64,
    /// The last command central has.
    pub acked_seq: u64,
    /// The most commands in a push, as of now.
    pub limit: usize,
    /// The command central wants the rows of.
    pub rows_of: Option<u64>,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask how far approval is.
    AskApproval,
    /// Open a session.
    Hello,
    /// Push the commands after `after`.
    Push {
        /// The last command central has.
        after: u64,
        /// At most so many.
        limit: usize,
        /// With the rows of this one.
        rows_of: Option<u64>,
    },
    /// Hand over what was not sent before central shut this edge out, for review.
    HandOver {
        /// The last command central has.
        after: u64,
        /// At most so many.
        limit: usize,
    },
    /// Nothing, until something changes.
    Wait(Until),
}

/// What is waited for. In any case the loop looks anew when the journal, the session or the line
/// changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Somebody enrols this edge, perhaps from another process.
    Enrolled,
    /// The pause is over.
    Paused,
    /// There is something to push.
    Work,
}

/// Decides the next step.
#[must_use]
pub fn plan(now: &Situation) -> Step {
    if now.pausing {
        return Step::Wait(Until::Paused);
    }
    match (now.approved, now.enrolling, now.session) {
        (false, false, _) => Step::Wait(Until::Enrolled),
        (false, true, _) => Step::AskApproval,
        (true, _, false) if now.barred && now.last_seq > now.acked_seq => Step::HandOver {
            after: now.acked_seq,
            limit: now.limit,
        },
        (true, _, false) => Step::Hello,
        (true, _, true) if now.last_seq > now.acked_seq => Step::Push {
            after: now.acked_seq,
            limit: now.limit,
            rows_of: now.rows_of.filter(|seq| *seq > now.acked_seq),
        },
        (true, _, true) => Step::Wait(Until::Work),
    }
}

#[cfg(test)]
mod tests {
    use super::{Situation, Step, Until, plan};

    const IDLE: Situation = Situation {
        approved: true,
        enrolling: false,
        session: true,
        barred: false,
        pausing: false,
        last_seq: 7,
        acked_seq: 7,
        limit: 256,
        rows_of: None,
    };

    #[test]
    fn every_situation_has_its_step() {
        let push = |after, rows_of| Step::Push {
            after,
            limit: 256,
            rows_of,
        };
        let table = [
            ("nothing to do", IDLE, Step::Wait(Until::Work)),
            ("a backlog", Situation { last_seq: 9, ..IDLE }, push(7, None)),
            (
                "central lost its past",
                Situation { acked_seq: 2, ..IDLE },
                push(2, None),
            ),
            (
                "rows wanted",
                Situation {
                    last_seq: 9,
                    rows_of: Some(8),
                    ..IDLE
                },
                push(7, Some(8)),
            ),
            (
                "rows wanted of old",
                Situation {
                    last_seq: 9,
                    rows_of: Some(7),
                    ..IDLE
                },
                push(7, None),
            ),
            (
                "no session",
                Situation {
                    session: false,
                    last_seq: 9,
                    ..IDLE
                },
                Step::Hello,
            ),
            (
                "no session, no backlog",
                Situation { session: false, ..IDLE },
                Step::Hello,
            ),
            (
                "shut out, with a backlog",
                Situation {
                    session: false,
                    barred: true,
                    last_seq: 9,
                    ..IDLE
                },
                Step::HandOver { after: 7, limit: 256 },
            ),
            (
                "shut out, nothing left",
                Situation {
                    session: false,
                    barred: true,
                    ..IDLE
                },
                Step::Hello,
            ),
            (
                "a pause",
                Situation {
                    pausing: true,
                    last_seq: 9,
                    ..IDLE
                },
                Step::Wait(Until::Paused),
            ),
            (
                "not enrolled",
                Situation {
                    approved: false,
                    session: false,
                    ..IDLE
                },
                Step::Wait(Until::Enrolled),
            ),
            (
                "not approved",
                Situation {
                    approved: false,
                    enrolling: true,
                    session: false,
                    ..IDLE
                },
                Step::AskApproval,
            ),
            (
                "central ahead of us",
                Situation { acked_seq: 9, ..IDLE },
                Step::Wait(Until::Work),
            ),
        ];
        for (case, situation, step) in table {
            assert_eq!(plan(&situation), step, "{case}");
        }
    }
}
