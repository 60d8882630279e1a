//! The shops of the chain: where they are, when they are open, which rooms they have.
//!
//! Owned by central; the edge of an outlet follows its own by the feed.

mod draft;
mod error;
mod model;
mod routes;
mod service;
mod store;
#[cfg(test)]
mod tests;

use gerai_shared::{OutletId, outlet::Outlet};
use sea_orm::{ConnectionTrait, DbErr};

pub use error::Error;
pub use routes::router;
pub use service::{publish, replace};
pub use store::{exists, studios_elsewhere};

/// The outlet with this id, with its studios.
///
/// # Errors
/// The database's.
pub async fn get(db: &impl ConnectionTrait, id: OutletId) -> Result<Option<Outlet>, DbErr> {
    Ok(store::read(db, Some(vec![id.0])).await?.pop())
}

/// All outlets, by code.
///
/// # Errors
/// The database's.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Outlet>, DbErr> {
    store::read(db, None).await
}
