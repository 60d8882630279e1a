//! Changing outlets: rows and feed in one transaction.

use gerai_shared::{Micros, outlet::Outlet, sync::outlet_topic};
use sea_orm::{ConnectionTrait, DbErr, SqlErr};

use super::{Error, store};
use crate::{
    features::catalog,
    platform::feed::{self, Post},
};

/// Makes an outlet, or replaces all of it, and returns what was there before. One that is so
/// already changes nothing, and tells nobody.
///
/// # Errors
/// When a field does not fit, or the database fails.
pub async fn replace(tx: &impl ConnectionTrait, outlet: &Outlet, now: Micros) -> Result<Option<Outlet>, Error> {
    let before = store::read(tx, Some(vec![outlet.id.0])).await?.pop();
    if before.as_ref() == Some(outlet) {
        return Ok(before);
    }
    let locations = catalog::locations(tx).await?;
    if !locations.iter().any(|location| location.slug == outlet.location) {
        let known: Vec<_> = locations.into_iter().map(|location| location.slug).collect();
        let why = format!("`{}` is not a location; one of {}", outlet.location, known.join(", "));
        return Err(Error::field("location", &why));
    }
    if let Some(id) = store::foreign_studio(tx, outlet).await? {
        return Err(Error::field(
            "studios",
            &format!("`{id}` is a studio of another outlet"),
        ));
    }
    store::write(tx, outlet, before.is_none(), now)
        .await
        .map_err(|error| match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Error::CodeTaken(outlet.code.clone()),
            _ => Error::Database(error),
        })?;
    let post = Post::row("outlet", outlet.id.0, outlet)?;
    feed::append(tx, &outlet_topic(outlet.id), vec![post], now).await?;
    Ok(before)
}

/// Tells every outlet where the public finds central, where that has changed since it was told last.
///
/// # Errors
/// The database's.
pub async fn publish(tx: &impl ConnectionTrait, public_url: &str, now: Micros) -> Result<(), DbErr> {
    for mut outlet in store::read(tx, None).await? {
        if outlet.public_url.as_deref() == Some(public_url) {
            continue;
        }
        outlet.public_url = Some(public_url.to_owned());
        store::write(tx, &outlet, false, now).await?;
        let post = Post::row("outlet", outlet.id.0, &outlet)?;
        feed::append(tx, &outlet_topic(outlet.id), vec![post], now).await?;
    }
    Ok(())
}
