//! Cash shifts over HTTP.

use axum::{
    Json,
    extract::{Path, State},
};
use gerai_shared::{OutletId, shift::Shift};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::store;
use crate::platform::{
    Platform,
    auth::Admin,
    http::{Failure, Page, PageQuery, Query},
};

/// The endpoints.
#[must_use]
pub fn router() -> OpenApiRouter<Platform> {
    OpenApiRouter::new().routes(routes!(shifts))
}

/// The cash shifts of an outlet, the latest first.
#[utoipa::path(get, path = "/api/outlets/{id}/shifts", tag = "sales", params(("id" = OutletId, Path), PageQuery),
    responses((status = 200, body = Page<Shift>)), security(("bearer" = [])))]
async fn shifts(
    State(platform): State<Platform>,
    _: Admin,
    Path(outlet): Path<OutletId>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Shift>>, Failure> {
    let (total, rows) = store::shifts_page(platform.db.reader(), outlet, page).await?;
    Ok(Json(Page::new(
        &format!("/api/outlets/{outlet}/shifts"),
        page,
        total,
        rows,
    )))
}
