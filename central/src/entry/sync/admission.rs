//! The door to what is heavy: pushes and hellos.

use std::time::Duration;

use axum::{
    body::Body,
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::StreamExt;

use crate::platform::{
    Platform,
    limits::{Admission, come_back},
};

/// How long a body is read that nobody is going to look at: a client that is still sending when the
/// connection closes never sees the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lets in as many at once as there are places, and each session of an edge once. Whose session it
/// is need not be known: whoever has no session is turned away inside.
pub(in crate::entry) async fn admit(
    State((platform, admission)): State<(Platform, Admission)>,
    request: Request,
    next: Next,
) -> Response {
    let session = request.headers().get(header::AUTHORIZATION);
    let who = match session.and_then(|value| value.to_str().ok()) {
        Some(session) => session.to_owned(),
        // A hello has no session yet.
        None => platform.clock.id().to_string(),
    };
    if let Some(_place) = admission.enter(&who).await {
        return next.run(request).await;
    }
    let _ = tokio::time::timeout(PATIENCE, discard(request.into_body())).await;
    let [chance] = platform.clock.secret::<1>();
    come_back(chance).into_response()
}

async fn discard(body: Body) {
    let mut stream = body.into_data_stream();
    while let Some(Ok(_)) = stream.next().await {}
}
