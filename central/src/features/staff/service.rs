//! Changing grants: row and signed feed row in one transaction.

use gerai_shared::{
    Micros, OutletId, StaffId,
    outlet::{Grant, Permission, SignedGrant},
    sync::outlet_topic,
};
use sea_orm::{ConnectionTrait, DbErr};

use super::{Error, store};
use crate::{
    features::outlets,
    platform::{
        auth::SigningKey,
        feed::{self, Post},
    },
};

/// What a grant is to become; what is absent stays as it was.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Who.
    pub staff: StaffId,
    /// Where.
    pub outlet: OutletId,
    /// As shown on the sign-in screen.
    pub name: Option<String>,
    /// What they may do.
    pub permissions: Vec<Permission>,
    /// Hash of the PIN; needed for a new grant.
    pub pin_hash: Option<String>,
}

/// Grants, replaces, or grants again what was revoked. Returns the grant before and after.
///
/// # Errors
/// When something is missing for a new grant, or the database fails.
pub async fn give(
    tx: &impl ConnectionTrait,
    key: &SigningKey,
    wish: Wish,
    now: Micros,
) -> Result<(Option<Grant>, Grant), Error> {
    if !outlets::exists(tx, wish.outlet).await? {
        return Err(Error::field("outlet", "is not known"));
    }
    let before = store::locked(tx, wish.staff, wish.outlet).await?;
    let made = before.as_ref().map_or(now, |(_, made)| *made);
    let before = before.map(|(grant, _)| grant);
    let kept = before.as_ref();
    let mut permissions = wish.permissions;
    permissions.sort_by_key(|permission| permission.as_str());
    permissions.dedup();
    let after = Grant {
        staff: wish.staff,
        outlet: wish.outlet,
        name: wish
            .name
            .or_else(|| kept.map(|grant| grant.name.clone()))
            .ok_or_else(|| Error::field("name", "is needed for a new grant"))?,
        permissions,
        pin_hash: wish
            .pin_hash
            .or_else(|| kept.map(|grant| grant.pin_hash.clone()))
            .ok_or_else(|| Error::field("pin", "is needed for a new grant"))?,
        version: kept.map_or(1, |grant| grant.version + 1),
        active: true,
    };
    tell(tx, key, &after, made, now).await?;
    Ok((before, after))
}

/// Takes a grant back; the row stays, so that its edge hears of it. Revoking twice changes nothing.
///
/// # Errors
/// [`Error::NotFound`], or the database's.
pub async fn revoke(
    tx: &impl ConnectionTrait,
    key: &SigningKey,
    (staff, outlet): (StaffId, OutletId),
    now: Micros,
) -> Result<(Grant, Grant), Error> {
    let (before, made) = store::locked(tx, staff, outlet).await?.ok_or(Error::NotFound)?;
    if !before.active {
        return Ok((before.clone(), before));
    }
    let after = Grant {
        version: before.version + 1,
        active: false,
        ..before.clone()
    };
    tell(tx, key, &after, made, now).await?;
    Ok((before, after))
}

async fn tell(
    tx: &impl ConnectionTrait,
    key: &SigningKey,
    grant: &Grant,
    made: Micros,
    now: Micros,
) -> Result<(), DbErr> {
    store::write(tx, grant, made, now).await?;
    let post = Post::row("grant", grant.staff.0, &sign(key, grant)?)?;
    feed::append(tx, &outlet_topic(grant.outlet), vec![post], now).await?;
    Ok(())
}

fn sign(key: &SigningKey, grant: &Grant) -> Result<SignedGrant, DbErr> {
    let grant = serde_json::to_string(grant).map_err(|error| DbErr::Json(error.to_string()))?;
    Ok(SignedGrant {
        signature: key.sign(grant.as_bytes()),
        grant,
    })
}
