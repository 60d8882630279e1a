//! How an edge comes in.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use bytes::Bytes;
use gerai_shared::sync::{Enroll, Enrolled, Heartbeat, Hello, SIGNATURE_HEADER, Welcome};

use crate::{
    features::fleet::{self, EdgeCaller},
    platform::{
        Platform,
        http::{Body, Failure, read},
    },
};

/// `POST /edge/v1/enroll`
pub(super) async fn enroll(
    State(platform): State<Platform>,
    Body(enroll): Body<Enroll>,
) -> Result<Json<Enrolled>, Failure> {
    Ok(Json(fleet::enrol(&platform, enroll).await?))
}

/// `POST /edge/v1/hello`: the signature is over the bytes of the body.
pub(super) async fn hello(
    State(platform): State<Platform>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Welcome>, Failure> {
    let hello: Hello = read(&body)?;
    let signature = headers
        .get(SIGNATURE_HEADER)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    Ok(Json(
        fleet::hello(&platform, &hello, &body, signature, platform.epoch).await?,
    ))
}

/// `POST /edge/v1/heartbeat`
pub(super) async fn heartbeat(
    State(platform): State<Platform>,
    caller: EdgeCaller,
    Body(heartbeat): Body<Heartbeat>,
) -> Result<StatusCode, Failure> {
    fleet::heartbeat(&platform, &caller, &heartbeat).await?;
    Ok(StatusCode::NO_CONTENT)
}
