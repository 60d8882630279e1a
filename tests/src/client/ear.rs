//! A screen's ear: what the edge tells it as it happens.

use std::collections::HashMap;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::wait::SOON;

/// The events of an edge, from when one began to listen.
#[derive(Debug)]
pub struct Ear {
    answer: reqwest::Response,
    heard: Vec<u8>,
    /// The last of each name: how things stand until another comes.
    last: HashMap<String, Value>,
}

impl Ear {
    pub(super) fn new(answer: reqwest::Response) -> Self {
        Self {
            answer,
            heard: Vec::new(),
            last: HashMap::new(),
        }
    }

    /// Listens until the last event of this name says what is waited for; it may have said so already.
    ///
    /// # Errors
    /// When it does not come in time, or the edge falls silent.
    pub async fn until(&mut self, name: &str, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
        let listening = async {
            loop {
                if let Some(said) = self.last.get(name).filter(|said| wanted(said)) {
                    return Ok::<_, anyhow::Error>(said.clone());
                }
                let (event, said) = self.next().await?;
                self.last.insert(event, said);
            }
        };
        let outcome = tokio::time::timeout(SOON, listening).await;
        outcome.with_context(|| format!("waited in vain for `{name}`; last: {:?}", self.last.get(name)))?
    }

    /// The next event: its name and what it says.
    async fn next(&mut self) -> Result<(String, Value)> {
        loop {
            if let Some(end) = self.heard.windows(2).position(|two| two == b"\n\n") {
                let event: Vec<u8> = self.heard.drain(..end + 2).collect();
                let event = String::from_utf8(event)?;
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                if let (Some(name), Some(said)) = (field("event: "), field("data: ")) {
                    return Ok((name.to_owned(), serde_json::from_str(said)?));
                }
                continue;
            }
            let more = self.answer.chunk().await?.context("the edge has stopped telling")?;
            self.heard.extend_from_slice(&more);
        }
    }
}
