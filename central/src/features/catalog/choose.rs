//! What somebody far away wants to visit an outlet for.

use gerai_shared::{ProductId, Refusal, outlet::Outlet, queue::ChosenProduct, wish::MAX_PARTY};
use sea_orm::ConnectionTrait;

use super::products;
use crate::platform::http::Failure;

/// What somebody wants to visit an outlet for, if the outlet offers it to so many people.
///
/// # Errors
/// The rules' refusals; the database's.
pub async fn choose(
    db: &impl ConnectionTrait,
    outlet: &Outlet,
    product: ProductId,
    party_size: u32,
) -> Result<ChosenProduct, Failure> {
    if !(1..=MAX_PARTY).contains(&party_size) {
        return Err(Failure::refused(&Refusal::OutOfBounds {
            field: "party_size".to_owned(),
            min: 1,
            max: u64::from(MAX_PARTY),
        }));
    }
    let product = products(db, &[product]).await?.remove(&product);
    let chosen = match &product {
        Some(product) => product.chosen_for(&outlet.location, party_size),
        None => Err(Refusal::UnknownProduct),
    };
    chosen.map_err(|refusal| Failure::refused(&refusal))
}
