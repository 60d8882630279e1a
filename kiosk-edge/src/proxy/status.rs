//! `Cache-Status` (RFC 9211): what the edge did for this answer.

use std::fmt::Write as _;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::cache::Why;

const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");

/// Answered from what is stored.
pub fn hit(ttl: i64) -> String {
    format!("gerai-edge; hit; ttl={ttl}")
}

/// Answered by central.
pub fn forwarded(why: Why) -> String {
    format!("gerai-edge; fwd={}", why.token())
}

/// Answered by central, the answer being kept for so many seconds.
pub fn stored(why: Why, ttl: i64) -> String {
    format!("{}; ttl={ttl}; stored", forwarded(why))
}

/// Not answered by central, which was to be asked.
pub fn failed(why: Why, cause: &str) -> String {
    format!("{}; detail={cause}", forwarded(why))
}

/// Not to be forwarded, by the client's wish.
pub const NOT_STORED: &str = "gerai-edge; detail=not-stored";

/// Answered by central's confirmation of what is stored.
pub fn confirmed(why: Why, ttl: i64) -> String {
    format!("{}; fwd-status=304; ttl={ttl}; stored", forwarded(why))
}

/// Answered by what central told somebody else a moment ago.
pub fn collapsed(why: Why, ttl: i64) -> String {
    format!("{}; ttl={ttl}; collapsed", forwarded(why))
}

/// Answered from what is stored although stale, because central failed.
pub fn stood_in(ttl: i64, cause: &str) -> String {
    let mut text = String::from("gerai-edge; fwd=stale");
    let _ = write!(text, "; ttl={ttl}; detail={cause}");
    text
}

/// Adds our line behind those of caches nearer to the origin.
pub fn note(headers: &mut HeaderMap, line: &str) {
    headers.extend(HeaderValue::from_str(line).ok().map(|line| (CACHE_STATUS, line)));
}

/// Takes our line off again, where a response that wears it is kept.
pub fn without_ours(headers: &mut HeaderMap) {
    let mut lines: Vec<HeaderValue> = headers.get_all(CACHE_STATUS).iter().cloned().collect();
    lines.pop();
    headers.remove(CACHE_STATUS);
    headers.extend(lines.into_iter().map(|line| (CACHE_STATUS, line)));
}
