//! The public catalogue before all else: what apps, the website and every edge's cache ask for most is
//! answered from memory, before routes, spans and ids. It is counted like any other answer, without a
//! line of log.
//!
//! Only the plain case is answered here: a GET without credentials, for the page this process keeps
//! and knows to be current, by a caller within their limit. Everything else goes the whole way and
//! comes to the same answer there.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    sync::OnceLock,
    task::{Context, Poll},
};

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::Response,
};
use futures_util::future::Either;
use tower::Service;

use super::router::{EXPOSED, REQUEST_ID};
use crate::{
    features::catalog::{self, Shelf},
    platform::{
        Platform,
        auth::Origin,
        http::Coding,
        limits::RateLimits,
        telemetry::{Answers, stopwatch},
    },
};

/// What is kept.
const PATH: &str = "/api/catalog-products";

/// What sends a request the whole way: credentials, a call that is counted otherwise, parts, and a
/// position of the feed that has to be looked up.
const MORE: [HeaderName; 4] = [
    header::AUTHORIZATION,
    header::RANGE,
    header::UPGRADE,
    HeaderName::from_static(catalog::FEED_AT_LEAST),
];

/// A service that answers with the kept catalogue itself.
#[derive(Clone)]
pub struct Kept<S> {
    platform: Platform,
    rates: RateLimits,
    shelf: Shelf,
    inner: S,
}

impl<S> Kept<S> {
    /// Before `inner`, which counts by the same limits and keeps on the same shelf.
    pub(super) fn new(platform: Platform, rates: RateLimits, shelf: Shelf, inner: S) -> Self {
        Self {
            platform,
            rates,
            shelf,
            inner,
        }
    }

    fn answer(&self, request: &Request) -> Option<Response> {
        let asked = request.headers();
        let plain = request.method() == Method::GET
            && request.uri().path() == PATH
            && MORE.iter().all(|name| !asked.contains_key(name));
        if !plain {
            return None;
        }
        let coding = Coding::plainly_wished(asked)?;
        let started = stopwatch();
        let page = self.shelf.at_hand(&self.platform)?;
        let caller = Origin::address(request.headers(), request.extensions(), &self.platform);
        let limits = self.rates.count(caller)?;
        let mut response = page.answer(asked, coding);
        limits.tell(response.headers_mut());
        dress(&mut response, asked);
        counted(response.status()).note(started.elapsed());
        Some(response)
    }
}

/// Puts on what the layers put on every answer.
fn dress(response: &mut Response, asked: &HeaderMap) {
    let has_content = response.status() == StatusCode::OK;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    if has_content {
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    // Who sends no id gets none: there is no line of log to look it up in.
    if let Some(id) = asked.get(REQUEST_ID) {
        headers.insert(REQUEST_ID, id.clone());
    }
}

fn counted(status: StatusCode) -> &'static Answers {
    static FULL: OnceLock<Answers> = OnceLock::new();
    static KNOWN: OnceLock<Answers> = OnceLock::new();
    let place = if status == StatusCode::OK { &FULL } else { &KNOWN };
    place.get_or_init(|| Answers::of(PATH, &Method::GET, status))
}

impl<S> Service<Request> for Kept<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response, Infallible>>, S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        match self.answer(&request) {
            Some(response) => Either::Left(ready(Ok(response))),
            None => Either::Right(self.inner.call(request)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use axum::{body::Body, http::Request};
    use tower::ServiceExt;

    use super::*;
    use crate::{entry::router, testing::TestApp};

    type Told = (StatusCode, HeaderMap, Vec<u8>);

    async fn ask<S>(service: S, headers: &[(&str, &str)]) -> Told
    where
        S: Service<Request<Body>, Response = Response, Error = Infallible>,
    {
        let mut request = Request::get(PATH);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = service.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (parts.status, parts.headers, bytes.to_vec())
    }

    fn unpacked(told: &Told) -> Vec<u8> {
        let mut bytes = Vec::new();
        if told.1.contains_key(header::CONTENT_ENCODING) {
            flate2::read::GzDecoder::new(&told.2[..])
                .read_to_end(&mut bytes)
                .unwrap();
            return bytes;
        }
        told.2.clone()
    }

    #[tokio::test]
    async fn the_kept_answer_is_that_of_the_whole_way() {
        let app = TestApp::new().await;
        let (rates, shelf) = (RateLimits::new(&app.platform.config.limits, None), Shelf::default());
        let whole = router::router(&app.platform, rates.clone(), &shelf);
        let kept = Kept::new(app.platform.clone(), rates, shelf, whole.clone());
        let first = ask(kept.clone(), &[]).await;
        assert!(first.1.contains_key(REQUEST_ID), "the first went the whole way");
        let etag = first.1[header::ETAG].to_str().unwrap();
        for asked in [
            &[][..],
            &[("accept-encoding", "gzip, br")],
            &[("if-none-match", etag)],
            &[("if-none-match", "\"another\""), ("accept-encoding", "identity")],
            &[("x-request-id", "tap-1"), ("origin", "https://example.com")],
        ] {
            let (mut short, mut long) = (ask(kept.clone(), asked).await, ask(whole.clone(), asked).await);
            assert_eq!(unpacked(&short), unpacked(&long), "{asked:?}");
            assert_eq!(short.0, long.0, "{asked:?}");
            let id = short.1.get(REQUEST_ID).and_then(|id| id.to_str().ok());
            assert_eq!(
                id,
                asked
                    .iter()
                    .find(|(name, _)| *name == "x-request-id")
                    .map(|(_, id)| *id)
            );
            // What counts calls counts both; who compresses on the way does not know the length.
            for told in [&mut short.1, &mut long.1] {
                for name in ["x-request-id", "x-ratelimit-remaining", "content-length"] {
                    told.remove(name);
                }
            }
            assert_eq!(short.1, long.1, "{asked:?}");
        }
        for asked in [
            ("authorization", "Bearer x"),
            ("gerai-feed-at-least", "1"),
            ("accept-encoding", "*"),
        ] {
            let told = ask(kept.clone(), &[asked]).await;
            assert!(told.1.contains_key(REQUEST_ID), "{asked:?} went the whole way");
        }
    }

    #[tokio::test]
    async fn the_kept_answer_counts_as_a_call() {
        let app = TestApp::with(|config| config.limits.requests_per_minute = 3).await;
        let mut said = Vec::new();
        for _ in 0..4 {
            said.push(app.get(PATH).send().await);
        }
        let statuses: Vec<_> = said.iter().map(|answer| answer.status.as_u16()).collect();
        assert_eq!(statuses, [200, 200, 200, 429]);
        assert_eq!(said[1].headers["x-ratelimit-remaining"], "1");
        assert!(said[3].headers.contains_key(header::RETRY_AFTER));
    }
}
