//! The way to central for everything the outlet does not answer itself.
//!
//! Requests and responses pass as streams; what is between two machines only (hop-by-hop headers,
//! the screen's pairing) stays there. Public GETs of the cache's table go through [`cached`];
//! everything else straight through [`upstream`]. What central cannot answer is said at once, with
//! the cause.

mod answer;
mod cached;
mod collect;
mod express;
mod fetch;
mod headers;
mod hits;
mod parts;
mod problems;
mod ranges;
mod status;
#[cfg(test)]
mod tests;
mod upgrade;
mod upstream;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{OriginalUri, Request, State};
use axum::response::Response;
use axum::routing::any;
use http::{Method, Uri};
use tokio::sync::watch;
use url::Url;

use crate::cache::{Cache, Mode, Why};
use crate::clock::Clock;
use crate::sync::Line;

pub use self::express::Express;
pub use self::hits::{Hits, Knows};
pub use self::upstream::{CentralClient, central_client};

/// What the proxy needs.
#[derive(Clone)]
pub struct ProxyState {
    /// Where central is; a path in it is put before every request's.
    pub central: Url,
    /// From [`central_client`].
    pub client: CentralClient,
    /// The outlet's cache.
    pub cache: Arc<Cache>,
    /// What the sync loop knows of the line. While it is down nothing is tried: it notices the heal
    /// within a second, and a tap must not wait for a timeout until then.
    pub link: watch::Receiver<Line>,
    /// Whence fresh request ids and idempotency keys come.
    pub clock: Clock,
    /// How long central may take to begin its answer, once it has the whole request.
    pub patience: Duration,
}

/// What the program answers itself, beside `/api/outlet`: never central's, whatever the table says.
const OURS: [&str; 5] = ["*", "assets", "healthz", "readyz", "metrics"];

/// The routes that go to central: `/api/…`, `/media/…` and whatever else the cache's table names,
/// beside which more specific local routes can be merged.
pub fn router(state: Arc<ProxyState>) -> Router {
    let mut firsts: BTreeSet<String> = state.cache.first_segments().map(str::to_owned).collect();
    firsts.extend(["api", "media"].map(str::to_owned));
    firsts.retain(|first| !OURS.contains(&first.as_str()) && !first.contains(['{', '}']));
    let mut router = Router::new();
    for first in firsts {
        router = router.route(&format!("/{first}/{{*rest}}"), any(proxy));
    }
    router.with_state(state)
}

async fn proxy(State(state): State<Arc<ProxyState>>, OriginalUri(uri): OriginalUri, mut request: Request) -> Response {
    *request.uri_mut() = uri;
    headers::strip_screen(request.headers_mut());
    if !may_leave(request.uri()) {
        return problems::not_proxied(request.headers());
    }
    let rule = state.cache.rule(request.uri().path()).cloned();
    match (request.method(), rule) {
        (&Method::GET | &Method::HEAD, Some(rule)) => cached::serve(&state, rule, request).await,
        (&Method::POST, Some(rule)) if rule.policy.mode == Mode::ObeyOrigin => {
            cached::posted(&state, rule, request).await
        }
        (method, _) => {
            let why = if method.is_safe() { Why::Bypass } else { Why::Method };
            pass(&state, request, why).await
        }
    }
}

/// Sends a request on as it is and the answer back as it comes.
async fn pass(state: &ProxyState, request: Request<Body>, why: Why) -> Response {
    let (unsafe_method, key) = (!request.method().is_safe(), headers::key(request.uri()));
    let asked = problems::Asked::of(request.headers());
    match upstream::forward(state, request).await {
        Ok(mut response) => {
            if unsafe_method && (response.status().is_success() || response.status().is_redirection()) {
                for key in headers::invalidated(&state.central, &key, response.headers()) {
                    state.cache.forget(&key);
                }
            }
            status::note(response.headers_mut(), &status::forwarded(why));
            problems::in_our_words(response, &asked)
        }
        Err(failure) => {
            let mut response = problems::unreachable(failure, &asked);
            status::note(response.headers_mut(), &status::failed(why, failure.cause));
            response
        }
    }
}

/// Paths that answer here, or that a machine on the way might read as another path, do not leave.
fn may_leave(uri: &Uri) -> bool {
    let path = uri.path();
    let local = path == "/api/outlet" || path.starts_with("/api/outlet/");
    // Nothing that could be read otherwise: the way of almost every path.
    if !local && !path.contains(['%', '\\']) && !path.contains("/.") {
        return true;
    }
    let climbs = path.split('/').any(|segment| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        plain == ".." || plain == "." || plain.contains('\\') || plain.contains("%2f") || plain.contains("%5c")
    });
    !local && !climbs
}
