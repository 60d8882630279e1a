//! What machines ask: is it well, and how is it doing.

use std::net::SocketAddr;

use axum::{
    Json, Router,
    extract::{ConnectInfo, FromRequestParts, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;

use crate::{journal::Journal, outlet::Screen, problems};

/// That it is well.
#[derive(Debug, Serialize)]
struct Health {
    status: &'static str,
}

/// `/healthz` for everybody; `/metrics` for this machine and for paired screens.
pub fn router(journal: Journal, metrics: PrometheusHandle) -> Router {
    let numbers = Router::new()
        .route("/metrics", get(move || async move { metrics.render() }))
        .layer(middleware::from_fn_with_state(journal, near_or_paired))
        .layer(middleware::from_fn(problems::speak));
    Router::new()
        .route("/healthz", get(async || Json(Health { status: "ok" })))
        .merge(numbers)
}

/// Numbers tell nothing about anybody, so a collector on this machine needs no pairing.
async fn near_or_paired(State(journal): State<Journal>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let near = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .is_some_and(|ConnectInfo(peer)| peer.ip().is_loopback());
    if !near && let Err(fault) = Screen::from_request_parts(&mut parts, &journal).await {
        return fault.into_response();
    }
    next.run(Request::from_parts(parts, body)).await
}
