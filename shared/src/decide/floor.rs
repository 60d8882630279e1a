//! The queue's door, and the end of a business day.

use crate::{
    change::Change,
    command::{AdjustWait, CloseDay, Command, SetIntake},
    ids::{OutletId, TicketId},
    intake::{BusinessDay, Intake},
    queue::{Ticket, TicketState},
    refusal::Refusal,
    state::State,
};

/// The intake as it counts on the command's day.
fn intake(state: &State, command: &Command, outlet: OutletId) -> Result<Intake, Refusal> {
    if outlet != command.outlet {
        return Err(Refusal::Mismatch);
    }
    let day = command.stamp.day;
    let known = state.intake(outlet).cloned();
    Ok(known.map_or_else(|| Intake::open(outlet, day), |known| known.on(day)))
}

pub(super) fn set_intake(state: &State, command: &Command, act: &SetIntake) -> Result<Vec<Change>, Refusal> {
    let before = intake(state, command, act.outlet)?;
    let mut changes = vec![Change::Intake(Intake {
        state: act.state,
        cap: act.cap,
        message: act.message.clone(),
        since: command.stamp.time,
        revision: before.revision + 1,
        ..before
    })];
    for ticket in &act.cleared {
        let ticket = state.ticket(*ticket).ok_or(Refusal::UnknownTicket)?;
        // Whoever is called or served meanwhile stays.
        if matches!(ticket.now.state, TicketState::Waiting | TicketState::OnHold) {
            let mut row = super::queue::next(ticket, command, |now| now.state = TicketState::Cancelled);
            row.reason.clone_from(&act.message);
            changes.push(Change::Ticket(row));
        }
    }
    Ok(changes)
}

pub(super) fn adjust_wait(state: &State, command: &Command, act: &AdjustWait) -> Result<Vec<Change>, Refusal> {
    let before = intake(state, command, act.outlet)?;
    Ok(vec![Change::Intake(Intake {
        adjust_minutes: act.minutes,
        revision: before.revision + 1,
        ..before
    })])
}

/// Ends a day: who still waited did not come, and does not come back. A ticket that ended meanwhile
/// stays as it is.
pub(super) fn close_day(state: &State, command: &Command, act: &CloseDay) -> Result<Vec<Change>, Refusal> {
    if act.outlet != command.outlet || act.day > command.stamp.day {
        return Err(Refusal::Mismatch);
    }
    let ended = act.tickets.iter().map(|id| end(state, command, act, *id));
    let ended: Vec<Change> = ended.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    let before = state.business_day(act.outlet, act.day);
    let day = BusinessDay {
        id: BusinessDay::id_of(act.outlet, act.day),
        outlet: act.outlet,
        day: act.day,
        closed_at: command.stamp.time,
        closed_by: command.actor.staff(),
        forgotten: act.forgotten,
        ended: before.map_or(0, |before| before.ended) + u32::try_from(ended.len()).unwrap_or(u32::MAX),
        told: act.told.clone(),
        revision: before.map_or(0, |before| before.revision) + 1,
    };
    let mut changes = vec![Change::BusinessDay(day)];
    changes.extend(ended);
    Ok(changes)
}

fn end(state: &State, command: &Command, act: &CloseDay, ticket: TicketId) -> Result<Option<Change>, Refusal> {
    let ticket = state.ticket(ticket).ok_or(Refusal::UnknownTicket)?;
    if ticket.day != act.day {
        return Err(Refusal::Mismatch);
    }
    if !is_open(ticket) {
        return Ok(None);
    }
    let mut row: Ticket = ticket.clone();
    row.now.state = TicketState::NoShow;
    row.before = None;
    row.closed_at = Some(command.stamp.time);
    row.changed_at = command.stamp.time;
    row.revision += 1;
    Ok(Some(Change::Ticket(row)))
}

/// Whether the end of its day ends it.
fn is_open(ticket: &Ticket) -> bool {
    ticket.closed_at.is_none()
        && matches!(
            ticket.now.state,
            TicketState::Waiting | TicketState::Called | TicketState::OnHold | TicketState::NoShow
        )
}
