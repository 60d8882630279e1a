//! Staff at outlets: who may do what where, and the PIN they sign in with when there is no line.
//!
//! A grant is owned by central, signed, versioned and revocable; the outlet's edge follows it.

mod act;
mod error;
mod model;
mod pin;
mod routes;
mod service;
mod store;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use gerai_shared::{OutletId, StaffId, outlet::Grant};
use sea_orm::{ConnectionTrait, DbErr};

pub use error::Error;
pub use pin::Pin;
pub use routes::router;
pub use service::{Wish, give};

/// The grant of a member of staff at an outlet, revoked or not.
///
/// # Errors
/// The database's.
pub async fn grant(db: &impl ConnectionTrait, staff: StaffId, outlet: OutletId) -> Result<Option<Grant>, DbErr> {
    store::find(db, staff, outlet).await
}

/// Grants of several at an outlet, revoked or not; in one read.
///
/// # Errors
/// The database's.
pub async fn grants_of(
    db: &impl ConnectionTrait,
    staff: &[StaffId],
    outlet: OutletId,
) -> Result<HashMap<StaffId, Grant>, DbErr> {
    let grants = store::of(db, staff, outlet).await?;
    Ok(grants.into_iter().map(|grant| (grant.staff, grant)).collect())
}
