//! Parts that the origin answered with (206): kept, put together, completed (RFC 9111 §3.3, §3.4).
//!
//! Only where the origin is obeyed. A part answers requests for what lies within it; a request for the
//! whole asks the origin for the rest only, when both are known to be of one content by a strong tag.

use std::sync::Arc;

use axum::body::{Body, HttpBody as _};
use axum::response::Response;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use gerai_shared::Micros;
use http::header::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, RANGE};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::answer::{self, To};
use super::fetch::{Errand, More};
use super::{collect, ranges, status};
use crate::cache::{Cache, MAX_CONTENT_BYTES, Mode, Part, Verdict, Wishes, judge};

/// The answer to a request for a part from a part that is here, fresh, and has all of it.
pub fn from_part(cache: &Cache, key: &str, to: &To<'_>, wishes: &Wishes, signed: bool) -> Option<Response> {
    let (asked, now) = (to.headers, cache.now());
    if asked.contains_key(IF_NONE_MATCH) || asked.contains_key(IF_MODIFIED_SINCE) {
        return None;
    }
    let part = cache.part(key, asked)?;
    let usable = (!signed || part.entry.public)
        && judge(&part.entry, wishes, now) == Verdict::Fresh
        && answer::range_applies(asked, &part.entry.headers);
    let &[wanted] = &ranges::specs(asked.get(RANGE)?.as_bytes())?[..] else {
        return None;
    };
    let wanted = wanted.within(part.whole).filter(|_| usable)?;
    let content = part.cut(&wanted)?;
    let line = status::hit(part.entry.ttl(now));
    Some(answer::from_part(
        &part.entry,
        content,
        wanted.start,
        part.whole,
        now,
        &line,
    ))
}

/// Where a part lies in its whole: its first byte, the one behind its last, and the whole's length.
/// `None` where that is not said, or makes no sense.
fn place(answer: &HeaderMap) -> Option<(usize, usize, usize)> {
    let text = answer.get(CONTENT_RANGE)?.to_str().ok()?;
    let (range, whole) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
    let whole = whole.parse().ok()?;
    (first <= last && last < whole && whole <= MAX_CONTENT_BYTES).then_some((first, last + 1, whole))
}

impl Errand {
    /// Keeps a part that the origin answered with, when it may be kept and is as long as it says.
    pub fn keep_part(self, response: Response, started: Micros) -> Response {
        let (feeds, forgotten) = (self.rule.needed(), self.state.cache.forgotten());
        let may = response.status() == StatusCode::PARTIAL_CONTENT && self.rule.policy.mode == Mode::ObeyOrigin;
        let Some((start, end, whole)) = place(response.headers()).filter(|_| may) else {
            return response;
        };
        // What is said of the part only is not said of the whole.
        let mut headers = response.headers().clone();
        headers.remove(CONTENT_RANGE);
        headers.remove(CONTENT_LENGTH);
        let entry = self.entry(StatusCode::OK, &headers, started, &feeds, Bytes::new());
        let Some(mut entry) = entry.filter(|entry| entry.fresh_seconds > 0) else {
            return response;
        };
        let (head, body) = response.into_parts();
        let (body, gatherer) = collect::split(body);
        tokio::spawn(async move {
            let content = gatherer.gather(MAX_CONTENT_BYTES, self.state.patience).await;
            if let Some(content) = content.filter(|content| content.len() == end - start) {
                entry.body = content;
                self.state
                    .cache
                    .keep_part(&self.key, Part { entry, start, whole }, forgotten);
            }
        });
        Response::from_parts(head, body)
    }

    /// The beginning that is here of a content that is asked for as a whole, with the headers that ask
    /// for the rest of it.
    pub(super) fn beginning(&self) -> Option<(Arc<Part>, More)> {
        let part = self.state.cache.part(&self.key, &self.headers)?;
        let usable = part.start == 0
            && (!self.personal || part.entry.public)
            && part.tag().is_some()
            && part.entry.rule.is_current(&part.entry.feeds);
        let tag = part.entry.headers.get(ETAG).filter(|_| usable)?.clone();
        let rest = HeaderValue::try_from(format!("bytes={}-", part.range().end)).ok()?;
        Some((part, [(RANGE, rest), (IF_RANGE, tag)]))
    }
}

/// The whole from its beginning and the origin's answer with the rest; `None` when they do not fit.
pub(super) fn completed(part: &Part, rest: Response) -> Option<Response> {
    let fits = place(rest.headers()) == Some((part.range().end, part.whole, part.whole))
        && rest.headers().get(ETAG) == part.entry.headers.get(ETAG);
    if !fits {
        return None;
    }
    let (mut head, body) = rest.into_parts();
    head.status = StatusCode::OK;
    head.headers.remove(CONTENT_RANGE);
    head.headers.insert(CONTENT_LENGTH, HeaderValue::from(part.whole));
    let long_enough = body
        .size_hint()
        .exact()
        .is_none_or(|bytes| usize::try_from(bytes).is_ok_and(|bytes| bytes == part.whole - part.range().end));
    let beginning = stream::once(std::future::ready(Ok(part.entry.body.clone())));
    let body = Body::from_stream(beginning.chain(body.into_data_stream()));
    long_enough.then(|| Response::from_parts(head, body))
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::place;

    #[test]
    fn where_a_part_lies_is_read_to_the_letter() {
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("content-range", text.parse().unwrap());
            place(&headers)
        };
        assert_eq!(of("bytes 0-4/10"), Some((0, 5, 10)));
        for wrong in [
            "bytes 0-4/*",
            "bytes */10",
            "bytes 4-0/10",
            "bytes 0-10/10",
            "lines 0-4/10",
            "bytes 0-4",
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
        assert_eq!(place(&HeaderMap::new()), None);
    }
}
