//! Which kinds of work there are, and when they are due on their own.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use sea_orm::DbErr;
use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

use crate::platform::{Platform, http::Failure};

/// Why a job did not do its work.
#[derive(Clone, Debug, Error)]
pub enum JobError {
    /// It may go better later.
    #[error("{0}")]
    Retry(String),
    /// It never will.
    #[error("{0}")]
    GiveUp(String),
}

impl From<DbErr> for JobError {
    fn from(error: DbErr) -> Self {
        Self::Retry(error.to_string())
    }
}

impl From<Failure> for JobError {
    fn from(failure: Failure) -> Self {
        Self::Retry(failure.english)
    }
}

/// A kind of work. It may be run twice (a worker may die after its work and before it says so), so
/// it must not matter.
pub trait Job: Serialize + DeserializeOwned + Send + 'static {
    /// Its name in the table; for ever.
    const KIND: &'static str;
    /// How often it is begun at most.
    const ATTEMPTS: i32 = 5;

    /// Does the work.
    fn run(self, platform: Platform) -> impl Future<Output = Result<(), JobError>> + Send;
}

type Run = fn(Platform, String) -> BoxFuture<'static, Result<(), JobError>>;

/// How a kind of work is done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub run: Run,
    pub attempts: i32,
}

/// When a kind of work is due.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    pub kind: &'static str,
    pub payload: String,
    pub cron: &'static str,
}

/// All kinds of work of the program.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    pub(super) kinds: BTreeMap<&'static str, Kind>,
    pub(super) schedules: Vec<Schedule>,
}

impl Registry {
    /// With a kind of work.
    #[must_use]
    pub fn with<J: Job>(mut self) -> Self {
        let kind = Kind {
            run: run::<J>,
            attempts: J::ATTEMPTS,
        };
        self.kinds.insert(J::KIND, kind);
        self
    }

    /// With a kind of work that is also due by itself: `cron` has seconds first and is in UTC.
    ///
    /// # Errors
    /// When the job cannot be said in JSON.
    pub fn scheduled<J: Job>(mut self, cron: &'static str, job: &J) -> Result<Self, serde_json::Error> {
        self.schedules.push(Schedule {
            kind: J::KIND,
            payload: serde_json::to_string(job)?,
            cron,
        });
        Ok(self.with::<J>())
    }
}

fn run<J: Job>(platform: Platform, payload: String) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let job: J = serde_json::from_str(&payload)
            .map_err(|error| JobError::GiveUp(format!("its payload cannot be read: {error}")))?;
        job.run(platform).await
    })
}
