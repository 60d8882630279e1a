//! Answers made from a stored response: whole, in part, or "you have it" (RFC 9110 §13, §14).

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use gerai_shared::Micros;
use http::header::{
    ACCEPT_RANGES, AGE, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, DATE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    IF_RANGE, LAST_MODIFIED, RANGE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::ranges::{self, Wanted};
use super::{headers, status};
use crate::cache::{Entry, parse_date};

/// The request's part in the answer.
pub struct To<'a> {
    /// GET or HEAD.
    pub method: &'a Method,
    /// Its headers.
    pub headers: &'a HeaderMap,
}

/// The answer a stored response gives, with its age and what the cache did.
pub fn from_entry(entry: &Entry, to: &To<'_>, now: Micros, line: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.headers_mut() = entry.headers.clone();
    response.headers_mut().insert(AGE, HeaderValue::from(entry.age(now)));
    status::note(response.headers_mut(), line);
    if entry.status != StatusCode::OK {
        *response.status_mut() = entry.status;
        fill(&mut response, to, entry.body.clone());
    } else if is_known(to.headers, &entry.headers, now) {
        not_modified(&mut response);
    } else {
        response
            .headers_mut()
            .insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        part_or_whole(&mut response, entry, to);
    }
    response
}

/// The answer a stored part gives: what is asked for of it.
pub fn from_part(entry: &Entry, content: Bytes, start: usize, whole: usize, now: Micros, line: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.headers_mut() = entry.headers.clone();
    response.headers_mut().insert(AGE, HeaderValue::from(entry.age(now)));
    status::note(response.headers_mut(), line);
    response
        .headers_mut()
        .insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    part(&mut response, content, start, whole);
    response
}

/// The same where the answer stands in for a failing central: it says when it was made.
pub fn standing_in(entry: &Entry, to: &To<'_>, now: Micros, cause: &str) -> Response {
    let mut response = from_entry(entry, to, now, &status::stood_in(entry.ttl(now), cause));
    let at = OffsetDateTime::from_unix_timestamp(entry.as_of().0 / 1_000_000).ok();
    let text = at.and_then(|at| at.format(&Rfc3339).ok());
    let value = text.and_then(|text| HeaderValue::try_from(text).ok());
    response
        .headers_mut()
        .extend(value.map(|value| (headers::AS_OF, value)));
    response
}

/// Turns a response into a 304 (RFC 9110 §15.4.5): nothing that describes content it does not have.
pub fn not_modified(response: &mut Response) {
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response.headers_mut().remove(CONTENT_LENGTH);
    response.headers_mut().remove(CONTENT_TYPE);
    *response.body_mut() = Body::empty();
}

/// Whether the client has this very response already (RFC 9110 §13.2.2, GET and HEAD).
pub fn is_known(request: &HeaderMap, stored: &HeaderMap, now: Micros) -> bool {
    if request.contains_key(IF_NONE_MATCH) {
        let etag = stored.get(ETAG).map(HeaderValue::as_bytes);
        let mut said = request
            .get_all(IF_NONE_MATCH)
            .iter()
            .flat_map(|value| etags(value.as_bytes()));
        return said.any(|one| one == b"*" || etag.is_some_and(|etag| weak(one) == weak(etag)));
    }
    let date = |headers: &HeaderMap, name: &HeaderName| {
        let text = headers.get(name)?.to_str().ok()?;
        parse_date(text, now.0 / 1_000_000)
    };
    let Some(since) = date(request, &IF_MODIFIED_SINCE) else {
        return false;
    };
    let made = date(stored, &LAST_MODIFIED).or_else(|| date(stored, &DATE));
    made.is_some_and(|made| made <= since)
}

/// Splits a list of entity tags; a comma may be inside one.
fn etags(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    let pieces = list.split(move |&byte| {
        quoted ^= byte == b'"';
        byte == b',' && !quoted
    });
    pieces.map(<[u8]>::trim_ascii)
}

fn weak(etag: &[u8]) -> &[u8] {
    etag.strip_prefix(b"W/").unwrap_or(etag)
}

fn part_or_whole(response: &mut Response, entry: &Entry, to: &To<'_>) {
    let length = entry.body.len();
    let asked = to
        .headers
        .get(RANGE)
        .filter(|_| to.method == Method::GET && range_applies(to.headers, &entry.headers));
    match asked.map_or(Wanted::Whole, |asked| ranges::wanted(asked.as_bytes(), length)) {
        Wanted::Whole => fill(response, to, entry.body.clone()),
        Wanted::Part(range) => part(response, entry.body.slice(range.clone()), range.start, length),
        Wanted::Parts(parts) => {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let (kind, content) = ranges::multipart(&entry.body, &parts, response.headers().get(CONTENT_TYPE));
            response
                .headers_mut()
                .extend(HeaderValue::try_from(kind).ok().map(|kind| (CONTENT_TYPE, kind)));
            fill(response, to, content);
        }
        Wanted::Unsatisfiable => {
            *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            content_range(response, &format!("bytes */{length}"));
            fill(response, to, Bytes::new());
        }
    }
}

/// Makes a response the part of a whole that begins at `start`.
fn part(response: &mut Response, content: Bytes, start: usize, whole: usize) {
    *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    let last = start + content.len() - 1;
    content_range(response, &format!("bytes {start}-{last}/{whole}"));
    response
        .headers_mut()
        .insert(CONTENT_LENGTH, HeaderValue::from(content.len()));
    *response.body_mut() = Body::from(content);
}

fn content_range(response: &mut Response, text: &str) {
    response
        .headers_mut()
        .extend(HeaderValue::from_str(text).ok().map(|value| (CONTENT_RANGE, value)));
}

fn fill(response: &mut Response, to: &To<'_>, body: Bytes) {
    if response.status() != StatusCode::NO_CONTENT {
        response
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    if to.method != Method::HEAD {
        *response.body_mut() = Body::from(body);
    }
}

/// `If-Range` (RFC 9110 §13.1.5): a strong tag or the exact date, else the whole is sent.
pub fn range_applies(request: &HeaderMap, stored: &HeaderMap) -> bool {
    let Some(condition) = request.get(IF_RANGE) else {
        return true;
    };
    let text = condition.as_bytes();
    let tag = stored.get(ETAG).map(HeaderValue::as_bytes);
    if text.starts_with(b"\"") || text.starts_with(b"W/") {
        return text.starts_with(b"\"") && tag == Some(text);
    }
    stored.get(LAST_MODIFIED) == Some(condition)
}
