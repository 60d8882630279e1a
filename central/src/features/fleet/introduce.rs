//! Edges that were approved after the backup this database was put back from.
//!
//! With each welcome an edge is given central's word that it was approved: a signature over its id, outlet,
//! life and key. A central that has forgotten it reads there what it knew; the edge proves that it has the key.
//! It works on, and an admin decides: adopted, it leads its outlet again and pushes everything; revoked, what
//! it did is reviewed.

use gerai_shared::{EdgeId, UserId, sync::Introduction};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, IntoActiveModel, ModelTrait};

use super::{FleetError, enrol::leads, model::edge, store};
use crate::{
    features::{
        audit::{self, Entry},
        outlets, stream,
    },
    platform::{
        Platform,
        auth::{SigningKey, verify},
    },
    tx,
};

fn message(edge: EdgeId, outlet: gerai_shared::OutletId, incarnation: i64, public_key: &str) -> String {
    format!("gerai edge\0{edge}\0{outlet}\0{incarnation}\0{public_key}")
}

/// Central's word that an edge was approved.
pub(super) fn certificate(key: &SigningKey, row: &edge::Model) -> String {
    let message = message(row.id.into(), row.outlet_id.into(), row.incarnation, &row.public_key);
    key.sign(message.as_bytes())
}

/// Takes in who an edge is that central has no approval of. Returns how it stands: `forgotten`, until an admin
/// has decided. Said again, it tells how far its journal is.
///
/// # Errors
/// When the key or central's word is not that edge's; when its outlet is not known either.
pub async fn introduce(
    platform: &Platform,
    said: &Introduction,
    body: &[u8],
    signature: &str,
) -> Result<String, FleetError> {
    let incarnation = i64::from(said.incarnation);
    let message = message(said.edge, said.outlet, incarnation, &said.public_key);
    let ours = verify(&platform.key.public(), message.as_bytes(), &said.certificate);
    if !ours || incarnation == 0 || !verify(&said.public_key, body, signature) {
        return Err(FleetError::BadSignature);
    }
    tx!(&platform.db, |tx| -> Result<String, FleetError> {
        let Some(outlet) = outlets::get(tx, said.outlet).await? else {
            return Err(FleetError::Unknown("outlet"));
        };
        // The stream row first, as everywhere.
        stream::lock(tx, said.outlet).await?;
        if let Some(other) = store::by_key(tx, &said.public_key).await?
            && other.id != said.edge.0
        {
            // Enrolled anew in vain: its journal is that of the edge it was.
            if other.status != "pending" {
                return Err(FleetError::WrongStatus(other.status));
            }
            other.delete(tx).await?;
        }
        let row = edge::Entity::find_by_id(said.edge.0).one(tx).await?;
        let is_stored = row.is_some();
        let is_new = row.as_ref().is_none_or(|row| row.status == "pending");
        let mut row = match row {
            Some(row) if !matches!(row.status.as_str(), "pending" | "forgotten") => return Ok(row.status),
            Some(row) => row,
            None => {
                let name = format!("{} #{incarnation}", outlet.code);
                edge::Model::unheard(
                    said.edge.0,
                    said.outlet.0,
                    said.public_key.clone(),
                    name,
                    platform.clock.now(),
                )
            }
        };
        row.status = "forgotten".to_owned();
        row.incarnation = incarnation;
        row.version = said.version.chars().take(32).collect();
        row.first_after = signed(said.first_after);
        row.last_seq = signed(said.last_seq);
        row.last_hash = Some(said.last_hash.chars().take(64).collect());
        row.seen_at = Some(platform.clock.now().0);
        let (status, row) = (row.status.clone(), row.into_active_model().reset_all());
        if is_stored {
            row.update(tx).await?;
        } else {
            edge::Entity::insert(row).exec_without_returning(tx).await?;
        }
        if is_new {
            let what = "an edge that was approved after this backup waits to be adopted";
            tracing::error!(edge = %said.edge, outlet = %said.outlet, incarnation, what);
            let entry = Entry::new("fleet", "forgotten", what).on("edge", said.edge.0);
            audit::log(tx, &platform.clock, entry).await?;
        }
        Ok(status)
    })
}

fn signed(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// Gives an outlet back to an edge that was approved after the backup, under its own id and life. Whoever has
/// led the outlet since is fenced. The stream goes on where that edge's journal starts: what others told in
/// the same places stays booked, what is missing before is listed.
///
/// # Errors
/// When it is not forgotten; when the outlet has had an edge of its life or a later one.
pub async fn adopt(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    id: EdgeId,
    by: Option<UserId>,
) -> Result<u32, FleetError> {
    let row = store::found(tx, id).await?;
    let outlet = row.outlet_id.into();
    let at = stream::lock(tx, outlet).await?;
    let row = store::locked(tx, id).await?;
    if row.status != "forgotten" {
        return Err(FleetError::WrongStatus(row.status));
    }
    let others = store::of_outlet(tx, outlet).await?;
    let approved = others.iter().filter(|edge| edge.status != "forgotten");
    let latest = approved.map(|edge| edge.incarnation).max().unwrap_or_default();
    let latest = latest.max(i64::from(at.incarnation));
    if latest >= row.incarnation {
        return Err(FleetError::Superseded(latest));
    }
    let led = others
        .iter()
        .find(|edge| leads(edge, &at))
        .map_or(0, |edge| edge.last_seq);
    let told = led.max(row.first_after).unsigned_abs();
    stream::state_lost(tx, &platform.clock, &at, id, told).await?;
    store::fence(tx, outlet).await?;
    let incarnation = u32::try_from(row.incarnation).unwrap_or_default();
    stream::adopt_after(tx, outlet, incarnation, row.first_after.unsigned_abs()).await?;
    let what = format!("{} leads its outlet again, as life {incarnation} of its edge", row.name);
    let mut entry = Entry::new("fleet", "adopted", what).on("edge", id.0);
    if let Some(by) = by {
        entry = entry.by(by);
    }
    audit::log(tx, &platform.clock, entry).await?;
    let mut row = row.into_active_model();
    row.status = Set("active".to_owned());
    // Its tokens are forgotten with it: it is taken at its key and its life once.
    row.token_hash = Set(None);
    row.next_token_hash = Set(None);
    row.approved_at = Set(Some(platform.clock.now().0));
    row.update(tx).await?;
    Ok(incarnation)
}

/// The edges that wait to be adopted, oldest first, with their outlets' codes.
///
/// # Errors
/// The database's.
pub async fn forgotten(platform: &Platform) -> Result<Vec<Forgotten>, FleetError> {
    let db = platform.db.reader();
    let outlets = outlets::all(db).await?;
    let waiting = store::all(db)
        .await?
        .into_iter()
        .filter(|row| row.status == "forgotten");
    let told = waiting.map(|row| Forgotten {
        edge: row.id.into(),
        outlet: outlets
            .iter()
            .find(|outlet| outlet.id.0 == row.outlet_id)
            .map(|outlet| outlet.code.clone()),
        incarnation: row.incarnation,
        commands: row.last_seq.abs_diff(row.first_after),
    });
    Ok(told.collect())
}

/// An edge that waits to be adopted.
#[derive(Clone, Debug)]
pub struct Forgotten {
    /// Its id.
    pub edge: EdgeId,
    /// Its outlet's code.
    pub outlet: Option<String>,
    /// Which life of the outlet's edge it is.
    pub incarnation: i64,
    /// How many commands its journal has had.
    pub commands: u64,
}

/// Adopts an edge from the command line.
///
/// # Errors
/// As [`adopt`].
pub async fn adopt_by_hand(platform: &Platform, id: EdgeId) -> Result<u32, FleetError> {
    tx!(&platform.db, |tx| -> Result<u32, FleetError> {
        adopt(tx, platform, id, None).await
    })
}
