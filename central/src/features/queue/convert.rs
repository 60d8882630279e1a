//! Rows of the database to rows of the wire, and back, without loss.

use std::str::FromStr;

use gerai_shared::{
    Day, Micros,
    catalog::Category,
    intake::{BusinessDay, Intake},
    queue::{ChosenProduct, Moment, RemoteTicket, Ticket},
    session::{Room, Session},
};
use sea_orm::{ActiveValue::Set, DbErr};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::model;

/// Reads an enum by its name on the wire.
pub(super) fn word<T: DeserializeOwned>(word: &str) -> Result<T, DbErr> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).map_err(|error| DbErr::Json(error.to_string()))
}

fn day(text: &str) -> Result<Day, DbErr> {
    text.parse().map_err(DbErr::Json)
}

fn json<T: DeserializeOwned>(text: &str) -> Result<T, DbErr> {
    serde_json::from_str(text).map_err(|error| DbErr::Json(error.to_string()))
}

fn text(value: &impl serde::Serialize) -> Result<String, DbErr> {
    serde_json::to_string(value).map_err(|error| DbErr::Json(error.to_string()))
}

fn count(value: i32) -> u32 {
    value.unsigned_abs()
}

fn stored(value: u32) -> Result<i32, DbErr> {
    i32::try_from(value).map_err(|_| DbErr::Type(format!("{value} does not fit the database")))
}

fn id<T: From<Uuid>>(id: Option<Uuid>) -> Option<T> {
    id.map(T::from)
}

fn chosen(id: Uuid, name: String, category: &str, minutes: i32) -> Result<ChosenProduct, DbErr> {
    Ok(ChosenProduct {
        id: id.into(),
        name,
        category: Category::from_str(category).map_err(DbErr::Json)?,
        minutes: count(minutes),
    })
}

pub(super) fn ticket(row: model::ticket::Model) -> Result<Ticket, DbErr> {
    Ok(Ticket {
        id: row.id.into(),
        outlet: row.outlet_id.into(),
        day: day(&row.day)?,
        series: word(&row.series)?,
        number: count(row.number),
        product: chosen(row.product_id, row.product_name, &row.category, row.minutes)?,
        party_size: count(row.party_size),
        lane: word(&row.lane)?,
        customer: id(row.customer_id),
        holder: row.holder,
        remote: id(row.remote_id),
        reason: row.reason,
        now: Moment {
            state: word(&row.state)?,
            studio: id(row.studio_id),
            session: id(row.session_id),
            called_at: row.called_at.map(Micros),
            calls: count(row.calls),
            position: row.position,
            product: None,
            wanted: None,
            lane: None,
        },
        before: row.before_last_act.as_deref().map(json).transpose()?,
        issued_at: Micros(row.issued_at),
        changed_at: Micros(row.changed_at),
        revision: count(row.revision),
        token: row.token,
        closed_at: row.closed_at.map(Micros),
        consent: row.consent.as_deref().map(json).transpose()?,
        wanted: row.wanted.as_deref().map(json).transpose()?,
        slot: row.slot.as_deref().map(json).transpose()?,
    })
}

pub(super) fn ticket_row(row: &Ticket) -> Result<model::ticket::ActiveModel, DbErr> {
    Ok(model::ticket::ActiveModel {
        id: Set(row.id.0),
        outlet_id: Set(row.outlet.0),
        day: Set(row.day.to_string()),
        series: Set(row.series.as_str().to_owned()),
        number: Set(stored(row.number)?),
        product_id: Set(row.product.id.0),
        product_name: Set(row.product.name.clone()),
        category: Set(row.product.category.as_str().to_owned()),
        minutes: Set(stored(row.product.minutes)?),
        party_size: Set(stored(row.party_size)?),
        lane: Set(lane(row.lane).to_owned()),
        customer_id: Set(row.customer.map(|id| id.0)),
        holder: Set(row.holder.clone()),
        remote_id: Set(row.remote.map(|id| id.0)),
        reason: Set(row.reason.clone()),
        state: Set(row.now.state.as_str().to_owned()),
        studio_id: Set(row.now.studio.map(|id| id.0)),
        session_id: Set(row.now.session.map(|id| id.0)),
        called_at: Set(row.now.called_at.map(|at| at.0)),
        calls: Set(stored(row.now.calls)?),
        position: Set(row.now.position),
        before_last_act: Set(row.before.as_ref().map(text).transpose()?),
        issued_at: Set(row.issued_at.0),
        changed_at: Set(row.changed_at.0),
        revision: Set(stored(row.revision)?),
        token: Set(row.token.clone()),
        closed_at: Set(row.closed_at.map(|at| at.0)),
        consent: Set(row.consent.as_ref().map(text).transpose()?),
        wanted: Set(row.wanted.as_ref().map(text).transpose()?),
        slot: Set(row.slot.as_ref().map(text).transpose()?),
    })
}

fn lane(lane: gerai_shared::queue::Lane) -> &'static str {
    match lane {
        gerai_shared::queue::Lane::Regular => "regular",
        gerai_shared::queue::Lane::Priority => "priority",
    }
}

pub(super) fn session(row: &model::session::Model) -> Result<Session, DbErr> {
    Ok(Session {
        id: row.id.into(),
        outlet: row.outlet_id.into(),
        day: day(&row.day)?,
        ticket: row.ticket_id.into(),
        studio: row.studio_id.into(),
        product: row.product_id.into(),
        state: word(&row.state)?,
        minutes: count(row.minutes),
        extended_minutes: count(row.extended_minutes),
        started_at: Micros(row.started_at),
        ended_at: row.ended_at.map(Micros),
        extension_sales: row.extension_sales.as_deref().map_or(Ok(Vec::new()), json)?,
        revision: count(row.revision),
    })
}

pub(super) fn session_row(row: &Session) -> Result<model::session::ActiveModel, DbErr> {
    Ok(model::session::ActiveModel {
        id: Set(row.id.0),
        outlet_id: Set(row.outlet.0),
        day: Set(row.day.to_string()),
        ticket_id: Set(row.ticket.0),
        studio_id: Set(row.studio.0),
        product_id: Set(row.product.0),
        state: Set(row.state.as_str().to_owned()),
        minutes: Set(stored(row.minutes)?),
        extended_minutes: Set(stored(row.extended_minutes)?),
        started_at: Set(row.started_at.0),
        ended_at: Set(row.ended_at.map(|at| at.0)),
        revision: Set(stored(row.revision)?),
        extension_sales: Set(match row.extension_sales.as_slice() {
            [] => None,
            sales => Some(text(&sales)?),
        }),
    })
}

pub(super) fn room(row: model::room::Model) -> Result<Room, DbErr> {
    Ok(Room {
        id: row.id.into(),
        outlet: row.outlet_id.into(),
        state: word(&row.state)?,
        session: id(row.session_id),
        note: row.note,
        since: Micros(row.since),
        revision: count(row.revision),
    })
}

pub(super) fn room_row(row: &Room) -> Result<model::room::ActiveModel, DbErr> {
    Ok(model::room::ActiveModel {
        id: Set(row.id.0),
        outlet_id: Set(row.outlet.0),
        state: Set(row.state.as_str().to_owned()),
        session_id: Set(row.session.map(|id| id.0)),
        note: Set(row.note.clone()),
        since: Set(row.since.0),
        revision: Set(stored(row.revision)?),
    })
}

pub(super) fn intake(row: model::intake::Model) -> Result<Intake, DbErr> {
    Ok(Intake {
        outlet: row.outlet_id.into(),
        day: day(&row.day)?,
        state: word(&row.state)?,
        cap: row.cap.map(count),
        message: row.message,
        adjust_minutes: row.adjust_minutes,
        since: Micros(row.since),
        revision: count(row.revision),
    })
}

pub(super) fn intake_row(row: &Intake) -> Result<model::intake::ActiveModel, DbErr> {
    Ok(model::intake::ActiveModel {
        outlet_id: Set(row.outlet.0),
        day: Set(row.day.to_string()),
        state: Set(row.state.as_str().to_owned()),
        cap: Set(row.cap.map(stored).transpose()?),
        message: Set(row.message.clone()),
        adjust_minutes: Set(row.adjust_minutes),
        since: Set(row.since.0),
        revision: Set(stored(row.revision)?),
    })
}

pub(super) fn business_day(row: &model::day::Model) -> Result<BusinessDay, DbErr> {
    Ok(BusinessDay {
        id: row.id,
        outlet: row.outlet_id.into(),
        day: day(&row.day)?,
        closed_at: Micros(row.closed_at),
        closed_by: id(row.closed_by),
        forgotten: row.forgotten,
        ended: count(row.ended),
        told: json(&row.told)?,
        revision: count(row.revision),
    })
}

pub(super) fn business_day_row(row: &BusinessDay) -> Result<model::day::ActiveModel, DbErr> {
    Ok(model::day::ActiveModel {
        id: Set(row.id),
        outlet_id: Set(row.outlet.0),
        day: Set(row.day.to_string()),
        closed_at: Set(row.closed_at.0),
        closed_by: Set(row.closed_by.map(|id| id.0)),
        forgotten: Set(row.forgotten),
        ended: Set(stored(row.ended)?),
        told: Set(text(&row.told)?),
        revision: Set(stored(row.revision)?),
    })
}

pub(super) fn remote(row: model::remote::Model) -> Result<RemoteTicket, DbErr> {
    Ok(RemoteTicket {
        id: row.id.into(),
        outlet: row.outlet_id.into(),
        day: day(&row.day)?,
        series: word(&row.series)?,
        number: count(row.number),
        product: chosen(row.product_id, row.product_name, &row.category, row.minutes)?,
        party_size: count(row.party_size),
        customer: row.customer_id.into(),
        holder: row.holder,
        state: word(&row.state)?,
        joined_at: Micros(row.joined_at),
        starts_at: row.starts_at.map(Micros),
        token: row.token,
        phone: row.phone,
    })
}

pub(super) fn remote_row(row: &RemoteTicket) -> Result<model::remote::ActiveModel, DbErr> {
    Ok(model::remote::ActiveModel {
        id: Set(row.id.0),
        outlet_id: Set(row.outlet.0),
        day: Set(row.day.to_string()),
        series: Set(row.series.as_str().to_owned()),
        number: Set(stored(row.number)?),
        product_id: Set(row.product.id.0),
        product_name: Set(row.product.name.clone()),
        category: Set(row.product.category.as_str().to_owned()),
        minutes: Set(stored(row.product.minutes)?),
        party_size: Set(stored(row.party_size)?),
        customer_id: Set(row.customer.0),
        holder: Set(row.holder.clone()),
        state: Set(row.state.as_str().to_owned()),
        joined_at: Set(row.joined_at.0),
        starts_at: Set(row.starts_at.map(|at| at.0)),
        token: Set(row.token.clone()),
        phone: Set(row.phone.clone()),
    })
}
