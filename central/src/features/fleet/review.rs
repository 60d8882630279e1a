//! A person decides about what a fenced edge told: it is told again to the outlet, or dismissed.

use axum::{
    Json,
    extract::{Path, State},
};
use gerai_shared::{
    Actor, Command, CommandId, EdgeId, Micros, OutletId, RequestId, UserId, command::PROTOCOL, request::Request,
    wish::Wish,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{FleetError, model::late};
use crate::{
    features::{
        audit::{self, Entry},
        requests, stream,
    },
    platform::{
        Platform,
        auth::Admin,
        http::{Body, Data, Failure, IdempotencyKey, Page, PageQuery, Query, Replies, Reply},
    },
    tx,
};

pub(super) fn router() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(review))
        .routes(routes!(accept))
        .routes(routes!(dismiss))
}

/// A command of a fenced edge, and what a person made of it.
#[derive(Debug, Serialize, ToSchema)]
struct LateCommand {
    id: CommandId,
    outlet: OutletId,
    edge: EdgeId,
    incarnation: u32,
    seq: u64,
    kind: String,
    /// The command as the edge gave it.
    #[schema(value_type = Object)]
    command: serde_json::Value,
    /// Hash of the changes it made there.
    hash: String,
    received_at: Micros,
    /// `waiting`, `accepted` or `dismissed`.
    state: String,
    /// Why it was dismissed.
    reason: Option<String>,
    /// The request by which the outlet was told again.
    request: Option<RequestId>,
}

impl From<late::Model> for LateCommand {
    fn from(row: late::Model) -> Self {
        Self {
            id: row.id.into(),
            outlet: row.outlet_id.into(),
            edge: row.edge_id.into(),
            incarnation: u32::try_from(row.incarnation).unwrap_or_default(),
            seq: row.seq.unsigned_abs(),
            kind: row.kind,
            command: serde_json::from_str(&row.body).unwrap_or_default(),
            hash: row.edge_hash,
            received_at: Micros(row.received_at),
            state: row.state,
            reason: row.reason,
            request: row.request_id.map(RequestId),
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ReviewQuery {
    /// `waiting` unless told; or `accepted`, `dismissed`.
    #[serde(default)]
    state: Option<String>,
    /// Which page, from 1.
    #[serde(default)]
    page: Option<u64>,
    /// How many rows; 15 unless told, 1,000 at most.
    #[serde(default)]
    per_page: Option<u64>,
}

/// What fenced edges told after they were fenced, in the order of their journals.
#[utoipa::path(get, path = "/api/admin/fleet/review", tag = "fleet", params(ReviewQuery),
    responses((status = 200, body = Page<LateCommand>)), security(("bearer" = [])))]
async fn review(
    State(platform): State<Platform>,
    _: Admin,
    Query(query): Query<ReviewQuery>,
) -> Result<Json<Page<LateCommand>>, Failure> {
    let page = PageQuery {
        page: query.page,
        per_page: query.per_page,
    };
    let state = query.state.as_deref().unwrap_or("waiting");
    let (total, rows) = late_page(platform.db.reader(), state, page).await?;
    let data = rows.into_iter().map(LateCommand::from).collect();
    Ok(Json(Page::new("/api/admin/fleet/review", page, total, data)))
}

/// Tells the outlet again what its fenced edge had told: as a request, answered by a command that
/// is listed as an exception when it is booked.
#[utoipa::path(post, path = "/api/admin/fleet/review/{id}/accept", tag = "fleet", params(("id" = Uuid, Path)),
    responses((status = 200, body = Data<LateCommand>)), security(("bearer" = [])))]
async fn accept(
    State(platform): State<Platform>,
    Admin(admin): Admin,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", admin.id), key, &id);
    let reply = tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, platform.clock.now(), async {
                let row = tell_again(tx, &platform, id, admin.id).await?;
                let data = LateCommand::from(row);
                Ok((200, Data { data }))
            })
            .await
    });
    platform.feed.nudge();
    reply
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Dismissal {
    /// Why.
    reason: String,
}

/// Leaves it at that, for a reason.
#[utoipa::path(post, path = "/api/admin/fleet/review/{id}/dismiss", tag = "fleet", params(("id" = Uuid, Path)),
    request_body = Dismissal,
    responses((status = 200, body = Data<LateCommand>)), security(("bearer" = [])))]
async fn dismiss(
    State(platform): State<Platform>,
    Admin(admin): Admin,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Body(dismissal): Body<Dismissal>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", admin.id), key, &(id, &dismissal));
    tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, platform.clock.now(), async {
                let row = waiting(tx, id).await?;
                let row = settle(tx, &platform, row, admin.id, Some(dismissal.reason.clone()), None).await?;
                let data = LateCommand::from(row);
                Ok((200, Data { data }))
            })
            .await
    })
}

async fn late_page(db: &impl ConnectionTrait, state: &str, page: PageQuery) -> Result<(u64, Vec<late::Model>), DbErr> {
    let all = late::Entity::find().filter(late::Column::State.eq(state));
    let total = all.clone().count(db).await?;
    let rows = all
        .order_by_asc(late::Column::OutletId)
        .order_by_asc(late::Column::Seq)
        .order_by_asc(late::Column::Id)
        .offset(page.offset())
        .limit(page.size())
        .all(db)
        .await?;
    Ok((total, rows))
}

async fn waiting(tx: &impl ConnectionTrait, id: Uuid) -> Result<late::Model, FleetError> {
    let row = late::Entity::find_by_id(id)
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or(FleetError::Unknown("command"))?;
    match row.state.as_str() {
        "waiting" => Ok(row),
        _ => Err(FleetError::Settled(row.state)),
    }
}

/// Hands the act to whoever leads the outlet now. It is in the stream, with its exception, once
/// that has answered; a refusal is the request's answer.
async fn tell_again(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    id: Uuid,
    by: UserId,
) -> Result<late::Model, Failure> {
    let outlet = late::Entity::find_by_id(id)
        .one(tx)
        .await?
        .map(|row| OutletId(row.outlet_id))
        .ok_or(FleetError::Unknown("command"))?;
    let at = stream::lock(tx, outlet).await?;
    let row = waiting(tx, id).await?;
    let ceiling = platform.config.sync.protocol_ceiling.min(PROTOCOL);
    let command = Command::read(&row.body, ceiling).map_err(|why| FleetError::Unreadable(why.to_string()))?;
    let request = Request {
        id: RequestId(platform.clock.id()),
        outlet,
        wish: Wish::Told {
            act: Box::new(command.act),
            of: command.id,
        },
        by: Actor::Admin { user: by },
        asked_at: platform.clock.now(),
    };
    requests::ask(tx, &request, id).await?;
    if at.incarnation == 0 {
        stream::lead(tx, platform, outlet, request.wish, request.by, Some(request.id)).await?;
    }
    settle(tx, platform, row, by, None, Some(request.id)).await
}

async fn settle(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    row: late::Model,
    by: UserId,
    reason: Option<String>,
    request: Option<RequestId>,
) -> Result<late::Model, Failure> {
    let accepted = request.is_some();
    let (state, event) = if accepted {
        ("accepted", "accepted")
    } else {
        ("dismissed", "dismissed")
    };
    let what = format!("a fenced edge's command {} ({}) was {state}", row.seq, row.kind);
    let entry = Entry::new("fleet", event, what).on("late_command", row.id).by(by);
    audit::log(tx, &platform.clock, entry).await?;
    let mut row = row.into_active_model();
    row.state = Set(state.to_owned());
    row.reason = Set(reason);
    row.request_id = Set(request.map(|request| request.0));
    row.settled_at = Set(Some(platform.clock.now().0));
    row.settled_by = Set(Some(by.0));
    Ok(row.update(tx).await?)
}
