//! Reading and writing outlets.

use std::collections::HashMap;

use gerai_shared::{
    Micros, OutletId, Rupiah, StudioId,
    outlet::{Outlet, Studio},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JsonValue, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::model::{outlet, studio};
use crate::platform::db::{padded, upsert_rows};

/// The outlets with these ids, or all, by code; two queries.
///
/// # Errors
/// The database's.
pub async fn read(db: &impl ConnectionTrait, ids: Option<Vec<Uuid>>) -> Result<Vec<Outlet>, DbErr> {
    let (mut outlets, mut studios) = (outlet::Entity::find(), studio::Entity::find());
    if let Some(ids) = ids {
        let ids = padded(ids);
        outlets = outlets.filter(outlet::Column::Id.is_in(ids.clone()));
        studios = studios.filter(studio::Column::OutletId.is_in(ids));
    }
    let outlets = outlets.order_by_asc(outlet::Column::Code).all(db).await?;
    let mut rooms: HashMap<Uuid, Vec<Studio>> = HashMap::new();
    for row in studios.order_by_asc(studio::Column::Position).all(db).await? {
        rooms.entry(row.outlet_id).or_default().push(Studio {
            id: row.id.into(),
            name: row.name,
            serves: from_json(&row.serves)?,
        });
    }
    outlets
        .into_iter()
        .map(|row| {
            let studios = rooms.remove(&row.id).unwrap_or_default();
            told(row, studios)
        })
        .collect()
}

/// Those of these studios that are another outlet's.
///
/// # Errors
/// The database's.
pub async fn studios_elsewhere(
    db: &impl ConnectionTrait,
    outlet: OutletId,
    studios: Vec<Uuid>,
) -> Result<Vec<StudioId>, DbErr> {
    if studios.is_empty() {
        return Ok(Vec::new());
    }
    let rows = studio::Entity::find()
        .filter(studio::Column::Id.is_in(padded(studios)))
        .filter(studio::Column::OutletId.ne(outlet.0))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}

fn told(row: outlet::Model, studios: Vec<Studio>) -> Result<Outlet, DbErr> {
    Ok(Outlet {
        id: row.id.into(),
        code: row.code,
        name: row.name,
        city: row.city,
        address: row.address,
        location: row.location,
        zone: serde_json::from_value(JsonValue::String(row.zone)).map_err(json)?,
        day_starts_at: u16::try_from(row.day_starts_at).unwrap_or_default(),
        hours: from_json(&row.hours)?,
        studios,
        caps: row.caps.as_deref().map(from_json).transpose()?,
        outage_cap: row.outage_cap.map(Rupiah),
        public_url: row.public_url,
    })
}

/// A page of all outlets, by code, and how many there are in all.
///
/// # Errors
/// The database's.
pub async fn page(db: &impl ConnectionTrait, offset: u64, limit: u64) -> Result<(u64, Vec<Outlet>), DbErr> {
    let total = outlet::Entity::find().count(db).await?;
    let ids = outlet::Entity::find()
        .select_only()
        .column(outlet::Column::Id)
        .order_by_asc(outlet::Column::Code)
        .offset(offset)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok((total, read(db, Some(ids)).await?))
}

/// Whether there is such an outlet.
///
/// # Errors
/// The database's.
pub async fn exists(db: &impl ConnectionTrait, id: OutletId) -> Result<bool, DbErr> {
    let found: Option<Uuid> = outlet::Entity::find_by_id(id.0)
        .select_only()
        .column(outlet::Column::Id)
        .into_tuple()
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Writes an outlet and its studios; `fresh` when it is new.
///
/// # Errors
/// The database's, a unique constraint's when its code is taken.
pub async fn write(tx: &impl ConnectionTrait, outlet: &Outlet, fresh: bool, now: Micros) -> Result<(), DbErr> {
    let row = outlet::ActiveModel {
        id: Set(outlet.id.0),
        code: Set(outlet.code.clone()),
        name: Set(outlet.name.clone()),
        city: Set(outlet.city.clone()),
        address: Set(outlet.address.clone()),
        location: Set(outlet.location.clone()),
        zone: Set(zone(outlet)?),
        day_starts_at: Set(i32::from(outlet.day_starts_at)),
        hours: Set(to_json(&outlet.hours)?),
        updated_at: Set(now.0),
        caps: Set(outlet.caps.as_ref().map(to_json).transpose()?),
        outage_cap: Set(outlet.outage_cap.map(|cap| cap.0)),
        public_url: Set(outlet.public_url.clone()),
        ..Default::default()
    };
    // No upsert: the code is a second unique key.
    if fresh {
        let row = outlet::ActiveModel {
            created_at: Set(now.0),
            ..row
        };
        outlet::Entity::insert(row).exec_without_returning(tx).await?;
    } else {
        row.update(tx).await?;
    }
    let kept: Vec<Uuid> = outlet.studios.iter().map(|studio| studio.id.0).collect();
    let mut gone = studio::Entity::delete_many().filter(studio::Column::OutletId.eq(outlet.id.0));
    if !kept.is_empty() {
        gone = gone.filter(studio::Column::Id.is_not_in(padded(kept)));
    }
    gone.exec(tx).await?;
    let rows = (0..)
        .zip(&outlet.studios)
        .map(|(position, studio)| {
            Ok(studio::ActiveModel {
                id: Set(studio.id.0),
                outlet_id: Set(outlet.id.0),
                position: Set(position),
                name: Set(studio.name.clone()),
                serves: Set(to_json(&studio.serves)?),
            })
        })
        .collect::<Result<Vec<_>, DbErr>>()?;
    upsert_rows(tx, rows).await
}

/// A studio of this outlet that belongs to another one already.
///
/// # Errors
/// The database's.
pub async fn foreign_studio(db: &impl ConnectionTrait, outlet: &Outlet) -> Result<Option<Uuid>, DbErr> {
    let ids: Vec<Uuid> = outlet.studios.iter().map(|studio| studio.id.0).collect();
    if ids.is_empty() {
        return Ok(None);
    }
    let row = studio::Entity::find()
        .filter(studio::Column::Id.is_in(padded(ids)))
        .filter(studio::Column::OutletId.ne(outlet.id.0))
        .one(db)
        .await?;
    Ok(row.map(|row| row.id))
}

fn zone(outlet: &Outlet) -> Result<String, DbErr> {
    match serde_json::to_value(outlet.zone).map_err(json)? {
        JsonValue::String(zone) => Ok(zone),
        other => Err(DbErr::Json(other.to_string())),
    }
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, DbErr> {
    serde_json::from_str(text).map_err(json)
}

fn to_json(value: &impl serde::Serialize) -> Result<String, DbErr> {
    serde_json::to_string(value).map_err(json)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn json(error: serde_json::Error) -> DbErr {
    DbErr::Json(error.to_string())
}
