//! Bodies that are too large are refused in words.

use std::time::Duration;

use axum::{
    body::Body,
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::StreamExt;

use crate::platform::http::Failure;

/// How much of a refused body is read all the same, in bytes, and for how long: a client that is
/// still sending when the connection closes never sees the answer.
const DISCARDED: u64 = 64 << 20;
const PATIENCE: Duration = Duration::from_secs(10);

/// Refuses a body whose stated length is over the limit in bytes. One that states none is cut off
/// by axum's own limit.
pub async fn limit_body(State(limit): State<usize>, request: Request, next: Next) -> Response {
    let stated = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<u64>().ok());
    match stated {
        Some(length) if length > limit as u64 => {
            if length <= DISCARDED {
                let _ = tokio::time::timeout(PATIENCE, discard(request.into_body())).await;
            }
            too_large(limit).into_response()
        }
        _ => next.run(request).await,
    }
}

async fn discard(body: Body) {
    let mut stream = body.into_data_stream();
    while let Some(Ok(_)) = stream.next().await {}
}

/// What a body over a limit in bytes is refused with.
#[must_use]
pub fn too_large(limit: usize) -> Failure {
    Failure::new(
        413,
        "body_too_large",
        "Isi permintaan terlalu besar",
        "The body is too large",
    )
    .detail(format!("at most {limit} bytes"))
}
