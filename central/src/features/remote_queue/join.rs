//! Joining a queue from afar.

use gerai_shared::{
    OutletId, ProductId, TicketId,
    queue::{RemoteTicket, Series},
};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    features::{catalog, outlets, queue, stream},
    platform::{Platform, auth::User, http::Failure},
};

/// What a customer joins with.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct JoinWish {
    /// Where.
    pub outlet: OutletId,
    /// What for.
    pub product: ProductId,
    /// How many people.
    pub party_size: u32,
    /// The name to call.
    #[serde(default)]
    pub holder: Option<String>,
}

/// Makes a remote ticket: central's number, callable only after check-in at the outlet. An outlet whose door is
/// shut to walk-ins, as far as central heard, is shut to phones.
pub(super) async fn join(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    user: &User,
    wish: &JoinWish,
) -> Result<RemoteTicket, Failure> {
    let outlet = outlets::get(tx, wish.outlet).await?.ok_or_else(Failure::not_found)?;
    let product = catalog::choose(tx, &outlet, wish.product, wish.party_size).await?;
    // The stream row is the outlet: it serialises joins, so that the number and the guard against a
    // second ticket of the same customer are judged one at a time.
    stream::lock(tx, outlet.id).await?;
    let now = platform.clock.now();
    let day = outlet.business_day(now);
    queue::door(tx, outlet.id, day).await?.admits_now(&outlet, now)?;
    let id = TicketId(platform.clock.id());
    let number = stream::next_number(tx, outlet.id, day, Series::Mobile, id).await?;
    let joining = queue::Joining {
        id,
        outlet: outlet.id,
        day,
        series: Series::Mobile,
        number,
        product,
        party_size: wish.party_size,
        customer: user.id,
        holder: queue::name_to_call(wish.holder.as_deref()),
        starts_at: None,
        token: queue::fresh_token(&platform.clock),
    };
    Ok(queue::join_remote(tx, joining, now).await?)
}
