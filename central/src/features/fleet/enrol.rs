//! Enrolment: one-time code → public key → approval → active.

use gerai_shared::{
    EdgeId, OutletId,
    sync::{Enroll, Enrolled},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, IntoActiveModel};
use sha2::{Digest, Sha256};

use super::{
    FleetError,
    hello::days_about,
    model::{code, edge},
    store,
};
use crate::{
    features::{outlets, stream},
    platform::{Platform, clock::Clock, http::Failure},
    tx,
};

/// How long a code can be used, in microseconds: a day.
const CODE_LIFE: i64 = 24 * 60 * 60 * 1_000_000;
/// Letters and digits nobody mixes up when reading a code aloud.
const CODE_ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

pub(super) fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// A one-time code, `ABCD-EFGH-JKLM`: 60 bits from the operating system.
fn fresh_code(clock: &Clock) -> String {
    let letters: Vec<char> = clock
        .secret::<12>()
        .iter()
        .map(|byte| char::from(CODE_ALPHABET[usize::from(byte % 32)]))
        .collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// Makes a one-time code for an outlet. Returns it and until when it can be used.
///
/// # Errors
/// When there is no such outlet.
pub async fn make_code(
    tx: &impl ConnectionTrait,
    clock: &Clock,
    outlet: OutletId,
) -> Result<(String, gerai_shared::Micros), FleetError> {
    if outlets::get(tx, outlet).await?.is_none() {
        return Err(FleetError::Unknown("outlet"));
    }
    let code = fresh_code(clock);
    let expires_at = gerai_shared::Micros(clock.now().0 + CODE_LIFE);
    code::Entity::insert(code::ActiveModel {
        code_hash: Set(hash(&code)),
        outlet_id: Set(outlet.0),
        expires_at: Set(expires_at.0),
        used_by: Set(None),
    })
    .exec_without_returning(tx)
    .await?;
    Ok((code, expires_at))
}

/// Takes a new installation in, or tells one that has shown its code before how far it is.
///
/// # Errors
/// When the code is not valid.
pub async fn enrol(platform: &Platform, enroll: Enroll) -> Result<Enrolled, FleetError> {
    let row = tx!(&platform.db, |tx| -> Result<edge::Model, FleetError> {
        if let Some(row) = store::by_key(tx, &enroll.public_key).await? {
            return Ok(row);
        }
        let now = platform.clock.now();
        let code = store::locked_code(tx, &hash(&enroll.code.trim().to_ascii_uppercase()))
            .await?
            .filter(|code| code.used_by.is_none() && code.expires_at > now.0)
            .ok_or(FleetError::BadCode)?;
        let (key, name) = (
            enroll.public_key.chars().take(64).collect(),
            enroll.name.chars().take(100).collect(),
        );
        let row = edge::Model {
            version: enroll.version.chars().take(32).collect(),
            seen_at: Some(now.0),
            ..edge::Model::unheard(platform.clock.id(), code.outlet_id, key, name, now)
        };
        edge::Entity::insert(row.clone().into_active_model().reset_all())
            .exec_without_returning(tx)
            .await?;
        let mut code = code.into_active_model();
        code.used_by = Set(Some(row.id));
        code.update(tx).await?;
        Ok(row)
    })?;
    Ok(Enrolled {
        edge: row.id.into(),
        outlet: row.outlet_id.into(),
        status: row.status,
        incarnation: u32::try_from(row.incarnation).unwrap_or_default(),
        central_key: platform.key.public(),
    })
}

/// Gives an outlet to an edge. The one that led it until now is fenced.
///
/// # Errors
/// When the edge does not wait for approval.
pub async fn approve(tx: &impl ConnectionTrait, clock: &Clock, id: EdgeId) -> Result<u32, FleetError> {
    let row = edge::Entity::find_by_id(id.0)
        .one(tx)
        .await?
        .ok_or(FleetError::Unknown("edge"))?;
    // The stream row is locked first, as a push does, so that none is half done.
    let at = stream::lock(tx, row.outlet_id.into()).await?;
    let row = store::locked(tx, id).await?;
    if row.status != "pending" {
        return Err(FleetError::WrongStatus(row.status));
    }
    let before = store::of_outlet(tx, row.outlet_id.into()).await?;
    for led in before.iter().filter(|edge| leads(edge, &at)) {
        stream::state_lost(tx, clock, &at, led.id.into(), led.last_seq.unsigned_abs()).await?;
    }
    let lives = before.iter().map(|edge| edge.incarnation).max().unwrap_or_default();
    let incarnation = u32::try_from(lives).unwrap_or_default().max(at.incarnation) + 1;
    store::fence(tx, row.outlet_id.into()).await?;
    let outlet = row.outlet_id;
    let mut row = row.into_active_model();
    row.status = Set("active".to_owned());
    row.incarnation = Set(i64::from(incarnation));
    row.approved_at = Set(Some(clock.now().0));
    row.update(tx).await?;
    stream::adopt(tx, outlet.into(), incarnation).await?;
    Ok(incarnation)
}

/// Whether the stream is still this edge's to lead.
pub(super) fn leads(edge: &edge::Model, at: &stream::Position) -> bool {
    at.incarnation != 0 && edge.incarnation == i64::from(at.incarnation) && edge.status != "forgotten"
}

/// Revokes an edge. Central leads its outlet from now on, and answers what the edge was asked.
///
/// # Errors
/// When there is no such edge.
pub async fn revoke(tx: &impl ConnectionTrait, platform: &Platform, id: EdgeId) -> Result<(), Failure> {
    let row = edge::Entity::find_by_id(id.0)
        .one(tx)
        .await?
        .ok_or(FleetError::Unknown("edge"))?;
    let at = stream::lock(tx, row.outlet_id.into()).await?;
    let row = store::locked(tx, id).await?;
    // Also one that was fenced as a copy: nobody else leads since.
    let led = leads(&row, &at);
    if led {
        stream::state_lost(tx, &platform.clock, &at, id, row.last_seq.unsigned_abs()).await?;
    }
    let outlet = row.outlet_id;
    let mut row = row.into_active_model();
    row.status = Set("revoked".to_owned());
    row.session_hash = Set(None);
    row.update(tx).await?;
    if !led {
        return Ok(());
    }
    stream::adopt(tx, outlet.into(), 0).await?;
    if let Some(profile) = outlets::get(tx, outlet.into()).await? {
        let days = days_about(&profile, platform.clock.now());
        stream::stay_clear(tx, outlet.into(), &days, id).await?;
        stream::answer_waiting(tx, platform, outlet.into()).await?;
    }
    Ok(())
}
