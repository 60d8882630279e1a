//! The door to what is heavy: pushes, snapshots and hellos.

use std::time::Duration;

use axum::{
    body::Body,
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::StreamExt;
use gerai_shared::sync::SIGNATURE_HEADER;

use crate::{
    features::fleet,
    platform::{
        Platform,
        http::Failure,
        limits::{Admission, come_back, too_large},
    },
};

/// How long a body is read that nobody is going to look at: a client that is still sending when the
/// connection closes never sees the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// In bytes; a hello has a few hundred.
const LONGEST_HELLO: usize = 64 * 1024;

/// Lets in as many at once as there are places, and each session of an edge once for each kind of call. Whose
/// session it is need not be known: whoever has no session is turned away inside.
pub(in crate::entry) async fn admit(
    State((platform, admission)): State<(Platform, Admission)>,
    request: Request,
    next: Next,
) -> Response {
    let session = request.headers().get(header::AUTHORIZATION);
    let who = match session.and_then(|value| value.to_str().ok()) {
        Some(session) => format!("{} {session}", request.uri().path()),
        // An edge that was fenced has none.
        None => platform.clock.id().to_string(),
    };
    if let Some(_place) = admission.enter(&who).await {
        return next.run(request).await;
    }
    let _ = tokio::time::timeout(PATIENCE, discard(request.into_body())).await;
    sent_away(&platform)
}

/// As [`admit`], for hellos: each edge once, known by its signature. Who does not have its key takes no place.
pub(in crate::entry) async fn admit_hello(
    State((platform, admission)): State<(Platform, Admission)>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LONGEST_HELLO).await else {
        return too_large(LONGEST_HELLO).into_response();
    };
    let signature = parts.headers.get(SIGNATURE_HEADER);
    let signature = signature.and_then(|value| value.to_str().ok());
    let signer = match signature {
        Some(signature) => fleet::signer(&platform, &body, signature).await,
        None => Ok(None),
    };
    let _place = match signer {
        Ok(Some(edge)) => match admission.enter(&format!("hello {edge}")).await {
            Some(place) => Some(place),
            None => return sent_away(&platform),
        },
        // Nobody's: it is refused inside without a look into the database.
        Ok(None) => None,
        Err(error) => return Failure::from(error).into_response(),
    };
    next.run(Request::from_parts(parts, Body::from(body))).await
}

fn sent_away(platform: &Platform) -> Response {
    let [chance] = platform.clock.secret::<1>();
    come_back(chance).into_response()
}

async fn discard(body: Body) {
    let mut stream = body.into_data_stream();
    while let Some(Ok(_)) = stream.next().await {}
}
