//! Table `users`.

use sea_orm::entity::prelude::*;

/// A row of `users`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// Their id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What they are called.
    pub name: String,
    /// In lower case.
    pub email: Option<String>,
    /// When they proved to read it.
    pub email_verified_at: Option<i64>,
    /// E.164, as `+6281234567890`.
    pub phone: Option<String>,
    /// When they proved to have it.
    pub phone_verified_at: Option<i64>,
    /// The password's hash in PHC form; nobody without one signs in by password.
    pub password: Option<String>,
    /// `admin` or `customer`.
    pub role: String,
    /// `guest`, `retail` or `reseller`.
    pub customer_type: String,
    /// Whether the account was made by a purchase, not by a registration.
    pub is_guest: bool,
    /// The device they registered with.
    pub device_id: Option<String>,
    /// As `2001-12-31`.
    pub birth_date: Option<String>,
    /// `female`, `male` or `other`.
    pub gender: Option<String>,
    /// Where they live.
    pub city: Option<String>,
    /// The code of whoever brought them.
    pub referral_code: Option<String>,
    /// When their profile was complete.
    pub profile_completed_at: Option<i64>,
    /// When they were shut out.
    pub disabled_at: Option<i64>,
    /// When they came.
    pub created_at: i64,
    /// When the row changed.
    pub updated_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
