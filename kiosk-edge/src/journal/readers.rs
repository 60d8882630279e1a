//! Connections that only read, lent out one at a time.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::{Damage, JournalError, schema};

const CONNECTIONS: usize = 4;

#[derive(Clone, Debug)]
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    turns: Arc<Semaphore>,
    damage: Damage,
}

impl Readers {
    pub(super) fn open(data_dir: &Path, damage: Damage) -> Result<Self, JournalError> {
        let idle = (0..CONNECTIONS)
            .map(|_| schema::open_reader(data_dir))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            idle: Arc::new(Mutex::new(idle)),
            turns: Arc::new(Semaphore::new(CONNECTIONS)),
            damage,
        })
    }

    pub(super) async fn read<T, F>(&self, query: F) -> Result<T, JournalError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let turn = self
            .turns
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| JournalError::Closed)?;
        let idle = self.idle.clone();
        let answer = tokio::task::spawn_blocking(move || {
            // Given back on drop, so that a panic in `query` does not use a connection up.
            let lent = Lent::take(idle)?;
            let answer = lent.connection.as_ref().map(query);
            drop(lent);
            drop(turn);
            answer
        });
        match answer.await {
            Ok(Some(answer)) => answer.map_err(|error| {
                let error = JournalError::from(error);
                self.damage.notice(&error);
                error
            }),
            Ok(None) | Err(_) => Err(JournalError::Closed),
        }
    }
}

struct Lent {
    connection: Option<Connection>,
    home: Arc<Mutex<Vec<Connection>>>,
}

impl Lent {
    fn take(home: Arc<Mutex<Vec<Connection>>>) -> Option<Self> {
        let connection = home.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
        Some(Self {
            connection: Some(connection),
            home,
        })
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.home
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
        }
    }
}
