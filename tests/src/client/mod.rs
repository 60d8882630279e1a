//! The people at both ends: a screen at the outlet, an admin and a customer's phone at central.

mod admin;
mod ear;
mod mobile;
mod screen;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::header::HeaderMap;
use serde_json::Value;
use uuid::Uuid;

pub use admin::Admin;
pub use ear::Ear;
pub use mobile::Mobile;
pub use screen::Screen;

/// A client that follows no redirects and knows no proxy.
///
/// # Errors
/// When the TLS library does not come up.
pub fn plain(timeout: Duration) -> Result<reqwest::Client> {
    Ok(reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(timeout)
        .build()?)
}

/// A key nobody has used.
#[must_use]
pub fn fresh_key() -> String {
    Uuid::new_v4().to_string()
}

/// What came back, whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, to the byte.
    pub bytes: Vec<u8>,
    /// The body as JSON; null when it is none.
    pub body: Value,
}

impl Answer {
    /// Reads an answer to its end.
    ///
    /// # Errors
    /// When the connection fails meanwhile.
    pub async fn read(answer: reqwest::Response) -> Result<Self, reqwest::Error> {
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let bytes = answer.bytes().await?.to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Ok(Self {
            status,
            headers,
            bytes,
            body,
        })
    }

    /// A header's text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The problem's stable word.
    #[must_use]
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// This answer if it is a success.
    ///
    /// # Errors
    /// When it is not, with what it says.
    pub fn ok(self) -> Result<Self> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        bail!("{}: {}", self.status, String::from_utf8_lossy(&self.bytes))
    }

    /// This answer if it is a refusal with this status and code.
    ///
    /// # Errors
    /// When it is not.
    pub fn refused(self, status: u16, code: &str) -> Result<Self> {
        if self.status == status && self.code() == code {
            return Ok(self);
        }
        bail!(
            "expected {status} {code}, got {}: {}",
            self.status,
            String::from_utf8_lossy(&self.bytes)
        )
    }

    /// `data` of the body.
    #[must_use]
    pub fn data(&self) -> &Value {
        &self.body["data"]
    }

    /// The rows of a list.
    #[must_use]
    pub fn rows(&self) -> &[Value] {
        self.data().as_array().map_or(&[], Vec::as_slice)
    }

    /// A text under `data`, such as `/id`.
    ///
    /// # Errors
    /// When it is not there.
    pub fn text(&self, pointer: &str) -> Result<&str> {
        self.data()
            .pointer(pointer)
            .and_then(Value::as_str)
            .with_context(|| format!("no text at {pointer} of {}", self.body))
    }
}
