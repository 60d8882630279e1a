//! Whether a stored response may be used, decided without I/O.

use gerai_shared::Micros;

use super::directives::Wishes;
use super::entry::Entry;

/// What to do with a stored response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Show it.
    Fresh,
    /// Show it although stale; `refresh` asks for a new one behind the client's back.
    Stale {
        /// Whether to fetch a new one meanwhile.
        refresh: bool,
    },
    /// Ask central first.
    Validate(Why),
}

/// Why central is asked; the words of RFC 9211 §2.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The request is not for caches.
    Bypass,
    /// The method is not.
    Method,
    /// Nothing is stored for the URI.
    UriMiss,
    /// What is stored was chosen by other request headers.
    VaryMiss,
    /// The client's own directives ask for it.
    Request,
    /// What is stored is stale, or older than the feed.
    Stale,
}

impl Why {
    /// The token of RFC 9211.
    pub fn token(self) -> &'static str {
        match self {
            Self::Bypass => "bypass",
            Self::Method => "method",
            Self::UriMiss => "uri-miss",
            Self::VaryMiss => "vary-miss",
            Self::Request => "request",
            Self::Stale => "stale",
        }
    }
}

/// Judges a stored response for a request (RFC 9111 §4.2, RFC 5861 §3).
pub fn judge(entry: &Entry, wishes: &Wishes, now: Micros) -> Verdict {
    if wishes.no_cache || wishes.no_store {
        return Verdict::Validate(Why::Request);
    }
    // What the feed has overtaken is never shown while central can be asked.
    if !entry.rule.is_current(&entry.feeds) {
        return Verdict::Validate(Why::Stale);
    }
    let ttl = entry.ttl(now);
    let too_old = wishes.max_age.is_some_and(|limit| entry.age(now) > limit);
    let too_brief = wishes.min_fresh.is_some_and(|limit| ttl < limit);
    if ttl > 0 && !too_old && !too_brief {
        return Verdict::Fresh;
    }
    if entry.strict {
        return Verdict::Validate(Why::Stale);
    }
    let staleness = (-ttl).max(0);
    let welcome = wishes.max_stale.is_some_and(|limit| staleness <= limit);
    if welcome && !too_old && !too_brief {
        return Verdict::Stale { refresh: false };
    }
    if wishes.max_age.is_none() && wishes.min_fresh.is_none() && staleness < entry.revalidate_seconds {
        return Verdict::Stale { refresh: true };
    }
    Verdict::Validate(if ttl > 0 { Why::Request } else { Why::Stale })
}

/// Whether a stored response may stand in for a failing central (RFC 5861 §4). The feed's number
/// does not count here: an old list with its age said is better than none.
pub fn stands_in(entry: &Entry, wishes: &Wishes, now: Micros) -> bool {
    let staleness = (-entry.ttl(now)).max(0);
    let limit = entry.error_seconds.min(wishes.stale_if_error.unwrap_or(i64::MAX));
    !entry.strict && !wishes.no_store && staleness <= limit
}
