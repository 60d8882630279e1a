//! The control address of `gerai-devices`.

use std::sync::Arc;

use anyhow::{Context, Result};
use axum::{
    Json, Router,
    extract::{Path, State as Shared},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use gerai_shared::Problem;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{Plan, State, stand::Stand};
use crate::ports;

type Stands = Arc<[Arc<Stand>]>;

/// Sets the devices up and obeys the control address, until the program is ended.
///
/// # Errors
/// When a port cannot be used.
pub async fn serve(control: u16, plans: &[Plan]) -> Result<()> {
    let mut stands = Vec::new();
    for plan in plans {
        stands.push(Stand::set_up(plan).await?);
    }
    let listener = TcpListener::bind(ports::loopback(control))
        .await
        .with_context(|| format!("the control address cannot use port {control}"))?;
    let router = Router::new()
        .route("/", get(list))
        .route("/{name}/printed", get(printed))
        .route("/{name}/{state}", post(be))
        .with_state(Stands::from(stands));
    Ok(axum::serve(listener, router).await?)
}

fn told(stand: &Stand) -> Value {
    json!({ "id": stand.name, "kind": stand.kind, "address": format!("tcp://{}", stand.address), "state": stand.state() })
}

fn named<'s>(stands: &'s Stands, name: &str) -> Option<&'s Arc<Stand>> {
    stands.iter().find(|stand| stand.name == name)
}

async fn list(Shared(stands): Shared<Stands>) -> Json<Value> {
    Json(json!({ "data": stands.iter().map(|stand| told(stand)).collect::<Vec<_>>() }))
}

async fn printed(Shared(stands): Shared<Stands>, Path(name): Path<String>) -> Response {
    match named(&stands, &name) {
        Some(stand) => Json(json!({ "data": stand.printed() })).into_response(),
        None => unknown(&name),
    }
}

async fn be(Shared(stands): Shared<Stands>, Path((name, state)): Path<(String, State)>) -> Response {
    let Some(stand) = named(&stands, &name) else {
        return unknown(&name);
    };
    match stand.be(state).await {
        Ok(()) => Json(json!({ "data": told(stand) })).into_response(),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, "not_done", format!("{error:#}")),
    }
}

fn unknown(name: &str) -> Response {
    problem(
        StatusCode::NOT_FOUND,
        "no_such_device",
        format!("there is no device `{name}`"),
    )
}

fn problem(status: StatusCode, code: &str, detail: String) -> Response {
    let problem = Problem::new(status.as_u16(), code, "Not done").detail(detail);
    (status, Json(problem)).into_response()
}
