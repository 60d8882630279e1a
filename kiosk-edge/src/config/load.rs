//! Where settings come from.

use std::path::Path;

use config::{Environment, File, FileFormat};

use super::{Config, devices};

const DEFAULTS: &str = include_str!("default.toml");

/// Settings that cannot be used; the text names the key.
#[derive(Debug, thiserror::Error)]
pub enum Invalid {
    /// A source could not be read, a key is unknown, or a value has the wrong shape.
    #[error("configuration: {0}")]
    Source(String),
    /// A value is out of its range.
    #[error("configuration: `{key}` {why}")]
    Range {
        /// The key.
        key: &'static str,
        /// What it must be.
        why: &'static str,
    },
    /// An entry of a list cannot be used.
    #[error("configuration: `{key}` {why}")]
    Entry {
        /// The key, with the entry's place, from 0.
        key: String,
        /// What is wrong with it.
        why: String,
    },
}

/// Reads the settings: defaults, then `file`, then variables `GERAI_KIOSK__SECTION__KEY` of
/// `environment`.
///
/// # Errors
/// [`Invalid`], with the key in its text.
pub fn load(file: Option<&Path>, environment: impl IntoIterator<Item = (String, String)>) -> Result<Config, Invalid> {
    let source = |error: config::ConfigError| Invalid::Source(error.to_string());
    let mut builder = config::Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
    if let Some(path) = file {
        builder = builder.add_source(File::from(path).format(FileFormat::Toml).required(true));
    }
    let environment = Environment::with_prefix("GERAI_KIOSK")
        .prefix_separator("__")
        .separator("__")
        .try_parsing(true)
        .source(Some(environment.into_iter().collect()));
    let config: Config = builder
        .add_source(environment)
        .build()
        .and_then(config::Config::try_deserialize)
        .map_err(source)?;
    check(&config)?;
    Ok(config)
}

fn check(config: &Config) -> Result<(), Invalid> {
    let range = |holds: bool, key, why| {
        if holds {
            Ok(())
        } else {
            Err(Invalid::Range { key, why })
        }
    };
    range(
        (1..=4096).contains(&config.sync.batch),
        "sync.batch",
        "must be 1 to 4096",
    )?;
    range(config.sync.probe_ms >= 50, "sync.probe_ms", "must be at least 50")?;
    range(
        config.sync.push_timeout_ms >= 500,
        "sync.push_timeout_ms",
        "must be at least 500",
    )?;
    range(config.sync.wait_ms <= 60_000, "sync.wait_ms", "must be at most 60000")?;
    range(
        config.limits.body_bytes >= 1024,
        "limits.body_bytes",
        "must be at least 1024",
    )?;
    range(
        config.staff.lockout_after >= 1,
        "staff.lockout_after",
        "must be at least 1",
    )?;
    range(
        config.staff.screen_lockout_after >= 1,
        "staff.screen_lockout_after",
        "must be at least 1",
    )?;
    range(
        config.journal.copy_dir() != Some(config.data_dir.as_path()),
        "journal.copy_dir",
        "must be another folder than data_dir, on another disk",
    )?;
    range(config.check_in.misses >= 1, "check_in.misses", "must be at least 1")?;
    range(
        config.check_in.window_minutes >= 1,
        "check_in.window_minutes",
        "must be at least 1",
    )?;
    let ladder = config.staff.ladder;
    range(
        ladder.careful_hours <= ladder.capped_hours && ladder.capped_hours <= ladder.queue_only_hours,
        "staff.ladder",
        "must have careful_hours, capped_hours and queue_only_hours in that order",
    )?;
    let check = config.devices_check;
    range(check.every_ms >= 100, "devices_check.every_ms", "must be at least 100")?;
    range(
        (50..=10_000).contains(&check.timeout_ms),
        "devices_check.timeout_ms",
        "must be 50 to 10000",
    )?;
    devices::check(&config.devices)
}
