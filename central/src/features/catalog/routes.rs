//! The catalogue over HTTP.

use axum::{
    Extension, Json,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    admin::{self, View},
    draft::Draft,
    media,
    service::{self, Location},
    shelf::{Groups, Shelf},
};
use crate::platform::{
    Platform,
    auth::{Admin, Origin},
    http::{Body, Coding, Data, Failure, IdempotencyKey, Page, PageQuery, Query, Replies, Reply},
};

/// What an edge asks for after a purge: nothing older than this position.
pub const FEED_AT_LEAST: &str = "gerai-feed-at-least";

/// The endpoints.
#[must_use]
pub fn router(shelf: &Shelf) -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(catalog_products))
        .routes(routes!(list))
        .routes(routes!(replace, remove))
        .routes(routes!(list_locations, add_location))
        .layer(Extension(shelf.clone()))
        .merge(OpenApiRouter::new().routes(routes!(media::show)))
}

/// The public catalogue by category, goods by their group.
#[utoipa::path(
    get, path = "/api/catalog-products", tag = "catalog", security(()),
    params(("Gerai-Feed-At-Least" = Option<u64>, Header, description = "Nothing older than this position of the feed")),
    responses(
        (status = 200, description = "The products that are offered, kept for five minutes", body = Groups,
            headers(("Gerai-Feed" = u64, description = "The feed's position it was read at"))),
        (status = 304, description = "The caller has it"),
    ),
)]
async fn catalog_products(
    State(platform): State<Platform>,
    Extension(shelf): Extension<Shelf>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let at_least = headers
        .get(FEED_AT_LEAST)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let page = shelf.page(&platform, at_least).await?;
    Ok(page.answer(&headers, Coding::Identity))
}

/// Which products a list is of.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Of one category only.
    pub(super) category: Option<gerai_shared::catalog::Category>,
    /// Whose name holds this.
    pub(super) search: Option<String>,
}

/// All products, offered or not.
#[utoipa::path(
    get, path = "/api/admin/catalog/products", tag = "catalog", params(PageQuery, Filter),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
)]
async fn list(
    State(platform): State<Platform>,
    _: Admin,
    Query(page): Query<PageQuery>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<View>>, Failure> {
    Ok(Json(admin::list(platform.db.reader(), page, filter).await?))
}

/// Makes a product, or replaces all of it.
#[utoipa::path(
    put, path = "/api/admin/catalog/products/{id}", tag = "catalog",
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)), request_body = Draft,
    responses(
        (status = 200, description = "Replaced", body = Data<View>),
        (status = 201, description = "Made", body = Data<View>),
        (status = 422, description = "A field does not fit", body = gerai_shared::Problem),
    ),
    security(("bearer" = [])),
)]
async fn replace(
    State(platform): State<Platform>,
    Extension(shelf): Extension<Shelf>,
    Admin(admin): Admin,
    origin: Origin,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Body(draft): Body<Draft>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", admin.id), key, &draft);
    let reply = admin::replace(&platform, (&admin, &origin), &place, id, draft).await?;
    shelf.clear().await;
    Ok(reply)
}

/// Deletes a product. What was sold of it stays sold.
#[utoipa::path(
    delete, path = "/api/admin/catalog/products/{id}", tag = "catalog",
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses(
        (status = 200, description = "Deleted; as it was", body = Data<View>),
        (status = 404, description = "No such product", body = gerai_shared::Problem),
    ),
    security(("bearer" = [])),
)]
async fn remove(
    State(platform): State<Platform>,
    Extension(shelf): Extension<Shelf>,
    Admin(admin): Admin,
    origin: Origin,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", admin.id), key, &());
    let reply = admin::remove(&platform, (&admin, &origin), &place, id).await?;
    shelf.clear().await;
    Ok(reply)
}

/// All locations.
#[utoipa::path(
    get, path = "/api/admin/catalog/locations", tag = "catalog",
    responses((status = 200, body = Data<Vec<Location>>)), security(("bearer" = [])),
)]
async fn list_locations(State(platform): State<Platform>, _: Admin) -> Result<Json<Data<Vec<Location>>>, Failure> {
    let data = service::locations(platform.db.reader()).await?;
    Ok(Json(Data { data }))
}

/// A location as an admin writes it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LocationDraft {
    /// Its name; the slug is made from it.
    name: String,
}

/// Adds a location.
#[utoipa::path(
    post, path = "/api/admin/catalog/locations", tag = "catalog",
    params(("Idempotency-Key" = String, Header)), request_body = LocationDraft,
    responses(
        (status = 201, body = Data<Location>),
        (status = 409, description = "There is one with its slug", body = gerai_shared::Problem),
    ),
    security(("bearer" = [])),
)]
async fn add_location(
    State(platform): State<Platform>,
    Admin(admin): Admin,
    origin: Origin,
    key: IdempotencyKey,
    Body(draft): Body<LocationDraft>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", admin.id), key, &draft);
    admin::add_location(&platform, (&admin, &origin), &place, &draft.name).await
}
