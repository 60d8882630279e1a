//! Hello and heartbeat.

use gerai_shared::{
    Micros, OutletId,
    sync::{Heartbeat, Hello, Welcome},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::{EdgeCaller, FleetError, enrol::hash, model::edge, store};
use crate::{
    features::{outlets, stream},
    platform::{Platform, auth::verify},
    tx,
};

/// Days before today whose number series a new life of an edge must not touch.
const FLOOR_DAYS: i64 = 2;

/// Opens a session for an edge that proves its key, that leads its outlet, and that is no copy.
///
/// The token rotates with each hello. The one confirmed last and the one sent last are both taken,
/// since the answer with the new one may be lost; an older one shows that two machines say hello,
/// or that a disk was set back.
///
/// # Errors
/// As said, each by its name.
pub async fn hello(
    platform: &Platform,
    hello: &Hello,
    body: &[u8],
    signature: &str,
    epoch: Uuid,
) -> Result<Welcome, FleetError> {
    let token = hex::encode(platform.clock.secret::<32>());
    let secret = hex::encode(platform.clock.secret::<32>());
    let outcome = tx!(&platform.db, |tx| -> Result<
        Result<(OutletId, u64), FleetError>,
        FleetError,
    > {
        let row = store::locked(tx, hello.edge).await?;
        if !verify(&row.public_key, body, signature) {
            return Err(FleetError::BadSignature);
        }
        let outlet = OutletId(row.outlet_id);
        match row.status.as_str() {
            "active" => {}
            "pending" => return Err(FleetError::Pending),
            "revoked" => return Err(FleetError::Revoked),
            _ => return Err(FleetError::Fenced),
        }
        let at = stream::position(tx, outlet).await?;
        let acked = at.as_ref().map_or(0, |at| at.last_seq);
        let shown = hello.token.as_deref().map(hash);
        let current = shown == row.token_hash;
        let next = shown.is_some() && shown == row.next_token_hash;
        let mut edge = row.into_active_model();
        if !current && !next {
            // Fenced for good: which of the two is the real one is for a person to say.
            edge.status = Set("fenced".to_owned());
            edge.session_hash = Set(None);
            edge.update(tx).await?;
            return Ok(Err(FleetError::Cloned("its token was used by another")));
        }
        if next {
            edge.token_hash = Set(shown);
        }
        edge.next_token_hash = Set(Some(hash(&token)));
        edge.session_hash = Set(Some(hash(&secret)));
        edge.last_seq = Set(i64::try_from(hello.last_seq).unwrap_or(i64::MAX));
        edge.last_hash = Set(Some(hello.last_hash.chars().take(64).collect()));
        edge.version = Set(hello.version.chars().take(32).collect());
        edge.seen_at = Set(Some(platform.clock.now().0));
        edge.update(tx).await?;
        Ok(Ok((outlet, acked)))
    })?;
    let (outlet, acked_seq) = outcome?;
    let now = platform.clock.now();
    let series = match outlets::get(platform.db.reader(), outlet).await? {
        Some(profile) => {
            let since = Micros(now.0 - FLOOR_DAYS * 24 * 60 * 60 * 1_000_000);
            stream::floors(platform.db.reader(), outlet, profile.business_day(since)).await?
        }
        None => Vec::new(),
    };
    Ok(Welcome {
        nonce: hello.nonce,
        session: format!("{}.{secret}", hello.edge),
        token,
        epoch,
        acked_seq,
        series,
        time: now,
    })
}

/// Notes how an outlet is.
///
/// # Errors
/// The database's.
pub async fn heartbeat(platform: &Platform, caller: &EdgeCaller, heartbeat: &Heartbeat) -> Result<(), FleetError> {
    let text = serde_json::to_string(heartbeat).map_err(|error| sea_orm::DbErr::Json(error.to_string()))?;
    tx!(&platform.db, |tx| -> Result<(), FleetError> {
        let row = edge::Entity::find_by_id(caller.edge.0)
            .one(tx)
            .await?
            .ok_or(FleetError::Unknown("edge"))?;
        let mut row = row.into_active_model();
        row.heartbeat = Set(Some(text.clone()));
        row.last_seq = Set(i64::try_from(heartbeat.last_seq).unwrap_or(i64::MAX));
        row.last_hash = Set(Some(heartbeat.last_hash.chars().take(64).collect()));
        row.seen_at = Set(Some(platform.clock.now().0));
        row.update(tx).await?;
        Ok(())
    })
}
