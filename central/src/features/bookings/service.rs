//! Booking, moving and giving up.

use gerai_shared::{
    Day, Micros, OutletId, ProductId, TicketId,
    outlet::Outlet,
    queue::{ChosenProduct, RemoteState, RemoteTicket, Series},
};
use sea_orm::ConnectionTrait;

use super::{
    BookingError,
    slots::{self, Rules, Slot, Visit},
    store,
    view::BookWish,
};
use crate::{
    features::{
        catalog, outlets,
        queue::{self, RemoteError},
        stream,
    },
    platform::{Platform, auth::User},
};

const DAY: i64 = 24 * 60 * 60 * 1_000_000;
/// Whoever may this changes anybody's booking, at any time.
const STAFF: &str = "queue.manage";

/// A slot that is asked for.
struct Asked<'a> {
    outlet: &'a Outlet,
    rules: &'a Rules,
    product: &'a ChosenProduct,
    day: Day,
    /// The booking that is to be moved there: it does not stand in its own way.
    but: Option<TicketId>,
}

/// The slots of a day for a product, as they stand. A day that takes no bookings says why.
pub(super) async fn slots_of(
    db: &impl ConnectionTrait,
    platform: &Platform,
    outlet: OutletId,
    product: ProductId,
    day: Day,
) -> Result<Vec<Slot>, BookingError> {
    let outlet = outlets::get(db, outlet).await?.ok_or(BookingError::NotFound)?;
    let product = catalog::choose(db, &outlet, product, 1).await?;
    let rules = store::rules(db, outlet.id).await?;
    let asked = Asked {
        outlet: &outlet,
        rules: &rules,
        product: &product,
        day,
        but: None,
    };
    open_slots(db, &asked, platform.clock.now()).await
}

async fn open_slots(db: &impl ConnectionTrait, asked: &Asked<'_>, now: Micros) -> Result<Vec<Slot>, BookingError> {
    let (outlet, rules) = (asked.outlet, asked.rules);
    if let Some(reason) = store::blackout(db, outlet.id, asked.day).await? {
        return Err(BookingError::Blackout(asked.day, reason));
    }
    let last = outlet.business_day(Micros(now.0 + i64::from(rules.ahead_days) * DAY));
    if asked.day > last {
        return Err(BookingError::TooFar(rules.ahead_days));
    }
    let booked: Vec<_> = queue::bookings_on(db, outlet.id, asked.day)
        .await?
        .iter()
        .filter(|booking| asked.but != Some(booking.id))
        .filter_map(|booking| Visit::of(booking, rules))
        .collect();
    let wish = (asked.product.category, asked.product.minutes);
    let soonest = now.plus_minutes(rules.notice_minutes);
    Ok(slots::slots(outlet, rules, asked.day, wish, &booked, soonest))
}

/// The slot, when it has a place left. The caller holds the outlet's stream row.
async fn take(
    tx: &impl ConnectionTrait,
    asked: &Asked<'_>,
    starts_at: Micros,
    now: Micros,
) -> Result<(), BookingError> {
    let notice = asked.rules.notice_minutes;
    let slots = open_slots(tx, asked, now).await?;
    let slot = slots
        .into_iter()
        .find(|slot| slot.starts_at == starts_at)
        .ok_or(BookingError::NoSlot)?;
    match slot.free {
        0 if starts_at < now.plus_minutes(notice) => Err(BookingError::TooLate(notice)),
        0 => Err(BookingError::Full),
        _ => Ok(()),
    }
}

/// Who books for today finds the outlet's door as it stands; it says nothing of other days.
async fn door_of(tx: &impl ConnectionTrait, asked: &Asked<'_>, now: Micros) -> Result<(), BookingError> {
    if asked.day == asked.outlet.business_day(now) {
        queue::door(tx, asked.outlet.id, asked.day).await?.admits_to_a_slot()?;
    }
    Ok(())
}

/// Books a slot.
pub(super) async fn book(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    user: &User,
    wish: &BookWish,
) -> Result<RemoteTicket, BookingError> {
    let outlet = outlets::get(tx, wish.outlet).await?.ok_or(BookingError::NotFound)?;
    let product = catalog::choose(tx, &outlet, wish.product, wish.party_size).await?;
    // The stream row is the outlet: of two who want the last place, one waits here and then sees
    // that it is taken.
    stream::lock(tx, outlet.id).await?;
    let rules = store::rules(tx, outlet.id).await?;
    let now = platform.clock.now();
    let starts_at = Micros::from(wish.starts_at);
    let day = outlet.business_day(starts_at);
    let asked = Asked {
        outlet: &outlet,
        rules: &rules,
        product: &product,
        day,
        but: None,
    };
    take(tx, &asked, starts_at, now).await?;
    door_of(tx, &asked, now).await?;
    let id = TicketId(platform.clock.id());
    let number = stream::next_number(tx, outlet.id, day, Series::Booking, id).await?;
    let joining = queue::Joining {
        id,
        outlet: outlet.id,
        day,
        series: Series::Booking,
        number,
        product,
        party_size: wish.party_size,
        customer: user.id,
        holder: queue::name_to_call(wish.holder.as_deref()),
        starts_at: Some(starts_at),
        token: queue::fresh_token(&platform.clock),
    };
    Ok(queue::join_remote(tx, joining, now).await?)
}

/// A booking of the caller's; staff may have anybody's.
pub(super) async fn of(
    db: &impl ConnectionTrait,
    user: &User,
    id: TicketId,
) -> Result<(RemoteTicket, Outlet), BookingError> {
    let row = queue::remote_ticket(db, id)
        .await?
        .filter(|row| row.series == Series::Booking)
        .filter(|row| row.customer == user.id || user.may(STAFF))
        .ok_or(BookingError::NotFound)?;
    let outlet = outlets::get(db, row.outlet).await?.ok_or(BookingError::NotFound)?;
    Ok((row, outlet))
}

/// Moves a booking to another slot of the same outlet; a number of another day is another one.
pub(super) async fn reschedule(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    user: &User,
    id: TicketId,
    starts_at: Micros,
) -> Result<(RemoteTicket, Outlet), BookingError> {
    let (_, outlet) = of(tx, user, id).await?;
    stream::lock(tx, outlet.id).await?;
    let (row, _) = of(tx, user, id).await?;
    let rules = store::rules(tx, outlet.id).await?;
    let now = platform.clock.now();
    changeable(&row, &rules, user.may(STAFF), now)?;
    let day = outlet.business_day(starts_at);
    let asked = Asked {
        outlet: &outlet,
        rules: &rules,
        product: &row.product,
        day,
        but: Some(id),
    };
    take(tx, &asked, starts_at, now).await?;
    if day != row.day {
        door_of(tx, &asked, now).await?;
    }
    let number = if day == row.day {
        row.number
    } else {
        stream::next_number(tx, outlet.id, day, Series::Booking, id).await?
    };
    let moved = queue::move_booking(tx, id, day, number, starts_at, now).await?;
    Ok((moved, outlet))
}

/// Gives a booking up.
pub(super) async fn cancel(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    user: &User,
    id: TicketId,
) -> Result<(RemoteTicket, Outlet), BookingError> {
    let (_, outlet) = of(tx, user, id).await?;
    let row = give_up(tx, platform, id, user.may(STAFF)).await?;
    Ok((row, outlet))
}

/// Gives a remote ticket up, by whichever way its holder or the staff came: a booking while it may be
/// changed, a place in the queue at any time before check-in.
///
/// # Errors
/// [`BookingError::TooLate`] for a holder's booking that begins too soon; the ticket's own refusals.
pub async fn give_up(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    id: TicketId,
    staff: bool,
) -> Result<RemoteTicket, BookingError> {
    let row = queue::remote_ticket(tx, id).await?.ok_or(BookingError::NotFound)?;
    let now = platform.clock.now();
    if row.series == Series::Booking {
        let rules = store::rules(tx, row.outlet).await?;
        changeable(&row, &rules, staff, now)?;
    }
    Ok(queue::cancel_remote(tx, id, now).await?)
}

/// Customers change their booking in time; staff may at any time before check-in.
fn changeable(row: &RemoteTicket, rules: &Rules, staff: bool, now: Micros) -> Result<(), BookingError> {
    if row.state != RemoteState::Joined {
        return Err(RemoteError::Closed(row.state.as_str()).into());
    }
    let in_time = row
        .starts_at
        .is_some_and(|at| now.plus_minutes(rules.change_minutes) <= at);
    if in_time || staff {
        return Ok(());
    }
    Err(BookingError::TooLate(rules.change_minutes))
}
