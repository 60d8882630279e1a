//! Acts on tickets.

use axum::extract::State;
use gerai_shared::{
    Change, ProductId, StudioId, TicketId,
    outlet::Permission,
    queue::{Consent, Lane},
    session::Session,
    wish::{TicketWish, WantedWish, Wish},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    House,
    asked::{Asked, Id},
    staff::{Caller, ManageQueue, Staff},
    views::{CommandRef, TicketView, made},
};
use crate::{
    journal::{Booked, Reply, Tap},
    problems::Fault,
};

/// A ticket to be issued, or a remote one whose holder is here.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct IssueBody {
    /// What for.
    #[serde(default)]
    product: Option<ProductId>,
    /// How many people.
    #[serde(default)]
    party_size: Option<u32>,
    /// The name to call.
    #[serde(default)]
    holder: Option<String>,
    /// Which lane; the priority lane is staff's to give.
    #[serde(default)]
    lane: Lane,
    /// What the guest agreed to on a screen.
    #[serde(default)]
    consent: Option<Consent>,
    /// The packet and add-ons the guest chose.
    #[serde(default)]
    wanted: Option<WantedWish>,
    /// The remote ticket to check in; then nothing else is said.
    #[serde(default)]
    remote: Option<TicketId>,
}

impl IssueBody {
    fn wish(self) -> Result<Wish, Fault> {
        let missing = |field: &str| Fault::field(field, format!("missing field `{field}`"));
        match self {
            Self {
                remote: Some(remote),
                product: None,
                party_size: None,
                holder: None,
                lane: Lane::Regular,
                consent: None,
                wanted: None,
            } => Ok(Wish::CheckIn { remote }),
            Self { remote: Some(_), .. } => Err(Fault::field("remote", "a check-in says nothing but `remote`")),
            Self {
                product,
                party_size,
                holder,
                lane,
                consent,
                wanted,
                remote: None,
            } => Ok(Wish::Issue {
                product: product.ok_or_else(|| missing("product"))?,
                party_size: party_size.ok_or_else(|| missing("party_size"))?,
                holder,
                lane,
                customer: None,
                consent,
                wanted,
            }),
        }
    }
}

/// A ticket that was issued.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Issued {
    /// The ticket.
    data: TicketView,
    /// The command that did it.
    command: CommandRef,
}

/// A ticket that was acted on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Acted {
    /// The ticket.
    data: TicketView,
    /// The session that began, ended or was undone by it.
    session: Option<Session>,
    /// The command that did it.
    command: CommandRef,
}

fn ticket(booked: &Booked<'_>) -> serde_json::Result<TicketView> {
    let ticket = made(booked, |change| match change {
        Change::Ticket(row) => Some(row),
        _ => None,
    })?;
    Ok(TicketView::new(booked.outlet, ticket.clone()))
}

pub(super) fn issued(booked: &Booked<'_>) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Issued {
        data: ticket(booked)?,
        command: booked.command.into(),
    })
}

fn acted(booked: &Booked<'_>) -> serde_json::Result<Vec<u8>> {
    let data = ticket(booked)?;
    let session = data
        .ticket
        .now
        .session
        .and_then(|session| booked.state.session(session));
    let undone = booked.decision.changes.iter().find_map(|change| match change {
        Change::Session(row) => Some(row),
        _ => None,
    });
    serde_json::to_vec(&Acted {
        session: undone.or(session).cloned(),
        data,
        command: booked.command.into(),
    })
}

/// Issues a ticket, or checks a remote one in. The number is told only once it is on disk.
#[utoipa::path(post, path = "/api/outlet/tickets", operation_id = "issueTicket", tag = "queue",
    request_body = IssueBody, responses((status = 201, body = Issued),
    (status = 409, body = gerai_shared::Problem), (status = 422, body = gerai_shared::Problem)))]
pub(super) async fn issue(State(house): State<House>, caller: Caller, asked: Asked<IssueBody>) -> Result<Reply, Fault> {
    if asked.body.lane == Lane::Priority {
        caller.may(Permission::QueueManage)?;
    }
    let question = asked.question(caller.screen);
    let tap = Tap {
        wish: asked.body.wish()?,
        actor: caller.actor(),
        question,
        status: 201,
        answer: issued,
        circumstances: house.circumstances(),
        supersedes: None,
    };
    Ok(house.journal.tap(tap).await?)
}

/// Nothing more to say.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// The studio to go to.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CallBody {
    /// Which.
    #[serde(default)]
    studio: Option<StudioId>,
}

/// Why.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReasonBody {
    /// In words.
    #[serde(default)]
    reason: Option<String>,
}

/// Where to.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TransferBody {
    /// The studio to go to.
    #[serde(default)]
    studio: Option<StudioId>,
    /// The product to change to.
    #[serde(default)]
    product: Option<ProductId>,
}

/// Which lane.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LaneBody {
    /// The one it waits in from now on.
    lane: Lane,
}

/// Where, and how long.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StartBody {
    /// The studio.
    studio: StudioId,
    /// For so many minutes; the product's own when absent.
    #[serde(default)]
    minutes: Option<u32>,
}

async fn act<T>(
    house: &House,
    staff: Staff<ManageQueue>,
    ticket: TicketId,
    asked: Asked<T>,
    wish: fn(T) -> TicketWish,
) -> Result<Reply, Fault> {
    let tap = Tap {
        question: asked.question(staff.screen),
        wish: Wish::Ticket {
            ticket,
            act: wish(asked.body),
        },
        actor: staff.actor,
        status: 200,
        answer: acted,
        circumstances: house.circumstances(),
        supersedes: None,
    };
    Ok(house.journal.tap(tap).await?)
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident($path:literal, $id:literal, $body:ident) => $wish:expr;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $path, operation_id = $id, tag = "queue",
            params(("id" = TicketId, Path, description = "The ticket")), request_body = $body,
            responses((status = 200, body = Acted), (status = 404, body = gerai_shared::Problem),
            (status = 409, body = gerai_shared::Problem)))]
        pub(super) async fn $name(
            State(house): State<House>,
            staff: Staff<ManageQueue>,
            Id(ticket): Id<TicketId>,
            asked: Asked<$body>,
        ) -> Result<Reply, Fault> {
            act(&house, staff, ticket, asked, $wish).await
        }
    )*};
}

acts! {
    /// Calls the number.
    call("/api/outlet/tickets/{id}/call", "callTicket", CallBody) => |body| TicketWish::Call { studio: body.studio };
    /// Calls it again.
    recall("/api/outlet/tickets/{id}/recall", "recallTicket", Nothing) => |_| TicketWish::Recall;
    /// Sets it aside.
    hold("/api/outlet/tickets/{id}/hold", "holdTicket", ReasonBody) => |body| TicketWish::Hold { reason: body.reason };
    /// Takes it back into the queue.
    resume("/api/outlet/tickets/{id}/resume", "resumeTicket", Nothing) => |_| TicketWish::Resume;
    /// Nobody came.
    no_show("/api/outlet/tickets/{id}/no-show", "noShowTicket", Nothing) => |_| TicketWish::NoShow;
    /// The guest came after all.
    come_back("/api/outlet/tickets/{id}/return", "returnTicket", Nothing) => |_| TicketWish::Return;
    /// Sends it to another studio, or to another product's queue.
    transfer("/api/outlet/tickets/{id}/transfer", "transferTicket", TransferBody) => |body| TicketWish::Transfer {
        studio: body.studio,
        product: body.product,
    };
    /// Gives it up.
    cancel("/api/outlet/tickets/{id}/cancel", "cancelTicket", ReasonBody) => |body| TicketWish::Cancel {
        reason: body.reason,
    };
    /// Begins its session.
    start("/api/outlet/tickets/{id}/start", "startSession", StartBody) => |body| TicketWish::Start {
        studio: body.studio,
        minutes: body.minutes,
    };
    /// Lets it wait in another lane.
    set_lane("/api/outlet/tickets/{id}/lane", "setLane", LaneBody) => |body| TicketWish::SetLane { lane: body.lane };
    /// Takes its last act back.
    undo("/api/outlet/tickets/{id}/undo", "undoTicket", Nothing) => |_| TicketWish::Undo;
}
