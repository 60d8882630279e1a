//! Accounts: who people are, how they sign in, what they may do.

mod access;
mod ensure;
mod error;
mod jobs;
mod lockout;
mod model;
mod password;
mod profile;
mod routes;
mod service;
mod sessions;
mod store;
#[cfg(test)]
mod tests;
mod views;

pub use access::{ensure_role, permissions_of};
pub use ensure::{Person, ensure_user};
pub use error::Error;
pub use jobs::PruneSignIns;
pub use password::hash as hash_password;
pub use routes::{router, sign_in_router};
pub use store::{Account, find, find_by_name, phone_of, stands};
