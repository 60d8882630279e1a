//! Enrolment: a one-time code becomes an edge, once an admin has approved it.

use std::{io::ErrorKind, path::Path, time::Duration};

use gerai_shared::sync::{Enroll, Enrolled};
use serde::{Deserialize, Serialize};

use super::{DeviceKey, key::write_private};
use crate::{
    journal::{Journal, JournalError},
    sync::{Caller, Miss},
};

const FILE: &str = "enrolment.json";
const PATIENCE: Duration = Duration::from_secs(10);

/// An enrolment under way. Kept beside the key until it is approved, so that a restart goes on
/// asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The one-time code.
    pub code: String,
    /// The machine's name, for the admin who approves.
    pub name: String,
}

impl Pending {
    /// Reads what is under way in `data_dir`.
    #[must_use]
    pub fn read(data_dir: &Path) -> Option<Self> {
        let text = std::fs::read(data_dir.join(FILE)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Keeps it in `data_dir`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, data_dir: &Path) -> std::io::Result<()> {
        write_private(data_dir, FILE, &serde_json::to_vec(self)?)
    }

    fn forget(data_dir: &Path) -> std::io::Result<()> {
        match std::fs::remove_file(data_dir.join(FILE)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// Central's answer was not had, or not kept.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// No answer that counts.
    #[error(transparent)]
    Miss(#[from] Miss),
    /// It could not be written down.
    #[error("the enrolment could not be written down")]
    Journal(#[from] JournalError),
    /// It could not be written down.
    #[error("the enrolment could not be written down")]
    File(#[from] std::io::Error),
}

/// Shows central the code and the key, and writes down what it says. Repeating it asks how far
/// approval is.
///
/// # Errors
/// [`EnrolError`]
pub async fn enrol(
    caller: &Caller,
    key: &DeviceKey,
    journal: &Journal,
    pending: &Pending,
    data_dir: &Path,
) -> Result<Enrolled, EnrolError> {
    let question = Enroll {
        code: pending.code.clone(),
        public_key: key.public(),
        name: pending.name.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let body = serde_json::to_string(&question).map_err(JournalError::from)?;
    let enrolled: Enrolled = caller
        .ask_for_new(caller.post("/edge/v1/enroll", body).timeout(PATIENCE))
        .await?;
    journal.enrolled(enrolled.clone()).await?;
    if enrolled.incarnation > 0 {
        Pending::forget(data_dir)?;
    }
    Ok(enrolled)
}
