//! Edges in the database.

use gerai_shared::{EdgeId, Micros, OutletId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::{
    FleetError,
    model::{code, edge},
};

pub(super) async fn found(db: &impl ConnectionTrait, id: EdgeId) -> Result<edge::Model, FleetError> {
    edge::Entity::find_by_id(id.0)
        .one(db)
        .await?
        .ok_or(FleetError::Unknown("edge"))
}

pub(super) async fn locked(tx: &impl ConnectionTrait, id: EdgeId) -> Result<edge::Model, FleetError> {
    edge::Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or(FleetError::Unknown("edge"))
}

pub(super) async fn by_key(tx: &impl ConnectionTrait, public_key: &str) -> Result<Option<edge::Model>, DbErr> {
    edge::Entity::find()
        .filter(edge::Column::PublicKey.eq(public_key))
        .one(tx)
        .await
}

/// All edges an outlet ever had.
pub(super) async fn of_outlet(tx: &impl ConnectionTrait, outlet: OutletId) -> Result<Vec<edge::Model>, DbErr> {
    let of_outlet = edge::Entity::find().filter(edge::Column::OutletId.eq(outlet.0));
    of_outlet.all(tx).await
}

/// Fences whoever leads an outlet. The caller holds the stream row.
pub(super) async fn fence(tx: &impl ConnectionTrait, outlet: OutletId) -> Result<(), DbErr> {
    edge::Entity::update_many()
        .col_expr(edge::Column::Status, Expr::value("fenced"))
        .col_expr(edge::Column::SessionHash, Expr::value(Option::<String>::None))
        .filter(edge::Column::OutletId.eq(outlet.0))
        .filter(edge::Column::Status.eq("active"))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn locked_code(tx: &impl ConnectionTrait, hash: &str) -> Result<Option<code::Model>, DbErr> {
    code::Entity::find_by_id(hash).lock_exclusive().one(tx).await
}

pub(super) async fn all(db: &impl ConnectionTrait) -> Result<Vec<edge::Model>, DbErr> {
    edge::Entity::find().order_by_asc(edge::Column::CreatedAt).all(db).await
}

/// The edge that leads an outlet, if one does.
///
/// # Errors
/// The database's.
pub async fn active_edge(db: &impl ConnectionTrait, outlet: OutletId) -> Result<Option<EdgeId>, DbErr> {
    let row = edge::Entity::find()
        .filter(edge::Column::OutletId.eq(outlet.0))
        .filter(edge::Column::Status.eq("active"))
        .one(db)
        .await?;
    Ok(row.map(|row| row.id.into()))
}

/// When the edge that leads an outlet was heard last; `None` where central leads.
///
/// # Errors
/// The database's.
pub async fn heard_at(db: &impl ConnectionTrait, outlet: OutletId) -> Result<Option<Micros>, DbErr> {
    let row = edge::Entity::find()
        .filter(edge::Column::OutletId.eq(outlet.0))
        .filter(edge::Column::Status.eq("active"))
        .one(db)
        .await?;
    Ok(row.and_then(|row| row.seen_at).map(Micros))
}
