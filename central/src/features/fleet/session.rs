//! The edge that is calling, as an extractor.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use gerai_shared::{EdgeId, OutletId, command::LEAST_FOLLOWED};
use sea_orm::EntityTrait;
use serde::Deserialize;
use subtle::ConstantTimeEq;

use super::{FleetError, enrol::hash, model::edge};
use crate::platform::{Platform, auth::verify, http::Failure};

/// An edge with an open session, that leads its outlet.
#[derive(Clone, Copy, Debug)]
pub struct EdgeCaller {
    /// Which.
    pub edge: EdgeId,
    /// Its outlet.
    pub outlet: OutletId,
    /// Which life.
    pub incarnation: u32,
    /// The protocol it speaks; unknown when it said hello to a central that did not keep it.
    pub protocol: Option<u16>,
}

impl EdgeCaller {
    /// Whether it may be given the feed.
    ///
    /// # Errors
    /// [`FleetError::TooOld`] when it may not; who is not known must say hello first.
    pub fn may_follow(&self) -> Result<(), Failure> {
        match self.protocol {
            None => Err(Failure::unauthenticated()),
            Some(protocol) if protocol < LEAST_FOLLOWED => Err(FleetError::TooOld(protocol).into()),
            Some(_) => Ok(()),
        }
    }
}

impl FromRequestParts<Platform> for EdgeCaller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, platform: &Platform) -> Result<Self, Failure> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .and_then(|token| token.split_once('.'));
        let Some((Ok(id), secret)) = token.map(|(id, secret)| (id.parse::<EdgeId>(), secret)) else {
            return Err(Failure::unauthenticated());
        };
        let row = edge::Entity::find_by_id(id.0)
            .one(platform.db.reader())
            .await?
            .ok_or_else(Failure::unauthenticated)?;
        match row.status.as_str() {
            "active" => {}
            "fenced" => return Err(FleetError::Fenced.into()),
            "revoked" => return Err(FleetError::Revoked.into()),
            _ => return Err(Failure::unauthenticated()),
        }
        let known = row.session_hash.unwrap_or_default();
        if !bool::from(known.as_bytes().ct_eq(hash(secret).as_bytes())) {
            return Err(Failure::unauthenticated());
        }
        Ok(Self {
            edge: id,
            outlet: row.outlet_id.into(),
            incarnation: u32::try_from(row.incarnation).unwrap_or_default(),
            protocol: row.protocol.and_then(|protocol| u16::try_from(protocol).ok()),
        })
    }
}

/// Whose hello this is, by its signature; `None` when it is none.
///
/// # Errors
/// When the signature is not that edge's, or central does not know it.
pub async fn signer(platform: &Platform, body: &[u8], signature: &str) -> Result<Option<EdgeId>, FleetError> {
    #[derive(Deserialize)]
    struct Named {
        edge: EdgeId,
    }
    let Ok(Named { edge }) = serde_json::from_slice(body) else {
        return Ok(None);
    };
    let row = edge::Entity::find_by_id(edge.0).one(platform.db.reader()).await?;
    let row = row.ok_or(FleetError::NotKnown)?;
    if !verify(&row.public_key, body, signature) {
        return Err(FleetError::BadSignature);
    }
    Ok(Some(edge))
}
