//! The catalogue: what the chain sells, where, for how much.
//!
//! Owned by central. A change is written, appended to the feed's topic `catalog` and audited in one
//! transaction; edges follow, and purge what they kept of it.

mod admin;
mod choose;
mod draft;
mod error;
mod import;
pub mod media;
mod model;
mod routes;
mod service;
mod sheet;
mod shelf;
mod store;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use gerai_shared::{ProductId, Rupiah, catalog::Product, sync::CATALOG_TOPIC};
use sea_orm::{ConnectionTrait, DbErr};

pub use choose::choose;
pub use draft::{Draft, Feature, Packet, RetailGroup};
pub use error::Error;
pub use import::{Imported, import, import_file};
pub use routes::{FEED_AT_LEAST, router};
pub use service::{ensure_location, locations};
pub use shelf::Shelf;

use crate::platform::feed;

/// A product as central lists it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// As outlets see it.
    pub product: Product,
    /// Whether it is offered.
    pub active: bool,
}

/// The catalogue's version: where its topic of the feed stands.
///
/// # Errors
/// The database's.
pub async fn version(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    feed::position(db, CATALOG_TOPIC).await
}

/// The products with these ids, offered or not; those that were deleted are absent.
///
/// # Errors
/// The database's.
pub async fn listed(db: &impl ConnectionTrait, ids: &[ProductId]) -> Result<HashMap<ProductId, Listed>, DbErr> {
    let ids = ids.iter().map(|id| id.0).collect();
    let rows = store::listed(db, ids).await?;
    Ok(rows
        .into_iter()
        .map(|(draft, id)| {
            let (product, active) = (draft.product(id), draft.active);
            (product.id, Listed { product, active })
        })
        .collect())
}

/// What those of these products cost that are offered.
///
/// # Errors
/// The database's.
pub async fn prices(db: &impl ConnectionTrait, ids: &[ProductId]) -> Result<HashMap<ProductId, Rupiah>, DbErr> {
    store::prices(db, ids.iter().map(|id| id.0).collect()).await
}

/// What the packets of these products cost, by product and name.
///
/// # Errors
/// The database's.
pub async fn packet_prices(
    db: &impl ConnectionTrait,
    ids: &[ProductId],
) -> Result<HashMap<ProductId, HashMap<String, Rupiah>>, DbErr> {
    store::packet_prices(db, ids.iter().map(|id| id.0).collect()).await
}

/// The products with these ids that are offered.
///
/// # Errors
/// The database's.
pub async fn products(db: &impl ConnectionTrait, ids: &[ProductId]) -> Result<HashMap<ProductId, Product>, DbErr> {
    let listed = listed(db, ids).await?;
    Ok(listed
        .into_iter()
        .filter(|(_, listed)| listed.active)
        .map(|(id, listed)| (id, listed.product))
        .collect())
}
