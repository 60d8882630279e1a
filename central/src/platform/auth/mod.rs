//! Central's key, access tokens, and who is calling.

mod caller;
mod key;

pub use caller::{Admin, User};
pub use key::{KeyError, SigningKey, verify};
