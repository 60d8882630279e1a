//! What a new database starts with: roles, the first admin, and, when asked, a demo chain.
//!
//! Seeding again changes nothing: what is there is left as it is, whoever changed it since.

mod chain;
mod people;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use chain::outlets;
use sea_orm::DbErr;
use thiserror::Error;

use crate::{
    features::{accounts, catalog, outlets as outlet_profiles, staff},
    platform::Platform,
};

/// The demo's admin, and the password of all its accounts.
pub const DEMO_ADMIN: (&str, &str) = ("admin@gerai.example", "rahasia-demo-123");

/// Why the database could not be seeded.
#[derive(Debug, Error)]
pub enum Error {
    /// A file of the demo chain.
    #[error("the demo's file {0} cannot be read: {1}")]
    Demo(&'static str, String),
    /// One of the two is set without the other.
    #[error("GERAI_ADMIN_EMAIL and GERAI_ADMIN_PASSWORD must be set together")]
    HalfAnAdmin,
    /// Accounts.
    #[error("the accounts could not be seeded")]
    Accounts(#[from] accounts::Error),
    /// The catalogue.
    #[error("the catalogue could not be seeded")]
    Catalog(#[from] catalog::Error),
    /// Outlets.
    #[error("the outlets could not be seeded")]
    Outlets(#[from] outlet_profiles::Error),
    /// Staff.
    #[error("the staff could not be seeded")]
    Staff(#[from] staff::Error),
    /// The database failed.
    #[error("the database failed while it was being seeded")]
    Database(#[from] DbErr),
}

impl crate::platform::db::Transient for Error {
    fn database(&self) -> Option<&DbErr> {
        match self {
            Self::Accounts(error) => error.database(),
            Self::Catalog(error) => error.database(),
            Self::Outlets(error) => error.database(),
            Self::Staff(error) => error.database(),
            Self::Database(error) => Some(error),
            Self::Demo(..) | Self::HalfAnAdmin => None,
        }
    }
}

/// Seeds the database. The first admin is that of `GERAI_ADMIN_EMAIL` and `GERAI_ADMIN_PASSWORD`;
/// the demo has its own.
///
/// # Errors
/// When the environment holds half an admin, or the database fails.
pub async fn run(platform: &Platform, demo: bool) -> Result<(), Error> {
    people::roles(platform).await?;
    if let Some((email, password)) = admin_of_environment()? {
        people::admin(platform, &email, &password).await?;
    }
    if demo {
        people::admin(platform, DEMO_ADMIN.0, DEMO_ADMIN.1).await?;
        chain::outlets(platform).await?;
        chain::products(platform).await?;
        people::staff(platform).await?;
        people::customers(platform).await?;
    }
    platform.feed.nudge();
    Ok(())
}

fn admin_of_environment() -> Result<Option<(String, String)>, Error> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    match (set("GERAI_ADMIN_EMAIL"), set("GERAI_ADMIN_PASSWORD")) {
        (Some(email), Some(password)) => Ok(Some((email, password))),
        (None, None) => Ok(None),
        _ => Err(Error::HalfAnAdmin),
    }
}

/// Reads a CSV file of the demo.
fn rows<T: serde::de::DeserializeOwned>(name: &'static str, content: &str) -> Result<Vec<T>, Error> {
    csv::Reader::from_reader(content.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|error| Error::Demo(name, error.to_string()))
}
