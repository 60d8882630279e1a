//! Commands up.

use axum::{Json, extract::State};
use gerai_shared::{
    Problem,
    sync::{Push, PushReply},
};

use crate::{
    features::{fleet::EdgeCaller, stream},
    platform::{
        Platform,
        http::{Body, Failure},
    },
};

/// Books what the outlet did, in order. Only an answer with the nonce counts.
#[utoipa::path(post, path = "/edge/v1/push", tag = "edge", security(("edge" = [])), request_body = Push, responses(
    (status = 200, body = PushReply),
    (status = 401, body = Problem),
    (status = 409, description = "`edge_fenced`, `edge_revoked`, or a gap in the numbers", body = Problem),
))]
pub(super) async fn push(
    State(platform): State<Platform>,
    caller: EdgeCaller,
    Body(push): Body<Push>,
) -> Result<Json<PushReply>, Failure> {
    let nonce = push.nonce;
    if push.incarnation != caller.incarnation {
        return Err(stream::StreamError::Fenced.into());
    }
    let (results, acked_seq) = stream::push(&platform, caller.outlet, caller.incarnation, push).await?;
    Ok(Json(PushReply {
        nonce,
        epoch: platform.epoch,
        results,
        acked_seq,
        time: platform.clock.now(),
    }))
}
