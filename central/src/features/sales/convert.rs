//! Rows of the database to rows of the wire, and back, without loss.

use std::str::FromStr;

use gerai_shared::{
    Day, Micros, Rupiah,
    catalog::Category,
    sale::{Line, Sale, SaleVoid},
    shift::Shift,
};
use sea_orm::{ActiveValue::Set, DbErr};

use super::model;

fn day(text: &str) -> Result<Day, DbErr> {
    text.parse().map_err(DbErr::Json)
}

fn stored(value: u32) -> Result<i32, DbErr> {
    i32::try_from(value).map_err(|_| DbErr::Type(format!("{value} does not fit the database")))
}

pub(super) fn sale(row: &model::sale::Model, lines: Vec<model::line::Model>) -> Result<Sale, DbErr> {
    Ok(Sale {
        id: row.id.into(),
        outlet: row.outlet_id.into(),
        day: day(&row.day)?,
        receipt: row.receipt.unsigned_abs(),
        lines: lines.into_iter().map(line).collect::<Result<_, _>>()?,
        total: Rupiah(row.total),
        tendered: Rupiah(row.tendered),
        change: Rupiah(row.change_given),
        ticket: row.ticket_id.map(Into::into),
        session: row.session_id.map(Into::into),
        catalog_version: row.catalog_version.unsigned_abs(),
        cashier: row.cashier_id.map(Into::into),
        sold_at: Micros(row.sold_at),
        shift: row.shift_id.map(Into::into),
    })
}

fn line(row: model::line::Model) -> Result<Line, DbErr> {
    Ok(Line {
        product: row.product_id.into(),
        name: row.name,
        category: Category::from_str(&row.category).map_err(DbErr::Json)?,
        quantity: row.quantity.unsigned_abs(),
        unit_price: Rupiah(row.unit_price),
        amount: Rupiah(row.amount),
        packet: row.packet,
    })
}

pub(super) fn sale_row(row: &Sale) -> Result<model::sale::ActiveModel, DbErr> {
    Ok(model::sale::ActiveModel {
        id: Set(row.id.0),
        outlet_id: Set(row.outlet.0),
        day: Set(row.day.to_string()),
        receipt: Set(stored(row.receipt)?),
        total: Set(row.total.0),
        tendered: Set(row.tendered.0),
        change_given: Set(row.change.0),
        ticket_id: Set(row.ticket.map(|id| id.0)),
        session_id: Set(row.session.map(|id| id.0)),
        catalog_version: Set(i64::try_from(row.catalog_version).unwrap_or(i64::MAX)),
        cashier_id: Set(row.cashier.map(|id| id.0)),
        sold_at: Set(row.sold_at.0),
        shift_id: Set(row.shift.map(|id| id.0)),
    })
}

pub(super) fn line_rows(sale: &Sale) -> Result<Vec<model::line::ActiveModel>, DbErr> {
    (0_i32..)
        .zip(&sale.lines)
        .map(|(at, line)| {
            Ok(model::line::ActiveModel {
                sale_id: Set(sale.id.0),
                line: Set(at),
                product_id: Set(line.product.0),
                name: Set(line.name.clone()),
                category: Set(line.category.as_str().to_owned()),
                quantity: Set(stored(line.quantity)?),
                unit_price: Set(line.unit_price.0),
                amount: Set(line.amount.0),
                packet: Set(line.packet.clone()),
            })
        })
        .collect()
}

pub(super) fn void(row: model::void::Model) -> Result<SaleVoid, DbErr> {
    Ok(SaleVoid {
        sale: row.sale_id.into(),
        outlet: row.outlet_id.into(),
        day: day(&row.day)?,
        amount: Rupiah(row.amount),
        reason: row.reason,
        command: row.command_id.into(),
        by: row.voided_by.map(Into::into),
        at: Micros(row.voided_at),
        shift: row.shift_id.map(Into::into),
    })
}

pub(super) fn void_row(row: &SaleVoid) -> model::void::ActiveModel {
    model::void::ActiveModel {
        sale_id: Set(row.sale.0),
        outlet_id: Set(row.outlet.0),
        day: Set(row.day.to_string()),
        amount: Set(row.amount.0),
        reason: Set(row.reason.clone()),
        command_id: Set(row.command.0),
        voided_by: Set(row.by.map(|id| id.0)),
        voided_at: Set(row.at.0),
        shift_id: Set(row.shift.map(|id| id.0)),
    }
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, DbErr> {
    serde_json::from_str(text).map_err(|error| DbErr::Json(error.to_string()))
}

fn text(value: &impl serde::Serialize) -> Result<String, DbErr> {
    serde_json::to_string(value).map_err(|error| DbErr::Json(error.to_string()))
}

pub(super) fn shift(row: model::shift::Model) -> Result<Shift, DbErr> {
    Ok(Shift {
        id: row.id.into(),
        outlet: row.outlet_id.into(),
        day: day(&row.day)?,
        till: row.till_id.map(Into::into),
        float: Rupiah(row.float_cash),
        opened_by: row.opened_by.map(Into::into),
        opened_at: Micros(row.opened_at),
        movements: json(&row.movements)?,
        closed_by: row.closed_by.map(Into::into),
        closed_at: row.closed_at.map(Micros),
        settlement: row.settlement.as_deref().map(json).transpose()?,
        note: row.note,
        corrections: json(&row.corrections)?,
        revision: row.revision.unsigned_abs(),
    })
}

pub(super) fn shift_row(row: &Shift) -> Result<model::shift::ActiveModel, DbErr> {
    Ok(model::shift::ActiveModel {
        id: Set(row.id.0),
        outlet_id: Set(row.outlet.0),
        day: Set(row.day.to_string()),
        till_id: Set(row.till.map(|id| id.0)),
        float_cash: Set(row.float.0),
        opened_by: Set(row.opened_by.map(|id| id.0)),
        opened_at: Set(row.opened_at.0),
        movements: Set(text(&row.movements)?),
        closed_by: Set(row.closed_by.map(|id| id.0)),
        closed_at: Set(row.closed_at.map(|at| at.0)),
        settlement: Set(row.settlement.as_ref().map(text).transpose()?),
        note: Set(row.note.clone()),
        corrections: Set(text(&row.corrections)?),
        revision: Set(stored(row.revision)?),
    })
}
