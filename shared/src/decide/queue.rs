//! The life of a ticket.

use crate::{
    change::Change,
    command::{CallTicket, CheckIn, Command, IssueTicket, SetLane, TransferTicket, UndoTicket, WithReason},
    ids::TicketId,
    queue::{Lane, Moment, Series, Ticket, TicketState, Wanted},
    refusal::Refusal,
    session::SessionState,
    state::State,
};

/// Places between two neighbours of the service order that an act may be put into.
const POSITION_STEP: i64 = 1_024;

fn first_moment(command: &Command) -> Moment {
    Moment {
        state: TicketState::Waiting,
        studio: None,
        session: None,
        called_at: None,
        calls: 0,
        position: i64::try_from(command.seq).unwrap_or(i64::MAX / POSITION_STEP) * POSITION_STEP,
        product: None,
        wanted: None,
        lane: None,
    }
}

pub(super) fn issue(state: &State, command: &Command, act: &IssueTicket) -> Result<Vec<Change>, Refusal> {
    if state.ticket(act.ticket).is_some() {
        return Err(Refusal::Exists);
    }
    Ok(vec![Change::Ticket(Ticket {
        id: act.ticket,
        outlet: command.outlet,
        day: command.stamp.day,
        series: Series::WalkIn,
        number: act.number,
        product: act.product.clone(),
        party_size: act.party_size,
        lane: act.lane,
        customer: act.customer,
        holder: act.holder.clone(),
        remote: None,
        reason: None,
        now: first_moment(command),
        before: None,
        issued_at: command.stamp.time,
        changed_at: command.stamp.time,
        revision: 1,
        token: act.token.clone(),
        closed_at: None,
        consent: act.consent,
        wanted: act.wanted.clone(),
        slot: None,
    })])
}

pub(super) fn check_in(state: &State, command: &Command, act: &CheckIn) -> Result<Vec<Change>, Refusal> {
    if state.ticket(act.ticket).is_some() {
        return Err(Refusal::Exists);
    }
    Ok(vec![Change::Ticket(Ticket {
        id: act.ticket,
        outlet: command.outlet,
        day: command.stamp.day,
        series: act.series,
        number: act.number,
        product: act.product.clone(),
        party_size: act.party_size,
        lane: Lane::Regular,
        customer: Some(act.customer),
        holder: act.holder.clone(),
        remote: Some(act.remote),
        reason: None,
        now: first_moment(command),
        before: None,
        issued_at: command.stamp.time,
        changed_at: command.stamp.time,
        revision: 1,
        token: act.token.clone(),
        closed_at: None,
        consent: None,
        wanted: None,
        slot: act.slot,
    })])
}

/// The ticket, if it stands in one of `from`.
pub(super) fn ticket_in<'s>(state: &'s State, ticket: TicketId, from: &[TicketState]) -> Result<&'s Ticket, Refusal> {
    let ticket = state.ticket(ticket).ok_or(Refusal::UnknownTicket)?;
    if from.contains(&ticket.now.state) {
        return Ok(ticket);
    }
    Err(Refusal::WrongTicketState {
        state: ticket.now.state,
    })
}

/// The ticket's next row: `change` is made to its moment, and the moment before is kept for undo.
pub(super) fn next(ticket: &Ticket, command: &Command, change: impl FnOnce(&mut Moment)) -> Ticket {
    let mut row = ticket.clone();
    row.before = Some(Box::new(ticket.now.clone()));
    change(&mut row.now);
    row.changed_at = command.stamp.time;
    row.revision += 1;
    row
}

pub(super) fn call(state: &State, command: &Command, act: &CallTicket) -> Result<Vec<Change>, Refusal> {
    let ticket = ticket_in(state, act.ticket, &[TicketState::Waiting])?;
    Ok(vec![Change::Ticket(next(ticket, command, |now| {
        now.state = TicketState::Called;
        now.studio = act.studio.or(now.studio);
        now.called_at = Some(command.stamp.time);
        now.calls += 1;
    }))])
}

pub(super) fn recall(state: &State, command: &Command, ticket: TicketId) -> Result<Vec<Change>, Refusal> {
    let ticket = ticket_in(state, ticket, &[TicketState::Called])?;
    Ok(vec![Change::Ticket(next(ticket, command, |now| {
        now.called_at = Some(command.stamp.time);
        now.calls += 1;
    }))])
}

pub(super) fn hold(state: &State, command: &Command, act: &WithReason) -> Result<Vec<Change>, Refusal> {
    let ticket = ticket_in(state, act.ticket, &[TicketState::Waiting, TicketState::Called])?;
    let mut row = next(ticket, command, |now| now.state = TicketState::OnHold);
    row.reason.clone_from(&act.reason);
    Ok(vec![Change::Ticket(row)])
}

pub(super) fn resume(state: &State, command: &Command, ticket: TicketId) -> Result<Vec<Change>, Refusal> {
    let ticket = ticket_in(state, ticket, &[TicketState::OnHold])?;
    let mut row = next(ticket, command, |now| now.state = TicketState::Waiting);
    row.reason = None;
    Ok(vec![Change::Ticket(row)])
}

pub(super) fn no_show(state: &State, command: &Command, ticket: TicketId) -> Result<Vec<Change>, Refusal> {
    let ticket = ticket_in(state, ticket, &[TicketState::Called])?;
    Ok(vec![Change::Ticket(next(ticket, command, |now| {
        now.state = TicketState::NoShow;
    }))])
}

/// A late guest takes the old place in the order, which by now is the front of the queue.
pub(super) fn come_back(state: &State, command: &Command, ticket: TicketId) -> Result<Vec<Change>, Refusal> {
    let ticket = ticket_in(state, ticket, &[TicketState::NoShow])?;
    if ticket.closed_at.is_some() {
        return Err(Refusal::DayClosed);
    }
    Ok(vec![Change::Ticket(next(ticket, command, |now| {
        now.state = TicketState::Waiting;
    }))])
}

pub(super) fn transfer(state: &State, command: &Command, act: &TransferTicket) -> Result<Vec<Change>, Refusal> {
    let ticket = ticket_in(
        state,
        act.ticket,
        &[TicketState::Waiting, TicketState::Called, TicketState::OnHold],
    )?;
    let mut row = next(ticket, command, |now| {
        now.state = TicketState::Waiting;
        now.studio = act.studio;
    });
    if let Some(product) = &act.product {
        if let Some(before) = &mut row.before {
            before.product.clone_from(&act.from);
        }
        // Packets are the product's own; add-ons go with any.
        let packet = row.wanted.as_ref().and_then(|wanted| wanted.packet.as_ref());
        if packet.is_some() && product.id != row.product.id {
            let wanted = row.wanted.take();
            row.wanted = wanted.as_ref().and_then(Wanted::of_another_product);
            if let Some(before) = &mut row.before {
                before.wanted = wanted;
            }
        }
        row.product = product.clone();
    }
    Ok(vec![Change::Ticket(row)])
}

/// The place stays: in the priority lane, too, it is first come, first served.
pub(super) fn set_lane(state: &State, command: &Command, act: &SetLane) -> Result<Vec<Change>, Refusal> {
    let ticket = ticket_in(state, act.ticket, &[TicketState::Waiting, TicketState::OnHold])?;
    let mut row = next(ticket, command, |_| {});
    if let Some(before) = &mut row.before {
        before.lane = Some(ticket.lane);
    }
    row.lane = act.lane;
    Ok(vec![Change::Ticket(row)])
}

pub(super) fn cancel(state: &State, command: &Command, act: &WithReason) -> Result<Vec<Change>, Refusal> {
    let ticket = ticket_in(
        state,
        act.ticket,
        &[
            TicketState::Waiting,
            TicketState::Called,
            TicketState::OnHold,
            TicketState::NoShow,
        ],
    )?;
    let mut row = next(ticket, command, |now| now.state = TicketState::Cancelled);
    row.reason.clone_from(&act.reason);
    Ok(vec![Change::Ticket(row)])
}

/// Brings back the moment before the last act; for a start, session and room too.
pub(super) fn undo(state: &State, command: &Command, act: &UndoTicket) -> Result<Vec<Change>, Refusal> {
    let ticket = state.ticket(act.ticket).ok_or(Refusal::UnknownTicket)?;
    let before = ticket.before.as_deref().ok_or(Refusal::NothingToUndo)?;
    if ticket.now.session != act.session {
        return Err(Refusal::Mismatch);
    }
    let mut row = ticket.clone();
    row.now = before.clone();
    if let Some(product) = row.now.product.take() {
        row.product = product;
    }
    if let Some(wanted) = row.now.wanted.take() {
        row.wanted = Some(wanted);
    }
    if let Some(lane) = row.now.lane.take() {
        row.lane = lane;
    }
    row.before = None;
    row.reason = None;
    row.changed_at = command.stamp.time;
    row.revision += 1;
    let mut changes = vec![Change::Ticket(row)];
    if let (Some(session), Some(studio)) = (act.session, act.studio) {
        let session = state.session(session).ok_or(Refusal::UnknownSession)?;
        if session.studio != studio || session.state != SessionState::Running {
            return Err(Refusal::Mismatch);
        }
        changes.extend(super::session::close(
            state,
            command,
            session,
            SessionState::Undone,
            crate::session::RoomState::Free,
        ));
    }
    Ok(changes)
}
