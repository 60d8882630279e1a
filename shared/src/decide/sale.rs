//! Cash sales.

use super::Decision;
use crate::{
    change::Change,
    command::{Command, Sell, VoidSale},
    exception::Exception,
    money::Rupiah,
    refusal::Refusal,
    sale::{Sale, SaleVoid},
    state::State,
};

pub(super) fn sell(state: &State, command: &Command, act: &Sell) -> Result<Vec<Change>, Refusal> {
    if state.sale(act.sale).is_some() {
        return Err(Refusal::Exists);
    }
    for line in &act.lines {
        if line.unit_price.times(line.quantity) != Some(line.amount) {
            return Err(Refusal::Mismatch);
        }
    }
    if Rupiah::sum(act.lines.iter().map(|line| line.amount)) != Some(act.total) || act.total < Rupiah::ZERO {
        return Err(Refusal::Mismatch);
    }
    if act.tendered < act.total {
        return Err(Refusal::TooLittleCash);
    }
    Ok(vec![Change::Sale(Sale {
        id: act.sale,
        outlet: command.outlet,
        day: command.stamp.day,
        receipt: act.receipt,
        lines: act.lines.clone(),
        total: act.total,
        tendered: act.tendered,
        change: act.tendered.minus(act.total).ok_or(Refusal::TooMuch)?,
        ticket: act.ticket,
        session: act.session,
        catalog_version: act.catalog_version,
        cashier: command.actor.staff(),
        sold_at: command.stamp.time,
        shift: act.shift,
    })])
}

/// Takes a sale back. A second void has been told too (the cash may have been handed out twice), so
/// it is booked as a command, but it moves no money: the one void row stands and a person looks.
pub(super) fn void(state: &State, command: &Command, act: &VoidSale) -> Result<Decision, Refusal> {
    let sale = state.sale(act.sale).ok_or(Refusal::UnknownSale)?;
    if state.sale_void(act.sale).is_some() {
        return Ok(Decision {
            changes: Vec::new(),
            exceptions: vec![Exception::VoidedTwice],
        });
    }
    Ok(Decision::from(vec![Change::SaleVoid(SaleVoid {
        sale: sale.id,
        outlet: command.outlet,
        day: command.stamp.day,
        amount: sale.total,
        reason: act.reason.clone(),
        command: command.id,
        by: command.actor.staff(),
        at: command.stamp.time,
        shift: act.shift,
    })]))
}
