//! To a central that was put back from a backup of before this edge was approved: who it is, with central's own
//! word for it.

use gerai_shared::sync::{Introduced, Introduction, SIGNATURE_HEADER};

use super::{DeviceKey, HelloError};
use crate::{
    journal::{Journal, JournalError},
    sync::{Caller, Miss},
};

/// Says who this edge is. Returns how it stands: `forgotten`, until an admin has adopted it.
///
/// # Errors
/// [`HelloError`]
pub async fn introduce(caller: &Caller, key: &DeviceKey, journal: &Journal) -> Result<String, HelloError> {
    let known = journal.known();
    let device = &known.device;
    let (Some(edge), Some(outlet), 1..) = (device.edge, device.outlet, device.incarnation) else {
        return Err(HelloError::NotEnrolled);
    };
    let introduction = Introduction {
        edge,
        outlet,
        incarnation: device.incarnation,
        public_key: key.public(),
        certificate: device.certificate.clone().ok_or(HelloError::NoCertificate)?,
        nonce: journal.clock().uuid(),
        first_after: device.first_after,
        last_seq: known.last_seq,
        last_hash: known.last_hash.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let body = serde_json::to_string(&introduction).map_err(JournalError::from)?;
    let signature = key.sign(body.as_bytes());
    let request = caller.post("/edge/v1/introduce", body);
    let introduced: Introduced = caller.ask(request.header(SIGNATURE_HEADER, signature)).await?;
    if introduced.nonce != introduction.nonce {
        return Err(Miss::NotCentral("the nonce is another's".to_owned()).into());
    }
    Ok(introduced.status)
}
