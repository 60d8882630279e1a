//! Accounts as they are told.

use gerai_shared::{Micros, UserId};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    access,
    model::{sign_in::device, user},
};

/// An account, as its holder sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct UserView {
    pub id: UserId,
    pub name: String,
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// `admin` or `customer`.
    pub role: String,
    /// `guest`, `retail` or `reseller`.
    pub customer_type: String,
    pub is_guest: bool,
    /// Names of roles held.
    pub roles: Vec<String>,
    /// Names of everything the holder may do.
    pub permissions: Vec<String>,
    pub profile: ProfileView,
    /// RFC 3339, UTC.
    pub created_at: String,
}

/// What holders tell of themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct ProfileView {
    /// As `2001-12-31`.
    pub birth_date: Option<String>,
    /// `female`, `male` or `other`.
    pub gender: Option<String>,
    pub city: Option<String>,
    /// The code of whoever brought them.
    pub referral_code: Option<String>,
    /// Whether nothing is missing.
    pub complete: bool,
}

impl ProfileView {
    pub(super) fn of(row: &user::Model) -> Self {
        Self {
            birth_date: row.birth_date.clone(),
            gender: row.gender.clone(),
            city: row.city.clone(),
            referral_code: row.referral_code.clone(),
            complete: row.profile_completed_at.is_some(),
        }
    }
}

/// One account under `data`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct UserData {
    pub data: UserView,
}

impl UserView {
    pub(super) async fn read(db: &impl ConnectionTrait, row: &user::Model) -> Result<Self, DbErr> {
        let id = UserId(row.id);
        Ok(Self {
            id,
            name: row.name.clone(),
            email: row.email.clone(),
            phone: row.phone.clone(),
            role: row.role.clone(),
            customer_type: row.customer_type.clone(),
            is_guest: row.is_guest,
            roles: access::roles_of(db, id).await?,
            permissions: access::permissions_of(db, id).await?,
            profile: ProfileView::of(row),
            created_at: Micros(row.created_at).to_rfc3339(),
        })
    }
}

/// What a sign-in answers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SignedIn {
    /// To be sent as `Authorization: Bearer …`.
    pub access_token: String,
    /// To be exchanged for the next pair, once.
    pub refresh_token: String,
    /// `Bearer`.
    pub token_type: &'static str,
    /// How long the access token is good, in seconds.
    pub expires_in: i64,
    /// Until when the access token is good: RFC 3339, UTC.
    pub expires_at: String,
    pub user: UserView,
}

/// A device somebody signed in from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct DeviceView {
    pub device_id: String,
    pub user_agent: Option<String>,
    pub ip_address: Option<String>,
    pub sign_ins: i32,
    /// RFC 3339, UTC.
    pub first_seen_at: String,
    /// RFC 3339, UTC.
    pub last_seen_at: String,
}

impl From<device::Model> for DeviceView {
    fn from(row: device::Model) -> Self {
        Self {
            device_id: row.device_id,
            user_agent: row.user_agent,
            ip_address: row.ip_address,
            sign_ins: row.sign_ins,
            first_seen_at: Micros(row.first_seen_at).to_rfc3339(),
            last_seen_at: Micros(row.last_seen_at).to_rfc3339(),
        }
    }
}
