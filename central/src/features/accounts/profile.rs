//! What holders tell of themselves.

use gerai_shared::Day;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Error,
    model::user,
    service, store,
    views::{ProfileView, UserData, UserView},
};
use crate::{
    features::audit,
    platform::{
        Platform,
        auth::{Origin, User},
        http::{Replies, Reply},
    },
    tx,
};

/// The oldest year of birth that is believed.
const OLDEST: i32 = 1900;

/// What changes; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileChange {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// As `2001-12-31`.
    #[schema(value_type = Option<String>, format = Date)]
    pub birth_date: Option<Day>,
    pub gender: Option<Gender>,
    pub city: Option<String>,
    /// The code of whoever brought them; told once.
    pub referral_code: Option<String>,
}

/// As people say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Gender {
    Female,
    Male,
    Other,
}

impl Gender {
    fn as_str(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
            Self::Other => "other",
        }
    }
}

/// What the audit shows of a change.
#[derive(Serialize)]
struct Shown<'r> {
    name: &'r str,
    email: Option<&'r str>,
    phone: Option<&'r str>,
    profile: ProfileView,
}

impl<'r> Shown<'r> {
    fn of(row: &'r user::Model) -> Self {
        Self {
            name: &row.name,
            email: row.email.as_deref(),
            phone: row.phone.as_deref(),
            profile: ProfileView::of(row),
        }
    }
}

/// Changes a profile, once for each idempotency key.
///
/// # Errors
/// Names the field that is wrong or taken.
pub(super) async fn change(
    platform: &Platform,
    user: &User,
    change: &ProfileChange,
    place: &Replies,
    origin: &Origin,
) -> Result<Reply, Error> {
    let now = platform.clock.now();
    tx!(&platform.db, |tx| -> Result<Reply, Error> {
        place
            .once(tx, now, async {
                let before = store::row_locked(tx, user.id).await?.ok_or(Error::Gone)?;
                let after = changed(before.clone(), change, now.0)?;
                store::update(tx, after.clone()).await?;
                let entry = audit::Entry::new("accounts", "updated", "Profile changed")
                    .on("user", user.id.0)
                    .by(user.id)
                    .changed(Some(&Shown::of(&before)), Some(&Shown::of(&after)))
                    .from(origin);
                audit::log(tx, &platform.clock, entry).await?;
                let told = told(tx, &after).await?;
                Ok((200, told))
            })
            .await
    })
}

/// An account under `data`.
pub(super) async fn told(db: &impl ConnectionTrait, row: &user::Model) -> Result<UserData, Error> {
    Ok(UserData {
        data: UserView::read(db, row).await?,
    })
}

fn changed(mut row: user::Model, change: &ProfileChange, now: i64) -> Result<user::Model, Error> {
    if let Some(name) = &change.name {
        row.name = service::name(name)?;
    }
    if let Some(email) = change.email.as_deref().map(service::email).transpose()?
        && row.email.as_ref() != Some(&email)
    {
        row.email = Some(email);
        row.email_verified_at = None;
    }
    if let Some(phone) = change.phone.as_deref().map(service::number).transpose()?
        && row.phone.as_ref() != Some(&phone)
    {
        row.phone = Some(phone);
        row.phone_verified_at = None;
    }
    if let Some(Day(born)) = change.birth_date {
        if born.year() < OLDEST || born >= gerai_shared::Micros(now).to_utc().date() {
            return Err(Error::field(
                "birth_date",
                "Tanggal lahir tidak benar",
                "is not a date of birth",
            ));
        }
        row.birth_date = Some(Day(born).to_string());
    }
    if let Some(gender) = change.gender {
        row.gender = Some(gender.as_str().to_owned());
    }
    if let Some(city) = &change.city {
        let city = city.trim();
        if !(1..=191).contains(&city.chars().count()) {
            return Err(Error::field(
                "city",
                "Kota tidak benar",
                "must have 1 to 191 characters",
            ));
        }
        row.city = Some(city.to_owned());
    }
    if let Some(code) = &change.referral_code {
        row.referral_code = Some(referral(code, row.referral_code.as_deref())?);
    }
    let complete = row.phone.is_some() && row.birth_date.is_some() && row.gender.is_some() && row.city.is_some();
    if complete && row.profile_completed_at.is_none() {
        row.profile_completed_at = Some(now);
    }
    row.updated_at = now;
    Ok(row)
}

fn referral(code: &str, known: Option<&str>) -> Result<String, Error> {
    let code = code.trim().to_ascii_uppercase();
    let fits = (3..=32).contains(&code.len())
        && code
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if !fits {
        return Err(Error::field(
            "referral_code",
            "Kode referal tidak benar",
            "must be 3 to 32 letters, digits, dashes or underscores",
        ));
    }
    match known {
        Some(known) if known != code => Err(Error::field(
            "referral_code",
            "Kode referal sudah diisi",
            "was told before and cannot change",
        )),
        _ => Ok(code),
    }
}
