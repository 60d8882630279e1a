//! Hello: the edge proves who it is, and both sides learn how far the other is.

use gerai_shared::{
    command::PROTOCOL,
    sync::{Hello, SIGNATURE_HEADER, Welcome},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::DeviceKey;
use crate::{
    clock::Clock,
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
    /// Whether central gives this program its feed; not when it is too old.
    pub follows: bool,
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
    /// Central has forgotten this edge, which has nothing from it to show: it said hello before that was given.
    #[error("central does not know this edge, which has no word of central's to show")]
    NoCertificate,
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
        nonce: nonce(clock, device.token.as_deref()),
        last_seq: known.last_seq,
        last_hash: known.last_hash.clone(),
        acked_seq: known.acked_seq,
        token: device.token.clone(),
        protocol: PROTOCOL,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        time: clock.now(),
    };
    let welcome = match ask(caller, key, &question).await {
        // Centrals of protocol 2 do not know that field, and refuse what they do not know.
        Err(HelloError::Miss(Miss::Status { status: 400 | 422, .. })) if question.acked_seq > 0 => {
            let plain = Hello {
                acked_seq: 0,
                ..question.clone()
            };
            ask(caller, key, &plain).await?
        }
        answered => answered?,
    };
    if welcome.nonce != question.nonce {
        return Err(Miss::NotCentral("the nonce is another's".to_owned()).into());
    }
    let session = Session {
        bearer: welcome.session.clone(),
        epoch: welcome.epoch,
        incarnation: device.incarnation,
        follows: PROTOCOL >= welcome.least_protocol,
    };
    clock.central_said(welcome.time);
    journal.welcomed(welcome).await?;
    Ok(session)
}

async fn ask(caller: &Caller, key: &DeviceKey, question: &Hello) -> Result<Welcome, HelloError> {
    let body = serde_json::to_string(question).map_err(JournalError::from)?;
    let signature = key.sign(body.as_bytes());
    let request = caller.post("/edge/v1/hello", body).header(SIGNATURE_HEADER, signature);
    Ok(caller.ask(request).await?)
}

/// The nonce of this boot's hellos until one is answered and the token changes: to central all of
/// them are one, in whatever order they arrive.
fn nonce(clock: &Clock, token: Option<&str>) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(clock.boot());
    hash.update(token.unwrap_or_default());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
