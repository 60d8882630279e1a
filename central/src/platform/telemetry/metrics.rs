//! Metrics, in Prometheus' text form.

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request},
    http::{Method, StatusCode},
    middleware::Next,
    response::Response,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;

/// The recorder is the process's, as the `metrics` crate wants it.
static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

const REQUESTS: &str = "gerai_http_requests_total";
const SECONDS: &str = "gerai_http_request_seconds";
/// How often histograms are folded, so that they do not grow.
const UPKEEP: Duration = Duration::from_secs(5);
/// Bounds of the buckets of response times, in seconds.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

fn handle() -> Option<&'static PrometheusHandle> {
    HANDLE
        .get_or_init(|| {
            PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
                .and_then(PrometheusBuilder::install_recorder)
                .map_err(|error| tracing::warn!(%error, "there will be no metrics"))
                .ok()
        })
        .as_ref()
}

/// Records from now on, and keeps the record small until cancelled.
pub async fn start_metrics(cancelled: CancellationToken) {
    let Some(handle) = handle() else { return };
    loop {
        tokio::select! {
            () = cancelled.cancelled() => return,
            () = tokio::time::sleep(UPKEEP) => handle.run_upkeep(),
        }
    }
}

/// Everything recorded, as Prometheus reads it.
#[must_use]
pub fn exposition() -> String {
    handle().map(PrometheusHandle::render).unwrap_or_default()
}

/// Starts measuring how long something takes.
#[must_use]
pub fn stopwatch() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "a duration that is measured, not decided by")]
    Instant::now()
}

/// The counts of one route, method and status, looked up once.
pub struct Answers {
    requests: metrics::Counter,
    seconds: metrics::Histogram,
}

impl Answers {
    /// Of a route whose answers are not told to [`measure`].
    #[must_use]
    pub fn of(route: &str, method: &Method, status: StatusCode) -> Self {
        // What is looked up before the recorder is there counts for nothing.
        let _ = handle();
        let labels = labels(route.to_owned(), method.to_string(), status.as_u16());
        Self {
            requests: metrics::counter!(REQUESTS, &labels),
            seconds: metrics::histogram!(SECONDS, &labels),
        }
    }

    /// Counts one.
    pub fn note(&self, took: Duration) {
        self.requests.increment(1);
        self.seconds.record(took.as_secs_f64());
    }
}

fn labels(route: String, method: String, status: u16) -> [(&'static str, String); 3] {
    [("route", route), ("method", method), ("status", status.to_string())]
}

/// Counts requests and their time by route, method and status, and logs each.
pub async fn measure(request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let method = request.method().to_string();
    let started = stopwatch();
    let response = next.run(request).await;
    let took = started.elapsed();
    let status = response.status().as_u16();
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    // Edges and scrapers ask these all the time.
    if matches!(route.as_str(), "/healthz" | "/readyz" | "/metrics") {
        tracing::debug!(status, ms, "answered");
    } else {
        tracing::info!(status, ms, route, "answered");
    }
    let labels = labels(route, method, status);
    metrics::counter!(REQUESTS, &labels).increment(1);
    metrics::histogram!(SECONDS, &labels).record(took.as_secs_f64());
    response
}
