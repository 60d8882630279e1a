//! The dashboard's part in the sync desk: exceptions that were looked at, and proofs asked for.

use axum::{
    Json,
    extract::{Path, State},
};
use gerai_shared::{
    CommandId, Day, EdgeId, Exception, Micros, OutletId, UserId,
    digest::DigestAsked,
    sync::{Reviewed, outlet_topic},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    StreamError,
    model::{digest, exception},
    store,
};
use crate::{
    features::audit::{self, Entry},
    platform::{
        Platform,
        auth::Admin,
        feed::{Post, append},
        http::{Body, Data, Failure, IdempotencyKey, Replies, Reply},
    },
    tx,
};

pub(super) fn router() -> OpenApiRouter<Platform> {
    OpenApiRouter::new().routes(routes!(review)).routes(routes!(proof, ask))
}

/// A booked command that a person should look at.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExceptionView {
    id: Uuid,
    outlet: OutletId,
    command: CommandId,
    seq: u64,
    kind: String,
    exception: Exception,
    created_at: Micros,
    settled_at: Option<Micros>,
    /// Who looked at it.
    settled_by: Option<UserId>,
}

impl TryFrom<exception::Model> for ExceptionView {
    type Error = DbErr;

    fn try_from(row: exception::Model) -> Result<Self, DbErr> {
        Ok(Self {
            id: row.id,
            outlet: row.outlet_id.into(),
            command: row.command_id.into(),
            seq: row.seq.unsigned_abs(),
            kind: row.kind,
            exception: serde_json::from_str(&row.detail).map_err(|error| DbErr::Json(error.to_string()))?,
            created_at: Micros(row.created_at),
            settled_at: row.settled_at.map(Micros),
            settled_by: row.settled_by.map(UserId),
        })
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewNote {
    /// What came of it, for the audit log.
    #[serde(default)]
    note: Option<String>,
}

/// Marks an exception as looked at; the outlet's sync desk shows it so. Again changes nothing.
#[utoipa::path(post, path = "/api/admin/sync/exceptions/{id}/review", tag = "sync", params(("id" = Uuid, Path)),
    request_body = ReviewNote,
    responses((status = 200, body = Data<ExceptionView>)), security(("bearer" = [])))]
async fn review(
    State(platform): State<Platform>,
    Admin(admin): Admin,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Body(note): Body<ReviewNote>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", admin.id), key, &(id, &note));
    let reply = tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, platform.clock.now(), async {
                let row = look_at(tx, &platform, id, admin.id, note.note.clone()).await?;
                let data = ExceptionView::try_from(row)?;
                Ok((200, Data { data }))
            })
            .await
    });
    platform.feed.nudge();
    reply
}

async fn look_at(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    id: Uuid,
    by: UserId,
    note: Option<String>,
) -> Result<exception::Model, Failure> {
    let find = || exception::Entity::find_by_id(id);
    let row = find().one(tx).await?.ok_or_else(Failure::not_found)?;
    let outlet = OutletId(row.outlet_id);
    // The outlet's row, so that two who look at one command's exceptions count the same left over.
    store::lock(tx, outlet).await?;
    let row = find().one(tx).await?.ok_or_else(Failure::not_found)?;
    if row.settled_at.is_some() {
        return Ok(row);
    }
    let what = format!(
        "exception {} of command {} ({}) was looked at",
        row.code, row.seq, row.kind
    );
    let mut entry = Entry::new("sync", "reviewed", what).on("exception", id).by(by);
    if let Some(note) = note {
        entry = entry.with("note", note);
    }
    audit::log(tx, &platform.clock, entry).await?;
    let now = platform.clock.now();
    let mut row = row.into_active_model();
    row.settled_at = Set(Some(now.0));
    row.settled_by = Set(Some(by.0));
    let row = row.update(tx).await?;
    let of_the_command = exception::Entity::find()
        .filter(exception::Column::CommandId.eq(row.command_id))
        .filter(exception::Column::OutletId.eq(outlet.0))
        .order_by_asc(exception::Column::Id)
        .all(tx)
        .await?;
    let (looked_at, open): (Vec<_>, Vec<_>) = of_the_command.into_iter().partition(|row| row.settled_at.is_some());
    let mut codes: Vec<String> = looked_at.into_iter().map(|row| row.code).collect();
    // One of several with the same code is not known from the others at the outlet.
    codes.retain(|code| open.iter().all(|row| row.code != *code));
    codes.dedup();
    let reviewed = Reviewed {
        command: row.command_id.into(),
        codes,
        open: open.len() as u64,
    };
    let post = Post::row("reviewed", row.command_id, &reviewed)?;
    append(tx, &outlet_topic(outlet), vec![post], now).await?;
    Ok(row)
}

/// When an outlet and central were last compared row by row, and how they stood.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProofView {
    /// The edge that sent its digest.
    pub edge: EdgeId,
    /// The last command they were compared after.
    seq: u64,
    /// The first business day compared; all days when null.
    since: Option<Day>,
    /// How many rows the outlet sent the digest of.
    rows: u64,
    /// Whether they are the same.
    equal: bool,
    /// How many rows differ.
    differing: u64,
    /// How many wait for a command that is held.
    held: u64,
    /// When.
    proved_at: Micros,
}

impl From<digest::Model> for ProofView {
    fn from(row: digest::Model) -> Self {
        Self {
            edge: row.edge_id.into(),
            seq: row.seq.unsigned_abs(),
            since: row.since.and_then(|day| day.parse().ok()),
            rows: row.row_count.unsigned_abs(),
            equal: row.differing == 0,
            differing: row.differing.unsigned_abs(),
            held: row.held.unsigned_abs(),
            proved_at: Micros(row.proved_at),
        }
    }
}

/// How each outlet's last proof stands.
///
/// # Errors
/// The database's.
pub async fn proofs(db: &impl ConnectionTrait) -> Result<Vec<(OutletId, ProofView)>, DbErr> {
    let rows = digest::Entity::find().all(db).await?;
    Ok(rows.into_iter().map(|row| (row.outlet_id.into(), row.into())).collect())
}

/// When an outlet and central were last compared; null when they never were.
#[utoipa::path(get, path = "/api/admin/outlets/{id}/digest", tag = "sync", params(("id" = Uuid, Path)),
    responses((status = 200, body = Data<Option<ProofView>>)), security(("bearer" = [])))]
async fn proof(
    State(platform): State<Platform>,
    _: Admin,
    Path(outlet): Path<Uuid>,
) -> Result<Json<Data<Option<ProofView>>>, Failure> {
    let row = digest::Entity::find_by_id(outlet).one(platform.db.reader()).await?;
    Ok(Json(Data {
        data: row.map(ProofView::from),
    }))
}

#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProofWish {
    /// All business days; those of the nightly proof when not said.
    #[serde(default)]
    whole: bool,
}

/// Asks an outlet for a proof now. It comes once central has all the outlet's commands.
#[utoipa::path(post, path = "/api/admin/outlets/{id}/digest", tag = "sync", params(("id" = Uuid, Path)),
    request_body = ProofWish, responses((status = 202, body = Data<DigestAsked>),
    (status = 409, description = "`outlet_without_edge`: central leads it, there is nobody to compare with",
        body = gerai_shared::Problem)), security(("bearer" = [])))]
async fn ask(
    State(platform): State<Platform>,
    Admin(admin): Admin,
    key: IdempotencyKey,
    Path(outlet): Path<Uuid>,
    Body(wish): Body<ProofWish>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", admin.id), key, &(outlet, &wish));
    let reply = tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, platform.clock.now(), async {
                let at = store::position(tx, OutletId(outlet)).await?;
                let at = at.ok_or(StreamError::UnknownOutlet)?;
                if at.incarnation == 0 {
                    return Err(StreamError::WithoutEdge.into());
                }
                let asked = DigestAsked {
                    id: platform.clock.id(),
                    whole: wish.whole,
                    at: platform.clock.now(),
                };
                let post = Post::row("digest", outlet, &asked)?;
                append(tx, &outlet_topic(at.outlet), vec![post], asked.at).await?;
                Ok((202, Data { data: asked }))
            })
            .await
    });
    platform.feed.nudge();
    reply
}
