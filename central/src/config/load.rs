//! Reading the configuration, layer by layer; a key nobody knows is refused by its name.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use config::{FileFormat, Map};
use secrecy::ExposeSecret;
use thiserror::Error;
use toml::{Table, Value};

use super::Config;

/// What ships with the program; every key there is.
const DEFAULTS: &str = include_str!("default.toml");
/// What the environment's keys start with.
const PREFIX: &str = "GERAI_CENTRAL__";

/// Why the configuration cannot be used. Whoever wrote it has to change it.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {path} cannot be read")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("the configuration file {path} is not TOML: {message}")]
    Malformed {
        /// Which.
        path: PathBuf,
        /// What is wrong, and where, on one line.
        message: String,
    },
    /// There is no such key.
    #[error("unknown key `{key}` in {place}")]
    UnknownKey {
        /// The key.
        key: String,
        /// Where it was found.
        place: String,
    },
    /// A value does not fit its key.
    #[error("the configuration does not fit")]
    Value(#[from] config::ConfigError),
    /// A value is outside what its key takes.
    #[error("`{key}` must be {rule}")]
    Rule {
        /// The key.
        key: &'static str,
        /// What it takes.
        rule: &'static str,
    },
    /// The effective configuration cannot be printed.
    #[error("the configuration cannot be printed")]
    Print(#[from] toml::ser::Error),
}

impl Config {
    /// Reads the defaults, `file` over them, and the environment over that.
    ///
    /// # Errors
    /// Names the key or the place that is wrong.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let known = leaves(&table(DEFAULTS, Path::new("default.toml"))?);
        let mut layers = config::Config::builder().add_source(config::File::from_str(DEFAULTS, FileFormat::Toml));
        if let Some(path) = file {
            let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
                path: path.to_owned(),
                source,
            })?;
            let place = path.display().to_string();
            check(leaves(&table(&text, path)?).keys(), &known, &place)?;
            layers = layers.add_source(config::File::from_str(&text, FileFormat::Toml));
        }
        let environment: BTreeMap<_, _> = environment.into_iter().collect();
        if let Some(url) = environment.get("DATABASE_URL").filter(|url| !url.is_empty()) {
            layers = layers.set_override("database.url", url.as_str())?;
        }
        let ours: Map<_, _> = environment
            .into_iter()
            .filter(|(key, _)| key.starts_with(PREFIX))
            .collect();
        for name in ours.keys() {
            let key = name[PREFIX.len()..].to_lowercase().replace("__", ".");
            if !known.contains_key(&key) {
                return Err(ConfigError::UnknownKey {
                    key: name.clone(),
                    place: "the environment".to_owned(),
                });
            }
        }
        for (name, value) in ours {
            let key = name[PREFIX.len()..].to_lowercase().replace("__", ".");
            layers = layers.set_override(key, value)?;
        }
        let config: Self = layers.build()?.try_deserialize()?;
        config.keeps_its_rules()?;
        Ok(config)
    }

    /// The effective configuration as TOML, secrets masked.
    ///
    /// # Errors
    /// When a value has no form in TOML.
    pub fn printed(&self) -> Result<String, ConfigError> {
        Ok(toml::to_string_pretty(self)?)
    }

    /// Where the database is: what was set, or `central.db` in the data directory.
    #[must_use]
    pub fn database_url(&self) -> String {
        match self.database.url.expose_secret() {
            "" => format!("sqlite:{}", self.data_dir.join("central.db").display()),
            url => url.to_owned(),
        }
    }

    fn keeps_its_rules(&self) -> Result<(), ConfigError> {
        let rules = [
            (
                !self.listen.is_empty(),
                "listen",
                "an address and a port, as in 127.0.0.1:8080",
            ),
            (
                url::Url::parse(&self.public_url).is_ok(),
                "public_url",
                "a URL, as in https://api.example.com",
            ),
            (
                self.database.max_connections >= 2,
                "database.max_connections",
                "2 or more",
            ),
            (self.auth.access_minutes > 0, "auth.access_minutes", "1 or more"),
            (self.auth.refresh_days > 0, "auth.refresh_days", "1 or more"),
            (
                (1..=gerai_shared::command::PROTOCOL).contains(&self.sync.protocol_ceiling),
                "sync.protocol_ceiling",
                "from 1 to the newest protocol this program knows",
            ),
            (self.sync.batch_max > 0, "sync.batch_max", "1 or more"),
            (self.limits.body_bytes >= 1_024, "limits.body_bytes", "1024 or more"),
            (self.limits.push_bytes >= 1_024, "limits.push_bytes", "1024 or more"),
            (
                self.limits.requests_per_minute > 0,
                "limits.requests_per_minute",
                "1 or more",
            ),
            (
                self.limits.sign_ins_per_minute > 0,
                "limits.sign_ins_per_minute",
                "1 or more",
            ),
            (
                matches!(self.log.format.as_str(), "json" | "text"),
                "log.format",
                "`json` or `text`",
            ),
            (
                self.log.level.parse::<tracing_subscriber::EnvFilter>().is_ok(),
                "log.level",
                "a filter, as in `info` or `gerai_central=debug,info`",
            ),
        ];
        match rules.into_iter().find(|(kept, ..)| !kept) {
            Some((_, key, rule)) => Err(ConfigError::Rule { key, rule }),
            None => Ok(()),
        }
    }
}

fn table(text: &str, path: &Path) -> Result<Table, ConfigError> {
    text.parse().map_err(|error: toml::de::Error| {
        let line = error
            .span()
            .map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        ConfigError::Malformed {
            path: path.to_owned(),
            message: format!("line {line}: {}", error.message()),
        }
    })
}

/// Every key with its value, nested ones joined by dots.
fn leaves(table: &Table) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for (key, value) in table {
        match value {
            Value::Table(inner) => {
                found.extend(
                    leaves(inner)
                        .into_iter()
                        .map(|(rest, value)| (format!("{key}.{rest}"), value)),
                );
            }
            value => {
                found.insert(key.clone(), value.clone());
            }
        }
    }
    found
}

fn check<'k>(
    keys: impl Iterator<Item = &'k String>,
    known: &BTreeMap<String, Value>,
    place: &str,
) -> Result<(), ConfigError> {
    for key in keys {
        if !known.contains_key(key) {
            return Err(ConfigError::UnknownKey {
                key: key.clone(),
                place: place.to_owned(),
            });
        }
    }
    Ok(())
}
