//! The proof that outlet and central have the same rows.

use axum::{Json, extract::State};
use gerai_shared::{
    Problem,
    digest::{Digest, DigestReply},
};

use crate::{
    features::{
        fleet::EdgeCaller,
        stream::{self, Prover},
    },
    platform::{
        Platform,
        http::{Body, Failure},
    },
};

/// Compares an outlet's rows with central's at one position. Central asks for the rows of parts whose
/// hashes differ; the edge sends the same digest again with them.
#[utoipa::path(post, path = "/edge/v1/digest", tag = "edge", security(("edge" = [])),
    request_body = Digest, responses(
    (status = 200, body = DigestReply),
    (status = 401, body = Problem),
    (status = 409, description = "`edge_fenced` or `edge_revoked`", body = Problem),
))]
pub(super) async fn digest(
    State(platform): State<Platform>,
    caller: EdgeCaller,
    Body(digest): Body<Digest>,
) -> Result<Json<DigestReply>, Failure> {
    let prover = Prover {
        edge: caller.edge,
        outlet: caller.outlet,
        incarnation: caller.incarnation,
    };
    Ok(Json(DigestReply {
        nonce: digest.nonce,
        epoch: platform.epoch,
        verdict: stream::prove(&platform, prover, &digest).await?,
        time: platform.clock.now(),
    }))
}
