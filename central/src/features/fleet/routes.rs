//! The dashboard's side of the fleet.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Path, State},
};
use gerai_shared::{EdgeId, Micros, OutletId, command::LEAST_FOLLOWED};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{enrol, introduce, model::edge, review, store};
use crate::{
    features::stream::{self, ProofView},
    platform::{
        Platform,
        auth::Admin,
        http::{Body, Data, Failure, IdempotencyKey, Replies, Reply},
    },
    tx,
};

/// The endpoints.
#[must_use]
pub fn router() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(make_code))
        .routes(routes!(edges))
        .routes(routes!(approve))
        .routes(routes!(revoke))
        .routes(routes!(adopt))
        .merge(review::router())
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EnrolmentWish {
    /// The outlet the edge is for.
    outlet: OutletId,
}

#[derive(Debug, Serialize, ToSchema)]
struct EnrolmentCode {
    /// Typed in at the outlet, once.
    code: String,
    expires_at: Micros,
}

/// Makes a one-time enrolment code.
#[utoipa::path(post, path = "/api/admin/fleet/codes", tag = "fleet", request_body = EnrolmentWish,
    responses((status = 201, body = Data<EnrolmentCode>)), security(("bearer" = [])))]
async fn make_code(
    State(platform): State<Platform>,
    Admin(admin): Admin,
    key: IdempotencyKey,
    Body(wish): Body<EnrolmentWish>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", admin.id), key, &wish);
    tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, platform.clock.now(), async {
                let (code, expires_at) = enrol::make_code(tx, &platform.clock, wish.outlet).await?;
                let body = Data {
                    data: EnrolmentCode { code, expires_at },
                };
                Ok((201, body))
            })
            .await
    })
}

/// An edge as the fleet board lists it.
#[derive(Debug, Serialize, ToSchema)]
struct EdgeView {
    id: EdgeId,
    outlet: OutletId,
    name: String,
    version: String,
    /// The protocol it spoke at its last hello.
    protocol: Option<u16>,
    /// Whether it is too old to follow the feed: it must be upgraded.
    too_old: bool,
    status: String,
    incarnation: u32,
    last_seq: u64,
    seen_at: Option<Micros>,
    approved_at: Option<Micros>,
    /// The last heartbeat: backlog, age of the oldest, disk, clock offset, screens.
    #[schema(value_type = Option<Object>)]
    heartbeat: Option<serde_json::Value>,
    /// When its outlet and central were last compared row by row.
    proof: Option<ProofView>,
}

impl From<edge::Model> for EdgeView {
    fn from(row: edge::Model) -> Self {
        let protocol = row.protocol.and_then(|protocol| u16::try_from(protocol).ok());
        Self {
            protocol,
            too_old: protocol.is_some_and(|protocol| protocol < LEAST_FOLLOWED),
            id: row.id.into(),
            outlet: row.outlet_id.into(),
            name: row.name,
            version: row.version,
            status: row.status,
            incarnation: u32::try_from(row.incarnation).unwrap_or_default(),
            last_seq: row.last_seq.unsigned_abs(),
            seen_at: row.seen_at.map(Micros),
            approved_at: row.approved_at.map(Micros),
            heartbeat: row.heartbeat.and_then(|text| serde_json::from_str(&text).ok()),
            proof: None,
        }
    }
}

/// All edges, oldest first.
#[utoipa::path(get, path = "/api/admin/fleet/edges", tag = "fleet",
    responses((status = 200, body = Data<Vec<EdgeView>>)), security(("bearer" = [])))]
async fn edges(State(platform): State<Platform>, _: Admin) -> Result<Json<Data<Vec<EdgeView>>>, Failure> {
    let rows = store::all(platform.db.reader()).await?;
    let proofs: HashMap<OutletId, ProofView> = stream::proofs(platform.db.reader()).await?.into_iter().collect();
    let data = rows
        .into_iter()
        .map(|row| {
            let view = EdgeView::from(row);
            let proof = proofs.get(&view.outlet).filter(|proof| proof.edge == view.id).cloned();
            EdgeView { proof, ..view }
        })
        .collect();
    Ok(Json(Data { data }))
}

/// How an edge stands after an admin has decided.
#[derive(Debug, Serialize, ToSchema)]
struct EdgeStatus {
    id: EdgeId,
    status: String,
    incarnation: u32,
}

/// Gives an outlet to an edge; the one that led it is fenced.
#[utoipa::path(post, path = "/api/admin/fleet/edges/{id}/approve", tag = "fleet", params(("id" = Uuid, Path)),
    responses((status = 200, body = Data<EdgeStatus>)), security(("bearer" = [])))]
async fn approve(
    State(platform): State<Platform>,
    Admin(admin): Admin,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", admin.id), key, &id);
    tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, platform.clock.now(), async {
                let incarnation = enrol::approve(tx, &platform.clock, EdgeId(id)).await?;
                let data = EdgeStatus {
                    id: EdgeId(id),
                    status: "active".to_owned(),
                    incarnation,
                };
                Ok((200, Data { data }))
            })
            .await
    })
}

/// Revokes an edge; central leads its outlet from now on.
#[utoipa::path(post, path = "/api/admin/fleet/edges/{id}/revoke", tag = "fleet", params(("id" = Uuid, Path)),
    responses((status = 200, body = Data<EdgeStatus>)), security(("bearer" = [])))]
async fn revoke(
    State(platform): State<Platform>,
    Admin(admin): Admin,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", admin.id), key, &id);
    tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, platform.clock.now(), async {
                enrol::revoke(tx, &platform, EdgeId(id)).await?;
                let data = EdgeStatus {
                    id: EdgeId(id),
                    status: "revoked".to_owned(),
                    incarnation: 0,
                };
                Ok((200, Data { data }))
            })
            .await
    })
}

/// Gives an outlet back to an edge that is `forgotten`: approved after the backup this database was put back
/// from. It pushes all it did; whoever led the outlet meanwhile is fenced.
#[utoipa::path(post, path = "/api/admin/fleet/edges/{id}/adopt", tag = "fleet", params(("id" = Uuid, Path)),
    responses((status = 200, body = Data<EdgeStatus>)), security(("bearer" = [])))]
async fn adopt(
    State(platform): State<Platform>,
    Admin(admin): Admin,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", admin.id), key, &id);
    tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, platform.clock.now(), async {
                let incarnation = introduce::adopt(tx, &platform, EdgeId(id), Some(admin.id)).await?;
                let data = EdgeStatus {
                    id: EdgeId(id),
                    status: "active".to_owned(),
                    incarnation,
                };
                Ok((200, Data { data }))
            })
            .await
    })
}
