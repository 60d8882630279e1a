//! Hello and heartbeat.

use gerai_shared::{
    Day, Micros, OutletId,
    journal::GENESIS,
    outlet::Outlet,
    sync::{Heartbeat, Hello, Welcome},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::{EdgeCaller, FleetError, enrol::hash, model::edge, store};
use crate::{
    features::{outlets, stream},
    platform::{
        Platform,
        auth::{SigningKey, verify},
    },
    tx,
};

/// Days before today whose number series a new life of an edge must not touch.
const FLOOR_DAYS: i64 = 2;
/// Hellos remembered, so that one that arrives very late is not taken for a copy's.
const HELLOS: usize = 16;
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// The business days about now in which the outlet's last edge may have told numbers.
pub(super) fn days_about(outlet: &Outlet, now: Micros) -> Vec<Day> {
    (-FLOOR_DAYS..=1)
        .map(|day| outlet.business_day(Micros(now.0 + day * DAY)))
        .collect()
}

/// Opens a session for an edge that proves its key, that leads its outlet, and that is no copy.
///
/// The token rotates with each hello. The one confirmed last and the one sent last are both taken,
/// since the answer with the new one may be lost; an older one shows that two machines say hello,
/// or that a disk was set back. So does a journal that is behind what it was. A hello that was taken
/// before and arrives again shows nothing.
///
/// Token and session follow from the token shown and the nonce, which an edge keeps until it is
/// answered: a hello that arrives late, after its own repeat, changes nothing.
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
    let token = follows(&platform.key, "token", hello);
    let secret = follows(&platform.key, "session", hello);
    let outcome = tx!(&platform.db, |tx| -> Result<
        Result<(OutletId, u64, bool), FleetError>,
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
        let unknown = row.token_hash.is_none() && row.next_token_hash.is_none();
        // What central told it, it has forgotten itself: tokens of that time cannot be judged.
        let forgot = hello.acked_seq > acked;
        let current = shown == row.token_hash || unknown || forgot;
        let next = shown.is_some() && shown == row.next_token_hash;
        let mut past = past_hellos(&row);
        let this = hash(&format!(
            "{}\0{}",
            hello.token.as_deref().unwrap_or_default(),
            hello.nonce
        ));
        if !current && !next && past.contains(&this) {
            return Err(FleetError::Outdated);
        }
        let suspicion = if current || next {
            set_back(&row, hello, acked).then_some("its journal is behind what it was")
        } else {
            Some("its token was used by another")
        };
        let had_edge = row.incarnation > 1;
        let mut edge = row.into_active_model();
        if let Some(why) = suspicion {
            // Fenced for good: which of the two is the real one is for a person to say.
            edge.status = Set("fenced".to_owned());
            edge.session_hash = Set(None);
            edge.update(tx).await?;
            return Ok(Err(FleetError::Cloned(why)));
        }
        if next || unknown || forgot {
            edge.token_hash = Set(shown);
        }
        past.retain(|one| *one != this);
        past.push(this);
        past.drain(..past.len().saturating_sub(HELLOS));
        edge.past_hellos = Set(serde_json::to_string(&past).ok());
        edge.next_token_hash = Set(Some(hash(&token)));
        edge.session_hash = Set(Some(hash(&secret)));
        edge.last_seq = Set(i64::try_from(hello.last_seq).unwrap_or(i64::MAX));
        edge.last_hash = Set(Some(hello.last_hash.chars().take(64).collect()));
        edge.version = Set(hello.version.chars().take(32).collect());
        edge.seen_at = Set(Some(platform.clock.now().0));
        edge.update(tx).await?;
        Ok(Ok((outlet, acked, had_edge)))
    })?;
    let (outlet, acked_seq, had_edge) = outcome?;
    let now = platform.clock.now();
    let (mut series, mut rows, mut acked_seq) = (Vec::new(), Vec::new(), acked_seq);
    if let Some(profile) = outlets::get(platform.db.reader(), outlet).await? {
        let days = days_about(&profile, now);
        series = stream::floors(platform.db.reader(), outlet, &days, had_edge).await?;
        if hello.last_hash == GENESIS {
            let since = profile.business_day(Micros(now.0 - DAY));
            (acked_seq, rows) = tx!(&platform.db, |tx| -> Result<_, FleetError> {
                Ok(stream::inheritance(tx, outlet, since).await?)
            })?;
        }
    }
    Ok(Welcome {
        nonce: hello.nonce,
        session: format!("{}.{secret}", hello.edge),
        token,
        epoch,
        acked_seq,
        series,
        rows,
        time: now,
    })
}

fn past_hellos(row: &edge::Model) -> Vec<String> {
    let past = row.past_hellos.as_deref();
    past.and_then(|past| serde_json::from_str(past).ok())
        .unwrap_or_default()
}

/// What comes of a hello, always the same of the same one; known to nobody without central's key.
fn follows(key: &SigningKey, what: &str, hello: &Hello) -> String {
    let shown = hello.token.as_deref().unwrap_or_default();
    let signature = key.sign(format!("gerai hello {what}\0{}\0{}\0{shown}", hello.edge, hello.nonce).as_bytes());
    hash(&signature)
}

/// Whether the journal is behind what central has of it, or what the edge itself has told: a copy
/// of a disk from before. What it says on top of that would be other commands in old places.
fn set_back(row: &edge::Model, hello: &Hello, acked: u64) -> bool {
    // Before its first token an edge does not know yet where its journal starts.
    if row.token_hash.is_none() {
        return false;
    }
    let (told, told_hash) = (row.last_seq.unsigned_abs(), row.last_hash.as_deref());
    let behind = hello.last_seq < told || (hello.last_seq == told && Some(hello.last_hash.as_str()) != told_hash);
    // An empty journal starts where central stands, also where central itself was set back.
    hello.last_seq < acked || (hello.last_hash != GENESIS && behind)
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
