//! What central lends to a plan for an outlet it leads.

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use gerai_shared::{
    Day, Micros,
    intake::SeriesTold,
    outlet::Outlet,
    queue::{RemoteTicket, Series},
    wish::{Floor, Ground, Till, Wish},
};
use sea_orm::{ConnectionTrait, DbErr};

use super::store;
use crate::{
    features::{catalog, queue, sales},
    platform::Platform,
};

pub(super) async fn ground<'o>(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    outlet: &'o Outlet,
    wish: &Wish,
    (day, now): (Day, Micros),
) -> Result<Ground<'o>, DbErr> {
    let products = wish.products();
    let remote: Option<RemoteTicket> = match wish {
        // A number of another day may be somebody else's today.
        Wish::CheckIn { remote } => queue::remote_ticket(tx, *remote)
            .await?
            .filter(|ticket| ticket.day == day && ticket.outlet == outlet.id),
        _ => None,
    };
    let ticket_number = store::last_told(tx, outlet.id, day, Series::WalkIn).await? + 1;
    let receipt_number = store::last_told(tx, outlet.id, day, Series::Receipt).await? + 1;
    let told = [(Series::WalkIn, ticket_number), (Series::Receipt, receipt_number)];
    let told = told.map(|(series, next)| SeriesTold { series, last: next - 1 });
    Ok(Ground {
        outlet,
        day,
        now,
        fresh: platform.clock.id(),
        token: URL_SAFE_NO_PAD.encode(platform.clock.secret::<16>()),
        ticket_number,
        receipt_number,
        products: if products.is_empty() {
            HashMap::new()
        } else {
            catalog::products(tx, &products).await?
        },
        remote,
        catalog_version: catalog::version(tx).await?,
        floor: floor(tx, outlet, wish, day, told.into()).await?,
        till: till(tx, outlet, wish).await?,
    })
}

async fn floor(
    tx: &impl ConnectionTrait,
    outlet: &Outlet,
    wish: &Wish,
    day: Day,
    told: Vec<SeriesTold>,
) -> Result<Floor, DbErr> {
    if !wish.asks_for_the_floor() {
        return Ok(Floor::default());
    }
    let floor = queue::floor(tx, outlet.id, day).await?;
    Ok(Floor { told, ..floor })
}

/// Central hears of its own sales at once: there is no line that could be down.
async fn till(tx: &impl ConnectionTrait, outlet: &Outlet, wish: &Wish) -> Result<Till, DbErr> {
    if !wish.asks_for_the_till() {
        return Ok(Till::default());
    }
    let shift = sales::open_shift(tx, outlet.id).await?;
    let (sales, voids) = match (&shift, wish) {
        (Some(shift), Wish::CloseShift { .. }) => sales::shift_totals(tx, shift.id).await?,
        _ => Default::default(),
    };
    Ok(Till {
        shift,
        sales,
        voids,
        ..Till::default()
    })
}
