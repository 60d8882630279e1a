//! Accounts that have to be there: the seed's.

use gerai_shared::UserId;
use sea_orm::ConnectionTrait;

use super::{Error, access, model::user, store};
use crate::platform::clock::Clock;

/// Somebody who has to have an account.
#[derive(Clone, Copy, Debug)]
pub struct Person<'p> {
    /// Their id, if it must be a certain one.
    pub id: Option<UserId>,
    /// What they are called.
    pub name: &'p str,
    /// Their email, in lower case.
    pub email: Option<&'p str>,
    /// Their phone, E.164.
    pub phone: Option<&'p str>,
    /// From [`hash_password`](super::hash_password); `None` for whoever never signs in by password.
    pub password_hash: Option<&'p str>,
    /// Whether `users.role` is `admin`; `customer` otherwise.
    pub admin: bool,
    /// `guest`, `retail` or `reseller`.
    pub customer_type: &'p str,
    /// Roles they hold; they must be there ([`ensure_role`](super::ensure_role)).
    pub roles: &'p [&'p str],
}

/// Makes sure that somebody has an account with these roles, and says which. Whoever has the id,
/// the email or the phone already is that somebody, and keeps name and password.
///
/// # Errors
/// The database's.
pub async fn ensure_user(tx: &impl ConnectionTrait, clock: &Clock, person: &Person<'_>) -> Result<UserId, Error> {
    let id = match known(tx, person).await? {
        Some(row) => UserId(row.id),
        None => create(tx, clock, person).await?,
    };
    for role in person.roles {
        access::give_role(tx, id, role).await?;
    }
    Ok(id)
}

async fn known(tx: &impl ConnectionTrait, person: &Person<'_>) -> Result<Option<user::Model>, Error> {
    if let Some(id) = person.id
        && let Some(row) = store::row(tx, id).await?
    {
        return Ok(Some(row));
    }
    if let Some(email) = person.email
        && let Some(row) = store::by_email(tx, email).await?
    {
        return Ok(Some(row));
    }
    match person.phone {
        Some(phone) => Ok(store::by_phone(tx, phone).await?),
        None => Ok(None),
    }
}

async fn create(tx: &impl ConnectionTrait, clock: &Clock, person: &Person<'_>) -> Result<UserId, Error> {
    let now = clock.now().0;
    let id = person.id.unwrap_or_else(|| clock.id().into());
    let row = user::Model {
        id: id.0,
        name: person.name.to_owned(),
        email: person.email.map(str::to_owned),
        email_verified_at: person.email.map(|_| now),
        phone: person.phone.map(str::to_owned),
        phone_verified_at: None,
        password: person.password_hash.map(str::to_owned),
        role: if person.admin { "admin" } else { "customer" }.to_owned(),
        customer_type: person.customer_type.to_owned(),
        is_guest: person.customer_type == "guest",
        device_id: None,
        birth_date: None,
        gender: None,
        city: None,
        referral_code: None,
        profile_completed_at: None,
        disabled_at: None,
        created_at: now,
        updated_at: now,
    };
    store::insert(tx, row).await?;
    Ok(id)
}
