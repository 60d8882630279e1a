//! A customer's own place in queues: join, leave, and where it stands.

use std::collections::HashMap;

use axum::{Json, extract::State, response::Response};
use gerai_shared::{
    Micros, OutletId, TicketId,
    outlet::Outlet,
    queue::{RemoteState, RemoteTicket, Ticket, TicketState},
    wish::TicketWish,
};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    act,
    join::{self, JoinWish},
    routes::{Requested, act_on, outcome},
};
use crate::{
    features::{outlets, queue},
    platform::{
        Platform,
        auth::User,
        http::{Body, Data, Failure, IdempotencyKey, Replies, Reply},
    },
    tx,
};

/// How far back a business day may begin that is still on: somewhere in the chain it is yesterday.
const A_DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(join_queue))
        .routes(routes!(leave_queue))
        .routes(routes!(mine))
}

/// A remote ticket with its number as told.
#[derive(Debug, Serialize, ToSchema)]
struct Joined {
    told: String,
    /// Its page, for whoever is shown it.
    status_url: Option<String>,
    #[serde(flatten)]
    ticket: RemoteTicket,
}

/// Joins an outlet's queue from afar. Callable only once its holder has checked in there; one
/// ticket for each customer, outlet and day.
#[utoipa::path(post, path = "/api/queue/join", tag = "queue", request_body = JoinWish,
    responses((status = 201, body = Data<Joined>),
    (status = 409, description = "`already_joined`: `detail` is the ticket's id, `errors.ticket` its number. \
        `intake_paused`, `intake_closed`, `day_closed`, `queue_full`: `detail` is the outlet's own message. \
        `outlet_not_open`: `detail` is when it is open that day",
        body = gerai_shared::Problem)), security(("bearer" = [])))]
async fn join_queue(
    State(platform): State<Platform>,
    user: User,
    key: IdempotencyKey,
    Body(wish): Body<JoinWish>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", user.id), key, &wish);
    let reply = tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, platform.clock.now(), async {
                let mut ticket = join::join(tx, &platform, &user, &wish).await?;
                // For outlets alone.
                ticket.phone = None;
                let data = Joined {
                    told: ticket.told(),
                    status_url: ticket.token.as_deref().map(|token| queue::status_url(&platform, token)),
                    ticket,
                };
                Ok((201, Data { data }))
            })
            .await
    });
    platform.feed.nudge();
    reply
}

/// Which ticket to give up: by its id, or the one at an outlet today.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum LeaveWish {
    /// The ticket, remote or checked in.
    Ticket(TicketId),
    /// The outlet whose queue to leave.
    Outlet(OutletId),
}

/// Leaves a queue. Before check-in that is done at once; after it the outlet is asked, and may have
/// called meanwhile.
#[utoipa::path(post, path = "/api/queue/leave", tag = "queue", request_body = LeaveWish,
    responses((status = 200, body = Data<Requested>), (status = 202, body = Data<Requested>),
    (status = 404, body = gerai_shared::Problem)), security(("bearer" = [])))]
async fn leave_queue(
    State(platform): State<Platform>,
    user: User,
    key: IdempotencyKey,
    Body(wish): Body<LeaveWish>,
) -> Result<Response, Failure> {
    let place = Replies::of(format!("user:{}", user.id), key, &wish);
    let reply = tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, platform.clock.now(), async {
                let id = named(tx, &platform, &user, &wish).await?;
                let subject = act::subject(tx, id).await?;
                let actor = subject.holder(&user)?;
                let cancel = TicketWish::Cancel { reason: None };
                let done = act_on(tx, &platform, subject, cancel, actor).await?;
                Ok((200, done))
            })
            .await
    })?;
    platform.feed.nudge();
    let subject = match wish {
        LeaveWish::Ticket(ticket) => ticket.0,
        LeaveWish::Outlet(outlet) => outlet.0,
    };
    outcome(&platform, &reply, subject).await
}

async fn named(
    db: &impl ConnectionTrait,
    platform: &Platform,
    user: &User,
    wish: &LeaveWish,
) -> Result<TicketId, Failure> {
    let outlet = match wish {
        LeaveWish::Ticket(ticket) => return Ok(*ticket),
        LeaveWish::Outlet(outlet) => outlets::get(db, *outlet).await?.ok_or_else(Failure::not_found)?,
    };
    let day = outlet.business_day(platform.clock.now());
    let active = queue::active_of(db, user.id, outlet.id, day, None).await?;
    active.map(|active| active.id).ok_or_else(Failure::not_found)
}

/// A ticket as its holder's app lists it.
#[derive(Debug, Serialize, ToSchema)]
struct Mine {
    /// The remote ticket's id, or the outlet's own where there is no other.
    id: TicketId,
    /// The number as told.
    told: String,
    outlet: OutletId,
    outlet_name: String,
    /// The business day.
    day: String,
    /// When the slot of a booking begins, RFC 3339.
    starts_at: Option<String>,
    /// Name of the product.
    product: String,
    party_size: u32,
    /// Before check-in `joined`; then as the outlet has it.
    state: String,
    /// How many are to be served before, once checked in and waiting.
    ahead: Option<usize>,
    /// Its page, for whoever is shown it.
    status_url: Option<String>,
}

/// Where the caller stands, everywhere: today's tickets and bookings to come that are not over.
#[utoipa::path(get, path = "/api/queue/mine", tag = "queue", responses((status = 200, body = Data<Vec<Mine>>)),
    security(("bearer" = [])))]
async fn mine(State(platform): State<Platform>, user: User) -> Result<Json<Data<Vec<Mine>>>, Failure> {
    let db = platform.db.reader();
    let now = platform.clock.now();
    let outlets: HashMap<_, _> = outlets::all(db).await?.into_iter().map(|row| (row.id, row)).collect();
    let Some(from) = outlets
        .values()
        .map(|row| row.business_day(Micros(now.0 - A_DAY)))
        .min()
    else {
        return Ok(Json(Data { data: Vec::new() }));
    };
    let mut data = Vec::new();
    for remote in queue::remotes_of(db, user.id, from).await? {
        let Some(outlet) = outlets.get(&remote.outlet) else {
            continue;
        };
        if remote.state == RemoteState::Cancelled || remote.day < outlet.business_day(now) {
            continue;
        }
        let here = match remote.state {
            RemoteState::CheckedIn => day_of(db, &remote, now).await?,
            _ => Vec::new(),
        };
        let at = here.iter().position(|ticket| ticket.remote == Some(remote.id));
        let ticket = at.and_then(|at| here.get(at));
        if ticket.is_some_and(|ticket| is_over(ticket.now.state)) {
            continue;
        }
        let ahead = at
            .filter(|at| here[*at].now.state == TicketState::Waiting)
            .map(|at| waiting(&here[..at]));
        data.push(listed(&platform, outlet, remote, ticket, ahead));
    }
    Ok(Json(Data { data }))
}

/// In service order.
async fn day_of(db: &impl ConnectionTrait, remote: &RemoteTicket, now: Micros) -> Result<Vec<Ticket>, Failure> {
    let mut tickets = queue::day_tickets(db, remote.outlet, remote.day).await?;
    tickets.sort_by_key(|ticket| ticket.service_order(now));
    Ok(tickets)
}

fn is_over(state: TicketState) -> bool {
    matches!(state, TicketState::Finished | TicketState::Cancelled)
}

fn waiting(tickets: &[Ticket]) -> usize {
    let waits = |ticket: &&Ticket| ticket.now.state == TicketState::Waiting;
    tickets.iter().filter(waits).count()
}

fn listed(
    platform: &Platform,
    outlet: &Outlet,
    remote: RemoteTicket,
    ticket: Option<&Ticket>,
    ahead: Option<usize>,
) -> Mine {
    let state = ticket.map_or(remote.state.as_str(), |ticket| ticket.now.state.as_str());
    Mine {
        told: remote.told(),
        id: remote.id,
        outlet: outlet.id,
        outlet_name: outlet.name.clone(),
        day: remote.day.to_string(),
        starts_at: remote.starts_at.map(Micros::to_rfc3339),
        product: remote.product.name,
        party_size: remote.party_size,
        state: state.to_owned(),
        ahead,
        status_url: remote.token.map(|token| queue::status_url(platform, &token)),
    }
}
