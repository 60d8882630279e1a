//! Table `staff_grants`.

use sea_orm::entity::prelude::*;

/// A row of `staff_grants`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff_grants")]
pub struct Model {
    /// Who: a user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub staff_id: Uuid,
    /// Where.
    #[sea_orm(primary_key, auto_increment = false)]
    pub outlet_id: Uuid,
    /// As shown on the sign-in screen.
    pub name: String,
    /// JSON: names of permissions.
    pub permissions: String,
    /// argon2id hash of the PIN, as a PHC string.
    pub pin_hash: String,
    /// Rises with every change.
    pub version: i64,
    /// False once revoked.
    pub active: bool,
    /// When it was made, in microseconds since the epoch.
    pub created_at: i64,
    /// When it last changed, in microseconds since the epoch.
    pub updated_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
