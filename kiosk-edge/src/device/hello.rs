//! Hello: the edge proves who it is, and both sides learn how far the other is.

use gerai_shared::{
    command::PROTOCOL,
    sync::{Hello, SIGNATURE_HEADER, Welcome},
};
use uuid::Uuid;

use super::DeviceKey;
use crate::{
    journal::{Journal, JournalError},
    sync::{Caller, Miss},
};

/// What calls after a hello carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The bearer token.
    pub bearer: String,
    /// The life of central's database.
    pub epoch: Uuid,
    /// The life of the outlet's edge.
    pub incarnation: u32,
}

/// No session was opened.
#[derive(Debug, thiserror::Error)]
pub enum HelloError {
    /// The edge is not enrolled, or not approved yet.
    #[error("this edge is not enrolled")]
    NotEnrolled,
    /// No answer that counts, or central's word against this edge.
    #[error(transparent)]
    Miss(#[from] Miss),
    /// What central said could not be written down.
    #[error("central's welcome could not be written down")]
    Journal(#[from] JournalError),
}

/// Says hello. The next token is on disk before the session is used: when the answer to this call
/// is lost, central still takes the token before it.
///
/// # Errors
/// [`HelloError`]
pub async fn hello(caller: &Caller, key: &DeviceKey, journal: &Journal) -> Result<Session, HelloError> {
    let known = journal.known();
    let (device, clock) = (&known.device, journal.clock());
    let (Some(edge), 1..) = (device.edge, device.incarnation) else {
        return Err(HelloError::NotEnrolled);
    };
    let question = Hello {
        edge,
        incarnation: device.incarnation,
        nonce: clock.uuid(),
        last_seq: known.last_seq,
        last_hash: known.last_hash.clone(),
        token: device.token.clone(),
        protocol: PROTOCOL,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        time: clock.now(),
    };
    let body = serde_json::to_string(&question).map_err(JournalError::from)?;
    let signature = key.sign(body.as_bytes());
    let request = caller.post("/edge/v1/hello", body).header(SIGNATURE_HEADER, signature);
    let welcome: Welcome = caller.ask(request).await?;
    if welcome.nonce != question.nonce {
        return Err(Miss::NotCentral("the nonce is another's".to_owned()).into());
    }
    let session = Session {
        bearer: welcome.session.clone(),
        epoch: welcome.epoch,
        incarnation: device.incarnation,
    };
    clock.central_said(welcome.time);
    journal.welcomed(welcome).await?;
    Ok(session)
}
