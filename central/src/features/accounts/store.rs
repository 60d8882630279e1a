//! Reading and writing accounts.

use gerai_shared::{UserId, phone::e164};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, SqlErr,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{
    Error,
    model::{
        sign_in::{device, refresh_token},
        user,
    },
};
use crate::platform::{
    auth::{Origin, User},
    http::PageQuery,
};

/// What other features may know of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub id: UserId,
    /// What they are called.
    pub name: String,
    /// `admin` or `customer`.
    pub role: String,
    /// Whether they were shut out.
    pub disabled: bool,
}

impl From<user::Model> for Account {
    fn from(row: user::Model) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            role: row.role,
            disabled: row.disabled_at.is_some(),
        }
    }
}

/// An account.
///
/// # Errors
/// The database's.
pub async fn find(db: &impl ConnectionTrait, id: UserId) -> Result<Option<Account>, DbErr> {
    Ok(row(db, id).await?.map(Account::from))
}

/// The telephone number of an account in E.164, if it has one.
///
/// # Errors
/// The database's.
pub async fn phone_of(db: &impl ConnectionTrait, id: UserId) -> Result<Option<String>, DbErr> {
    let phone: Option<Option<String>> = user::Entity::find_by_id(id.0)
        .select_only()
        .column(user::Column::Phone)
        .into_tuple()
        .one(db)
        .await?;
    Ok(phone.flatten().as_deref().and_then(e164))
}

/// Accounts of that very name.
///
/// # Errors
/// The database's.
pub async fn find_by_name(db: &impl ConnectionTrait, name: &str) -> Result<Vec<Account>, DbErr> {
    let rows = user::Entity::find().filter(user::Column::Name.eq(name)).all(db).await?;
    Ok(rows.into_iter().map(Account::from).collect())
}

pub(super) async fn row(db: &impl ConnectionTrait, id: UserId) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find_by_id(id.0).one(db).await
}

pub(super) async fn row_locked(tx: &impl ConnectionTrait, id: UserId) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find_by_id(id.0).lock_exclusive().one(tx).await
}

pub(super) async fn by_email(db: &impl ConnectionTrait, email: &str) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find().filter(user::Column::Email.eq(email)).one(db).await
}

pub(super) async fn by_phone(db: &impl ConnectionTrait, phone: &str) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find().filter(user::Column::Phone.eq(phone)).one(db).await
}

pub(super) async fn insert(tx: &impl ConnectionTrait, row: user::Model) -> Result<(), Error> {
    let written = user::Entity::insert(row.into_active_model())
        .exec_without_returning(tx)
        .await;
    written.map(drop).map_err(taken)
}

pub(super) async fn update(tx: &impl ConnectionTrait, row: user::Model) -> Result<(), Error> {
    let written = user::Entity::update(row.into_active_model().reset_all()).exec(tx).await;
    written.map(drop).map_err(taken)
}

/// Which of the two unique columns was hit, from the index both engines name.
fn taken(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(told)) if told.contains("phone") => Error::Taken("phone"),
        Some(SqlErr::UniqueConstraintViolation(told)) if told.contains("email") => Error::Taken("email"),
        _ => error.into(),
    }
}

/// Notes that a user signed in from a device.
pub(super) async fn seen(
    tx: &impl ConnectionTrait,
    user: UserId,
    device_id: &str,
    origin: &Origin,
    now: i64,
) -> Result<(), DbErr> {
    let row = device::ActiveModel {
        user_id: Set(user.0),
        device_id: Set(device_id.to_owned()),
        user_agent: Set(origin
            .user_agent
            .as_ref()
            .map(|agent| agent.chars().take(255).collect())),
        ip_address: Set(origin.ip.map(|ip| ip.to_string())),
        sign_ins: Set(1),
        first_seen_at: Set(now),
        last_seen_at: Set(now),
    };
    device::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([device::Column::UserId, device::Column::DeviceId])
                .update_columns([
                    device::Column::UserAgent,
                    device::Column::IpAddress,
                    device::Column::LastSeenAt,
                ])
                .value(
                    device::Column::SignIns,
                    Expr::col((device::Entity, device::Column::SignIns)).add(1),
                )
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await
        .map(drop)
}

/// A page of the devices a user signed in from, the last one first, and how many there are.
pub(super) async fn devices(
    db: &impl ConnectionTrait,
    user: UserId,
    query: PageQuery,
) -> Result<(u64, Vec<device::Model>), DbErr> {
    let devices = device::Entity::find().filter(device::Column::UserId.eq(user.0));
    let total = devices.clone().count(db).await?;
    let rows = devices
        .order_by_desc(device::Column::LastSeenAt)
        .order_by_asc(device::Column::DeviceId)
        .offset(query.offset())
        .limit(query.size())
        .all(db)
        .await?;
    Ok((total, rows))
}

pub(super) async fn token_locked(tx: &impl ConnectionTrait, hash: &str) -> Result<Option<refresh_token::Model>, DbErr> {
    refresh_token::Entity::find()
        .filter(refresh_token::Column::TokenHash.eq(hash))
        .lock_exclusive()
        .one(tx)
        .await
}

pub(super) async fn token(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<refresh_token::Model>, DbErr> {
    refresh_token::Entity::find_by_id(id).one(db).await
}

pub(super) async fn insert_token(tx: &impl ConnectionTrait, row: refresh_token::Model) -> Result<(), DbErr> {
    refresh_token::Entity::insert(row.into_active_model())
        .exec_without_returning(tx)
        .await
        .map(drop)
}

pub(super) async fn token_used(tx: &impl ConnectionTrait, id: Uuid, successor: Uuid, now: i64) -> Result<(), DbErr> {
    refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::UsedAt, Expr::value(now))
        .col_expr(refresh_token::Column::SuccessorId, Expr::value(successor))
        .filter(refresh_token::Column::Id.eq(id))
        .exec(tx)
        .await
        .map(drop)
}

/// Ends a sign-in: none of its refresh tokens is good any more.
pub(super) async fn revoke_family(tx: &impl ConnectionTrait, family: Uuid, now: i64) -> Result<(), DbErr> {
    refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::RevokedAt, Expr::value(now))
        .filter(refresh_token::Column::Family.eq(family))
        .filter(refresh_token::Column::RevokedAt.is_null())
        .exec(tx)
        .await
        .map(drop)
}

/// Whether a sign-in still stands: its user is there, of the role the token says, and not signed
/// out. One that has no tokens here (a token from elsewhere) stands as long as its user does.
///
/// # Errors
/// The database's.
pub async fn stands(db: &impl ConnectionTrait, signed_in: &User) -> Result<bool, DbErr> {
    let user = row(db, signed_in.id).await?;
    if !user.is_some_and(|user| user.disabled_at.is_none() && user.role == signed_in.role) {
        return Ok(false);
    }
    let ended = refresh_token::Entity::find()
        .filter(refresh_token::Column::Family.eq(signed_in.session))
        .filter(refresh_token::Column::RevokedAt.is_not_null())
        .one(db)
        .await?;
    Ok(ended.is_none())
}
