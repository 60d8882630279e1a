//! Sessions and rooms.

use super::queue::{next, ticket_in};
use crate::{
    change::Change,
    command::{Command, EndSession, ExtendSession, SetRoom, StartSession},
    queue::TicketState,
    refusal::Refusal,
    session::{Room, RoomState, Session, SessionState},
    state::State,
};

pub(super) fn start(state: &State, command: &Command, act: &StartSession) -> Result<Vec<Change>, Refusal> {
    let ticket = ticket_in(state, act.ticket, &[TicketState::Waiting, TicketState::Called])?;
    if state.session(act.session).is_some() {
        return Err(Refusal::Exists);
    }
    let room = state
        .room(act.studio)
        .cloned()
        .unwrap_or_else(|| Room::free(act.studio, command.outlet));
    // A room still marked for cleaning may be taken: whoever starts the session stands in it.
    if matches!(room.state, RoomState::InUse | RoomState::Fault) {
        return Err(Refusal::WrongRoomState { state: room.state });
    }
    let session = Session {
        id: act.session,
        outlet: command.outlet,
        day: command.stamp.day,
        ticket: ticket.id,
        studio: act.studio,
        product: ticket.product.id,
        state: SessionState::Running,
        minutes: act.minutes,
        extended_minutes: 0,
        started_at: command.stamp.time,
        ended_at: None,
        extension_sales: Vec::new(),
        revision: 1,
    };
    let ticket = next(ticket, command, |now| {
        now.state = TicketState::InSession;
        now.studio = Some(act.studio);
        now.session = Some(act.session);
    });
    let room = Room {
        state: RoomState::InUse,
        session: Some(act.session),
        note: None,
        since: command.stamp.time,
        revision: room.revision + 1,
        ..room
    };
    Ok(vec![
        Change::Ticket(ticket),
        Change::Session(session),
        Change::Room(room),
    ])
}

pub(super) fn extend(state: &State, act: &ExtendSession) -> Result<Vec<Change>, Refusal> {
    let session = running(state, act.session)?;
    let mut row = session.clone();
    row.minutes = row.minutes.saturating_add(act.minutes);
    row.extended_minutes = row.extended_minutes.saturating_add(act.minutes);
    row.extension_sales.extend(act.sale);
    row.revision += 1;
    Ok(vec![Change::Session(row)])
}

pub(super) fn end(state: &State, command: &Command, act: &EndSession) -> Result<Vec<Change>, Refusal> {
    let session = running(state, act.session)?;
    if session.ticket != act.ticket || session.studio != act.studio {
        return Err(Refusal::Mismatch);
    }
    let ticket = ticket_in(state, act.ticket, &[TicketState::InSession])?;
    let mut ticket = next(ticket, command, |now| now.state = TicketState::Finished);
    // The room may be in use again by the time somebody would undo this.
    ticket.before = None;
    let mut changes = vec![Change::Ticket(ticket)];
    changes.extend(close(state, command, session, SessionState::Ended, RoomState::Cleaning));
    Ok(changes)
}

pub(super) fn set_room(state: &State, command: &Command, act: &SetRoom) -> Result<Vec<Change>, Refusal> {
    let room = state
        .room(act.studio)
        .cloned()
        .unwrap_or_else(|| Room::free(act.studio, command.outlet));
    if room.state == RoomState::InUse || act.state == RoomState::InUse {
        return Err(Refusal::WrongRoomState { state: room.state });
    }
    Ok(vec![Change::Room(Room {
        state: act.state,
        session: None,
        note: act.note.clone(),
        since: command.stamp.time,
        revision: room.revision + 1,
        ..room
    })])
}

fn running(state: &State, session: crate::ids::SessionId) -> Result<&Session, Refusal> {
    let session = state.session(session).ok_or(Refusal::UnknownSession)?;
    if session.state == SessionState::Running {
        return Ok(session);
    }
    Err(Refusal::SessionOver)
}

/// Closes a session and leaves its room in `room_state`.
pub(super) fn close(
    state: &State,
    command: &Command,
    session: &Session,
    session_state: SessionState,
    room_state: RoomState,
) -> Vec<Change> {
    let mut row = session.clone();
    row.state = session_state;
    row.ended_at = Some(command.stamp.time);
    row.revision += 1;
    let room = state
        .room(session.studio)
        .cloned()
        .unwrap_or_else(|| Room::free(session.studio, session.outlet));
    let room = Room {
        state: room_state,
        session: None,
        note: None,
        since: command.stamp.time,
        revision: room.revision + 1,
        ..room
    };
    vec![Change::Session(row), Change::Room(room)]
}
