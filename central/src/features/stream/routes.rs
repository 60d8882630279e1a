//! What the dashboard sees of streams: commands, held ones, exceptions, rows.

use axum::extract::{Path, State};
use gerai_shared::{Change, CommandId, Exception, Micros, OutletId, change::Table, sync::Outcome};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    model::{command, exception},
    reviewed::{self, ExceptionView},
};
use crate::{
    features::{queue, requests, sales},
    platform::{
        Platform,
        auth::Admin,
        http::{Failure, Page, PageQuery, Query},
    },
};

/// The endpoints.
#[must_use]
pub fn router() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(commands))
        .routes(routes!(held))
        .routes(routes!(exceptions))
        .routes(routes!(rows))
        .merge(reviewed::router())
}

/// A command as the dashboard lists it.
#[derive(Debug, Serialize, ToSchema)]
struct CommandView {
    id: CommandId,
    outlet: OutletId,
    incarnation: u32,
    seq: u64,
    kind: String,
    version: u16,
    outcome: String,
    /// Hash of the changes at the edge.
    hash: String,
    /// Hash of central's own; null while held.
    central_hash: Option<String>,
    exceptions: Vec<Exception>,
    received_at: Micros,
}

fn view(row: command::Model) -> Result<CommandView, DbErr> {
    Ok(CommandView {
        id: row.id.into(),
        outlet: row.outlet_id.into(),
        incarnation: u32::try_from(row.incarnation).unwrap_or_default(),
        seq: row.seq.unsigned_abs(),
        kind: row.kind,
        version: u16::try_from(row.version).unwrap_or_default(),
        outcome: row.outcome,
        hash: row.edge_hash,
        central_hash: row.central_hash,
        exceptions: serde_json::from_str(&row.exceptions).map_err(|error| DbErr::Json(error.to_string()))?,
        received_at: Micros(row.received_at),
    })
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CommandsQuery {
    /// Only commands after this one.
    #[serde(default)]
    after_seq: u64,
    /// How many; 1,000 unless told, and at most.
    #[serde(default)]
    limit: Option<u64>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Commands {
    data: Vec<CommandView>,
}

/// The commands of an outlet, in order.
#[utoipa::path(get, path = "/api/admin/outlets/{id}/commands", tag = "sync", params(("id" = Uuid, Path), CommandsQuery),
    responses((status = 200, body = Commands)), security(("bearer" = [])))]
async fn commands(
    State(platform): State<Platform>,
    _: Admin,
    Path(outlet): Path<Uuid>,
    Query(query): Query<CommandsQuery>,
) -> Result<axum::Json<Commands>, Failure> {
    let rows = command::Entity::find()
        .filter(command::Column::OutletId.eq(outlet))
        .filter(command::Column::Seq.gt(i64::try_from(query.after_seq).unwrap_or(i64::MAX)))
        .order_by_asc(command::Column::Seq)
        .order_by_asc(command::Column::Incarnation)
        .limit(query.limit.unwrap_or(1_000).min(1_000))
        .all(platform.db.reader())
        .await?;
    let data = rows.into_iter().map(view).collect::<Result<_, _>>()?;
    Ok(axum::Json(Commands { data }))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OutletQuery {
    /// Only this outlet's.
    #[serde(default)]
    outlet: Option<Uuid>,
    /// Which page, from 1.
    #[serde(default)]
    page: Option<u64>,
    /// How many rows; 15 unless told, 1,000 at most.
    #[serde(default)]
    per_page: Option<u64>,
    /// Of exceptions: only those looked at, or only those not.
    #[serde(default)]
    reviewed: Option<bool>,
}

impl OutletQuery {
    fn page(&self) -> PageQuery {
        PageQuery {
            page: self.page,
            per_page: self.per_page,
        }
    }
}

/// Commands that wait until they can be read, oldest first.
#[utoipa::path(get, path = "/api/admin/sync/held", tag = "sync", params(OutletQuery),
    responses((status = 200, body = Page<CommandView>)), security(("bearer" = [])))]
async fn held(
    State(platform): State<Platform>,
    _: Admin,
    Query(query): Query<OutletQuery>,
) -> Result<axum::Json<Page<CommandView>>, Failure> {
    let mut held = command::Entity::find().filter(command::Column::Outcome.eq(Outcome::Held.as_str()));
    if let Some(outlet) = query.outlet {
        held = held.filter(command::Column::OutletId.eq(outlet));
    }
    let page = query.page();
    let total = held.clone().count(platform.db.reader()).await?;
    let rows = held
        .order_by_asc(command::Column::ReceivedAt)
        .order_by_asc(command::Column::Id)
        .offset(page.offset())
        .limit(page.size())
        .all(platform.db.reader())
        .await?;
    let data = rows.into_iter().map(view).collect::<Result<_, _>>()?;
    Ok(axum::Json(Page::new("/api/admin/sync/held", page, total, data)))
}

/// What a person should look at, newest first.
#[utoipa::path(get, path = "/api/admin/sync/exceptions", tag = "sync", params(OutletQuery),
    responses((status = 200, body = Page<ExceptionView>)), security(("bearer" = [])))]
async fn exceptions(
    State(platform): State<Platform>,
    _: Admin,
    Query(query): Query<OutletQuery>,
) -> Result<axum::Json<Page<ExceptionView>>, Failure> {
    let mut listed = exception::Entity::find();
    if let Some(outlet) = query.outlet {
        listed = listed.filter(exception::Column::OutletId.eq(outlet));
    }
    match query.reviewed {
        Some(true) => listed = listed.filter(exception::Column::SettledAt.is_not_null()),
        Some(false) => listed = listed.filter(exception::Column::SettledAt.is_null()),
        None => {}
    }
    let page = query.page();
    let total = listed.clone().count(platform.db.reader()).await?;
    let rows = listed
        .order_by_desc(exception::Column::CreatedAt)
        .order_by_desc(exception::Column::Id)
        .offset(page.offset())
        .limit(page.size())
        .all(platform.db.reader())
        .await?;
    let data = rows
        .into_iter()
        .map(ExceptionView::try_from)
        .collect::<Result<_, DbErr>>()?;
    Ok(axum::Json(Page::new("/api/admin/sync/exceptions", page, total, data)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RowsQuery {
    /// The table.
    table: Table,
    /// Which page, from 1.
    #[serde(default)]
    page: Option<u64>,
    /// How many rows; 15 unless told, 1,000 at most.
    #[serde(default)]
    per_page: Option<u64>,
}

/// An outlet's rows as central has them, in the shape the outlet has them in.
#[utoipa::path(get, path = "/api/admin/outlets/{id}/rows", tag = "sync", params(("id" = Uuid, Path), RowsQuery),
    responses((status = 200, body = Page<Change>)), security(("bearer" = [])))]
async fn rows(
    State(platform): State<Platform>,
    _: Admin,
    Path(outlet): Path<Uuid>,
    Query(query): Query<RowsQuery>,
) -> Result<axum::Json<Page<Change>>, Failure> {
    let outlet = OutletId(outlet);
    let page = PageQuery {
        page: query.page,
        per_page: query.per_page,
    };
    let db = platform.db.reader();
    let (total, rows) = match query.table {
        Table::Ticket | Table::Session | Table::Room | Table::Intake | Table::BusinessDay => {
            queue::rows_page(db, outlet, query.table, page).await?
        }
        Table::Sale | Table::SaleVoid | Table::Shift => sales::rows_page(db, outlet, query.table, page).await?,
        Table::Answer => requests::answers_page(db, outlet, page).await?,
        Table::Unknown => (0, Vec::new()),
    };
    Ok(axum::Json(Page::new(
        &format!("/api/admin/outlets/{outlet}/rows"),
        page,
        total,
        rows,
    )))
}
