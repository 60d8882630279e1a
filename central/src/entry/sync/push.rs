//! Commands up.

use axum::{Json, extract::State};
use gerai_shared::sync::{Push, PushReply};

use crate::{
    features::{fleet::EdgeCaller, stream},
    platform::{
        Platform,
        http::{Body, Failure},
    },
};

/// `POST /edge/v1/push`
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
