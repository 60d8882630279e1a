//! Sessions and the rooms they run in.

use axum::extract::State;
use gerai_shared::{
    Change, SaleId, SessionId, StudioId,
    session::{Room, RoomState, Session},
    wish::Wish,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    House,
    asked::{Asked, Id},
    staff::{ManageQueue, Staff},
    tickets::Nothing,
    views::{CommandRef, made},
};
use crate::{
    journal::{Booked, Reply, Tap},
    problems::Fault,
};

/// How many more minutes.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExtendBody {
    /// Minutes.
    minutes: u32,
    /// The sale that pays for them: of this session, not taken back, and used once.
    #[serde(default)]
    sale: Option<SaleId>,
}

/// What a room is now.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RoomBody {
    /// Free, being cleaned, or out of order.
    state: RoomState,
    /// Why.
    #[serde(default)]
    note: Option<String>,
}

/// A session that was acted on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SessionActed {
    /// The session.
    data: Session,
    /// The command that did it.
    command: CommandRef,
}

/// A room that was set.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RoomSet {
    /// The room.
    data: Room,
    /// The command that did it.
    command: CommandRef,
}

fn session(booked: &Booked<'_>) -> serde_json::Result<Vec<u8>> {
    let data = made(booked, |change| match change {
        Change::Session(row) => Some(row),
        _ => None,
    })?;
    serde_json::to_vec(&SessionActed {
        data: data.clone(),
        command: booked.command.into(),
    })
}

fn room(booked: &Booked<'_>) -> serde_json::Result<Vec<u8>> {
    let data = made(booked, |change| match change {
        Change::Room(row) => Some(row),
        _ => None,
    })?;
    serde_json::to_vec(&RoomSet {
        data: data.clone(),
        command: booked.command.into(),
    })
}

/// Makes a session longer.
#[utoipa::path(post, path = "/api/outlet/sessions/{id}/extend", operation_id = "extendSession", tag = "sessions",
    params(("id" = SessionId, Path, description = "The session")), request_body = ExtendBody,
    responses((status = 200, body = SessionActed), (status = 409, body = gerai_shared::Problem)))]
pub(super) async fn extend(
    State(house): State<House>,
    staff: Staff<ManageQueue>,
    Id(id): Id<SessionId>,
    asked: Asked<ExtendBody>,
) -> Result<Reply, Fault> {
    let tap = Tap {
        question: asked.question(staff.screen),
        wish: Wish::ExtendSession {
            session: id,
            minutes: asked.body.minutes,
            sale: asked.body.sale,
        },
        actor: staff.actor,
        status: 200,
        answer: session,
        circumstances: house.circumstances(),
        supersedes: None,
    };
    Ok(house.journal.tap(tap).await?)
}

/// Ends a session; its room is to be cleaned.
#[utoipa::path(post, path = "/api/outlet/sessions/{id}/end", operation_id = "endSession", tag = "sessions",
    params(("id" = SessionId, Path, description = "The session")), request_body = Nothing,
    responses((status = 200, body = SessionActed), (status = 409, body = gerai_shared::Problem)))]
pub(super) async fn end(
    State(house): State<House>,
    staff: Staff<ManageQueue>,
    Id(id): Id<SessionId>,
    asked: Asked<Nothing>,
) -> Result<Reply, Fault> {
    let tap = Tap {
        question: asked.question(staff.screen),
        wish: Wish::EndSession { session: id },
        actor: staff.actor,
        status: 200,
        answer: session,
        circumstances: house.circumstances(),
        supersedes: None,
    };
    Ok(house.journal.tap(tap).await?)
}

/// Sets a room free, to cleaning, or out of order.
#[utoipa::path(post, path = "/api/outlet/studios/{id}/state", operation_id = "setRoom", tag = "sessions",
    params(("id" = StudioId, Path, description = "The studio")), request_body = RoomBody,
    responses((status = 200, body = RoomSet), (status = 409, body = gerai_shared::Problem)))]
pub(super) async fn set_room(
    State(house): State<House>,
    staff: Staff<ManageQueue>,
    Id(studio): Id<StudioId>,
    asked: Asked<RoomBody>,
) -> Result<Reply, Fault> {
    let tap = Tap {
        question: asked.question(staff.screen),
        wish: Wish::SetRoom {
            studio,
            state: asked.body.state,
            note: asked.body.note,
        },
        actor: staff.actor,
        status: 200,
        answer: room,
        circumstances: house.circumstances(),
        supersedes: None,
    };
    Ok(house.journal.tap(tap).await?)
}
