//! Bodies and queries, with errors that name the thing.

use axum::{
    extract::{FromRequest, FromRequestParts, Request, rejection::BytesRejection},
    http::{StatusCode, request::Parts},
    response::IntoResponse,
};
use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::Failure;

/// A JSON body. An empty body reads as `{}`.
#[derive(Clone, Copy, Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = Bytes::from_request(request, state).await.map_err(unreadable)?;
        read(&bytes).map(Self)
    }
}

fn unreadable(rejection: BytesRejection) -> Failure {
    if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Failure::new(
            413,
            "body_too_large",
            "Isi permintaan terlalu besar",
            "The body is too large",
        );
    }
    Failure::new(400, "body_unreadable", "Isi permintaan terputus", "The body broke off")
}

/// Reads JSON: 400 with the place when it is malformed, 422 when its shape is wrong.
///
/// # Errors
/// As said.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => {
            let text = error.to_string();
            let problem = Failure::new(
                422,
                "invalid_body",
                "Isi permintaan tidak sesuai",
                "The body does not fit",
            )
            .detail(text.clone());
            // serde names the field between backticks.
            match text.split('`').nth(1) {
                Some(field) => problem.field(field, text.clone()),
                None => problem,
            }
        }
        _ => Failure::new(400, "malformed_json", "JSON tidak benar", "Malformed JSON").detail(format!(
            "line {}, column {}: {error}",
            error.line(),
            error.column()
        )),
    })
}

/// Query parameters.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(query)| Self(query))
            .map_err(|rejection| {
                Failure::new(
                    422,
                    "invalid_query",
                    "Parameter tidak sesuai",
                    "A parameter does not fit",
                )
                .detail(rejection.body_text())
            })
    }
}
