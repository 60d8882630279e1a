//! Rules and blackout days in the database.

use gerai_shared::{Day, Micros, OutletId};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    model::{blackout, rules},
    slots::Rules,
};
use crate::platform::db::upsert_rows;

fn count(value: i32) -> u32 {
    value.unsigned_abs()
}

fn stored(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// How an outlet takes bookings.
pub(super) async fn rules(db: &impl ConnectionTrait, outlet: OutletId) -> Result<Rules, DbErr> {
    let row = rules::Entity::find_by_id(outlet.0).one(db).await?;
    Ok(row.map_or_else(Rules::default, |row| Rules {
        slot_minutes: u16::try_from(row.slot_minutes).unwrap_or(30),
        per_slot: row.per_slot.map(count),
        ahead_days: count(row.ahead_days),
        notice_minutes: count(row.notice_minutes),
        change_minutes: count(row.change_minutes),
    }))
}

pub(super) async fn set_rules(
    tx: &impl ConnectionTrait,
    outlet: OutletId,
    rules: &Rules,
    now: Micros,
) -> Result<(), DbErr> {
    let row = rules::ActiveModel {
        outlet_id: Set(outlet.0),
        slot_minutes: Set(i32::from(rules.slot_minutes)),
        per_slot: Set(rules.per_slot.map(stored)),
        ahead_days: Set(stored(rules.ahead_days)),
        notice_minutes: Set(stored(rules.notice_minutes)),
        change_minutes: Set(stored(rules.change_minutes)),
        updated_at: Set(now.0),
    };
    upsert_rows(tx, vec![row]).await
}

/// Why an outlet takes no bookings on a day, if it does not.
pub(super) async fn blackout(db: &impl ConnectionTrait, outlet: OutletId, day: Day) -> Result<Option<String>, DbErr> {
    let row = blackout::Entity::find()
        .filter(blackout::Column::Day.eq(day.to_string()))
        .filter(
            Condition::any()
                .add(blackout::Column::OutletId.is_null())
                .add(blackout::Column::OutletId.eq(outlet.0)),
        )
        .order_by_asc(blackout::Column::Id)
        .one(db)
        .await?;
    Ok(row.map(|row| row.reason))
}

/// The blackout days from a day on.
pub(super) async fn blackouts(db: &impl ConnectionTrait, from: Day) -> Result<Vec<blackout::Model>, DbErr> {
    blackout::Entity::find()
        .filter(blackout::Column::Day.gte(from.to_string()))
        .order_by_asc(blackout::Column::Day)
        .order_by_asc(blackout::Column::Id)
        .all(db)
        .await
}

pub(super) async fn add_blackout(tx: &impl ConnectionTrait, row: blackout::Model) -> Result<(), DbErr> {
    let row = blackout::ActiveModel {
        id: Set(row.id),
        outlet_id: Set(row.outlet_id),
        day: Set(row.day),
        reason: Set(row.reason),
        made_at: Set(row.made_at),
    };
    blackout::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Takes a blackout day back; says which it was.
pub(super) async fn remove_blackout(tx: &impl ConnectionTrait, id: Uuid) -> Result<Option<blackout::Model>, DbErr> {
    let row = blackout::Entity::find_by_id(id).one(tx).await?;
    if row.is_some() {
        blackout::Entity::delete_by_id(id).exec(tx).await?;
    }
    Ok(row)
}
