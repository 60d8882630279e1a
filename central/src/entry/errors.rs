//! Every error leaves as a problem, also those that axum or a panic made.

use std::any::Any;

use axum::{
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::platform::http::Failure;

/// How much of an error's plain text is told on, in bytes.
const TOLD: usize = 2_048;

/// Turns an error that is not a problem yet (no such route, wrong method, a path that does not
/// parse) into one.
pub(super) async fn every_error_is_a_problem(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let plain = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_none_or(|kind| kind.starts_with("text/plain"));
    let error = status.is_client_error() || status.is_server_error();
    if !error || !plain || response.extensions().get::<Failure>().is_some() {
        return response;
    }
    let allow = response.headers().get(header::ALLOW).cloned();
    let text = axum::body::to_bytes(response.into_body(), TOLD)
        .await
        .unwrap_or_default();
    let mut failure = named(status);
    if !text.is_empty() {
        failure = failure.detail(String::from_utf8_lossy(&text).into_owned());
    }
    let mut response = failure.into_response();
    if let Some(allow) = allow {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

fn named(status: StatusCode) -> Failure {
    match status {
        StatusCode::NOT_FOUND => Failure::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => Failure::new(
            405,
            "method_not_allowed",
            "Metode tidak didukung di sini",
            "This method is not known here",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => Failure::new(
            413,
            "body_too_large",
            "Isi permintaan terlalu besar",
            "The body is too large",
        ),
        StatusCode::BAD_REQUEST => Failure::new(
            400,
            "bad_request",
            "Permintaan tidak dapat dibaca",
            "The request cannot be read",
        ),
        status => Failure::new(status.as_u16(), "failed", "Permintaan gagal", "The request failed"),
    }
}

/// A panic is a fault of ours; its text is logged, not told.
pub(super) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no text");
    tracing::error!(panic = text, "a handler panicked");
    Failure::new(
        500,
        "internal",
        "Terjadi kesalahan pada server",
        "Something broke on the server",
    )
    .into_response()
}
