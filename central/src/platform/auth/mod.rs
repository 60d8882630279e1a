//! Central's key, access tokens, who is calling and from where.

mod caller;
mod key;
mod origin;

pub use caller::{Admin, User};
pub use key::{KeyError, SigningKey, verify};
pub use origin::Origin;
