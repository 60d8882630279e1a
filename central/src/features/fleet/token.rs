//! The token that rotates with each hello, so that a copy of an edge is noticed.
//!
//! A token says by itself which it is and that central gave it: `7.<nonce>.<proof>`. So central, shown one
//! with a higher number than it remembers giving, knows that it is the one whose memory was set back.

use gerai_shared::{EdgeId, sync::Hello};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::enrol::hash;
use crate::platform::auth::SigningKey;

/// What a hello is answered with; always the same for the same one, known to nobody without central's key.
pub(super) struct Given {
    /// The next hello's token.
    pub token: String,
    /// Which it is.
    pub no: i64,
    /// The session's secret.
    pub secret: String,
}

/// The answer to a hello: it follows from the token shown and the nonce, which an edge keeps until it
/// is answered. A hello that arrives late, after its own repeat, changes nothing.
pub(super) fn given(key: &SigningKey, hello: &Hello) -> Given {
    let shown = hello.token.as_deref().unwrap_or_default();
    let no = number(key, hello.edge, shown).unwrap_or_default() + 1;
    let session = format!("gerai hello session\0{}\0{}\0{shown}", hello.edge, hello.nonce);
    Given {
        token: format!("{no}.{}.{}", hello.nonce, proof(key, hello.edge, no, hello.nonce)),
        no,
        secret: hash(&key.sign(session.as_bytes())),
    }
}

/// Which token this is of those central has given this edge; `None` when it is none of them, or is
/// from before tokens had a number.
pub(super) fn number(key: &SigningKey, edge: EdgeId, token: &str) -> Option<i64> {
    let mut parts = token.splitn(3, '.');
    let no: i64 = parts.next()?.parse().ok()?;
    let nonce: Uuid = parts.next()?.parse().ok()?;
    let shown = parts.next()?;
    bool::from(shown.as_bytes().ct_eq(proof(key, edge, no, nonce).as_bytes())).then_some(no)
}

fn proof(key: &SigningKey, edge: EdgeId, no: i64, nonce: Uuid) -> String {
    hash(&key.sign(format!("gerai hello token\0{edge}\0{no}\0{nonce}").as_bytes()))
}
