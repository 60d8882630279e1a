//! What a second start must know of the first: ports, and which edges are enrolled.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ports;

/// An edge that was enrolled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Enrolled {
    pub outlet: Uuid,
    pub screen_token: String,
}

/// Kept in a file beside the data.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Memory {
    #[serde(skip)]
    file: PathBuf,
    /// Whether ports nobody remembers are the usual ones, or any that are free.
    #[serde(skip)]
    pub usual_ports: bool,
    pub seeded: bool,
    ports: BTreeMap<String, u16>,
    pub edges: BTreeMap<usize, Enrolled>,
}

impl Memory {
    pub(super) fn load(file: &Path) -> Result<Self> {
        let mut memory: Self = match std::fs::read_to_string(file) {
            Ok(text) => serde_json::from_str(&text)
                .with_context(|| format!("{} cannot be read; start over with --fresh", file.display()))?,
            Err(_) => Self::default(),
        };
        memory.file = file.to_path_buf();
        Ok(memory)
    }

    pub(super) fn save(&self) -> Result<()> {
        super::write_whole(&self.file, &serde_json::to_string_pretty(self)?)
    }

    /// The same port as last time, or the usual one, or another when that is taken.
    pub(super) fn port(&mut self, of: &str, usual: u16) -> Result<u16> {
        let wish = self.ports.get(of).copied().or(self.usual_ports.then_some(usual));
        let port = wish.map_or_else(ports::free_port, ports::port_near)?;
        self.ports.insert(of.to_owned(), port);
        self.save()?;
        Ok(port)
    }
}
