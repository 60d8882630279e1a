//! Staff grants: central's word, checked against central's key, on disk only under the pepper's.

use std::sync::Arc;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use gerai_shared::{
    StaffId,
    outlet::{Grant, SignedGrant},
};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{Device, JournalError, Json, Pepper};

/// What it takes to read a grant; cheap to clone.
#[derive(Clone, Debug)]
pub struct Trust {
    pub(super) device: Arc<Device>,
    pub(super) pepper: Arc<Pepper>,
}

/// A [`SignedGrant`] as it lies on disk.
#[derive(Serialize, Deserialize)]
struct Sealed {
    sealed: String,
}

/// Opens a grant when central signed it for this outlet; else says why not.
///
/// # Errors
/// When the key is not known, the signature is not central's, or the grant is another outlet's.
pub fn open(device: &Device, signed: &SignedGrant) -> Result<Grant, String> {
    let key = device.central_key.as_deref().ok_or("central's key is not known")?;
    let key = STANDARD
        .decode(key)
        .map_err(|error| format!("central's key: {error}"))?;
    let signature = STANDARD
        .decode(&signed.signature)
        .map_err(|error| format!("the signature: {error}"))?;
    UnparsedPublicKey::new(&ED25519, key)
        .verify(signed.grant.as_bytes(), &signature)
        .map_err(|_| "the signature is not central's")?;
    let grant: Grant = serde_json::from_str(&signed.grant).map_err(|error| error.to_string())?;
    if Some(grant.outlet) != device.outlet {
        return Err("it is for another outlet".to_owned());
    }
    Ok(grant)
}

impl Trust {
    /// Checked each time it is read, so that an edited database lets nobody in.
    fn grant(&self, id: Uuid, row: &Sealed) -> Option<Grant> {
        let signed: SignedGrant = serde_json::from_str(&self.pepper.open(id, &row.sealed)?).ok()?;
        open(&self.device, &signed).ok().filter(|grant| grant.staff.0 == id)
    }
}

/// A grant as it is written to disk.
pub(super) fn sealed(pepper: &Pepper, id: Uuid, signed: &Value) -> Result<String, JournalError> {
    let sealed = pepper.seal(id, &signed.to_string())?;
    Ok(serde_json::to_string(&Sealed { sealed })?)
}

/// All grants that hold, revoked ones too.
///
/// # Errors
/// When they cannot be read.
pub fn all(connection: &Connection, trust: &Trust) -> rusqlite::Result<Vec<Grant>> {
    let mut rows = connection.prepare_cached("SELECT id, body FROM followed WHERE kind = 'grant' ORDER BY id")?;
    let rows = rows.query_map([], |row| Ok((Uuid::from_bytes(row.get(0)?), row.get(1)?)))?;
    let opened = rows.map(|row| row.map(|(id, Json(sealed))| trust.grant(id, &sealed)));
    opened.filter_map(Result::transpose).collect()
}

/// A member of staff's grant, revoked or not, if it holds.
///
/// # Errors
/// When it cannot be read.
pub fn of(connection: &Connection, trust: &Trust, staff: StaffId) -> rusqlite::Result<Option<Grant>> {
    let row: Option<Json<Sealed>> = connection
        .prepare_cached("SELECT body FROM followed WHERE kind = 'grant' AND id = ?1")?
        .query_row(params![staff.0.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(row.and_then(|Json(sealed)| trust.grant(staff.0, &sealed)))
}

/// Brings what is on disk under this pepper: seals what an older program left open, and gives up
/// what another pepper sealed, which central sends again.
pub(super) fn settle(connection: &mut Connection, pepper: &Pepper) -> Result<(), JournalError> {
    let known: Option<String> = connection
        .query_row("SELECT value FROM facts WHERE name = 'pepper'", [], |row| row.get(0))
        .optional()?;
    if known.as_deref() == Some(pepper.id()) {
        return Ok(());
    }
    // What is overwritten is not left in free pages.
    connection.pragma_update(None, "secure_delete", "ON")?;
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    if known.is_some() {
        tracing::error!(
            file = super::pepper::FILE,
            "the pepper is missing or another one: staff grants cannot be read and are asked of central again; \
             until it answers nobody can sign in"
        );
        transaction.execute("DELETE FROM followed WHERE kind = 'grant'", [])?;
        // Without a cursor the whole topic is asked for.
        transaction.execute("DELETE FROM cursors WHERE topic LIKE 'outlet:%'", [])?;
    } else {
        seal_open(&transaction, pepper)?;
    }
    transaction.execute(
        "INSERT INTO facts (name, value) VALUES ('pepper', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1",
        [pepper.id()],
    )?;
    transaction.commit()?;
    connection.pragma_update(None, "secure_delete", "OFF")?;
    if known.is_none() {
        // Once: pages freed before today may still hold hashes, and so may the log beside the file.
        if let Err(error) = connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);") {
            tracing::warn!(%error, "free pages of the journal were not cleaned");
        }
    }
    Ok(())
}

fn seal_open(connection: &Connection, pepper: &Pepper) -> Result<(), JournalError> {
    let open: Vec<(String, Uuid, Json<Value>)> = connection
        .prepare("SELECT topic, id, body FROM followed WHERE kind = 'grant'")?
        .query_map([], |row| Ok((row.get(0)?, Uuid::from_bytes(row.get(1)?), row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (topic, id, Json(signed)) in open {
        connection.execute(
            "UPDATE followed SET body = ?3 WHERE topic = ?1 AND kind = 'grant' AND id = ?2",
            params![topic, id.as_bytes(), sealed(pepper, id, &signed)?],
        )?;
    }
    Ok(())
}
