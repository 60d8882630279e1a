//! What admins do with the catalogue: each act is one transaction of rows, feed, audit and reply.

use sea_orm::{ColumnTrait, Condition, ConnectionTrait};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    draft::Draft,
    model::product,
    routes::Filter,
    service,
    store::{self, Kept},
};
use crate::{
    features::audit::{self, Entry},
    platform::{
        Platform,
        auth::{Origin, User},
        http::{Data, Failure, Page, PageQuery, Replies, Reply},
    },
    tx,
};

/// Who acts, and from where.
type By<'a> = (&'a User, &'a Origin);

/// A product as admins see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProductView)]
pub(super) struct View {
    id: Uuid,
    #[serde(flatten)]
    draft: Draft,
    created_at: String,
    updated_at: String,
}

fn signed(entry: Entry, (user, origin): By<'_>) -> Entry {
    entry.by(user.id).from(origin)
}

impl From<Kept> for View {
    fn from(kept: Kept) -> Self {
        Self {
            id: kept.id,
            draft: kept.draft,
            created_at: kept.created_at.to_rfc3339(),
            updated_at: kept.updated_at.to_rfc3339(),
        }
    }
}

/// A page of all products.
pub(super) async fn list(db: &impl ConnectionTrait, page: PageQuery, filter: Filter) -> Result<Page<View>, Failure> {
    let mut fitting = Condition::all();
    if let Some(category) = filter.category {
        fitting = fitting.add(product::Column::Category.eq(category.as_str()));
    }
    if let Some(search) = filter.search.filter(|search| !search.is_empty()) {
        fitting = fitting.add(product::Column::Name.contains(search));
    }
    // The whole catalogue is a few hundred rows.
    let rows = store::read(db, fitting).await?.products;
    let total = rows.len() as u64;
    let offset = usize::try_from(page.offset()).unwrap_or(usize::MAX);
    let size = usize::try_from(page.size()).unwrap_or(usize::MAX);
    let shown = rows.into_iter().skip(offset).take(size).map(View::from).collect();
    Ok(Page::new("/api/admin/catalog/products", page, total, shown))
}

/// Makes or replaces a product.
pub(super) async fn replace(
    platform: &Platform,
    by: By<'_>,
    place: &Replies,
    id: Uuid,
    draft: Draft,
) -> Result<Reply, Failure> {
    let now = platform.clock.now();
    let reply = tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, now, async {
                let change = service::replace(tx, id, draft.clone(), now).await?;
                let changed = change.before.as_ref().is_none_or(|before| before.draft != change.after);
                let (status, created_at, updated_at) = match &change.before {
                    None => (201, now, now),
                    Some(before) => (200, before.created_at, if changed { now } else { before.updated_at }),
                };
                if changed {
                    let event = if change.before.is_some() { "updated" } else { "created" };
                    let before = change.before.as_ref().map(|before| &before.draft);
                    let entry = Entry::new("catalog", event, format!("{event} product {}", change.after.name))
                        .on("catalog_product", id)
                        .changed(before, Some(&change.after));
                    audit::log(tx, &platform.clock, signed(entry, by)).await?;
                }
                let data = View::from(Kept {
                    id,
                    draft: change.after,
                    created_at,
                    updated_at,
                });
                Ok((status, Data { data }))
            })
            .await
    })?;
    platform.feed.nudge();
    Ok(reply)
}

/// Deletes a product.
pub(super) async fn remove(platform: &Platform, by: By<'_>, place: &Replies, id: Uuid) -> Result<Reply, Failure> {
    let now = platform.clock.now();
    let reply = tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, now, async {
                let before = service::remove(tx, id, now).await?;
                let entry = Entry::new("catalog", "deleted", format!("deleted product {}", before.draft.name))
                    .on("catalog_product", id)
                    .changed(Some(&before.draft), None);
                audit::log(tx, &platform.clock, signed(entry, by)).await?;
                let data = View::from(before);
                Ok((200, Data { data }))
            })
            .await
    })?;
    platform.feed.nudge();
    Ok(reply)
}

/// Adds a location.
pub(super) async fn add_location(
    platform: &Platform,
    by: By<'_>,
    place: &Replies,
    name: &str,
) -> Result<Reply, Failure> {
    let now = platform.clock.now();
    tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, now, async {
                let id = platform.clock.id();
                let data = service::add_location(tx, id, name, now).await?;
                let entry = Entry::new("catalog", "created", format!("created location {}", data.name))
                    .on("catalog_location", id)
                    .changed(None, Some(&data));
                audit::log(tx, &platform.clock, signed(entry, by)).await?;
                Ok((201, Data { data }))
            })
            .await
    })
}
