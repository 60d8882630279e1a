//! `/api/admin/activity`.

use axum::{Json, extract::State};
use gerai_shared::Micros;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{model::Model, store};
use crate::platform::{
    Platform,
    auth::Admin,
    http::{Failure, Page, PageQuery, Query},
};

/// The routes.
pub fn router() -> OpenApiRouter<Platform> {
    OpenApiRouter::new().routes(routes!(activity))
}

/// Which entries.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Of one log.
    pub log_name: Option<String>,
    /// Of one event.
    pub event: Option<String>,
    /// About one kind of thing.
    pub subject_type: Option<String>,
    /// About one thing.
    pub subject_id: Option<Uuid>,
    /// By one actor.
    pub causer_id: Option<Uuid>,
}

/// Something somebody did.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Activity {
    id: Uuid,
    log_name: String,
    description: String,
    subject_type: Option<String>,
    subject_id: Option<Uuid>,
    event: Option<String>,
    causer_type: Option<String>,
    causer_id: Option<Uuid>,
    /// `{"old": …, "attributes": …}`.
    #[schema(value_type = Option<Object>)]
    attribute_changes: Option<Value>,
    /// `ip`, `user_agent`, `url` and what else is known.
    #[schema(value_type = Object)]
    properties: Value,
    /// RFC 3339, UTC.
    created_at: String,
}

impl From<Model> for Activity {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            log_name: row.log_name,
            description: row.description,
            subject_type: row.subject_type,
            subject_id: row.subject_id,
            event: row.event,
            causer_type: row.causer_type,
            causer_id: row.causer_id,
            attribute_changes: row.attribute_changes.and_then(|json| serde_json::from_str(&json).ok()),
            properties: serde_json::from_str(&row.properties).unwrap_or_default(),
            created_at: Micros(row.created_at).to_rfc3339(),
        }
    }
}

/// What was done, newest first.
#[utoipa::path(get, path = "/api/admin/activity", tag = "audit", params(Filter, PageQuery), security(("bearer" = ["admin"])),
    responses((status = 200, body = Page<Activity>)))]
async fn activity(
    State(platform): State<Platform>,
    Admin(_admin): Admin,
    Query(filter): Query<Filter>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Activity>>, Failure> {
    let (total, rows) = store::page(platform.db.reader(), &filter, query).await?;
    let rows = rows.into_iter().map(Activity::from).collect();
    Ok(Json(Page::new("/api/admin/activity", query, total, rows)))
}
