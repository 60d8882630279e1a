//! Plans about cash.

use super::{
    bounds::{cash, said, text},
    ground::Ground,
};
use crate::{
    command::{Act, CloseShift, CorrectShift, MoveCash, OpenShift},
    ids::{SaleId, SessionId, ShiftId},
    money::Rupiah,
    refusal::Refusal,
    shift::Direction,
    state::State,
};

/// The shift cash is taken or given back in.
pub(super) fn shift_of_cash(ground: &Ground<'_>) -> Result<Option<ShiftId>, Refusal> {
    match &ground.till.shift {
        Some(shift) => Ok(Some(shift.id)),
        None if ground.till.shift_required => Err(Refusal::ShiftNeeded),
        None => Ok(None),
    }
}

/// While the line is down, central cannot look over the shoulder: only so much cash is taken (E11).
pub(super) fn within_caps(ground: &Ground<'_>, total: Rupiah) -> Result<(), Refusal> {
    let over = ground
        .till
        .unacked
        .and_then(|unacked| ground.outlet.over_cap(total, unacked));
    over.map_or(Ok(()), |over| Err(Refusal::OverCap(over)))
}

/// Whether a sale pays for more minutes of a session: sold for it, and neither taken back nor used.
pub(super) fn pays_for(state: &State, sale: SaleId, session: SessionId) -> Result<(), Refusal> {
    let row = state.sale(sale).ok_or(Refusal::UnknownSale)?;
    let session = state.session(session).ok_or(Refusal::UnknownSession)?;
    let used = session.extension_sales.contains(&sale);
    if row.session != Some(session.id) || state.sale_void(sale).is_some() || used {
        return Err(Refusal::NotPaid);
    }
    Ok(())
}

pub(super) fn open(ground: &Ground<'_>, float: Rupiah) -> Result<Act, Refusal> {
    if ground.till.shift.is_some() {
        return Err(Refusal::ShiftOpen);
    }
    Ok(Act::OpenShift(OpenShift {
        shift: ShiftId(ground.fresh),
        float: cash("float", float, 0)?,
    }))
}

pub(super) fn move_cash(shift: ShiftId, direction: Direction, amount: Rupiah, reason: String) -> Result<Act, Refusal> {
    Ok(Act::MoveCash(MoveCash {
        shift,
        direction,
        amount: cash("amount", amount, 1)?,
        reason: said("reason", reason)?,
    }))
}

/// Adds the shift up, as it is told and frozen.
pub(super) fn close(
    state: &State,
    ground: &Ground<'_>,
    shift: ShiftId,
    counted: Rupiah,
    note: Option<String>,
) -> Result<Act, Refusal> {
    let row = state.shift(shift).ok_or(Refusal::UnknownShift)?;
    if row.closed_at.is_some() {
        return Err(Refusal::ShiftClosed);
    }
    let counted = cash("counted", counted, 0)?;
    let settlement = row.settle(ground.till.sales, ground.till.voids, counted);
    Ok(Act::CloseShift(CloseShift {
        shift,
        settlement: settlement.ok_or(Refusal::TooMuch)?,
        note: text("note", note)?,
    }))
}

pub(super) fn correct(shift: ShiftId, amount: Rupiah, reason: String) -> Result<Act, Refusal> {
    cash("amount", Rupiah(amount.0.saturating_abs()), 1)?;
    Ok(Act::CorrectShift(CorrectShift {
        shift,
        amount,
        reason: said("reason", reason)?,
    }))
}
