//! What clients were told: the oracle of every story.
//!
//! Two sides that agree prove nothing if both forgot. So each answer a screen got is noted here,
//! outside of both programs, with its id, number and amount; see [`crate::oracle`].

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use serde_json::Value;
use uuid::Uuid;

/// What a client was told had been done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A ticket stands like this.
    Ticket {
        /// Which.
        id: Uuid,
        /// Its number as told.
        number: String,
        /// Which of its changes this was.
        revision: u64,
        /// The session begun or undone with it.
        session: Option<Uuid>,
    },
    /// A session has so many minutes.
    Session {
        /// Which.
        id: Uuid,
        /// Which of its changes this was.
        revision: u64,
    },
    /// A sale was booked.
    Sale {
        /// Which.
        id: Uuid,
        /// Its receipt.
        receipt: u64,
        /// Its amount in rupiah.
        total: i64,
    },
    /// A sale was taken back.
    Void {
        /// Which sale.
        sale: Uuid,
        /// The amount in rupiah.
        amount: i64,
    },
    /// The intake, a cash shift or a business day stands like this.
    Row {
        /// Which table.
        table: &'static str,
        /// Which row.
        id: Uuid,
        /// Which of its changes this was.
        revision: u64,
    },
    /// A room was set.
    Room {
        /// Which.
        id: Uuid,
        /// Which of its changes this was.
        revision: u64,
    },
}

/// One acknowledged write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acked {
    /// The key it was asked with.
    pub key: String,
    /// The path it was asked at.
    pub path: String,
    /// The command's id.
    pub command: Uuid,
    /// The command's number.
    pub seq: u64,
    /// What was told.
    pub told: Told,
}

/// A log shared by any number of screens.
#[derive(Clone, Debug, Default)]
pub struct AckLog {
    entries: Arc<Mutex<Vec<Acked>>>,
    failures: Arc<AtomicU64>,
}

fn uuid(value: &Value) -> Option<Uuid> {
    value.as_str()?.parse().ok()
}

fn told(path: &str, data: &Value) -> Option<Told> {
    let revision = data["revision"].as_u64();
    let area = path.trim_start_matches("/api/outlet/").split('/').next()?;
    let row = |table, id: &Value| {
        Some(Told::Row {
            table,
            id: uuid(id)?,
            revision: revision?,
        })
    };
    match area {
        "intake" | "queue" => return row("intake", &data["outlet"]),
        "shifts" => return row("shift", &data["id"]),
        "day" => return row("business_day", &data["id"]),
        _ => {}
    }
    let id = uuid(&data["id"])?;
    Some(match area {
        "tickets" | "check-in" => Told::Ticket {
            id,
            number: data["told"].as_str()?.to_owned(),
            revision: revision?,
            session: None,
        },
        "sessions" => Told::Session {
            id,
            revision: revision?,
        },
        "sales" if path.ends_with("/void") => Told::Void {
            sale: id,
            amount: data["total"].as_i64()?,
        },
        "sales" => Told::Sale {
            id,
            receipt: data["receipt"].as_u64()?,
            total: data["total"].as_i64()?,
        },
        "studios" => Told::Room {
            id,
            revision: revision?,
        },
        _ => return None,
    })
}

impl AckLog {
    /// Notes an acknowledged write; answers that carry no command are none.
    ///
    /// # Panics
    /// When a command is acknowledged in a shape this log cannot read: a log with gaps is no oracle.
    pub fn note(&self, key: &str, path: &str, body: &Value) {
        let Some(command) = uuid(&body["command"]["id"]) else {
            return;
        };
        let told = told(path, &body["data"]);
        let (Some(mut told), Some(seq)) = (told, body["command"]["seq"].as_u64()) else {
            panic!("an acknowledgement that cannot be read, of {path}: {body}");
        };
        if let Told::Ticket { session, .. } = &mut told {
            *session = uuid(&body["session"]["id"]);
        }
        self.lock().push(Acked {
            key: key.to_owned(),
            path: path.to_owned(),
            command,
            seq,
            told,
        });
    }

    /// Notes that a write was answered with a failure of the edge's own: it is asked again.
    pub fn note_failure(&self) {
        self.failures.fetch_add(1, Ordering::SeqCst);
    }

    /// How many writes were answered so.
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::SeqCst)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Acked>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many writes were acknowledged.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether none was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them, in the order in which they were told.
    #[must_use]
    pub fn entries(&self) -> Vec<Acked> {
        self.lock().clone()
    }
}
