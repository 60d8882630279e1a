//! Tables of accounts, roles and sign-ins.

pub mod access;
pub mod sign_in;
pub mod user;
