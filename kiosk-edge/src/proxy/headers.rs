//! What of a message's headers crosses the edge, and what does not (RFC 9110 §7.6).

use std::net::IpAddr;
use std::sync::Arc;

use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LOCATION, COOKIE, EXPECT, FORWARDED, HOST, LOCATION, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE, VIA,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use url::Url;

use crate::clock::Clock;

/// The header and cookie a screen identifies itself by; they end here.
const SCREEN_HEADER: HeaderName = HeaderName::from_static("gerai-screen");
const SCREEN_COOKIE: &str = "gerai_screen";

/// The id a request is followed by, from tap to ledger.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Makes a repeated unsafe request harmless.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The feed number an answer must be at least as new as.
pub const FEED_AT_LEAST: HeaderName = HeaderName::from_static("gerai-feed-at-least");
/// The feed number an answer is as new as.
pub const FEED: HeaderName = HeaderName::from_static("gerai-feed");
/// When the shown stale answer was made.
pub const AS_OF: HeaderName = HeaderName::from_static("gerai-as-of");

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const OUR_VIA: &str = "1.1 gerai-edge";

/// Takes the screen's own identification out, and leaves every other cookie.
pub fn strip_screen(headers: &mut HeaderMap) {
    headers.remove(SCREEN_HEADER);
    if !headers.contains_key(COOKIE) {
        return;
    }
    let mut kept = Vec::new();
    for value in headers.get_all(COOKIE) {
        for pair in value.as_bytes().split(|&byte| byte == b';').map(<[u8]>::trim_ascii) {
            let name = pair.split(|&byte| byte == b'=').next().unwrap_or_default().trim_ascii();
            if name != SCREEN_COOKIE.as_bytes() && !pair.is_empty() {
                kept.push(pair.to_vec());
            }
        }
    }
    headers.remove(COOKIE);
    if let Some(value) = (!kept.is_empty()).then(|| HeaderValue::from_bytes(&kept.join(&b"; "[..]))) {
        headers.extend(value.ok().map(|value| (COOKIE, value)));
    }
}

/// Whether a request's cookies are the screen's own, and no others.
pub fn only_the_screens_cookie(headers: &HeaderMap) -> bool {
    headers.get_all(COOKIE).iter().all(|value| {
        value.as_bytes().split(|&byte| byte == b';').all(|pair| {
            let name = pair.split(|&byte| byte == b'=').next().unwrap_or_default().trim_ascii();
            name == SCREEN_COOKIE.as_bytes() || pair.trim_ascii().is_empty()
        })
    })
}

/// Whether a request (without the screen's cookie) speaks for somebody.
pub fn is_personal(headers: &HeaderMap) -> bool {
    headers.contains_key(AUTHORIZATION) || headers.contains_key(COOKIE)
}

/// Takes out what concerns one connection only (RFC 9110 §7.6.1).
pub fn strip_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named {
        headers.remove(name);
    }
    for name in [CONNECTION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE] {
        headers.remove(name);
    }
    for name in [
        "keep-alive",
        "proxy-connection",
        "proxy-authenticate",
        "proxy-authentication-info",
        "proxy-authorization",
    ] {
        headers.remove(name);
    }
}

/// Makes a request's headers ready for central.
pub fn for_central(headers: &mut HeaderMap, method: &Method, client: Option<IpAddr>, clock: &Clock) {
    strip_hop_by_hop(headers);
    headers.remove(EXPECT);
    let host = headers.remove(HOST);
    let address = client.map_or_else(|| "unknown".to_owned(), |ip| ip.to_string());
    let node = if address.contains(':') {
        format!("\"[{address}]\"")
    } else {
        address.clone()
    };
    let host = host
        .as_ref()
        .and_then(|host| host.to_str().ok())
        .filter(|host| !host.contains(['"', '\\']));
    let host = host.map(|host| format!(";host=\"{host}\"")).unwrap_or_default();
    append(headers, &FORWARDED, &format!("for={node}{host};proto=http"));
    if client.is_some() {
        append(headers, &FORWARDED_FOR, &address);
    }
    headers
        .entry(FORWARDED_PROTO)
        .or_insert(HeaderValue::from_static("http"));
    append(headers, &VIA, OUR_VIA);
    let fresh_id = || HeaderValue::try_from(clock.uuid().to_string());
    if !headers.contains_key(REQUEST_ID) {
        headers.extend(fresh_id().ok().map(|id| (REQUEST_ID, id)));
    }
    if !method.is_safe() && !headers.contains_key(IDEMPOTENCY_KEY) {
        headers.extend(fresh_id().ok().map(|id| (IDEMPOTENCY_KEY, id)));
    }
}

/// Makes a response's headers ready for a screen.
pub fn for_screen(headers: &mut HeaderMap) {
    strip_hop_by_hop(headers);
    append(headers, &VIA, OUR_VIA);
}

fn append(headers: &mut HeaderMap, name: &HeaderName, value: &str) {
    headers.extend(HeaderValue::from_str(value).ok().map(|value| (name.clone(), value)));
}

/// A URI's key in the cache: there is one origin, so that path and query say it all.
pub fn key(uri: &Uri) -> Arc<str> {
    Arc::from(uri.path_and_query().map_or("/", |whole| whole.as_str()))
}

/// The keys an unsafe request makes out of date (RFC 9111 §4.4): its own, and those its answer
/// names on the same origin.
pub fn invalidated(central: &Url, key: &Arc<str>, answer: &HeaderMap) -> Vec<Arc<str>> {
    let named = [LOCATION, CONTENT_LOCATION].map(|name| named(central, key, answer, &name));
    std::iter::once(Arc::clone(key))
        .chain(named.into_iter().flatten())
        .collect()
}

/// Whether a POST's answer is what a GET of the same URI would bring (RFC 9110 §9.3.3).
pub fn speaks_of_itself(central: &Url, key: &Arc<str>, answer: &HeaderMap) -> bool {
    named(central, key, answer, &CONTENT_LOCATION).as_ref() == Some(key)
}

/// The key that a field of an answer names, if it is of the same origin.
fn named(central: &Url, key: &str, answer: &HeaderMap, field: &HeaderName) -> Option<Arc<str>> {
    let base = Url::parse(&format!("{}{key}", central.as_str().trim_end_matches('/'))).ok()?;
    let named = base.join(answer.get(field)?.to_str().ok()?).ok()?;
    if named.origin() != central.origin() {
        return None;
    }
    let path = named.path().strip_prefix(central.path().trim_end_matches('/'))?;
    Some(match named.query() {
        Some(query) => Arc::from(format!("{path}?{query}")),
        None => Arc::from(path),
    })
}
