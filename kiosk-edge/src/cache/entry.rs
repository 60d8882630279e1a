//! One stored response: its headers made ready to send, its freshness counted once.

use std::sync::Arc;

use bytes::Bytes;
use gerai_shared::Micros;
use http::header::{AGE, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, DATE, ETAG, LAST_MODIFIED, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::directives::Directives;
use super::policy::{Mode, Rule};
use super::{date, freshness};

/// A response that may be used again.
#[derive(Debug)]
pub struct Entry {
    /// The rule it is kept under.
    pub rule: Arc<Rule>,
    /// Its status.
    pub status: StatusCode,
    /// Its end-to-end headers, ready to send but for `Age` and `Cache-Status`.
    pub headers: HeaderMap,
    /// Its content.
    pub body: Bytes,
    /// The request headers it was chosen by (`Vary`), with the values they had.
    pub vary: Vec<(HeaderName, Option<String>)>,
    /// Whether the origin said `public`: then it may also answer requests with credentials.
    pub public: bool,
    /// When it came.
    pub received: Micros,
    /// Seconds old it was when it came.
    pub age_at_receipt: i64,
    /// Seconds from its coming for which it is fresh.
    pub fresh_seconds: i64,
    /// Seconds past that during which it may be shown while a new one is fetched.
    pub revalidate_seconds: i64,
    /// Seconds past that during which it may stand in for an error.
    pub error_seconds: i64,
    /// Whether the origin forbids showing it stale at all.
    pub strict: bool,
    /// The feed numbers it is known to be at least as new as, one for each topic of the rule.
    pub feeds: Box<[u64]>,
}

/// What is known of a response when it is to be decided whether it may be kept.
#[derive(Clone, Debug)]
pub struct Exchange<'a> {
    /// The rule of the path.
    pub rule: &'a Arc<Rule>,
    /// The request's headers, as sent to central.
    pub request: &'a HeaderMap,
    /// Whether the request carried credentials (`Authorization`, a foreign cookie).
    pub personal: bool,
    /// The response's status.
    pub status: StatusCode,
    /// The response's end-to-end headers.
    pub headers: &'a HeaderMap,
    /// When it came.
    pub received: Micros,
    /// Seconds between request and response.
    pub delay: i64,
    /// The feed numbers it is known to be at least as new as.
    pub feeds: Box<[u64]>,
}

impl Entry {
    /// The response as an entry with this content, or `None` when it must not be kept.
    pub fn keep(exchange: Exchange<'_>, body: Bytes) -> Option<Self> {
        let directives = Directives::of(exchange.headers);
        let now = exchange.received.0 / 1_000_000;
        let said = said_lifetime(&exchange, &directives, now)?;
        let vary = vary_of(&exchange)?;
        // Date is left out of the age on purpose: the edge's clock is a witness, and all hops here
        // speak HTTP/1.1, so that Age can be believed.
        let age_at_receipt = age_said(exchange.headers) + exchange.delay.max(0);
        let mut headers = exchange.headers.clone();
        headers.remove(AGE);
        // Fields that are one client's, or not to be shown again unasked, are left out of the copy.
        for name in ["private", "no-cache"]
            .into_iter()
            .flat_map(|said| directives.named(said))
        {
            headers.remove(name);
        }
        if !headers.contains_key(DATE) {
            // Whoever keeps it says when it came (RFC 9110 §6.6.1).
            headers.extend(HeaderValue::try_from(date::format(now)).ok().map(|value| (DATE, value)));
        }
        let policy = &exchange.rule.policy;
        let own = policy.mode == Mode::Store;
        let lifetime = if own {
            i64::from(policy.fresh_seconds)
        } else {
            said - age_at_receipt
        };
        let can_be_confirmed = headers.contains_key(ETAG) || headers.contains_key(LAST_MODIFIED);
        if lifetime <= 0 && !can_be_confirmed && exchange.status != StatusCode::OK {
            return None;
        }
        let window = |name: &str, ours: u32| {
            let theirs = if own { None } else { directives.seconds(name) };
            theirs.unwrap_or(i64::from(ours))
        };
        // s-maxage means proxy-revalidate to a shared cache (RFC 9111 §5.2.2.10).
        let strict = !own
            && (directives.of_the_whole("no-cache")
                || ["must-revalidate", "proxy-revalidate", "s-maxage"]
                    .iter()
                    .any(|name| directives.has(name)));
        let mut entry = Self {
            rule: Arc::clone(exchange.rule),
            status: exchange.status,
            headers,
            body: Bytes::new(),
            vary,
            public: !own && directives.has("public"),
            received: exchange.received,
            age_at_receipt,
            fresh_seconds: lifetime,
            revalidate_seconds: window("stale-while-revalidate", policy.stale_while_revalidate_seconds),
            // A "no" of yesterday helps nobody while central is away.
            error_seconds: if exchange.status.is_client_error() || exchange.status.is_server_error() {
                0
            } else {
                window("stale-if-error", policy.stale_if_error_seconds)
            },
            strict,
            feeds: exchange.feeds,
        };
        entry.fill(body);
        Some(entry)
    }

    /// Puts the content in; its length is then known.
    pub fn fill(&mut self, body: Bytes) {
        if self.status != StatusCode::NO_CONTENT {
            self.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        self.body = body;
    }

    /// Whether a request's headers are those this response was chosen by.
    pub fn answers(&self, request: &HeaderMap) -> bool {
        self.vary.iter().all(|(name, had)| *had == secondary(request, name))
    }

    /// Seconds it has been here.
    pub fn resident(&self, now: Micros) -> i64 {
        (now.millis_since(self.received) / 1_000).max(0)
    }

    /// Seconds since the origin made it.
    pub fn age(&self, now: Micros) -> i64 {
        self.age_at_receipt + self.resident(now)
    }

    /// Seconds it stays fresh; negative: seconds it has been stale.
    pub fn ttl(&self, now: Micros) -> i64 {
        self.fresh_seconds - self.resident(now)
    }

    /// When the origin made it.
    pub fn as_of(&self) -> Micros {
        Micros(self.received.0 - self.age_at_receipt * 1_000_000)
    }

    /// What it weighs in memory, roughly.
    pub fn weight(&self) -> usize {
        let heads: usize = self
            .headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum();
        self.body.len() + heads + 512
    }

    /// Its headers with those of a 304 laid over them (RFC 9111 §3.2).
    pub fn freshened(&self, news: &HeaderMap) -> HeaderMap {
        let mut headers = self.headers.clone();
        for name in news.keys().filter(|name| !describes_the_body(name)) {
            headers.remove(name);
            for value in news.get_all(name) {
                headers.append(name, value.clone());
            }
        }
        headers
    }

    /// Whether a 304 speaks of this response (RFC 9111 §4.3.4).
    pub fn is_meant_by(&self, not_modified: &HeaderMap) -> bool {
        let same = |name: &HeaderName| match (self.headers.get(name), not_modified.get(name)) {
            (have, Some(said)) => have.map(opaque) == Some(opaque(said)),
            (_, None) => true,
        };
        if not_modified.contains_key(ETAG) {
            same(&ETAG)
        } else {
            same(&LAST_MODIFIED)
        }
    }
}

fn opaque(etag: &HeaderValue) -> &[u8] {
    let bytes = etag.as_bytes().trim_ascii();
    bytes.strip_prefix(b"W/").unwrap_or(bytes)
}

fn describes_the_body(name: &HeaderName) -> bool {
    [CONTENT_LENGTH, CONTENT_RANGE, http::header::CONTENT_ENCODING].contains(name) || name == "content-md5"
}

/// The value a `Vary` header had, folded so that spelling does not split the cache.
fn secondary(request: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut values = request.get_all(name).iter().peekable();
    values.peek()?;
    let texts: Vec<_> = values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    let mut joined = texts.join(",");
    if name == http::header::ACCEPT_ENCODING || name == http::header::ACCEPT_LANGUAGE {
        joined.retain(|c| !c.is_whitespace());
        joined.make_ascii_lowercase();
    } else if !joined.contains('"') {
        // Space around the members of a list says nothing (RFC 9110 §5.6.1).
        joined = joined.split(',').map(str::trim).collect::<Vec<_>>().join(",");
    }
    Some(joined)
}

/// Headers the proxy itself adds: a response chosen by them cannot be found again by the client's.
const ADDED_BY_US: [&str; 5] = [
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-proto",
    "via",
    "x-request-id",
];

fn vary_of(exchange: &Exchange<'_>) -> Option<Vec<(HeaderName, Option<String>)>> {
    let mut names = Vec::new();
    for value in exchange.headers.get_all(VARY) {
        for name in value
            .to_str()
            .ok()?
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
        {
            // `*` matches nothing ever again, nor does a name that cannot be one.
            let name: HeaderName = name.parse().ok().filter(|name: &HeaderName| name != "*")?;
            if ADDED_BY_US.contains(&name.as_str()) {
                return None;
            }
            let value = secondary(exchange.request, &name);
            names.push((name, value));
        }
    }
    Some(names)
}

/// The lifetime the origin gives a response, or `None` when it must not be kept. Under
/// [`Mode::Store`] the origin can only forbid.
fn said_lifetime(exchange: &Exchange<'_>, directives: &Directives, now: i64) -> Option<i64> {
    let policy = &exchange.rule.policy;
    let kind = exchange
        .headers
        .get(CONTENT_TYPE)
        .map_or(&b""[..], HeaderValue::as_bytes);
    // A page of HTML where none is expected is a captive portal's, and an event stream has no end.
    let foreign = (kind.starts_with(b"text/html") && !policy.pages) || kind.starts_with(b"text/event-stream");
    let cookies = policy.cookies && policy.mode == Mode::ObeyOrigin;
    if foreign || (exchange.headers.contains_key(SET_COOKIE) && !cookies) {
        return None;
    }
    if policy.mode == Mode::Store {
        let forbidden = ["no-store", "private"].iter().any(|name| directives.has(name));
        let fits = exchange.status == StatusCode::OK && !exchange.personal;
        return (fits && !forbidden).then_some(0);
    }
    // RFC 9111 §3.5, for cookies too: what was asked for by somebody is shared on the origin's word only.
    let shared = ["public", "s-maxage", "must-revalidate"]
        .iter()
        .any(|name| directives.has(name));
    if exchange.personal && !shared {
        return None;
    }
    freshness::lifetime(exchange.status, exchange.headers, directives, now)
}

/// `Age` as RFC 9111 §5.1 has it read: of several the first, and what is no number is not there.
fn age_said(headers: &HeaderMap) -> i64 {
    let text = headers
        .get(AGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let first = text.split(',').next().unwrap_or_default().trim();
    let plain = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit());
    if plain {
        first.parse().unwrap_or(i64::from(i32::MAX))
    } else {
        0
    }
}
