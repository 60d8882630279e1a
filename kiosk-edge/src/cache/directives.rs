//! `Cache-Control` of requests and responses (RFC 9111 §5.2), read with case and quotes in mind.

use http::header::{CACHE_CONTROL, PRAGMA};
use http::{HeaderMap, HeaderName};

/// The directives of one message, names in lower case; of a number said twice the first counts.
#[derive(Debug, Default)]
pub struct Directives(Vec<(String, Option<String>)>);

impl Directives {
    /// Reads every `Cache-Control` field of a message.
    pub fn of(headers: &HeaderMap) -> Self {
        let mut found = Self::default();
        for value in headers.get_all(CACHE_CONTROL) {
            for part in split_outside_quotes(value.to_str().unwrap_or("no-store")) {
                let (name, argument) = match part.split_once('=') {
                    Some((name, argument)) => (name, Some(argument.trim().trim_matches('"'))),
                    None => (part, None),
                };
                let name = name.trim().to_ascii_lowercase();
                if !name.is_empty() {
                    found.0.push((name, argument.map(str::to_owned)));
                }
            }
        }
        found
    }

    /// Whether a directive is there, with or without argument.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(have, _)| have == name)
    }

    /// Whether `private` or `no-cache` is said of the whole message. One that names fields says it of
    /// those only ([`Directives::named`]); one that names what cannot be a field is taken for the whole.
    pub fn of_the_whole(&self, name: &str) -> bool {
        let mut said = self.0.iter().filter(|(have, _)| have == name);
        said.any(|(_, argument)| fields(argument.as_deref()).is_none_or(|fields| fields.is_empty()))
    }

    /// The fields that `private` or `no-cache` name (RFC 9111 §5.2.2.4, §5.2.2.7).
    pub fn named(&self, name: &str) -> Vec<HeaderName> {
        let said = self.0.iter().filter(|(have, _)| have == name);
        said.filter_map(|(_, argument)| fields(argument.as_deref()))
            .flatten()
            .collect()
    }

    /// A directive's seconds; an unreadable number counts as 0 (RFC 9111 §4.2.1), a huge one saturates.
    pub fn seconds(&self, name: &str) -> Option<i64> {
        let (_, argument) = self.0.iter().find(|(have, _)| have == name)?;
        let digits = argument.as_deref().unwrap_or_default();
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        Some(if is_number {
            digits.parse().unwrap_or(i64::from(i32::MAX))
        } else {
            0
        })
    }
}

/// A list of field names; `None` when it is none.
fn fields(argument: Option<&str>) -> Option<Vec<HeaderName>> {
    let names = argument?.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| name.parse().ok()).collect()
}

fn split_outside_quotes(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
}

/// What a client asked of caches (RFC 9111 §5.2.1, RFC 5861 §4). Seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Only a validated copy will do.
    pub no_cache: bool,
    /// Nothing of this exchange may be kept.
    pub no_store: bool,
    /// Do not go to central at all.
    pub only_if_cached: bool,
    /// No older than this.
    pub max_age: Option<i64>,
    /// Stale by up to this much is welcome.
    pub max_stale: Option<i64>,
    /// Still fresh in this much time.
    pub min_fresh: Option<i64>,
    /// On errors, stale by up to this much and no more.
    pub stale_if_error: Option<i64>,
}

impl Wishes {
    /// Reads the request's `Cache-Control`; `Pragma: no-cache` counts only without one.
    pub fn of(headers: &HeaderMap) -> Self {
        if !headers.contains_key(CACHE_CONTROL) {
            let pragma = headers.get(PRAGMA).and_then(|value| value.to_str().ok());
            let no_cache = pragma.is_some_and(|text| text.to_ascii_lowercase().contains("no-cache"));
            return Self {
                no_cache,
                ..Self::default()
            };
        }
        let asked = Directives::of(headers);
        Self {
            no_cache: asked.has("no-cache"),
            no_store: asked.has("no-store"),
            only_if_cached: asked.has("only-if-cached"),
            max_age: asked.seconds("max-age"),
            max_stale: asked
                .0
                .iter()
                .find(|(name, _)| name == "max-stale")
                .map(|(_, argument)| {
                    // Without a number any staleness is welcome.
                    argument.as_ref().map_or(i64::MAX, |digits| digits.parse().unwrap_or(0))
                }),
            min_fresh: asked.seconds("min-fresh"),
            stale_if_error: asked.seconds("stale-if-error"),
        }
    }
}
