//! `/api/auth/*` and `/api/user*`.

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Error,
    profile::{self, ProfileChange},
    service::{self, Credentials, Registration},
    sessions, store,
    views::{DeviceView, SignedIn, UserData},
};
use crate::platform::{
    Platform,
    auth::{Origin, User},
    http::{Body, Failure, IdempotencyKey, Page, PageQuery, Query, Replies, Reply},
};

/// The routes of accounts.
pub fn router() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(logout))
        .routes(routes!(me))
        .routes(routes!(change_profile))
        .routes(routes!(devices))
}

/// The routes people are not signed in at yet; they are called less often than others.
pub fn sign_in_router() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(refresh))
}

/// Makes a customer's account and signs them in.
#[utoipa::path(post, path = "/api/auth/register", tag = "accounts", request_body = Registration, security(()), responses(
    (status = 201, body = SignedIn),
    (status = 422, description = "A field is wrong or taken", body = gerai_shared::Problem),
))]
async fn register(
    State(platform): State<Platform>,
    origin: Origin,
    Body(registration): Body<Registration>,
) -> Result<(StatusCode, Json<SignedIn>), Failure> {
    let signed_in = service::register(&platform, registration, &origin).await?;
    Ok((StatusCode::CREATED, Json(signed_in)))
}

/// Signs somebody in by email or phone and password.
#[utoipa::path(post, path = "/api/auth/login", tag = "accounts", request_body = Credentials, security(()), responses(
    (status = 200, body = SignedIn),
    (status = 401, description = "Login or password are wrong", body = gerai_shared::Problem),
    (status = 429, description = "Too many attempts", body = gerai_shared::Problem),
))]
async fn login(
    State(platform): State<Platform>,
    origin: Origin,
    Body(credentials): Body<Credentials>,
) -> Result<Json<SignedIn>, Failure> {
    Ok(Json(service::login(&platform, credentials, &origin).await?))
}

/// A refresh token.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Refresh {
    refresh_token: String,
}

/// Exchanges a refresh token for the next pair. A repeat within the grace gets the same refresh
/// token; a later one ends the sign-in.
#[utoipa::path(post, path = "/api/auth/refresh", tag = "accounts", request_body = Refresh, security(()), responses(
    (status = 200, body = SignedIn),
    (status = 401, description = "The token is not good", body = gerai_shared::Problem),
))]
async fn refresh(State(platform): State<Platform>, Body(body): Body<Refresh>) -> Result<Json<SignedIn>, Failure> {
    Ok(Json(sessions::refresh(&platform, &body.refresh_token).await?))
}

/// Ends the sign-in the access token is from.
#[utoipa::path(post, path = "/api/auth/logout", tag = "accounts", security(("bearer" = [])), responses(
    (status = 204, description = "Signed out"),
))]
async fn logout(State(platform): State<Platform>, user: User, origin: Origin) -> Result<StatusCode, Failure> {
    service::logout(&platform, &user, &origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/user", tag = "accounts", security(("bearer" = [])), responses((status = 200, body = UserData)))]
async fn me(State(platform): State<Platform>, user: User) -> Result<Json<UserData>, Failure> {
    let db = platform.db.reader();
    let row = store::row(db, user.id).await?.ok_or(Error::Gone)?;
    Ok(Json(profile::told(db, &row).await?))
}

/// Changes what is known of whoever is signed in.
#[utoipa::path(put, path = "/api/user/profile", tag = "accounts", request_body = ProfileChange, security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters")),
    responses((status = 200, body = UserData), (status = 422, body = gerai_shared::Problem)))]
async fn change_profile(
    State(platform): State<Platform>,
    user: User,
    origin: Origin,
    key: IdempotencyKey,
    Body(change): Body<ProfileChange>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", user.id), key, &change);
    Ok(profile::change(&platform, &user, &change, &place, &origin).await?)
}

/// The devices whoever is signed in signed in from, the last one first.
#[utoipa::path(get, path = "/api/user/devices", tag = "accounts", params(PageQuery), security(("bearer" = [])),
    responses((status = 200, body = Page<DeviceView>)))]
async fn devices(
    State(platform): State<Platform>,
    user: User,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<DeviceView>>, Failure> {
    let (total, rows) = store::devices(platform.db.reader(), user.id, query).await?;
    let rows = rows.into_iter().map(DeviceView::from).collect();
    Ok(Json(Page::new("/api/user/devices", query, total, rows)))
}
