//! How an edge comes in.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use bytes::Bytes;
use gerai_shared::{
    Problem,
    sync::{Enroll, Enrolled, Heartbeat, Hello, Introduced, Introduction, SIGNATURE_HEADER, Welcome},
};

use crate::{
    features::fleet::{self, EdgeCaller},
    platform::{
        Platform,
        http::{Body, Failure, read},
    },
};

/// Takes in a new installation that shows a one-time code; asked again, says how far approval is.
#[utoipa::path(post, path = "/edge/v1/enroll", tag = "edge", security(()), request_body = Enroll, responses(
    (status = 200, body = Enrolled),
    (status = 422, description = "`enrol_code_invalid`", body = Problem),
))]
pub(super) async fn enroll(
    State(platform): State<Platform>,
    Body(enroll): Body<Enroll>,
) -> Result<Json<Enrolled>, Failure> {
    Ok(Json(fleet::enrol(&platform, enroll).await?))
}

/// Opens a session for an edge; the signature is over the bytes of the body.
#[utoipa::path(post, path = "/edge/v1/hello", tag = "edge", security(("edge_signature" = [])),
    request_body = Hello, responses(
    (status = 200, body = Welcome),
    (status = 401, body = Problem),
    (status = 404, description = "`edge_unknown`: central has no approval of it", body = Problem),
    (status = 409, description = "`edge_pending`, `edge_forgotten`, `edge_fenced`, `edge_revoked` or `edge_cloned`",
        body = Problem),
))]
pub(super) async fn hello(
    State(platform): State<Platform>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Welcome>, Failure> {
    let signature = headers
        .get(SIGNATURE_HEADER)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(Failure::unauthenticated)?;
    let hello: Hello = read(&body)?;
    Ok(Json(
        fleet::hello(&platform, &hello, &body, signature, platform.epoch).await?,
    ))
}

/// Takes in who an edge is that hello answers `edge_unknown`; the signature is over the bytes of the body.
#[utoipa::path(post, path = "/edge/v1/introduce", tag = "edge", security(("edge_signature" = [])),
    request_body = Introduction, responses(
    (status = 200, body = Introduced),
    (status = 401, description = "`bad_signature`: the key's, or central's own", body = Problem),
    (status = 404, description = "Its outlet is not known either", body = Problem),
))]
pub(super) async fn introduce(
    State(platform): State<Platform>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Introduced>, Failure> {
    let signature = headers
        .get(SIGNATURE_HEADER)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(Failure::unauthenticated)?;
    let said: Introduction = read(&body)?;
    Ok(Json(Introduced {
        nonce: said.nonce,
        status: fleet::introduce(&platform, &said, &body, signature).await?,
        time: platform.clock.now(),
    }))
}

/// Notes how an outlet is.
#[utoipa::path(post, path = "/edge/v1/heartbeat", tag = "edge", security(("edge" = [])),
    request_body = Heartbeat, responses(
    (status = 204, description = "Noted"),
    (status = 401, body = Problem),
    (status = 409, description = "`edge_fenced` or `edge_revoked`", body = Problem),
))]
pub(super) async fn heartbeat(
    State(platform): State<Platform>,
    caller: EdgeCaller,
    Body(heartbeat): Body<Heartbeat>,
) -> Result<StatusCode, Failure> {
    fleet::heartbeat(&platform, &caller, &heartbeat).await?;
    Ok(StatusCode::NO_CONTENT)
}
