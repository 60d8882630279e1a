//! Fetching for the cache: asks central for the whole, keeps what may be kept, tells one client.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use gerai_shared::Micros;
use http::header::{
    CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE,
    LAST_MODIFIED, RANGE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use tokio::sync::oneshot;

use super::{ProxyState, collect, headers, parts, status, upstream};
use crate::cache::{Entry, Exchange, Failure, MAX_CONTENT_BYTES, Mode, Part, Rule, Ticket, says_for_how_long};

/// Headers of a request on top of its own.
pub(super) type More = [(HeaderName, HeaderValue); 2];

/// What is to be fetched, and for whom.
pub struct Errand {
    pub state: Arc<ProxyState>,
    pub rule: Arc<Rule>,
    pub key: Arc<str>,
    pub uri: Uri,
    /// The request's headers, without the screen's identification.
    pub headers: HeaderMap,
    pub personal: bool,
    pub client: Option<IpAddr>,
}

/// What came of it.
pub enum Outcome {
    /// Central confirmed what was stored.
    Confirmed(Arc<Entry>),
    /// Central answered.
    Answered {
        /// Its answer, the body still flowing.
        response: Response,
        /// For how many seconds the answer is being kept, if it is.
        kept: Option<i64>,
    },
    /// Central did not.
    Failed(Failure),
}

/// Fetches, to the end even when the client goes. The flight lands when all is kept.
pub async fn fetch(errand: Errand, stored: Option<Arc<Entry>>, ticket: Option<Ticket>) -> Outcome {
    let (tell, told) = oneshot::channel();
    in_the_background(errand, stored, ticket, tell);
    let broken = Failure {
        status: StatusCode::BAD_GATEWAY,
        cause: "central",
    };
    told.await.unwrap_or(Outcome::Failed(broken))
}

/// Fetches a new copy of what was shown stale.
pub fn refresh(errand: Errand, stored: Arc<Entry>, ticket: Ticket) {
    let (tell, _) = oneshot::channel();
    in_the_background(errand, Some(stored), Some(ticket), tell);
}

fn in_the_background(
    errand: Errand,
    stored: Option<Arc<Entry>>,
    ticket: Option<Ticket>,
    tell: oneshot::Sender<Outcome>,
) {
    tokio::spawn(async move {
        errand.run(stored, tell).await;
        drop(ticket);
    });
}

impl Errand {
    async fn run(self, stored: Option<Arc<Entry>>, tell: oneshot::Sender<Outcome>) {
        let feeds = self.rule.needed();
        let mut forgotten = self.state.cache.forgotten();
        let started = self.state.cache.now();
        let mut result = match stored.is_none().then(|| self.beginning()).flatten() {
            Some((part, rest)) => self.complete(&part, rest, &feeds).await,
            None => self.ask(stored.as_deref(), &feeds, None).await,
        };
        if let (Ok(response), Some(entry)) = (&result, &stored)
            && response.status() == StatusCode::NOT_MODIFIED
        {
            if let Some(confirmed) = self.confirm(entry, response.headers(), started, &feeds, forgotten) {
                let _ = tell.send(Outcome::Confirmed(confirmed));
                return;
            }
            // A 304 for something else, or one that forbids keeping: only the whole will do.
            self.state.cache.forget(&self.key);
            forgotten = self.state.cache.forgotten();
            result = self.ask(None, &feeds, None).await;
        }
        match result {
            Ok(response) => {
                self.take(response, stored.is_some(), started, &feeds, forgotten, tell)
                    .await
            }
            Err(failure) => self.fail(failure, tell),
        }
    }

    /// Asks for what a beginning lacks. Where that cannot be had, the whole is asked for.
    async fn complete(&self, part: &Part, rest: More, feeds: &[u64]) -> Result<Response, Failure> {
        let response = self.ask(None, feeds, Some(rest)).await?;
        let whole = match response.status() {
            StatusCode::PARTIAL_CONTENT => parts::completed(part, response),
            StatusCode::RANGE_NOT_SATISFIABLE => None,
            _ => Some(response),
        };
        match whole {
            Some(whole) => Ok(whole),
            None => self.ask(None, feeds, None).await,
        }
    }

    async fn ask(&self, stored: Option<&Entry>, feeds: &[u64], more: Option<More>) -> Result<Response, Failure> {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = upstream::central_uri(&self.state.central, &self.uri)?;
        let asked = request.headers_mut();
        *asked = self.headers.clone();
        for own in [
            IF_MATCH,
            IF_NONE_MATCH,
            IF_MODIFIED_SINCE,
            IF_UNMODIFIED_SINCE,
            IF_RANGE,
            RANGE,
        ] {
            asked.remove(own);
        }
        // A GET's body means nothing, and the shared answer must not depend on it.
        asked.remove(CONTENT_LENGTH);
        headers::for_central(asked, &Method::GET, self.client, &self.state.clock);
        for (validator, condition) in [(ETAG, IF_NONE_MATCH), (LAST_MODIFIED, IF_MODIFIED_SINCE)] {
            let value = stored.and_then(|entry| entry.headers.get(validator));
            asked.extend(value.map(|value| (condition, value.clone())));
        }
        asked.extend(more.into_iter().flatten());
        // A number means something only in one topic.
        if let &[needed] = feeds
            && needed > 0
        {
            asked.insert(headers::FEED_AT_LEAST, HeaderValue::from(needed));
        }
        let response = upstream::send(&self.state, request).await?;
        let kind = response
            .headers()
            .get(CONTENT_TYPE)
            .map_or(&b""[..], HeaderValue::as_bytes);
        let portal = !self.rule.policy.pages && kind.starts_with(b"text/html");
        if response.status() == StatusCode::OK && portal {
            // Nothing under this prefix is a page: somebody between us and central answers.
            return Err(Failure {
                status: StatusCode::SERVICE_UNAVAILABLE,
                cause: "internet",
            });
        }
        Ok(response)
    }

    /// The stored response with the news of a 304, if it speaks of it and it may still be kept.
    fn confirm(
        &self,
        stored: &Entry,
        news: &HeaderMap,
        started: Micros,
        feeds: &[u64],
        forgotten: u64,
    ) -> Option<Arc<Entry>> {
        if !stored.is_meant_by(news) {
            return None;
        }
        let fresh = stored.freshened(news);
        let entry = Arc::new(self.entry(stored.status, &fresh, started, feeds, stored.body.clone())?);
        if self.is_new_enough(news, feeds) {
            self.state.cache.store(&self.key, Arc::clone(&entry), forgotten);
        }
        Some(entry)
    }

    async fn take(
        self,
        response: Response,
        had_stored: bool,
        started: Micros,
        feeds: &[u64],
        forgotten: u64,
        tell: oneshot::Sender<Outcome>,
    ) {
        let status = response.status();
        // A failure is kept where the origin says for how long, unless something better is stored.
        if is_failing(status) && (had_stored || !self.is_said_fresh(response.headers())) {
            if status.is_server_error() && status != StatusCode::INTERNAL_SERVER_ERROR {
                self.state.cache.note_failure(
                    &self.key,
                    &self.rule,
                    Failure {
                        status,
                        cause: "central",
                    },
                );
            }
            let _ = tell.send(Outcome::Answered { response, kept: None });
            return;
        }
        let kept = if self.is_new_enough(response.headers(), feeds) && fits(response.headers()) {
            self.entry(status, response.headers(), started, feeds, Bytes::new())
        } else {
            None
        };
        let Some(mut entry) = kept else {
            // What central says now replaces what was stored, also where it cannot be kept itself.
            if had_stored || is_final(status) {
                self.state.cache.forget(&self.key);
            }
            let _ = tell.send(Outcome::Answered { response, kept: None });
            return;
        };
        let (head, body) = response.into_parts();
        let (body, gatherer) = collect::split(body);
        let response = Response::from_parts(head, body);
        let _ = tell.send(Outcome::Answered {
            response,
            kept: Some(entry.fresh_seconds),
        });
        if let Some(content) = gatherer.gather(MAX_CONTENT_BYTES, self.state.patience).await {
            entry.fill(content);
            self.state.cache.store(&self.key, Arc::new(entry), forgotten);
        }
    }

    fn fail(&self, failure: Failure, tell: oneshot::Sender<Outcome>) {
        self.state.cache.note_failure(&self.key, &self.rule, failure);
        let _ = tell.send(Outcome::Failed(failure));
    }

    pub(super) fn entry(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        started: Micros,
        feeds: &[u64],
        body: Bytes,
    ) -> Option<Entry> {
        let received = self.state.cache.now();
        let exchange = Exchange {
            rule: &self.rule,
            request: &self.headers,
            personal: self.personal,
            status,
            headers,
            received,
            delay: received.millis_since(started) / 1_000,
            feeds: match (feeds, feed_of(headers)) {
                ([needed], Some(number)) => Box::from([number.max(*needed)]),
                _ => Box::from(feeds),
            },
        };
        Entry::keep(exchange, body)
    }

    /// Takes in what a HEAD's answer says of the stored response: the same with newer headers, or that
    /// it is out of date (RFC 9111 §4.3.5).
    pub fn heed(&self, stored: &Entry, head: &HeaderMap) {
        let length = head
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse().ok());
        let same = length.is_none_or(|length: usize| length == stored.body.len());
        let (now, feeds, forgotten) = (self.state.cache.now(), self.rule.needed(), self.state.cache.forgotten());
        if !same || self.confirm(stored, head, now, &feeds, forgotten).is_none() {
            self.state.cache.forget(&self.key);
        }
    }

    /// Keeps what a POST was answered with, as what a GET would bring: only with a lifetime of its own, and
    /// when it names the very URI as what it is (RFC 9110 §9.3.3).
    pub fn keep_posted(self, response: Response, started: Micros) -> Response {
        let answer = response.headers();
        let (feeds, forgotten) = (self.rule.needed(), self.state.cache.forgotten());
        let may = response.status() == StatusCode::OK
            && self.is_said_fresh(answer)
            && headers::speaks_of_itself(&self.state.central, &self.key, answer)
            && self.is_new_enough(answer, &feeds)
            && fits(answer);
        let entry = may.then(|| self.entry(StatusCode::OK, answer, started, &feeds, Bytes::new()));
        let Some(mut entry) = entry.flatten() else {
            return response;
        };
        status::without_ours(&mut entry.headers);
        let (head, body) = response.into_parts();
        let (body, gatherer) = collect::split(body);
        tokio::spawn(async move {
            if let Some(content) = gatherer.gather(MAX_CONTENT_BYTES, self.state.patience).await {
                entry.fill(content);
                self.state.cache.store(&self.key, Arc::new(entry), forgotten);
            }
        });
        Response::from_parts(head, body)
    }

    fn is_said_fresh(&self, answer: &HeaderMap) -> bool {
        self.rule.policy.mode == Mode::ObeyOrigin && says_for_how_long(answer, self.state.cache.now())
    }

    /// Whether the answer is as new as was asked for; one that does not say is believed.
    fn is_new_enough(&self, answer: &HeaderMap, feeds: &[u64]) -> bool {
        match (feeds, feed_of(answer)) {
            ([needed], Some(number)) => number >= *needed,
            _ => true,
        }
    }
}

fn feed_of(answer: &HeaderMap) -> Option<u64> {
    answer.get(headers::FEED)?.to_str().ok()?.trim().parse().ok()
}

fn fits(answer: &HeaderMap) -> bool {
    let length = answer
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    length.is_none_or(|length| length <= MAX_CONTENT_BYTES)
}

/// Answers behind which a stored one may stand in: RFC 5861 §4, and "too many requests", which
/// central says while many outlets come back at once.
pub fn is_failing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504)
}

/// Answers that no stored one may hide.
pub fn is_final(status: StatusCode) -> bool {
    matches!(status.as_u16(), 401 | 403 | 404 | 410)
}
