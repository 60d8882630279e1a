//! The short way to central: what a paired screen reads that is neither kept nor ours is passed on
//! before routes, spans and layers.
//!
//! Only where those would change nothing: a GET or HEAD without content, from a screen known to be
//! paired, to a path that is central's and under no rule of the cache, while the line is up.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody as _};
use axum::response::Response;
use futures_util::future::Either;
use http::header::UPGRADE;
use http::{HeaderMap, HeaderValue, Method, Request};
use tower::Service;

use super::{Knows, ProxyState, headers, may_leave, pass};
use crate::cache::Why;
use crate::sync::Line;

/// Paths that are central's, whatever the cache's table says.
const CENTRALS: [&str; 2] = ["/api/", "/media/"];

/// A service that passes plain questions on itself.
#[derive(Clone)]
pub struct Express<S> {
    state: Arc<ProxyState>,
    knows: Knows,
    /// Puts on what every answer of the program wears.
    dress: fn(&mut HeaderMap),
    inner: S,
}

impl<S> Express<S> {
    /// Before `inner`.
    pub fn new(state: Arc<ProxyState>, knows: Knows, dress: fn(&mut HeaderMap), inner: S) -> Self {
        Self {
            state,
            knows,
            dress,
            inner,
        }
    }

    fn takes(&self, request: &Request<Body>) -> bool {
        let (asked, path) = (request.headers(), request.uri().path());
        matches!(*request.method(), Method::GET | Method::HEAD)
            && CENTRALS.iter().any(|prefix| path.starts_with(prefix))
            && !asked.contains_key(UPGRADE)
            && request.body().is_end_stream()
            && *self.state.link.borrow() == Line::Up
            && self.state.cache.rule(path).is_none()
            && may_leave(request.uri())
            && (self.knows)(asked)
    }
}

async fn passed(state: Arc<ProxyState>, dress: fn(&mut HeaderMap), mut request: Request<Body>) -> Response {
    headers::strip_screen(request.headers_mut());
    let id = request.headers().get(headers::REQUEST_ID).cloned();
    let id = id.or_else(|| HeaderValue::try_from(state.clock.uuid().to_string()).ok());
    if let Some(id) = &id {
        request.headers_mut().insert(headers::REQUEST_ID, id.clone());
    }
    let mut response = pass(&state, request, Why::Bypass).await;
    dress(response.headers_mut());
    if let Some(id) = id {
        response.headers_mut().entry(headers::REQUEST_ID).or_insert(id);
    }
    response
}

type Passing = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

impl<S> Service<Request<Body>> for Express<S>
where
    S: Service<Request<Body>, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Passing, S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        if self.takes(&request) {
            let (state, dress) = (Arc::clone(&self.state), self.dress);
            return Either::Left(Box::pin(async move { Ok(passed(state, dress, request).await) }));
        }
        Either::Right(self.inner.call(request))
    }
}
