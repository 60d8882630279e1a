//! Reading and writing grants.

use gerai_shared::{Micros, OutletId, StaffId, outlet::Grant};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::model::{ActiveModel, Column, Entity, Model};
use crate::platform::{
    db::{padded, upsert_rows},
    http::PageQuery,
};

/// The grant of a member of staff at an outlet, revoked or not; locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn locked(
    tx: &impl ConnectionTrait,
    staff: StaffId,
    outlet: OutletId,
) -> Result<Option<(Grant, Micros)>, DbErr> {
    let row = Entity::find_by_id((staff.0, outlet.0)).lock_exclusive().one(tx).await?;
    row.map(|row| {
        let made = Micros(row.created_at);
        Ok((grant(row)?, made))
    })
    .transpose()
}

/// The grant of a member of staff at an outlet, revoked or not.
///
/// # Errors
/// The database's.
pub async fn find(db: &impl ConnectionTrait, staff: StaffId, outlet: OutletId) -> Result<Option<Grant>, DbErr> {
    Entity::find_by_id((staff.0, outlet.0))
        .one(db)
        .await?
        .map(grant)
        .transpose()
}

/// Grants of several at an outlet, revoked or not.
///
/// # Errors
/// The database's.
pub async fn of(db: &impl ConnectionTrait, staff: &[StaffId], outlet: OutletId) -> Result<Vec<Grant>, DbErr> {
    if staff.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = padded(staff.iter().map(|staff| staff.0).collect());
    let rows = Entity::find()
        .filter(Column::OutletId.eq(outlet.0))
        .filter(Column::StaffId.is_in(ids))
        .all(db)
        .await?;
    rows.into_iter().map(grant).collect()
}

/// A page of grants, and how many there are in all.
///
/// # Errors
/// The database's.
pub async fn page(
    db: &impl ConnectionTrait,
    outlet: Option<OutletId>,
    staff: Option<StaffId>,
    page: PageQuery,
) -> Result<(u64, Vec<Grant>), DbErr> {
    let mut found = Entity::find();
    if let Some(outlet) = outlet {
        found = found.filter(Column::OutletId.eq(outlet.0));
    }
    if let Some(staff) = staff {
        found = found.filter(Column::StaffId.eq(staff.0));
    }
    let total = found.clone().count(db).await?;
    let rows = found
        .order_by_asc(Column::Name)
        .order_by_asc(Column::StaffId)
        .order_by_asc(Column::OutletId)
        .offset(page.offset())
        .limit(page.size())
        .all(db)
        .await?;
    Ok((total, rows.into_iter().map(grant).collect::<Result<_, _>>()?))
}

/// Writes a grant, new or not.
///
/// # Errors
/// The database's.
pub async fn write(tx: &impl ConnectionTrait, grant: &Grant, made: Micros, now: Micros) -> Result<(), DbErr> {
    let row = ActiveModel {
        staff_id: Set(grant.staff.0),
        outlet_id: Set(grant.outlet.0),
        name: Set(grant.name.clone()),
        permissions: Set(serde_json::to_string(&grant.permissions).map_err(|error| DbErr::Json(error.to_string()))?),
        pin_hash: Set(grant.pin_hash.clone()),
        version: Set(i64::try_from(grant.version).unwrap_or(i64::MAX)),
        active: Set(grant.active),
        created_at: Set(made.0),
        updated_at: Set(now.0),
    };
    upsert_rows(tx, vec![row]).await
}

fn grant(row: Model) -> Result<Grant, DbErr> {
    Ok(Grant {
        staff: row.staff_id.into(),
        outlet: row.outlet_id.into(),
        name: row.name,
        permissions: serde_json::from_str(&row.permissions).map_err(|error| DbErr::Json(error.to_string()))?,
        pin_hash: row.pin_hash,
        version: row.version.unsigned_abs(),
        active: row.active,
    })
}
