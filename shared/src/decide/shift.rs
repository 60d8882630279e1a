//! Cash shifts. That one is open at a time is the owner's to see to; what a shift came to is told.

use crate::{
    change::Change,
    command::{CloseShift, Command, CorrectShift, MoveCash, OpenShift},
    ids::ShiftId,
    money::Rupiah,
    refusal::Refusal,
    shift::{CashMovement, Shift, ShiftCorrection},
    state::State,
};

pub(super) fn open(state: &State, command: &Command, act: &OpenShift) -> Result<Vec<Change>, Refusal> {
    if state.shift(act.shift).is_some() {
        return Err(Refusal::Exists);
    }
    if act.float < Rupiah::ZERO {
        return Err(Refusal::Mismatch);
    }
    Ok(vec![Change::Shift(Shift {
        id: act.shift,
        outlet: command.outlet,
        day: command.stamp.day,
        till: command.actor.screen(),
        float: act.float,
        opened_by: command.actor.staff(),
        opened_at: command.stamp.time,
        movements: Vec::new(),
        closed_by: None,
        closed_at: None,
        settlement: None,
        note: None,
        corrections: Vec::new(),
        revision: 1,
    })])
}

fn shift(state: &State, id: ShiftId, closed: bool) -> Result<Shift, Refusal> {
    let shift = state.shift(id).ok_or(Refusal::UnknownShift)?;
    match (shift.closed_at.is_some(), closed) {
        (true, false) => Err(Refusal::ShiftClosed),
        (false, true) => Err(Refusal::ShiftOpen),
        _ => Ok(Shift {
            revision: shift.revision + 1,
            ..shift.clone()
        }),
    }
}

pub(super) fn move_cash(state: &State, command: &Command, act: &MoveCash) -> Result<Vec<Change>, Refusal> {
    let mut row = shift(state, act.shift, false)?;
    if act.amount <= Rupiah::ZERO {
        return Err(Refusal::Mismatch);
    }
    row.movements.push(CashMovement {
        command: command.id,
        direction: act.direction,
        amount: act.amount,
        reason: act.reason.clone(),
        by: command.actor.staff(),
        at: command.stamp.time,
    });
    // It can be added up, or it is not taken.
    row.moved(act.direction).ok_or(Refusal::TooMuch)?;
    Ok(vec![Change::Shift(row)])
}

/// Freezes the settlement as told; its own parts must agree with the shift and with each other.
pub(super) fn close(state: &State, command: &Command, act: &CloseShift) -> Result<Vec<Change>, Refusal> {
    let mut row = shift(state, act.shift, false)?;
    let told = act.settlement;
    if row.settle(told.sales, told.voids, told.counted) != Some(told) {
        return Err(Refusal::Mismatch);
    }
    row.closed_by = command.actor.staff();
    row.closed_at = Some(command.stamp.time);
    row.settlement = Some(told);
    row.note.clone_from(&act.note);
    Ok(vec![Change::Shift(row)])
}

pub(super) fn correct(state: &State, command: &Command, act: &CorrectShift) -> Result<Vec<Change>, Refusal> {
    let mut row = shift(state, act.shift, true)?;
    row.corrections.push(ShiftCorrection {
        command: command.id,
        amount: act.amount,
        reason: act.reason.clone(),
        by: command.actor.staff(),
        at: command.stamp.time,
    });
    Ok(vec![Change::Shift(row)])
}
