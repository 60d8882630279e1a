//! What machines ask: is it well, and how is it doing.

use std::net::SocketAddr;

use axum::{
    Json, Router,
    extract::{ConnectInfo, FromRequestParts, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    outlet::{Paired, Screen},
    problems,
};

/// That it is well.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `ok`.
    status: &'static str,
}

/// `/healthz` for everybody; `/metrics` for this machine and for paired screens.
pub fn router(paired: Paired, measured: PrometheusHandle) -> Router {
    let numbers = numbers()
        .layer(middleware::from_fn_with_state(paired, near_or_paired))
        .layer(middleware::from_fn(problems::speak));
    let (router, _) = health().merge(numbers).split_for_parts();
    router.with_state(measured)
}

/// The routes with their OpenAPI document.
pub(crate) fn openapi_router() -> OpenApiRouter<PrometheusHandle> {
    health().merge(numbers())
}

fn health() -> OpenApiRouter<PrometheusHandle> {
    OpenApiRouter::new().routes(routes!(healthz))
}

fn numbers() -> OpenApiRouter<PrometheusHandle> {
    OpenApiRouter::new().routes(routes!(metrics))
}

/// Says that the program lives.
#[utoipa::path(get, path = "/healthz", operation_id = "healthz", tag = "operation",
    responses((status = 200, body = Health)))]
async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// What the program measures, in Prometheus' text form; for this machine and paired screens.
#[utoipa::path(get, path = "/metrics", operation_id = "metrics", tag = "operation", responses(
    (status = 200, content_type = "text/plain", body = String),
    (status = 401, body = gerai_shared::Problem)))]
async fn metrics(State(measured): State<PrometheusHandle>) -> String {
    measured.render()
}

/// Numbers tell nothing about anybody, so a collector on this machine needs no pairing.
async fn near_or_paired(State(paired): State<Paired>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let near = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .is_some_and(|ConnectInfo(peer)| peer.ip().is_loopback());
    if !near && let Err(fault) = Screen::from_request_parts(&mut parts, &paired).await {
        return fault.into_response();
    }
    next.run(Request::from_parts(parts, body)).await
}
