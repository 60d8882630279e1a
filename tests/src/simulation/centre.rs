//! Central in memory: order, replays, fences and held commands as `features/stream` keeps them.

use std::collections::{HashMap, HashSet};

use anyhow::{Result, anyhow, ensure};
use gerai_shared::{Change, Command, CommandId, RowKey, State, change::hash_of, command::Header, decide};

use super::{
    Tally,
    house::{Entry, House, Parcel},
};

/// Why a push is not taken in.
pub(super) enum Refused {
    /// It is of a life that is over.
    Fenced,
    /// Commands before it have not arrived.
    Gap,
    /// An invariant does not hold.
    Broken(anyhow::Error),
}

#[derive(Default)]
struct Stream {
    incarnation: u32,
    state: State,
    /// All commands, in order, with the hash central came to; none while it is held.
    commands: Vec<(Entry, Option<String>)>,
    known: HashMap<CommandId, String>,
}

pub(super) struct Centre {
    protocol: u16,
    streams: Vec<Stream>,
}

impl Centre {
    pub(super) fn new(houses: usize) -> Self {
        let stream = || Stream {
            incarnation: 1,
            ..Stream::default()
        };
        Self {
            protocol: gerai_shared::command::PROTOCOL,
            streams: std::iter::repeat_with(stream).take(houses).collect(),
        }
    }

    /// Takes a push in; returns the last command it has.
    pub(super) fn push(&mut self, parcel: &Parcel, tally: &mut Tally) -> Result<u64, Refused> {
        let protocol = self.protocol;
        let stream = &mut self.streams[parcel.house];
        if stream.incarnation != parcel.incarnation {
            return Err(Refused::Fenced);
        }
        for entry in &parcel.entries {
            if let Some(json) = stream.known.get(&entry.id) {
                if *json != entry.json {
                    return Err(Refused::Broken(anyhow!("{} came with another body", entry.seq)));
                }
                tally.replays += 1;
                continue;
            }
            if entry.seq != stream.commands.len() as u64 + 1 {
                return Err(Refused::Gap);
            }
            stream.take(entry, protocol, tally).map_err(Refused::Broken)?;
        }
        Ok(stream.commands.len() as u64)
    }

    /// Another program runs here now; what it can read of the held is released.
    pub(super) fn set_protocol(&mut self, protocol: u16, tally: &mut Tally) -> Result<()> {
        self.protocol = protocol;
        self.streams
            .iter_mut()
            .try_for_each(|stream| stream.release(protocol, tally))
    }

    pub(super) fn holds_nothing(&self, house: usize) -> bool {
        self.streams[house].commands.iter().all(|(_, hash)| hash.is_some())
    }

    /// A replacement is approved: the life before it is fenced, its rows are given to the next.
    pub(super) fn adopt(&mut self, house: usize) -> (Vec<Change>, u64, u32) {
        let stream = &mut self.streams[house];
        stream.incarnation += 1;
        let rows = stream.state.rows().cloned().collect();
        (rows, stream.commands.len() as u64, stream.incarnation)
    }

    /// Same commands, same hashes, same rows, each once.
    pub(super) fn agrees_with(&self, house: usize, there: &House) -> Result<()> {
        let here = &self.streams[house];
        ensure!(
            here.commands.len() as u64 == there.last_seq(),
            "central has {} commands, the outlet {}",
            here.commands.len(),
            there.last_seq()
        );
        ensure!(here.known.len() == here.commands.len(), "a command is there twice");
        for (nth, (entry, hash)) in here.commands.iter().enumerate() {
            ensure!(entry.seq == nth as u64 + 1, "{} is out of order", entry.seq);
            ensure!(hash.as_ref() == Some(&entry.hash), "{} came to other rows", entry.seq);
        }
        let own = &here.commands[usize::try_from(there.base)?..];
        ensure!(
            own.iter()
                .zip(&there.journal)
                .all(|((entry, _), told)| entry.id == told.id),
            "told, and not at central"
        );
        ensure!(here.state == there.state, "the rows differ");
        Ok(())
    }
}

impl Stream {
    fn waiting(&self) -> HashSet<RowKey> {
        self.commands
            .iter()
            .filter(|(_, hash)| hash.is_none())
            .filter_map(|(entry, _)| serde_json::from_str::<Header>(&entry.json).ok())
            .flat_map(|header| header.keys)
            .collect()
    }

    fn take(&mut self, entry: &Entry, protocol: u16, tally: &mut Tally) -> Result<()> {
        let header: Header = serde_json::from_str(&entry.json)?;
        let waiting = self.waiting();
        let waits = header.keys.iter().any(|key| waiting.contains(key));
        let hash = match Command::read(&entry.json, protocol) {
            Ok(command) if !waits => Some(self.apply(&command, entry)?),
            _ => {
                tally.held += 1;
                None
            }
        };
        self.known.insert(entry.id, entry.json.clone());
        self.commands.push((entry.clone(), hash));
        Ok(())
    }

    fn apply(&mut self, command: &Command, entry: &Entry) -> Result<String> {
        // Central loads only the rows a command names.
        let mut loaded = State::default();
        for key in command.act.keys() {
            loaded.apply(self.state.row(key).cloned());
        }
        let decision = decide(&loaded, command).map_err(|refusal| anyhow!("{}: {refusal:?}", entry.seq))?;
        let hash = hash_of(&decision.changes);
        ensure!(hash == entry.hash, "{} came to other rows: {}", entry.seq, entry.json);
        self.state.apply(decision.changes);
        Ok(hash)
    }

    fn release(&mut self, protocol: u16, tally: &mut Tally) -> Result<()> {
        let mut waiting: HashSet<RowKey> = HashSet::new();
        for at in 0..self.commands.len() {
            if self.commands[at].1.is_some() {
                continue;
            }
            let entry = self.commands[at].0.clone();
            let header: Header = serde_json::from_str(&entry.json)?;
            let waits = header.keys.iter().any(|key| waiting.contains(key));
            match Command::read(&entry.json, protocol) {
                Ok(command) if !waits => {
                    self.commands[at].1 = Some(self.apply(&command, &entry)?);
                    tally.released += 1;
                }
                _ => waiting.extend(header.keys),
            }
        }
        Ok(())
    }
}
