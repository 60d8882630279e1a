//! One stored response: its headers made ready to send, its freshness counted once.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use gerai_shared::Micros;
use http::header::{
    AGE, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, LAST_MODIFIED, SET_COOKIE, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_cache_semantics::{CacheOptions, CachePolicy};

use super::directives::Directives;
use super::policy::{Mode, Rule};

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
        if !may_be_kept(&exchange, &directives) {
            return None;
        }
        let vary = vary_of(&exchange)?;
        // Date is left out of the age on purpose: the edge's clock is a witness, and all hops here
        // speak HTTP/1.1, so that Age can be believed.
        let age_at_receipt = header_seconds(exchange.headers, &AGE) + exchange.delay.max(0);
        let mut headers = exchange.headers.clone();
        headers.remove(AGE);
        let policy = &exchange.rule.policy;
        let own = policy.mode == Mode::Store;
        let lifetime = if own {
            i64::from(policy.fresh_seconds)
        } else {
            origin_lifetime(&exchange, &headers, &directives)? - age_at_receipt
        };
        let window = |name: &str, ours: u32| {
            let theirs = if own { None } else { directives.seconds(name) };
            theirs.unwrap_or(i64::from(ours))
        };
        // s-maxage means proxy-revalidate to a shared cache (RFC 9111 §5.2.2.10).
        let strict = !own
            && ["must-revalidate", "proxy-revalidate", "no-cache", "s-maxage"]
                .iter()
                .any(|name| directives.has(name));
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
            error_seconds: window("stale-if-error", policy.stale_if_error_seconds),
            strict,
            feeds: exchange.feeds,
        };
        entry.fill(body);
        Some(entry)
    }

    /// Puts the content in; its length is then known.
    pub fn fill(&mut self, body: Bytes) {
        self.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
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
    [CONTENT_LENGTH, CONTENT_RANGE, http::header::CONTENT_ENCODING].contains(name)
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

fn may_be_kept(exchange: &Exchange<'_>, directives: &Directives) -> bool {
    let own = exchange.rule.policy.mode == Mode::Store;
    let forbidden = ["no-store", "private"].iter().any(|name| directives.has(name));
    let kind = exchange
        .headers
        .get(CONTENT_TYPE)
        .map_or(&b""[..], HeaderValue::as_bytes);
    // A page of HTML under these prefixes is a captive portal's, and an event stream has no end.
    let foreign = kind.starts_with(b"text/html") || kind.starts_with(b"text/event-stream");
    let status_fits = match exchange.status {
        StatusCode::OK => true,
        StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT => !own,
        StatusCode::NOT_FOUND | StatusCode::GONE => !own && directives.has("max-age"),
        _ => false,
    };
    !forbidden
        && !foreign
        && status_fits
        && !exchange.headers.contains_key(SET_COOKIE)
        && (!exchange.personal || (!own && directives.has("public")))
}

/// The origin's freshness lifetime in seconds (explicit, else heuristic: RFC 9111 §4.2), or `None`
/// when RFC 9111 §3 forbids keeping it.
fn origin_lifetime(exchange: &Exchange<'_>, headers: &HeaderMap, directives: &Directives) -> Option<i64> {
    let request = Request::builder().method(Method::GET).uri("/").body(()).ok()?;
    let mut response = Response::builder().status(exchange.status).body(()).ok()?;
    *response.headers_mut() = headers.clone();
    // Vary is ours to judge; the library would count the headers of our made-up request.
    response.headers_mut().remove(VARY);
    if let Ok(plain) = HeaderValue::from_str(&directives.plain()) {
        response.headers_mut().insert(CACHE_CONTROL, plain);
    }
    if directives.plain().is_empty() {
        response.headers_mut().remove(CACHE_CONTROL);
    }
    let received = UNIX_EPOCH + Duration::from_micros(u64::try_from(exchange.received.0).unwrap_or_default());
    let policy = CachePolicy::new_options(&request, &response, received, CacheOptions::default());
    let lifetime = policy.time_to_live(received).as_secs();
    policy
        .is_storable()
        .then(|| i64::try_from(lifetime).unwrap_or(i64::MAX / 2))
}

fn header_seconds(headers: &HeaderMap, name: &HeaderName) -> i64 {
    let text = headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    text.trim().parse().unwrap_or(0_i64).max(0)
}
