//! Commands up.

use axum::{Json, extract::State, http::HeaderMap};
use bytes::Bytes;
use gerai_shared::{
    Problem,
    sync::{CommandResult, Push, PushReply},
};

use crate::{
    features::{
        fleet::{self, EdgeCaller, LateCaller},
        stream::{self, StreamError},
    },
    platform::{
        Platform,
        http::{Failure, read},
    },
};

/// Books what the outlet did, in order. Only an answer with the nonce counts. An edge that was
/// fenced shows its id and signs the body instead of a session: its commands are kept for review.
#[utoipa::path(post, path = "/edge/v1/push", tag = "edge", security(("edge" = []), ("edge_signature" = [])),
    request_body = Push, responses(
    (status = 200, body = PushReply),
    (status = 401, body = Problem),
    (status = 409, description = "`edge_fenced`, `edge_revoked`, or a gap in the numbers", body = Problem),
))]
pub(super) async fn push(
    State(platform): State<Platform>,
    headers: HeaderMap,
    caller: Result<EdgeCaller, Failure>,
    body: Bytes,
) -> Result<Json<PushReply>, Failure> {
    let late = LateCaller::of(&platform, &headers, &body).await?;
    let caller = late.map_or_else(|| caller.map(Caller::Leads), |late| Ok(Caller::Late(late)))?;
    let push: Push = read(&body)?;
    let nonce = push.nonce;
    let (results, acked_seq) = take(&platform, &caller, push, &body).await?;
    Ok(Json(PushReply {
        nonce,
        epoch: platform.epoch,
        results,
        acked_seq,
        time: platform.clock.now(),
    }))
}

enum Caller {
    Leads(EdgeCaller),
    Late(LateCaller),
}

/// Books it, or keeps it for review: also when it shows just now that this edge is a copy.
async fn take(
    platform: &Platform,
    caller: &Caller,
    push: Push,
    body: &[u8],
) -> Result<(Vec<CommandResult>, u64), Failure> {
    let late = match caller {
        Caller::Late(late) => *late,
        Caller::Leads(caller) if push.incarnation != caller.incarnation => return Err(StreamError::Fenced.into()),
        Caller::Leads(caller) => match stream::push(platform, caller.outlet, caller.incarnation, push).await {
            Err(error @ StreamError::Forked { .. }) => {
                fleet::turn_away(platform, caller.edge, &error.to_string()).await?;
                (*caller).into()
            }
            done => return Ok(done?),
        },
    };
    let results = fleet::keep(platform, &late, &read(body)?).await?;
    let last = results.last().map_or(0, |result| result.seq);
    Ok((results, last))
}
