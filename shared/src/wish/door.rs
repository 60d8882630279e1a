//! Plans about the queue's door and the business day.

use super::{
    bounds::{in_bounds, text},
    ground::{Floor, Ground},
};
use crate::{
    command::{Act, AdjustWait, CloseDay, SetIntake},
    ids::OutletId,
    intake::{Intake, IntakeState},
    queue::{Lane, TicketState},
    refusal::Refusal,
    time::Day,
};

/// The most that may wait, where a cap is set.
const MAX_CAP: u32 = 1_000;
/// The most minutes staff correct the wait estimate by.
const MAX_ADJUST: u32 = 60;

fn intake(ground: &Ground<'_>) -> Intake {
    let known = ground.floor.intake.clone();
    known.map_or_else(
        || Intake::open(ground.outlet.id, ground.day),
        |known| known.on(ground.day),
    )
}

/// Whether a walk-in is taken. The priority lane is staff's to give, and always is.
pub(super) fn admits(ground: &Ground<'_>, lane: Lane) -> Result<(), Refusal> {
    if lane == Lane::Priority {
        return Ok(());
    }
    intake(ground).admits(ground.floor.closed.as_ref(), ground.floor.waiting)
}

pub(super) fn set(
    ground: &Ground<'_>,
    state: IntakeState,
    cap: Option<u32>,
    message: Option<String>,
    clear: bool,
) -> Result<Act, Refusal> {
    cap.map_or(Ok(()), |cap| in_bounds("cap", cap, 0, MAX_CAP))?;
    let cap = match cap {
        None => intake(ground).cap,
        Some(0) => None,
        cap => cap,
    };
    let waiting = |state: TicketState| clear && matches!(state, TicketState::Waiting | TicketState::OnHold);
    let cleared = ground.floor.open.iter().filter(|(_, state)| waiting(*state));
    Ok(Act::SetIntake(SetIntake {
        outlet: ground.outlet.id,
        state,
        cap,
        message: text("message", message)?,
        cleared: cleared.map(|(ticket, _)| *ticket).collect(),
    }))
}

pub(super) fn adjust(ground: &Ground<'_>, minutes: i32) -> Result<Act, Refusal> {
    in_bounds("adjust_minutes", minutes.unsigned_abs(), 0, MAX_ADJUST)?;
    Ok(Act::AdjustWait(AdjustWait {
        outlet: ground.outlet.id,
        minutes,
    }))
}

pub(super) fn close_day(ground: &Ground<'_>) -> Result<Act, Refusal> {
    if ground.floor.running > 0 {
        return Err(Refusal::SessionsRunning {
            running: ground.floor.running,
        });
    }
    Ok(end_of_day(ground.outlet.id, ground.day, &ground.floor, false))
}

pub(super) fn end_of_day(outlet: OutletId, day: Day, floor: &Floor, forgotten: bool) -> Act {
    Act::CloseDay(CloseDay {
        outlet,
        day,
        forgotten,
        tickets: floor.open.iter().map(|(ticket, _)| *ticket).collect(),
        told: floor.told.clone(),
    })
}
