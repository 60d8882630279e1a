//! Who is calling, as extractors.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use gerai_shared::UserId;
use serde::{Deserialize, Serialize};

use crate::platform::{Platform, http::Failure};

/// A signed-in user, as the access token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct User {
    /// Who.
    #[serde(rename = "sub")]
    pub id: UserId,
    /// `admin` or `customer`: users.role.
    pub role: String,
    /// Names of permissions held through roles.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// The sign-in this token is from: a refresh token family.
    #[serde(rename = "sid")]
    pub session: uuid::Uuid,
}

impl User {
    /// Whether this user may do everything.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.role == "admin"
    }

    /// Whether this user holds a permission.
    #[must_use]
    pub fn may(&self, permission: &str) -> bool {
        self.is_admin() || self.permissions.iter().any(|held| held == permission)
    }
}

impl FromRequestParts<Platform> for User {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, platform: &Platform) -> Result<Self, Failure> {
        parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .and_then(|token| platform.key.claims(token, platform.clock.now()))
            .ok_or_else(Failure::unauthenticated)
    }
}

/// A signed-in admin.
#[derive(Clone, Debug)]
pub struct Admin(pub User);

impl FromRequestParts<Platform> for Admin {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, platform: &Platform) -> Result<Self, Failure> {
        let user = User::from_request_parts(parts, platform).await?;
        if user.is_admin() {
            return Ok(Self(user));
        }
        Err(Failure::forbidden())
    }
}
