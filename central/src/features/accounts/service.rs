//! Registering, signing in and out.

use gerai_shared::phone::e164;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Error, lockout, model::user, password, sessions, store, views::SignedIn};
use crate::{
    features::audit,
    platform::{
        Platform,
        auth::{Origin, User},
    },
    tx,
};

/// The longest name, email or device id, in characters.
const LONGEST: usize = 191;
/// Passwords are from 8 to 256 bytes long.
const PASSWORD: std::ops::RangeInclusive<usize> = 8..=256;

/// Somebody new.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Registration {
    pub name: String,
    /// One of email and phone is needed.
    pub email: Option<String>,
    /// An Indonesian mobile number, however it is written.
    pub phone: Option<String>,
    /// At least 8 characters.
    pub password: String,
    /// What the device calls itself.
    pub device_id: Option<String>,
}

/// Somebody who has an account.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    /// Email or phone; or one of the two fields of those names.
    pub login: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub password: String,
    /// What the device calls itself.
    pub device_id: Option<String>,
}

/// Makes a customer's account and signs them in.
///
/// # Errors
/// Names the field that is wrong or taken.
pub(super) async fn register(
    platform: &Platform,
    registration: Registration,
    origin: &Origin,
) -> Result<SignedIn, Error> {
    let name = name(&registration.name)?;
    let email = registration.email.as_deref().map(email).transpose()?;
    let phone = registration.phone.as_deref().map(number).transpose()?;
    let device_id = device(registration.device_id)?;
    if email.is_none() && phone.is_none() {
        return Err(Error::field(
            "email",
            "Email atau nomor HP wajib diisi",
            "email or phone is needed",
        ));
    }
    if !PASSWORD.contains(&registration.password.len()) {
        return Err(Error::field(
            "password",
            "Kata sandi minimal 8 karakter",
            "must be from 8 to 256 bytes long",
        ));
    }
    let hash = password::hash(&platform.clock, &registration.password).await?;
    let (id, now) = (platform.clock.id(), platform.clock.now().0);
    let row = user::Model {
        id,
        name,
        email,
        email_verified_at: None,
        phone,
        phone_verified_at: None,
        password: Some(hash),
        role: "customer".to_owned(),
        customer_type: "retail".to_owned(),
        is_guest: false,
        device_id: device_id.clone(),
        birth_date: None,
        gender: None,
        city: None,
        referral_code: None,
        profile_completed_at: None,
        disabled_at: None,
        created_at: now,
        updated_at: now,
    };
    tx!(&platform.db, |tx| -> Result<_, Error> {
        store::insert(tx, row.clone()).await?;
        if let Some(device_id) = &device_id {
            store::seen(tx, id.into(), device_id, origin, now).await?;
        }
        let entry = audit::Entry::new("accounts", "created", "Registered")
            .on("user", id)
            .by(id.into())
            .from(origin);
        audit::log(tx, &platform.clock, entry).await?;
        sessions::open(tx, platform, &row, device_id.as_deref()).await
    })
}

/// Signs somebody in.
///
/// # Errors
/// [`Error::Credentials`] without saying what is wrong; [`Error::Locked`] after too many.
pub(super) async fn login(platform: &Platform, credentials: Credentials, origin: &Origin) -> Result<SignedIn, Error> {
    let login = [credentials.login, credentials.email, credentials.phone]
        .into_iter()
        .flatten()
        .next()
        .ok_or_else(|| Error::field("login", "Email atau nomor HP wajib diisi", "email or phone is needed"))?;
    let device_id = device(credentials.device_id)?;
    let login = Login::read(&login);
    let key = lockout::key(login.as_str());
    let db = platform.db.reader();
    lockout::check(db, &key, platform.clock.now()).await?;
    let row = match &login {
        Login::Email(email) => store::by_email(db, email).await?,
        Login::Phone(phone) => store::by_phone(db, phone).await?,
    };
    let hash = row.as_ref().and_then(|row| row.password.clone());
    let right = password::is_right(&credentials.password, hash).await?;
    let now = platform.clock.now();
    let Some(row) = row.filter(|row| right && row.disabled_at.is_none()) else {
        metrics::counter!("gerai_sign_ins_failed_total").increment(1);
        tx!(&platform.db, |tx| -> Result<_, Error> {
            Ok(lockout::failed(tx, &key, now).await?)
        })?;
        return Err(Error::Credentials);
    };
    tx!(&platform.db, |tx| -> Result<_, Error> {
        lockout::cleared(tx, &key).await?;
        if let Some(device_id) = &device_id {
            store::seen(tx, row.id.into(), device_id, origin, now.0).await?;
        }
        let entry = audit::Entry::new("accounts", "signed_in", "Signed in")
            .on("user", row.id)
            .by(row.id.into())
            .from(origin);
        audit::log(tx, &platform.clock, entry).await?;
        sessions::open(tx, platform, &row, device_id.as_deref()).await
    })
}

/// Ends the sign-in an access token is from.
///
/// # Errors
/// The database's.
pub(super) async fn logout(platform: &Platform, user: &User, origin: &Origin) -> Result<(), Error> {
    let now = platform.clock.now().0;
    tx!(&platform.db, |tx| -> Result<_, Error> {
        store::revoke_family(tx, user.session, now).await?;
        let entry = audit::Entry::new("accounts", "signed_out", "Signed out")
            .on("user", user.id.0)
            .by(user.id)
            .from(origin);
        Ok(audit::log(tx, &platform.clock, entry).await?)
    })?;
    platform.stands.invalidate(&user.session).await;
    Ok(())
}

/// What somebody signs in with.
enum Login {
    Email(String),
    Phone(String),
}

impl Login {
    fn read(text: &str) -> Self {
        match e164(text.trim()) {
            Some(phone) => Self::Phone(phone),
            None => Self::Email(text.trim().to_lowercase()),
        }
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Email(text) | Self::Phone(text) => text,
        }
    }
}

pub(super) fn name(text: &str) -> Result<String, Error> {
    let name = text.trim();
    if (1..=LONGEST).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        return Ok(name.to_owned());
    }
    Err(Error::field(
        "name",
        "Nama wajib diisi, paling banyak 191 huruf",
        "must have 1 to 191 characters",
    ))
}

pub(super) fn email(text: &str) -> Result<String, Error> {
    let email = text.trim().to_lowercase();
    let fits = email.len() <= LONGEST
        && !email.chars().any(|c| c.is_whitespace() || c.is_control())
        && email
            .split_once('@')
            .is_some_and(|(user, domain)| !user.is_empty() && domain.contains('.') && !domain.contains('@'));
    if fits {
        return Ok(email);
    }
    Err(Error::field("email", "Email tidak benar", "is not an email address"))
}

pub(super) fn number(text: &str) -> Result<String, Error> {
    e164(text).ok_or_else(|| Error::field("phone", "Nomor HP tidak benar", "is not an Indonesian mobile number"))
}

fn device(device_id: Option<String>) -> Result<Option<String>, Error> {
    match device_id {
        Some(id) if !(1..=LONGEST).contains(&id.chars().count()) => Err(Error::field(
            "device_id",
            "device_id tidak benar",
            "must have 1 to 191 characters",
        )),
        device_id => Ok(device_id),
    }
}
