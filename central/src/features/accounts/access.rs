//! Roles and permissions.

use std::collections::{BTreeSet, HashMap};

use gerai_shared::UserId;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::model::access::{model_permission, model_role, permission, role, role_permission};
use crate::platform::{clock::Clock, db::padded};

/// The kind of holder users are.
const USER: &str = "user";
/// Laravel's guard; there is one.
const GUARD: &str = "web";

/// The names of everything a user may do, through roles or without, in order.
///
/// # Errors
/// The database's.
pub async fn permissions_of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<String>, DbErr> {
    let roles: Vec<_> = held_roles(db, user).await?;
    let mut ids: BTreeSet<Uuid> = model_permission::Entity::find()
        .filter(model_permission::Column::ModelId.eq(user.0))
        .filter(model_permission::Column::ModelType.eq(USER))
        .all(db)
        .await?
        .into_iter()
        .map(|row| row.permission_id)
        .collect();
    if !roles.is_empty() {
        let through = role_permission::Entity::find()
            .filter(role_permission::Column::RoleId.is_in(padded(roles)))
            .all(db)
            .await?;
        ids.extend(through.into_iter().map(|row| row.permission_id));
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = permission::Entity::find()
        .filter(permission::Column::Id.is_in(padded(ids.into_iter().collect())))
        .all(db)
        .await?;
    let names: BTreeSet<_> = rows.into_iter().map(|row| row.name).collect();
    Ok(names.into_iter().collect())
}

/// The names of a user's roles, in order.
pub(super) async fn roles_of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<String>, DbErr> {
    let held = held_roles(db, user).await?;
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let rows = role::Entity::find()
        .filter(role::Column::Id.is_in(padded(held)))
        .all(db)
        .await?;
    let names: BTreeSet<_> = rows.into_iter().map(|row| row.name).collect();
    Ok(names.into_iter().collect())
}

async fn held_roles(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<Uuid>, DbErr> {
    let rows = model_role::Entity::find()
        .filter(model_role::Column::ModelId.eq(user.0))
        .filter(model_role::Column::ModelType.eq(USER))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.role_id).collect())
}

/// Makes sure that a role is there and gives these permissions; those it gives already stay.
///
/// # Errors
/// The database's.
pub async fn ensure_role(
    tx: &impl ConnectionTrait,
    clock: &Clock,
    name: &str,
    permissions: &[&str],
) -> Result<(), DbErr> {
    let now = clock.now().0;
    let role_id = match role_named(tx, name).await? {
        Some(id) => id,
        None => {
            let id = clock.id();
            let row = role::ActiveModel {
                id: Set(id),
                name: Set(name.to_owned()),
                guard_name: Set(GUARD.to_owned()),
                created_at: Set(now),
                updated_at: Set(now),
            };
            role::Entity::insert(row).exec_without_returning(tx).await?;
            id
        }
    };
    let mut known: HashMap<_, _> = permission::Entity::find()
        .filter(permission::Column::GuardName.eq(GUARD))
        .all(tx)
        .await?
        .into_iter()
        .map(|row| (row.name, row.id))
        .collect();
    let given: BTreeSet<_> = role_permission::Entity::find()
        .filter(role_permission::Column::RoleId.eq(role_id))
        .all(tx)
        .await?
        .into_iter()
        .map(|row| row.permission_id)
        .collect();
    for name in permissions {
        let id = match known.get(*name) {
            Some(id) => *id,
            None => {
                let id = clock.id();
                let row = permission::ActiveModel {
                    id: Set(id),
                    name: Set((*name).to_owned()),
                    guard_name: Set(GUARD.to_owned()),
                    created_at: Set(now),
                    updated_at: Set(now),
                };
                permission::Entity::insert(row).exec_without_returning(tx).await?;
                known.insert((*name).to_owned(), id);
                id
            }
        };
        if !given.contains(&id) {
            let row = role_permission::ActiveModel {
                permission_id: Set(id),
                role_id: Set(role_id),
            };
            role_permission::Entity::insert(row).exec_without_returning(tx).await?;
        }
    }
    Ok(())
}

/// Gives a user a role that is there; one they have already stays.
pub(super) async fn give_role(tx: &impl ConnectionTrait, user: UserId, name: &str) -> Result<(), DbErr> {
    let role_id = role_named(tx, name)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound(format!("there is no role `{name}`")))?;
    if held_roles(tx, user).await?.contains(&role_id) {
        return Ok(());
    }
    let row = model_role::ActiveModel {
        role_id: Set(role_id),
        model_type: Set(USER.to_owned()),
        model_id: Set(user.0),
    };
    model_role::Entity::insert(row)
        .exec_without_returning(tx)
        .await
        .map(drop)
}

async fn role_named(db: &impl ConnectionTrait, name: &str) -> Result<Option<Uuid>, DbErr> {
    let row = role::Entity::find()
        .filter(role::Column::Name.eq(name))
        .filter(role::Column::GuardName.eq(GUARD))
        .one(db)
        .await?;
    Ok(row.map(|row| row.id))
}
