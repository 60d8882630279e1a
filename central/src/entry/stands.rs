//! A sign-in that is over ends at once, not with its access token.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use sea_orm::DbErr;

use crate::{
    features::accounts,
    platform::{Platform, auth::User, http::Failure},
};

/// Sees that the caller's sign-in still stands: not signed out, not disabled, of the role it says.
/// Known for five seconds (see [`Platform::stands`]), so that it costs next to nothing; the process
/// that ends a sign-in knows at once.
pub(super) async fn sign_in_must_stand(State(platform): State<Platform>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    if let Ok(user) = User::from_request_parts(&mut parts, &platform).await {
        match stands(&platform, &user).await {
            Ok(true) => {}
            Ok(false) => return Failure::unauthenticated().into_response(),
            Err(error) => return Failure::from(DbErr::Custom(error.to_string())).into_response(),
        }
    }
    next.run(Request::from_parts(parts, body)).await
}

async fn stands(platform: &Platform, user: &User) -> Result<bool, Arc<DbErr>> {
    let look = accounts::stands(platform.db.reader(), user);
    platform.stands.try_get_with(user.session, look).await
}
