//! Bookings, for admins: an outlet's rules, blackout days, who is expected.

use axum::{
    Json,
    extract::{Path, State},
};
use gerai_shared::{Day, OutletId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{model, slots::Rules, store, view::Booking};
use crate::{
    features::{audit, outlets, queue},
    platform::{
        Platform,
        auth::{Admin, Origin},
        http::{Body, Data, Failure, IdempotencyKey, Query, Replies, Reply},
    },
    tx,
};

/// The longest reason of a blackout day, in characters.
const LONGEST_REASON: usize = 200;

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(rules, set_rules))
        .routes(routes!(expected))
        .routes(routes!(blackouts, add_blackout))
        .routes(routes!(remove_blackout))
}

/// How an outlet takes bookings.
#[utoipa::path(get, path = "/api/admin/outlets/{id}/booking-rules", tag = "bookings",
    params(("id" = OutletId, Path)), responses((status = 200, body = Data<Rules>)), security(("bearer" = [])))]
async fn rules(
    State(platform): State<Platform>,
    _admin: Admin,
    Path(outlet): Path<OutletId>,
) -> Result<Json<Data<Rules>>, Failure> {
    let data = store::rules(platform.db.reader(), outlet).await?;
    Ok(Json(Data { data }))
}

fn checked(rules: &Rules) -> Result<(), Failure> {
    let bounds = [
        ("slot_minutes", u32::from(rules.slot_minutes), 5, 480),
        ("per_slot", rules.per_slot.unwrap_or(0), 0, 1_000),
        ("ahead_days", rules.ahead_days, 0, 365),
        ("notice_minutes", rules.notice_minutes, 0, 7 * 24 * 60),
        ("change_minutes", rules.change_minutes, 0, 7 * 24 * 60),
    ];
    let out = bounds
        .into_iter()
        .find(|(_, value, min, max)| !(min..=max).contains(&value));
    out.map_or(Ok(()), |(field, _, min, max)| {
        Err(does_not_fit(field, format!("{min}–{max}")))
    })
}

fn does_not_fit(field: &str, why: String) -> Failure {
    Failure::new(
        422,
        "invalid_body",
        "Isi permintaan tidak sesuai",
        "The body does not fit",
    )
    .field(field, why)
}

/// Sets how an outlet takes bookings. What is booked stays booked.
#[utoipa::path(put, path = "/api/admin/outlets/{id}/booking-rules", tag = "bookings",
    params(("id" = OutletId, Path)), request_body = Rules,
    responses((status = 200, body = Data<Rules>), (status = 422, body = gerai_shared::Problem)),
    security(("bearer" = [])))]
async fn set_rules(
    State(platform): State<Platform>,
    Admin(admin): Admin,
    origin: Origin,
    key: IdempotencyKey,
    Path(outlet): Path<OutletId>,
    Body(rules): Body<Rules>,
) -> Result<Reply, Failure> {
    checked(&rules)?;
    let place = Replies::of(format!("user:{}", admin.id), key, &rules);
    let now = platform.clock.now();
    tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, now, async {
                let outlet = outlets::get(tx, outlet).await?.ok_or_else(Failure::not_found)?;
                let before = store::rules(tx, outlet.id).await?;
                store::set_rules(tx, outlet.id, &rules, now).await?;
                let entry = audit::Entry::new(
                    "bookings",
                    "updated",
                    format!("set the booking rules of {}", outlet.code),
                )
                .on("outlet", outlet.id.0)
                .by(admin.id)
                .changed(Some(&before), Some(&rules))
                .from(&origin);
                audit::log(tx, &platform.clock, entry).await?;
                Ok((200, Data { data: &rules }))
            })
            .await
    })
}

/// Which day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DayQuery {
    /// The outlet's business day; today when absent.
    #[serde(default)]
    day: Option<Day>,
}

/// Who is expected at an outlet, by slot.
#[utoipa::path(get, path = "/api/admin/outlets/{id}/bookings", tag = "bookings",
    params(("id" = OutletId, Path), DayQuery), responses((status = 200, body = Data<Vec<Booking>>)),
    security(("bearer" = [])))]
async fn expected(
    State(platform): State<Platform>,
    _admin: Admin,
    Path(outlet): Path<OutletId>,
    Query(query): Query<DayQuery>,
) -> Result<Json<Data<Vec<Booking>>>, Failure> {
    let db = platform.db.reader();
    let outlet = outlets::get(db, outlet).await?.ok_or_else(Failure::not_found)?;
    let day = query.day.unwrap_or_else(|| outlet.business_day(platform.clock.now()));
    let rows = queue::bookings_on(db, outlet.id, day).await?;
    let data = rows
        .into_iter()
        .map(|row| Booking::new(&platform, row, &outlet))
        .collect();
    Ok(Json(Data { data }))
}

/// A day without bookings.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BlackoutWish {
    /// The outlet; every outlet when absent.
    #[serde(default)]
    outlet: Option<OutletId>,
    /// The business day.
    day: Day,
    /// Why, for the customers.
    reason: String,
}

/// A day without bookings.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Blackout {
    id: Uuid,
    /// The outlet; every outlet when null.
    outlet: Option<OutletId>,
    /// The business day.
    day: String,
    reason: String,
    /// How many bookings stood when it was said, at that outlet: to be called and moved by a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    booked: Option<usize>,
}

impl From<model::blackout::Model> for Blackout {
    fn from(row: model::blackout::Model) -> Self {
        Self {
            id: row.id,
            outlet: row.outlet_id.map(OutletId),
            day: row.day,
            reason: row.reason,
            booked: None,
        }
    }
}

/// The days without bookings that are not over.
#[utoipa::path(get, path = "/api/admin/booking-blackouts", tag = "bookings",
    responses((status = 200, body = Data<Vec<Blackout>>)), security(("bearer" = [])))]
async fn blackouts(State(platform): State<Platform>, _admin: Admin) -> Result<Json<Data<Vec<Blackout>>>, Failure> {
    let today = platform.clock.now().to_utc().date();
    let from = Day(today.previous_day().unwrap_or(today));
    let rows = store::blackouts(platform.db.reader(), from).await?;
    let data = rows.into_iter().map(Blackout::from).collect();
    Ok(Json(Data { data }))
}

/// Says that a day takes no bookings. Those that stand are not given up by it.
#[utoipa::path(post, path = "/api/admin/booking-blackouts", tag = "bookings", request_body = BlackoutWish,
    responses((status = 201, body = Data<Blackout>), (status = 422, body = gerai_shared::Problem)),
    security(("bearer" = [])))]
async fn add_blackout(
    State(platform): State<Platform>,
    Admin(admin): Admin,
    origin: Origin,
    key: IdempotencyKey,
    Body(wish): Body<BlackoutWish>,
) -> Result<Reply, Failure> {
    if wish.reason.chars().count() > LONGEST_REASON {
        return Err(does_not_fit("reason", format!("at most {LONGEST_REASON} characters")));
    }
    let place = Replies::of(format!("user:{}", admin.id), key, &wish);
    let now = platform.clock.now();
    let id = platform.clock.id();
    tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, now, async {
                let booked = match wish.outlet {
                    Some(outlet) => {
                        let outlet = outlets::get(tx, outlet).await?.ok_or_else(Failure::not_found)?;
                        Some(queue::bookings_on(tx, outlet.id, wish.day).await?.len())
                    }
                    None => None,
                };
                let row = model::blackout::Model {
                    id,
                    outlet_id: wish.outlet.map(|outlet| outlet.0),
                    day: wish.day.to_string(),
                    reason: wish.reason.clone(),
                    made_at: now.0,
                };
                store::add_blackout(tx, row.clone()).await?;
                let entry = audit::Entry::new("bookings", "created", format!("no bookings on {}", wish.day))
                    .on("booking_blackout", id)
                    .by(admin.id)
                    .changed(None, Some(&wish))
                    .from(&origin);
                audit::log(tx, &platform.clock, entry).await?;
                let data = Blackout { booked, ..row.into() };
                Ok((201, Data { data }))
            })
            .await
    })
}

/// Takes bookings on that day again.
#[utoipa::path(delete, path = "/api/admin/booking-blackouts/{id}", tag = "bookings", params(("id" = Uuid, Path)),
    responses((status = 200, body = Data<Blackout>), (status = 404, body = gerai_shared::Problem)),
    security(("bearer" = [])))]
async fn remove_blackout(
    State(platform): State<Platform>,
    Admin(admin): Admin,
    origin: Origin,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", admin.id), key, &id);
    tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, platform.clock.now(), async {
                let row = store::remove_blackout(tx, id).await?.ok_or_else(Failure::not_found)?;
                let data = Blackout::from(row);
                let entry = audit::Entry::new("bookings", "deleted", format!("bookings on {} again", data.day))
                    .on("booking_blackout", id)
                    .by(admin.id)
                    .changed(Some(&data), None)
                    .from(&origin);
                audit::log(tx, &platform.clock, entry).await?;
                Ok((200, Data { data }))
            })
            .await
    })
}
