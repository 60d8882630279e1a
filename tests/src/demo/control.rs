//! The demo's control address: cut, heal and slow a line, kill, start and damage an edge, make central older or
//! newer, and tell the devices of the first outlet what to be.
//!
//! | path | what |
//! |---|---|
//! | `GET /edges` | how the edges stand |
//! | `POST /edges/N/SWITCH` | `cut`, `heal`, `slow`, `kill`, `start`, `tear` |
//! | `POST /central/AGE` | `present`, `behind` |
//! | `GET /edges/N/devices` | its devices, by the ids the edge has for them, and what each is told to be |
//! | `POST /edges/N/devices/ID/STATE` | `ready`, `paper_low`, `paper_out`, `cover_open`, `failed`, `silent`, `off` |
//! | `GET /edges/N/devices/ID/printed` | what a printer has printed: `lines` and `bytes` (hex) of each slip |

use std::sync::Arc;

use anyhow::{Context, Result};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::Method,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use gerai_shared::{Problem, command::PROTOCOL};
use serde_json::json;
use tokio::{net::TcpListener, sync::Mutex, task::JoinHandle};

use super::outlets::{Outlets, Switch};
use crate::{central::Central, client, ports, wait::SOON};

/// A control address that answers.
pub(super) struct Control {
    pub url: String,
    pub serving: JoinHandle<()>,
}

pub(super) async fn serve(port: u16, outlets: &Outlets, central: &Arc<Mutex<Central>>) -> Result<Control> {
    let listener = TcpListener::bind(ports::loopback(port))
        .await
        .with_context(|| format!("the control address cannot use port {port}"))?;
    let url = format!("http://{}", listener.local_addr()?);
    let router = Router::new()
        .route("/edges", get(list))
        .route("/edges/{nth}/{switch}", post(flip))
        .route("/edges/{nth}/devices", get(devices))
        .route("/edges/{nth}/devices/{*path}", any(device))
        .with_state(outlets.clone())
        .merge(
            Router::new()
                .route("/central/{age}", post(age))
                .with_state(central.clone()),
        );
    let serving = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            eprintln!("the control address ended: {error}");
        }
    });
    Ok(Control { url, serving })
}

async fn list(State(outlets): State<Outlets>) -> Json<serde_json::Value> {
    Json(json!({ "data": outlets.states().await }))
}

async fn flip(State(outlets): State<Outlets>, Path((nth, switch)): Path<(usize, Switch)>) -> Response {
    match outlets.flip(nth, switch).await {
        Ok(Some(state)) => Json(json!({ "data": state })).into_response(),
        Ok(None) => problem(StatusCode::NOT_FOUND, "no_such_edge", format!("there is no edge {nth}")),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, "not_done", format!("{error:#}")),
    }
}

/// How old a central is.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Age {
    /// It reads what the edges of today write.
    Present,
    /// It holds what it cannot read yet.
    Behind,
}

/// Central anew, as one of that age.
async fn age(State(central): State<Arc<Mutex<Central>>>, Path(age): Path<Age>) -> Response {
    let mut central = central.lock().await;
    let ceiling = match age {
        Age::Present => PROTOCOL,
        Age::Behind => PROTOCOL - 1,
    };
    central.set("GERAI_CENTRAL__SYNC__PROTOCOL_CEILING", ceiling);
    let anew = async {
        central.stop().await?;
        central.start().await
    };
    match anew.await {
        Ok(()) => Json(json!({ "data": { "protocol_ceiling": ceiling } })).into_response(),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, "not_done", format!("{error:#}")),
    }
}

async fn devices(State(outlets): State<Outlets>, Path(nth): Path<usize>) -> Response {
    passed_on(&outlets, nth, Method::GET, "").await
}

async fn device(State(outlets): State<Outlets>, method: Method, Path((nth, path)): Path<(usize, String)>) -> Response {
    passed_on(&outlets, nth, method, &path).await
}

/// As the devices' own control address answers.
async fn passed_on(outlets: &Outlets, nth: usize, method: Method, path: &str) -> Response {
    let Some(control) = outlets.devices(nth).await else {
        return problem(
            StatusCode::NOT_FOUND,
            "no_devices",
            format!("edge {nth} looks after none"),
        );
    };
    let ask = async {
        let request = client::plain(SOON)?.request(method, format!("{control}/{path}"));
        anyhow::Ok(client::Answer::read(request.send().await?).await?)
    };
    match ask.await {
        Ok(answer) => {
            let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
            (status, Json(answer.body)).into_response()
        }
        Err(error) => problem(StatusCode::BAD_GATEWAY, "not_done", format!("{error:#}")),
    }
}

fn problem(status: StatusCode, code: &str, detail: String) -> Response {
    let problem = Problem::new(status.as_u16(), code, "Not done").detail(detail);
    (status, Json(problem)).into_response()
}
