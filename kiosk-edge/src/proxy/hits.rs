//! Hits before all else: what screens ask for most, answered before routes, spans and ids.
//!
//! Only the plain case is answered here: a GET or HEAD without wishes, conditions on parts or
//! credentials, from a screen known to be paired, for a fresh copy in memory. Everything else goes the
//! whole way and comes to the same rules there.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::response::Response;
use futures_util::future::Either;
use http::header::{
    AUTHORIZATION, CACHE_CONTROL, COOKIE, IF_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, PRAGMA, RANGE, UPGRADE,
};
use http::{HeaderMap, HeaderName, Method, Request};
use tower::Service;

use super::answer::{self, To};
use super::{headers, status};
use crate::cache::{Cache, Verdict, Wishes, judge};

/// What sends a request the whole way.
const MORE: [HeaderName; 8] = [
    AUTHORIZATION,
    CACHE_CONTROL,
    PRAGMA,
    RANGE,
    IF_RANGE,
    IF_MATCH,
    IF_UNMODIFIED_SINCE,
    UPGRADE,
];

/// Whether the sender of these headers is known to be paired.
pub type Knows = Arc<dyn Fn(&HeaderMap) -> bool + Send + Sync>;

/// A service that answers plain hits itself.
#[derive(Clone)]
pub struct Hits<S> {
    cache: Arc<Cache>,
    knows: Knows,
    /// Puts on what every answer of the program wears.
    dress: fn(&mut HeaderMap),
    inner: S,
}

impl<S> Hits<S> {
    /// Before `inner`.
    pub fn new(cache: Arc<Cache>, knows: Knows, dress: fn(&mut HeaderMap), inner: S) -> Self {
        Self {
            cache,
            knows,
            dress,
            inner,
        }
    }

    fn hit(&self, request: &Request<Body>) -> Option<Response> {
        let asked = request.headers();
        let plain = matches!(*request.method(), Method::GET | Method::HEAD)
            && MORE.iter().all(|name| !asked.contains_key(name))
            && (!asked.contains_key(COOKIE) || headers::only_the_screens_cookie(asked));
        if !plain {
            return None;
        }
        let entry = self.cache.recall(request.uri().path_and_query()?.as_str(), asked)?;
        let now = self.cache.now();
        if judge(&entry, &Wishes::default(), now) != Verdict::Fresh || !(self.knows)(asked) {
            return None;
        }
        let to = To {
            method: request.method(),
            headers: asked,
        };
        let mut response = answer::from_entry(&entry, &to, now, &status::hit(entry.ttl(now)));
        (self.dress)(response.headers_mut());
        if let Some(id) = asked.get(headers::REQUEST_ID) {
            response.headers_mut().insert(headers::REQUEST_ID, id.clone());
        }
        Some(response)
    }
}

impl<S> Service<Request<Body>> for Hits<S>
where
    S: Service<Request<Body>, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response, Infallible>>, S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        match self.hit(&request) {
            Some(response) => Either::Left(ready(Ok(response))),
            None => Either::Right(self.inner.call(request)),
        }
    }
}
