//! Whose rows are booked: both sides' where they agree, else the owner's.

use gerai_shared::{Command, Decision, Exception, State, change::hash_of, decide};

use super::incoming::Incoming;

/// The hash of a command that central came to refuse: no changes can have it.
const REFUSED: &str = "refused";

/// What a command is booked with.
#[derive(Debug)]
pub(super) struct Agreed {
    /// The rows, and what speaks against them.
    pub decision: Decision,
    /// Their hash.
    pub hash: String,
}

/// The decision both sides come to; where they do not, the rows of their owner as they stand, and
/// an exception with both versions. `None` when the owner has to send them first.
pub(super) fn agree(state: &State, command: &Command, item: &Incoming) -> Option<Agreed> {
    let decided = decide(state, command);
    let central = match &decided {
        Ok(decision) => hash_of(&decision.changes),
        Err(refusal) => format!("{REFUSED}: {}", refusal.code()),
    };
    match (decided, item.owners_rows()) {
        (Ok(decision), _) if central == item.hash => Some(Agreed {
            decision,
            hash: central,
        }),
        (_, Some(rows)) => {
            let mut decision = Decision::from(rows.clone());
            decision.exceptions.push(diverged(item, central));
            Some(Agreed {
                decision,
                hash: item.hash.clone(),
            })
        }
        (_, None) => None,
    }
}

fn diverged(item: &Incoming, central: String) -> Exception {
    tracing::error!(
        seq = item.seq(),
        kind = item.header.kind,
        edge = item.hash,
        central,
        "edge and central diverged"
    );
    metrics::counter!("gerai_divergences_total").increment(1);
    Exception::Diverged {
        edge: item.hash.clone(),
        central,
    }
}
