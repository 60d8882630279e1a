//! `[[devices]]` and `[devices_check]`: what stands in the outlet and is looked after.

use std::{collections::BTreeMap, path::PathBuf, str::FromStr, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;
use utoipa::ToSchema;

use super::Invalid;

const LONGEST_NAME: usize = 100;

/// `[[devices]]`: a device that is looked after.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceConfig {
    /// What staff call it.
    pub name: String,
    /// What it is.
    pub kind: DeviceKind,
    /// Where it is.
    pub address: DeviceAddress,
    /// The room a camera stands in, by the name central gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub studio: Option<String>,
}

/// What a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// Prints slips, and speaks ESC/POS.
    Printer,
    /// Is there when its port can be reached.
    Camera,
}

/// Where a device is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceAddress {
    /// `tcp://HOST:PORT`: its host and port, as one connects to them.
    Tcp(String),
    /// `file:///PATH`: a file of the machine, such as a USB printer's.
    File(PathBuf),
}

/// `[devices_check]`
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DevicesCheck {
    /// Milliseconds between two looks at a device.
    pub every_ms: u64,
    /// Milliseconds until a device that does not answer is silent.
    pub timeout_ms: u64,
}

impl DevicesCheck {
    /// Between two looks at a device.
    #[must_use]
    pub fn every(&self) -> Duration {
        Duration::from_millis(self.every_ms)
    }

    /// Until a device that does not answer is silent.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }
}

impl DeviceConfig {
    /// What it is called in addresses: its name in small letters and digits of ASCII, with hyphens for all else.
    #[must_use]
    pub fn id(&self) -> String {
        let words = self.name.split(|letter: char| !letter.is_ascii_alphanumeric());
        let words: Vec<String> = words
            .filter(|word| !word.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        words.join("-")
    }

    /// Which of its keys is wrong, and why.
    fn wrong(&self) -> Option<(&'static str, String)> {
        let said = |key, why: &str| Some((key, why.to_owned()));
        match self {
            Self { name, .. } if name.chars().count() > LONGEST_NAME => {
                said("name", &format!("must have at most {LONGEST_NAME} characters"))
            }
            device if device.id().is_empty() => said("name", "must have a letter or a digit (a–z, 0–9)"),
            Self {
                kind: DeviceKind::Camera,
                address: DeviceAddress::File(_),
                ..
            } => said("address", "of a camera must be tcp://HOST:PORT"),
            Self {
                kind: DeviceKind::Printer,
                studio: Some(_),
                ..
            } => said("studio", "is for cameras"),
            _ => None,
        }
    }
}

/// Looks the devices over; the first wrong entry is named.
pub(super) fn check(devices: &[DeviceConfig]) -> Result<(), Invalid> {
    let mut ids = BTreeMap::new();
    for (at, device) in devices.iter().enumerate() {
        let wrong = |(key, why): (&str, String)| Invalid::Entry {
            key: format!("devices[{at}].{key}"),
            why: format!("{why} (`{}`)", device.name),
        };
        if let Some(first) = ids.insert(device.id(), at) {
            return Err(wrong((
                "name",
                format!("makes the id `{}`, which devices[{first}] has", device.id()),
            )));
        }
        if let Some(found) = device.wrong() {
            return Err(wrong(found));
        }
    }
    Ok(())
}

impl FromStr for DeviceAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is neither tcp://HOST:PORT nor file:///PATH");
        let url = Url::parse(text).map_err(|_| wrong())?;
        let bare = url.username().is_empty() && url.query().is_none() && url.fragment().is_none();
        match (url.scheme(), url.host_str(), url.port(), url.path()) {
            ("tcp", Some(host), Some(port), "" | "/") if bare && !host.is_empty() && port > 0 => {
                Ok(Self::Tcp(format!("{host}:{port}")))
            }
            ("file", ..) if bare => url.to_file_path().map(Self::File).map_err(|()| wrong()),
            _ => Err(wrong()),
        }
    }
}

impl<'de> Deserialize<'de> for DeviceAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

impl Serialize for DeviceAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Tcp(place) => serializer.collect_str(&format_args!("tcp://{place}")),
            Self::File(path) => serializer.collect_str(&format_args!("file://{}", path.display())),
        }
    }
}
