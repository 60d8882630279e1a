//! Bookings, for customers.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Path, State},
};
use gerai_shared::{Day, Micros, OutletId, ProductId, TicketId, queue::Series};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    BookingError, service,
    view::{BookWish, Booking, MoveWish, SlotView},
};
use crate::{
    features::{outlets, queue},
    platform::{
        Platform,
        auth::User,
        http::{Body, Data, Failure, IdempotencyKey, Query, Replies, Reply},
    },
    tx,
};

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(slots))
        .routes(routes!(list, book))
        .routes(routes!(show))
        .routes(routes!(reschedule))
        .routes(routes!(cancel))
}

/// Where, what for, and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SlotsQuery {
    /// The outlet.
    outlet: OutletId,
    /// The product.
    product: ProductId,
    /// The outlet's business day: `2026-11-21`.
    day: Day,
}

/// The slots of a day, with the places left.
#[utoipa::path(get, path = "/api/bookings/slots", tag = "bookings", security(()), params(SlotsQuery), responses(
    (status = 200, body = Data<Vec<SlotView>>),
    (status = 404, body = gerai_shared::Problem),
    (status = 409, description = "`booking_blackout`", body = gerai_shared::Problem),
    (status = 422, description = "`too_far_ahead`, or the product is not offered", body = gerai_shared::Problem)))]
async fn slots(
    State(platform): State<Platform>,
    Query(query): Query<SlotsQuery>,
) -> Result<Json<Data<Vec<SlotView>>>, Failure> {
    let db = platform.db.reader();
    let slots = service::slots_of(db, &platform, query.outlet, query.product, query.day).await?;
    let data = slots.into_iter().map(SlotView::from).collect();
    Ok(Json(Data { data }))
}

/// The caller's bookings, from yesterday on.
#[utoipa::path(get, path = "/api/bookings", tag = "bookings", responses((status = 200, body = Data<Vec<Booking>>)),
    security(("bearer" = [])))]
async fn list(State(platform): State<Platform>, user: User) -> Result<Json<Data<Vec<Booking>>>, Failure> {
    let db = platform.db.reader();
    let outlets: HashMap<_, _> = outlets::all(db).await?.into_iter().map(|row| (row.id, row)).collect();
    let yesterday = platform.clock.now().to_utc().date().previous_day();
    let from = Day(yesterday.unwrap_or(time::Date::MIN));
    let rows = queue::remotes_of(db, user.id, from).await?;
    let data = rows
        .into_iter()
        .filter(|row| row.series == Series::Booking)
        .filter_map(|row| Some(Booking::new(&platform, row.clone(), outlets.get(&row.outlet)?)))
        .collect();
    Ok(Json(Data { data }))
}

/// Books a place. Good for one customer, outlet and day; the number is of the series B.
#[utoipa::path(post, path = "/api/bookings", tag = "bookings", request_body = BookWish, responses(
    (status = 201, body = Data<Booking>),
    (status = 409, description = "`slot_full`, `booking_blackout`, `too_late`, `already_joined`; for today also \
        `intake_paused`, `intake_closed`, `day_closed` with the outlet's own message as `detail`",
        body = gerai_shared::Problem),
    (status = 422, description = "`no_such_slot`, `too_far_ahead`", body = gerai_shared::Problem)),
    security(("bearer" = [])))]
async fn book(
    State(platform): State<Platform>,
    user: User,
    key: IdempotencyKey,
    Body(wish): Body<BookWish>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", user.id), key, &wish);
    let reply = tx!(&platform.db, |tx| -> Result<Reply, BookingError> {
        place
            .once(tx, platform.clock.now(), async {
                let row = service::book(tx, &platform, &user, &wish).await?;
                let (row, outlet) = service::of(tx, &user, row.id).await?;
                let data = Booking::new(&platform, row, &outlet);
                Ok((201, Data { data }))
            })
            .await
    });
    platform.feed.nudge();
    Ok(reply?)
}

/// A booking, for its holder or the staff.
#[utoipa::path(get, path = "/api/bookings/{id}", tag = "bookings", params(("id" = TicketId, Path)),
    responses((status = 200, body = Data<Booking>), (status = 404, body = gerai_shared::Problem)),
    security(("bearer" = [])))]
async fn show(
    State(platform): State<Platform>,
    user: User,
    Path(id): Path<TicketId>,
) -> Result<Json<Data<Booking>>, Failure> {
    let (row, outlet) = service::of(platform.db.reader(), &user, id).await?;
    let data = Booking::new(&platform, row, &outlet);
    Ok(Json(Data { data }))
}

/// Moves a booking to another slot of the same outlet. On another day it has another number.
#[utoipa::path(post, path = "/api/bookings/{id}/reschedule", tag = "bookings", params(("id" = TicketId, Path)),
    request_body = MoveWish, responses(
    (status = 200, body = Data<Booking>),
    (status = 409, description = "`slot_full`, `too_late`, `wrong_ticket_state`, …", body = gerai_shared::Problem)),
    security(("bearer" = [])))]
async fn reschedule(
    State(platform): State<Platform>,
    user: User,
    key: IdempotencyKey,
    Path(id): Path<TicketId>,
    Body(wish): Body<MoveWish>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", user.id), key, &wish);
    let starts_at = Micros::from(wish.starts_at);
    let reply = tx!(&platform.db, |tx| -> Result<Reply, BookingError> {
        place
            .once(tx, platform.clock.now(), async {
                let (row, outlet) = service::reschedule(tx, &platform, &user, id, starts_at).await?;
                let data = Booking::new(&platform, row, &outlet);
                Ok((200, Data { data }))
            })
            .await
    });
    platform.feed.nudge();
    Ok(reply?)
}

/// Gives a booking up.
#[utoipa::path(post, path = "/api/bookings/{id}/cancel", tag = "bookings", params(("id" = TicketId, Path)), responses(
    (status = 200, body = Data<Booking>),
    (status = 409, description = "`too_late`, `wrong_ticket_state`", body = gerai_shared::Problem)),
    security(("bearer" = [])))]
async fn cancel(
    State(platform): State<Platform>,
    user: User,
    key: IdempotencyKey,
    Path(id): Path<TicketId>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", user.id), key, &id);
    let reply = tx!(&platform.db, |tx| -> Result<Reply, BookingError> {
        place
            .once(tx, platform.clock.now(), async {
                let (row, outlet) = service::cancel(tx, &platform, &user, id).await?;
                let data = Booking::new(&platform, row, &outlet);
                Ok((200, Data { data }))
            })
            .await
    });
    platform.feed.nudge();
    Ok(reply?)
}
