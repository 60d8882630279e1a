//! Outlets over HTTP.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use gerai_shared::{OutletId, outlet::Outlet};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{draft::Draft, service, store};
use crate::{
    features::audit,
    platform::{
        Platform,
        auth::{Admin, Origin},
        http::{Body, Data, Failure, IdempotencyKey, Page, PageQuery, Query, Replies, Reply, Tagged},
    },
    tx,
};

/// How long others may keep the profiles.
const CACHED: &str = "public, max-age=60";

/// The endpoints.
#[must_use]
pub fn router() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(replace))
}

/// All outlets.
#[utoipa::path(
    get, path = "/api/outlets", tag = "outlets", security(()), params(PageQuery),
    responses((status = 200, body = Page<Outlet>), (status = 304, description = "The caller has it")),
)]
async fn list(
    State(platform): State<Platform>,
    Query(page): Query<PageQuery>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (total, rows) = store::page(platform.db.reader(), page.offset(), page.size()).await?;
    let page = Page::new("/api/outlets", page, total, rows);
    let tagged = Tagged::json(&page, CACHED).map_err(|error| Failure::internal(&error))?;
    Ok(tagged.answer(&headers))
}

/// An outlet with its studios.
#[utoipa::path(
    get, path = "/api/outlets/{id}", tag = "outlets", security(()), params(("id" = OutletId, Path)),
    responses(
        (status = 200, body = Data<Outlet>),
        (status = 304, description = "The caller has it"),
        (status = 404, description = "No such outlet", body = gerai_shared::Problem),
    ),
)]
async fn show(
    State(platform): State<Platform>,
    Path(id): Path<OutletId>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let data = super::get(platform.db.reader(), id)
        .await?
        .ok_or_else(Failure::not_found)?;
    let tagged = Tagged::json(&Data { data }, CACHED).map_err(|error| Failure::internal(&error))?;
    Ok(tagged.answer(&headers))
}

/// Makes an outlet, or replaces all of it.
#[utoipa::path(
    put, path = "/api/admin/outlets/{id}", tag = "outlets",
    params(("id" = OutletId, Path), ("Idempotency-Key" = String, Header)), request_body = Draft,
    responses(
        (status = 200, description = "Replaced", body = Data<Outlet>),
        (status = 201, description = "Made", body = Data<Outlet>),
        (status = 409, description = "Another outlet has its code", body = gerai_shared::Problem),
        (status = 422, description = "A field does not fit", body = gerai_shared::Problem),
    ),
    security(("bearer" = [])),
)]
async fn replace(
    State(platform): State<Platform>,
    Admin(admin): Admin,
    origin: Origin,
    key: IdempotencyKey,
    Path(id): Path<OutletId>,
    Body(draft): Body<Draft>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", admin.id), key, &draft);
    let mut outlet = draft.outlet(id, || platform.clock.id())?;
    outlet.public_url = Some(platform.config.public_url.clone());
    let now = platform.clock.now();
    let reply = tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, now, async {
                let before = service::replace(tx, &outlet, now).await?;
                if before.as_ref() != Some(&outlet) {
                    let event = if before.is_some() { "updated" } else { "created" };
                    let entry = audit::Entry::new("outlets", event, format!("{event} outlet {}", outlet.code))
                        .on("outlet", id.0)
                        .by(admin.id)
                        .changed(before.as_ref(), Some(&outlet))
                        .from(&origin);
                    audit::log(tx, &platform.clock, entry).await?;
                }
                let status = if before.is_some() { 200 } else { 201 };
                Ok((status, Data { data: &outlet }))
            })
            .await
    })?;
    platform.feed.nudge();
    Ok(reply)
}
