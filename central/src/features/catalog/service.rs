//! Changing the catalogue: rows, feed and audit in one transaction.

use std::collections::BTreeMap;

use gerai_shared::{Micros, sync::CATALOG_TOPIC};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, SqlErr};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Error,
    draft::{Draft, Flaw},
    model::product,
    store::{self, Kept},
};
use crate::platform::feed::{self, Post};

/// A product before and after.
#[derive(Clone, Debug)]
pub struct Change {
    /// The product.
    pub id: Uuid,
    /// As it was; `None` for a new one.
    pub before: Option<Kept>,
    /// As it will be.
    pub after: Draft,
}

/// A place where thematic products are offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Location {
    /// Its name.
    pub name: String,
    /// Made from its name.
    pub slug: String,
}

/// The product with this id.
///
/// # Errors
/// The database's.
pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Kept>, DbErr> {
    let one = Condition::all().add(product::Column::Id.eq(id));
    Ok(store::read(db, one).await?.products.pop())
}

/// Makes a product, or replaces all of it. A draft that says what is there already changes nothing.
///
/// # Errors
/// When a field does not fit, or the database fails.
pub async fn replace(tx: &impl ConnectionTrait, id: Uuid, draft: Draft, now: Micros) -> Result<Change, Error> {
    let after = draft.tidy();
    after.check().map_err(Error::Field)?;
    check_locations(&after, &slugs(tx).await?).map_err(Error::Field)?;
    let change = Change {
        id,
        before: find(tx, id).await?,
        after,
    };
    apply(tx, vec![change.clone()], now).await?;
    Ok(change)
}

/// Makes changes that were checked. Those that change nothing are left out, of the feed as well.
///
/// # Errors
/// The database's.
pub async fn apply(tx: &impl ConnectionTrait, changes: Vec<Change>, now: Micros) -> Result<(), Error> {
    let (mut rows, mut posts) = (Vec::new(), Vec::new());
    for Change { id, before, after } in changes {
        if before.as_ref().is_some_and(|before| before.draft == after) {
            continue;
        }
        posts.push(if after.active {
            Post::row("product", id, &after.product(id))?
        } else {
            Post::gone("product", id)
        });
        rows.push(Kept {
            id,
            draft: after,
            created_at: before.map_or(now, |before| before.created_at),
            updated_at: now,
        });
    }
    if rows.is_empty() {
        return Ok(());
    }
    store::write(tx, rows, &slugs(tx).await?).await?;
    feed::append(tx, CATALOG_TOPIC, posts, now).await?;
    Ok(())
}

/// Deletes a product; what was sold of it stays sold.
///
/// # Errors
/// [`Error::NotFound`], or the database's.
pub async fn remove(tx: &impl ConnectionTrait, id: Uuid, now: Micros) -> Result<Kept, Error> {
    let before = find(tx, id).await?.ok_or(Error::NotFound)?;
    if !store::delete(tx, id).await? {
        return Err(Error::NotFound);
    }
    feed::append(tx, CATALOG_TOPIC, vec![Post::gone("product", id)], now).await?;
    Ok(before)
}

/// Ids of the locations by slug.
pub(super) async fn slugs(db: &impl ConnectionTrait) -> Result<BTreeMap<String, Uuid>, DbErr> {
    let rows = store::locations(db).await?;
    Ok(rows.into_iter().map(|row| (row.slug, row.id)).collect())
}

pub(super) fn check_locations(draft: &Draft, known: &BTreeMap<String, Uuid>) -> Result<(), Flaw> {
    match draft.available_in.iter().find(|slug| !known.contains_key(*slug)) {
        None => Ok(()),
        Some(slug) => Err(Flaw {
            field: "available_in",
            why: format!(
                "`{slug}` is not a location; one of {}",
                known.keys().cloned().collect::<Vec<_>>().join(", ")
            ),
        }),
    }
}

/// All locations, by slug.
///
/// # Errors
/// The database's.
pub async fn locations(db: &impl ConnectionTrait) -> Result<Vec<Location>, DbErr> {
    let rows = store::locations(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| Location {
            name: row.name,
            slug: row.slug,
        })
        .collect())
}

/// Adds a location; its slug is made from its name.
///
/// # Errors
/// When the name says nothing, or another location has its slug.
pub async fn add_location(tx: &impl ConnectionTrait, id: Uuid, name: &str, now: Micros) -> Result<Location, Error> {
    let (name, slug) = (name.trim().to_owned(), slug(name));
    if slug.is_empty() || slug.len() > 64 {
        return Err(Error::Field(Flaw {
            field: "name",
            why: "must hold letters or digits, 64 at most".to_owned(),
        }));
    }
    match store::add_location(tx, id, &name, &slug, now).await {
        Ok(()) => Ok(Location { name, slug }),
        Err(error) => match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Err(Error::LocationTaken(slug)),
            _ => Err(error.into()),
        },
    }
}

/// Adds a location if none has its slug; whether it was added.
///
/// # Errors
/// When the name says nothing, or the database fails.
pub async fn ensure_location(tx: &impl ConnectionTrait, id: Uuid, name: &str, now: Micros) -> Result<bool, Error> {
    if slugs(tx).await?.contains_key(&slug(name)) {
        return Ok(false);
    }
    add_location(tx, id, name, now).await.map(|_| true)
}

/// A name in lower case letters, digits and dashes: `Bali Timur` is `bali-timur`.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.trim().to_lowercase().chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn a_slug_is_made_from_the_name() {
        assert_eq!(slug(" Bali Timur "), "bali-timur");
        assert_eq!(slug("D.I. Yogyakarta"), "d-i-yogyakarta");
        assert_eq!(slug("—"), "");
    }
}
