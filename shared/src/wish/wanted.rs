//! What a guest wants beside the product itself: a packet, add-ons.

use super::{MAX_EXTRAS, WantedWish, bounds::in_bounds, ground::Ground};
use crate::{
    catalog::{Category, Packet, Product},
    ids::ProductId,
    queue::{Extra, Wanted},
    refusal::{Refusal, Unfit},
};

/// A choice as it is told; none when nothing was chosen, so that it leaves no trace.
pub(super) fn told(ground: &Ground<'_>, product: ProductId, wish: WantedWish) -> Result<Option<Wanted>, Refusal> {
    let product = ground.products.get(&product).ok_or(Refusal::UnknownProduct)?;
    let packet = packet("wanted.packet", product, wish.packet.as_deref())?.map(|packet| packet.name.clone());
    let count = u32::try_from(wish.extras.len()).unwrap_or(u32::MAX);
    in_bounds("wanted.extras", count, 0, MAX_EXTRAS)?;
    let mut extras: Vec<Extra> = Vec::with_capacity(wish.extras.len());
    for (at, wish) in wish.extras.into_iter().enumerate() {
        let unfit = |why| Refusal::UnfitExtra {
            field: format!("wanted.extras[{at}].product"),
            why,
        };
        let extra = ground.products.get(&wish.product).ok_or(unfit(Unfit::Unknown))?;
        if extra.category != Category::Additional {
            return Err(unfit(Unfit::NoAddOn));
        }
        if !extra.is_offered_in(&ground.outlet.location) {
            return Err(unfit(Unfit::NotOfferedHere));
        }
        if extras.iter().any(|named| named.product == extra.id) {
            return Err(unfit(Unfit::NamedTwice));
        }
        in_bounds(&format!("wanted.extras[{at}].quantity"), wish.quantity, 1, MAX_EXTRAS)?;
        extras.push(Extra {
            product: extra.id,
            name: extra.name.clone(),
            quantity: wish.quantity,
        });
    }
    let chosen = packet.is_some() || !extras.is_empty();
    Ok(chosen.then_some(Wanted { packet, extras }))
}

/// The packet of a product that is named, if one is.
pub(super) fn packet<'p>(field: &str, product: &'p Product, name: Option<&str>) -> Result<Option<&'p Packet>, Refusal> {
    let named = name.map(str::trim).filter(|name| !name.is_empty());
    let Some(name) = named else {
        return Ok(None);
    };
    let packet = product.packet(name);
    packet.map(Some).ok_or_else(|| Refusal::UnknownPacket {
        field: field.to_owned(),
    })
}
