//! Staff grants: central's word, checked against central's key.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use gerai_shared::outlet::{Grant, SignedGrant};

use super::Device;

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
