//! Settings: compiled-in defaults, then a file, then the environment.

mod devices;
mod load;
#[cfg(test)]
mod tests;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use gerai_shared::Rupiah;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;

pub use devices::{DeviceAddress, DeviceConfig, DeviceKind, DevicesCheck};
pub use load::{Invalid, load};

use crate::cache::CacheConfig;

/// The whole of an edge's settings. An unknown key is refused.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where screens find it.
    pub listen: SocketAddr,
    /// Where the journal, the cache, the key and the pepper lie.
    pub data_dir: PathBuf,
    /// Where central is.
    pub central: Central,
    /// What a screen may send.
    pub limits: Limits,
    /// The line to central.
    pub sync: Sync,
    /// Staff sign-in.
    pub staff: Staff,
    /// Check-in by telephone number.
    pub check_in: CheckIn,
    /// The journal's room.
    pub journal: JournalConfig,
    /// The machine's clock.
    pub clock: ClockConfig,
    /// The cash drawer.
    pub till: Till,
    /// What may be kept of central's answers.
    #[serde(default)]
    pub cache: CacheConfig,
    /// Logs.
    pub log: Log,
    /// How devices are looked after.
    pub devices_check: DevicesCheck,
    /// The devices that are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<DeviceConfig>,
}

/// `[limits]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The largest body a screen may send, in bytes.
    pub body_bytes: usize,
}

/// `[sync]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sync {
    /// Commands in one push.
    pub batch: usize,
    /// Milliseconds between two looks at whether central is there.
    pub probe_ms: u64,
    /// Milliseconds a push may take.
    pub push_timeout_ms: u64,
    /// Milliseconds central may hold a request for changes open.
    pub wait_ms: u64,
}

impl Sync {
    /// Between two looks at whether central is there.
    #[must_use]
    pub fn probe(&self) -> Duration {
        Duration::from_millis(self.probe_ms)
    }

    /// How long a push may take.
    #[must_use]
    pub fn push_timeout(&self) -> Duration {
        Duration::from_millis(self.push_timeout_ms)
    }

    /// How long central may hold a request for changes open.
    #[must_use]
    pub fn wait(&self) -> Duration {
        Duration::from_millis(self.wait_ms)
    }
}

/// `[staff]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// Minutes without an act until a session ends.
    pub idle_minutes: u32,
    /// Hours until a session ends in any case.
    pub max_hours: u32,
    /// Wrong PINs in a row until a name is locked.
    pub lockout_after: u32,
    /// Minutes it stays locked.
    pub lockout_minutes: u32,
    /// Wrong PINs at one screen, over all names and within its window, until the screen is locked.
    pub screen_lockout_after: u32,
    /// That window, in minutes.
    pub screen_window_minutes: u32,
    /// Minutes the screen stays locked.
    pub screen_lockout_minutes: u32,
    /// What may be done without central, by hours.
    pub ladder: LadderSettings,
}

/// `[staff.ladder]`: the rungs, in hours without central, and their bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LadderSettings {
    /// From here on no voids above `void_limit`, and nobody signs in for the first time.
    pub careful_hours: u32,
    /// From here on only the queue, and sales up to `sale_cap`.
    pub capped_hours: u32,
    /// From here on only the queue.
    pub queue_only_hours: u32,
    /// The largest sale that may be voided on the first rung, in rupiah.
    pub void_limit: Rupiah,
    /// The largest sale on the second rung, in rupiah.
    pub sale_cap: Rupiah,
}

/// `[check_in]`
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CheckIn {
    /// Telephone numbers one screen may look up in vain within the window; after that it waits.
    pub misses: usize,
    /// That window, in minutes.
    pub window_minutes: u32,
}

/// `[journal]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct JournalConfig {
    /// Megabytes (2²⁰ bytes) that must stay free on its disk for new work to be taken.
    pub reserve_mb: u64,
    /// Megabytes its file may have; 0 for as many as there are.
    pub max_mb: u64,
    /// A folder for its second copy; empty for none.
    pub copy_dir: PathBuf,
}

impl JournalConfig {
    /// Where the second copy goes, if there is to be one.
    #[must_use]
    pub fn copy_dir(&self) -> Option<&Path> {
        Some(self.copy_dir.as_path()).filter(|folder| !folder.as_os_str().is_empty())
    }
}

/// `[clock]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ClockConfig {
    /// Seconds to add to the machine's own clock, where that cannot be set.
    pub correction_seconds: i64,
}

/// `[till]`
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Till {
    /// Whether cash is taken and given back only while a cash shift is open.
    pub require_shift: bool,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// How a line is written.
    pub format: LogFormat,
    /// What is written, as in `RUST_LOG`.
    pub level: String,
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For machines.
    Json,
    /// For people.
    Text,
}

/// Central's address: `http` or `https`, without path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Central(Url);

impl Central {
    /// Its address.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The address of one of its paths, which begins with a slash.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0.as_str().trim_end_matches('/'))
    }

    /// Whether it runs on this very machine, so that no network is between.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self.0.host() {
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost",
            None => false,
        }
    }
}

impl std::str::FromStr for Central {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|error| format!("`{text}` is not an address: {error}"))?;
        match url.scheme() {
            "http" | "https" if url.has_host() => Ok(Self(url)),
            _ => Err(format!("`{text}` is not an http or https address")),
        }
    }
}

impl<'de> Deserialize<'de> for Central {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// With a password in it masked: this is what `gerai-kiosk config` prints.
impl Serialize for Central {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut shown = self.0.clone();
        if shown.password().is_some() {
            // Fails only for addresses that cannot have a password.
            let _ = shown.set_password(Some("***"));
        }
        serializer.serialize_str(shown.as_str().trim_end_matches('/'))
    }
}
