//! Sign-ins: an access token and a refresh token that is exchanged for the next pair.
//!
//! A refresh token is good once. Its successor is derived from it, so that whoever did not get the
//! answer asks again within the grace and gets the same successor, though only hashes are stored.
//! A token used later, or after its successor was used, is a copy: the whole sign-in ends.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use gerai_shared::{Micros, UserId};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Error, access,
    model::{sign_in::refresh_token, user},
    store,
    views::{SignedIn, UserView},
};
use crate::{
    platform::{
        Platform,
        auth::{SigningKey, User},
    },
    tx,
};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 24 * 3_600 * SECOND;

#[derive(Serialize)]
struct Claims<'u> {
    iss: &'static str,
    iat: i64,
    exp: i64,
    jti: Uuid,
    #[serde(flatten)]
    user: &'u User,
}

/// Begins a sign-in.
pub(super) async fn open(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    user: &user::Model,
    device_id: Option<&str>,
) -> Result<SignedIn, Error> {
    let secret = URL_SAFE_NO_PAD.encode(platform.clock.secret::<32>());
    let family = platform.clock.id();
    insert(
        tx,
        platform,
        user.id.into(),
        family,
        device_id.map(str::to_owned),
        &secret,
    )
    .await?;
    told(tx, platform, user, family, secret).await
}

/// Exchanges a refresh token for the next pair.
///
/// # Errors
/// [`Error::RefreshInvalid`], [`Error::RefreshReused`], the database's.
pub(super) async fn refresh(platform: &Platform, secret: &str) -> Result<SignedIn, Error> {
    let exchanged = tx!(&platform.db, |tx| -> Result<_, Error> {
        exchange(tx, platform, secret).await
    })?;
    // The revocation had to be committed before it is an error.
    exchanged.ok_or(Error::RefreshReused)
}

/// `None` when the token was a copy, and its sign-in has been ended.
async fn exchange(tx: &impl ConnectionTrait, platform: &Platform, secret: &str) -> Result<Option<SignedIn>, Error> {
    let now = platform.clock.now();
    let token = store::token_locked(tx, &hash(secret))
        .await?
        .ok_or(Error::RefreshInvalid)?;
    if token.revoked_at.is_some() || token.expires_at <= now.0 {
        return Err(Error::RefreshInvalid);
    }
    let user = store::row(tx, token.user_id.into())
        .await?
        .filter(|user| user.disabled_at.is_none())
        .ok_or(Error::RefreshInvalid)?;
    let next = successor(&platform.key, secret);
    match (token.used_at, token.successor_id) {
        (Some(used_at), Some(successor_id)) => {
            let grace = i64::from(platform.config.auth.replay_grace_seconds) * SECOND;
            let successor = store::token(tx, successor_id).await?;
            let lost = now.0 - used_at <= grace && successor.is_some_and(|successor| successor.used_at.is_none());
            if !lost {
                store::revoke_family(tx, token.family, now.0).await?;
                tracing::warn!(user = %token.user_id, family = %token.family, "a refresh token was used twice");
                return Ok(None);
            }
        }
        _ => {
            let id = insert(tx, platform, token.user_id.into(), token.family, token.device_id, &next).await?;
            store::token_used(tx, token.id, id, now.0).await?;
        }
    }
    told(tx, platform, &user, token.family, next).await.map(Some)
}

async fn insert(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    user: UserId,
    family: Uuid,
    device_id: Option<String>,
    secret: &str,
) -> Result<Uuid, Error> {
    let (id, now) = (platform.clock.id(), platform.clock.now().0);
    let row = refresh_token::Model {
        id,
        user_id: user.0,
        family,
        token_hash: hash(secret),
        device_id,
        created_at: now,
        expires_at: now + i64::from(platform.config.auth.refresh_days) * DAY,
        used_at: None,
        successor_id: None,
        revoked_at: None,
    };
    store::insert_token(tx, row).await?;
    Ok(id)
}

async fn told(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    row: &user::Model,
    family: Uuid,
    refresh_token: String,
) -> Result<SignedIn, Error> {
    let now = platform.clock.now();
    let expires_in = i64::from(platform.config.auth.access_minutes) * 60;
    let user = User {
        id: row.id.into(),
        role: row.role.clone(),
        permissions: access::permissions_of(tx, row.id.into()).await?,
        session: family,
    };
    let issued = now.0.div_euclid(SECOND);
    let claims = Claims {
        iss: "gerai-central",
        iat: issued,
        exp: issued + expires_in,
        jti: platform.clock.id(),
        user: &user,
    };
    Ok(SignedIn {
        access_token: platform.key.token(&claims).ok_or(Error::Signing)?,
        refresh_token,
        token_type: "Bearer",
        expires_in,
        expires_at: Micros((issued + expires_in) * SECOND).to_rfc3339(),
        user: UserView::read(tx, row).await?,
    })
}

fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// Ed25519 signatures are deterministic (RFC 8032 §5.1.6), so this is a function of the token that
/// only the key's holder can compute.
fn successor(key: &SigningKey, secret: &str) -> String {
    let signature = key.sign(format!("gerai refresh token successor\0{secret}").as_bytes());
    URL_SAFE_NO_PAD.encode(Sha256::digest(signature.as_bytes()))
}
