//! The endpoints.

use std::convert::Infallible;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::Stream;
use gerai_shared::{
    Actor, OutletId, Problem, RequestId, TicketId,
    queue::{RemoteTicket, Ticket},
    request::{Answer, RequestState},
    wish::{TicketWish, Wish},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    act::{self, Subject},
    view::{QueueView, queue_view},
};
use crate::{
    features::{bookings, outlets, queue, requests},
    platform::{
        Platform,
        auth::{Admin, Origin, User},
        feed,
        http::{Body, Data, Failure, IdempotencyKey, Replies, Reply},
    },
    tx,
};

/// The endpoints.
#[must_use]
pub fn router() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(outlet_queue))
        .routes(routes!(outlet_queue_stream))
        .routes(routes!(ticket))
        .routes(routes!(ticket_act))
        .routes(routes!(request))
        .routes(routes!(outlet_act))
}

/// The queue of an outlet's business day: numbers and states, no names.
#[utoipa::path(get, path = "/api/outlets/{id}/queue", tag = "queue", security(()), params(("id" = Uuid, Path)),
    responses((status = 200, body = QueueView)))]
async fn outlet_queue(State(platform): State<Platform>, Path(id): Path<Uuid>) -> Result<Json<QueueView>, Failure> {
    let now = platform.clock.now();
    queue_view(platform.db.reader(), OutletId(id), now)
        .await?
        .map(Json)
        .ok_or_else(Failure::not_found)
}

/// The same, live: an event `queue` now and after every change (server-sent events).
#[utoipa::path(get, path = "/api/outlets/{id}/queue/stream", tag = "queue", security(()), params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "text/event-stream", body = QueueView),
    (status = 429, description = "`too_many_listeners`", body = Problem),
    (status = 503, description = "`listeners_full`", body = Problem)))]
async fn outlet_queue_stream(
    State(platform): State<Platform>,
    origin: Origin,
    Path(id): Path<Uuid>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let outlet = OutletId(id);
    if outlets::get(platform.db.reader(), outlet).await?.is_none() {
        return Err(Failure::not_found());
    }
    let seat = platform.listeners.sit(origin.ip)?;
    let topic = queue::topic(outlet);
    let events = async_stream::stream! {
        let _seat = seat;
        loop {
            let read = async {
                let at = feed::position(platform.db.reader(), &topic).await?;
                let view = queue_view(platform.db.reader(), outlet, platform.clock.now()).await?;
                Ok::<_, sea_orm::DbErr>((at, view))
            };
            // The database failing ends the stream; the client comes back by itself.
            let Ok((at, Some(view))) = read.await else { return };
            if let Ok(event) = Event::default().event("queue").id(at.to_string()).json_data(&view) {
                yield Ok(event);
            }
            platform.feed.moved(&[(topic.clone(), at)], std::time::Duration::from_secs(60)).await;
        }
    };
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// A ticket as its holder sees it: the outlet's, or a remote one before check-in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum TicketView {
    /// At the outlet.
    Here {
        /// The number as told.
        told: String,
        #[serde(flatten)]
        ticket: Box<Ticket>,
    },
    /// Not checked in.
    Remote {
        /// The number as told.
        told: String,
        #[serde(flatten)]
        ticket: Box<RemoteTicket>,
    },
}

/// A ticket, for its holder or the staff.
#[utoipa::path(get, path = "/api/queue/tickets/{id}", tag = "queue", params(("id" = Uuid, Path)),
    responses((status = 200, body = Data<TicketView>)), security(("bearer" = [])))]
async fn ticket(
    State(platform): State<Platform>,
    user: User,
    Path(id): Path<Uuid>,
) -> Result<Json<Data<TicketView>>, Failure> {
    let db = platform.db.reader();
    let subject = act::subject(db, TicketId(id)).await?;
    subject.holder_or_staff(&user)?;
    let data = match subject {
        Subject::Ticket(ticket) => TicketView::Here {
            told: ticket.told(),
            ticket,
        },
        Subject::Remote { id, .. } => {
            let mut ticket = queue::remote_ticket(db, id).await?.ok_or_else(Failure::not_found)?;
            // For outlets alone.
            ticket.phone = None;
            TicketView::Remote {
                told: ticket.series.tell(ticket.number),
                ticket: Box::new(ticket),
            }
        }
    };
    Ok(Json(Data { data }))
}

/// How far a wish is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct RequestView {
    id: RequestId,
    state: RequestState,
    /// The refusal's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Requested {
    request: RequestView,
}

/// The outlet's answer if it comes soon (200), else that the outlet is waited for (202).
pub(super) async fn told(platform: &Platform, outlet: OutletId, id: RequestId) -> Result<Response, Failure> {
    let answer = act::answer(platform, outlet, id).await?;
    let status = match answer.state {
        RequestState::Waiting => StatusCode::ACCEPTED,
        _ => StatusCode::OK,
    };
    Ok((status, Json(view(answer))).into_response())
}

pub(super) fn view(answer: Answer) -> Data<Requested> {
    let request = RequestView {
        id: answer.request,
        state: answer.state,
        code: answer.code,
    };
    Data {
        data: Requested { request },
    }
}

/// What a call handed over: the request to wait for, or that central did it at once.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct HandedOver {
    pub(super) outlet: OutletId,
    pub(super) request: Option<RequestId>,
}

/// Acts on a ticket: `call`, `recall`, `hold`, `resume`, `no-show`, `return`, `transfer`, `cancel`,
/// `start`, `undo`. For staff; a holder leaves by `POST /api/queue/leave`.
#[utoipa::path(post, path = "/api/queue/tickets/{id}/{act}", tag = "queue",
    params(("id" = Uuid, Path), ("act" = String, Path)), request_body = Object,
    responses((status = 200, body = Data<Requested>), (status = 202, body = Data<Requested>)),
    security(("bearer" = [])))]
async fn ticket_act(
    State(platform): State<Platform>,
    user: User,
    key: IdempotencyKey,
    Path((id, act)): Path<(Uuid, String)>,
    Body(fields): Body<Map<String, Value>>,
) -> Result<Response, Failure> {
    let wish = read_act(&act, fields)?;
    let place = Replies::of(format!("user:{}", user.id), key, &wish);
    let reply = tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, platform.clock.now(), async {
                let subject = act::subject(tx, TicketId(id)).await?;
                let actor = subject.staff(&user)?;
                let done = act_on(tx, &platform, subject, wish.clone(), actor).await?;
                Ok((200, done))
            })
            .await
    })?;
    platform.feed.nudge();
    outcome(&platform, &reply, id).await
}

/// What came of an act on the ticket or remote ticket `id` that was handed over.
pub(super) async fn outcome(platform: &Platform, reply: &Reply, id: Uuid) -> Result<Response, Failure> {
    let done: HandedOver = reply.read()?;
    match done.request {
        Some(request) => told(platform, done.outlet, request).await,
        None => Ok(Json(view(Answer {
            request: RequestId(id),
            state: RequestState::Done,
            code: None,
            at: platform.clock.now(),
        }))
        .into_response()),
    }
}

fn read_act(act: &str, mut fields: Map<String, Value>) -> Result<TicketWish, Failure> {
    fields.insert("do".to_owned(), Value::String(act.replace('-', "_")));
    serde_json::from_value(Value::Object(fields)).map_err(|error| {
        Failure::new(
            422,
            "invalid_body",
            "Isi permintaan tidak sesuai",
            "The body does not fit",
        )
        .detail(error.to_string())
    })
}

pub(super) async fn act_on(
    tx: &impl sea_orm::ConnectionTrait,
    platform: &Platform,
    subject: Subject,
    act: TicketWish,
    actor: Actor,
) -> Result<HandedOver, Failure> {
    match (subject, act) {
        (Subject::Ticket(ticket), act) => {
            let wish = Wish::Ticket { ticket: ticket.id, act };
            let request = act::hand_over(tx, platform, ticket.outlet, ticket.id.0, wish, actor).await?;
            Ok(HandedOver {
                outlet: ticket.outlet,
                request: Some(request),
            })
        }
        (Subject::Remote { id, .. }, TicketWish::Cancel { .. }) => {
            let staff = !matches!(actor, Actor::Customer { .. });
            let row = bookings::give_up(tx, platform, id, staff).await?;
            Ok(HandedOver {
                outlet: row.outlet,
                request: None,
            })
        }
        (Subject::Remote { .. }, _) => Err(Failure::new(
            409,
            "not_checked_in",
            "Pemilik tiket belum check-in",
            "The holder has not checked in",
        )),
    }
}

/// How far a request is; for who asked.
#[utoipa::path(get, path = "/api/queue/requests/{id}", tag = "queue", params(("id" = Uuid, Path)),
    responses((status = 200, body = Data<Requested>)), security(("bearer" = [])))]
async fn request(
    State(platform): State<Platform>,
    user: User,
    Path(id): Path<Uuid>,
) -> Result<Json<Data<Requested>>, Failure> {
    let (answer, by) = requests::find(platform.db.reader(), RequestId(id))
        .await?
        .ok_or_else(Failure::not_found)?;
    if !user.is_admin() && !by.contains(&user.id.to_string()) {
        return Err(Failure::not_found());
    }
    Ok(Json(view(answer)))
}

/// Any wish about an outlet, by the dashboard: a ticket for a walk-in, a sale, an act on a room …
#[utoipa::path(post, path = "/api/admin/outlets/{id}/acts", tag = "queue", params(("id" = Uuid, Path)),
    request_body = Wish,
    responses((status = 200, body = Data<Requested>), (status = 202, body = Data<Requested>)),
    security(("bearer" = [])))]
async fn outlet_act(
    State(platform): State<Platform>,
    Admin(admin): Admin,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Body(wish): Body<Wish>,
) -> Result<Response, Failure> {
    // What a fenced edge told goes through its review, which lists it.
    if matches!(wish, Wish::Told { .. }) {
        return Err(Failure::new(
            422,
            "not_to_be_wished",
            "Ini hanya lewat peninjauan",
            "This goes through the review of a replaced device only",
        ));
    }
    let outlet = OutletId(id);
    let place = Replies::of(format!("user:{}", admin.id), key, &wish);
    let reply = tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, platform.clock.now(), async {
                if outlets::get(tx, outlet).await?.is_none() {
                    return Err(Failure::not_found());
                }
                let subject = wish.keys().first().map_or(id, |key| key.id);
                let actor = Actor::Admin { user: admin.id };
                let request = act::hand_over(tx, &platform, outlet, subject, wish.clone(), actor).await?;
                let done = HandedOver {
                    outlet,
                    request: Some(request),
                };
                Ok((200, done))
            })
            .await
    })?;
    platform.feed.nudge();
    let done: HandedOver = reply.read()?;
    told(&platform, outlet, done.request.unwrap_or(RequestId(id))).await
}
