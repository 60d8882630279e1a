//! Reading and writing the catalogue.
//!
//! A set of products is read with everything that belongs to them in four queries: products (with
//! the feed's position), features, photos together with packets, locations.

use std::collections::{BTreeMap, HashMap};

use gerai_shared::{Micros, ProductId, Rupiah, catalog::Category, sync::CATALOG_TOPIC};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, StatementBuilder,
    sea_query::{Expr, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

use super::{
    draft::{Draft, Feature, Packet},
    model::{feature, location, offered, packet, photo, product},
};
use crate::platform::{
    db::{insert_rows, padded, upsert_rows},
    feed,
};

/// A product with everything that belongs to it, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub id: Uuid,
    /// What it says.
    pub draft: Draft,
    /// When it was made.
    pub created_at: Micros,
    /// When it last changed.
    pub updated_at: Micros,
}

/// Products as they were read.
#[derive(Debug)]
pub struct Read {
    /// Where the feed stood; `None` when there were no products to read it with.
    pub position: Option<u64>,
    /// The products, by category's place, `display_order` and name.
    pub products: Vec<Kept>,
}

#[derive(FromQueryResult)]
struct Placed {
    #[sea_orm(nested)]
    product: product::Model,
    feed_position: Option<i64>,
}

#[derive(FromQueryResult)]
struct PhotoOrPacket {
    is_packet: i64,
    product_id: Uuid,
    position: i32,
    name: String,
    price_display: Option<String>,
    price: Option<i64>,
    info: Option<String>,
}

#[derive(FromQueryResult)]
struct Offer {
    product_id: Uuid,
    slug: String,
}

/// Reads the products that fit, in four queries; in one when none do.
///
/// # Errors
/// The database's.
pub async fn read(db: &impl ConnectionTrait, fitting: Condition) -> Result<Read, DbErr> {
    let rows = product::Entity::find()
        .filter(fitting.clone())
        .expr_as(feed::position_expr(CATALOG_TOPIC), "feed_position")
        .order_by_asc(product::Column::DisplayOrder)
        .order_by_asc(product::Column::Name)
        .order_by_asc(product::Column::Id)
        .into_model::<Placed>()
        .all(db)
        .await?;
    let Some(first) = rows.first() else {
        return Ok(Read {
            position: None,
            products: Vec::new(),
        });
    };
    let position = Some(first.feed_position.unwrap_or(0).unsigned_abs());
    let ids = Query::select()
        .column(product::Column::Id)
        .from(product::Entity)
        .cond_where(fitting)
        .to_owned();
    let mut parts = parts(db, &ids).await?;
    let products = rows
        .into_iter()
        .map(|row| kept(row.product, &mut parts))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Read { position, products })
}

/// What those of these products cost that are offered.
///
/// # Errors
/// The database's.
pub async fn prices(db: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<HashMap<ProductId, Rupiah>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, i64)> = product::Entity::find()
        .select_only()
        .column(product::Column::Id)
        .column(product::Column::Price)
        .filter(product::Column::Id.is_in(padded(ids)))
        .filter(product::Column::Active.eq(true))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, price)| (id.into(), Rupiah(price))).collect())
}

#[derive(Default)]
struct Parts {
    features: HashMap<Uuid, Vec<Feature>>,
    photos: HashMap<Uuid, Vec<String>>,
    packets: HashMap<Uuid, Vec<Packet>>,
    slugs: HashMap<Uuid, Vec<String>>,
}

async fn parts(db: &impl ConnectionTrait, ids: &SelectStatement) -> Result<Parts, DbErr> {
    let mut parts = Parts::default();
    let features = feature::Entity::find()
        .filter(feature::Column::ProductId.in_subquery(ids.clone()))
        .order_by_asc(feature::Column::ProductId)
        .order_by_asc(feature::Column::Position)
        .all(db)
        .await?;
    for row in features {
        parts.features.entry(row.product_id).or_default().push(Feature {
            take_photo: row.take_photo,
            digital_copy: row.digital_copy,
            printed_sheet: row.printed_sheet,
            duration: row.duration,
            other: row.other,
        });
    }
    for row in photos_and_packets(db, ids).await? {
        if row.is_packet == 0 {
            parts.photos.entry(row.product_id).or_default().push(row.name);
            continue;
        }
        parts.packets.entry(row.product_id).or_default().push(Packet {
            name: row.name,
            price_display: row.price_display,
            price: Rupiah(row.price.unwrap_or_default()),
            info: row.info,
        });
    }
    for offer in offers(db, offered::Column::ProductId.in_subquery(ids.clone())).await? {
        parts.slugs.entry(offer.product_id).or_default().push(offer.slug);
    }
    Ok(parts)
}

/// Both in one query, told apart by `is_packet`.
async fn photos_and_packets(db: &impl ConnectionTrait, ids: &SelectStatement) -> Result<Vec<PhotoOrPacket>, DbErr> {
    // Not a bound value: that would have a type of its own, and MySQL gives the column the wider.
    let nothing = || Expr::cust("NULL");
    let mut query = Query::select();
    query
        .expr_as(Expr::cust("0"), "is_packet")
        .column(photo::Column::ProductId)
        .column(photo::Column::Position)
        .expr_as(Expr::col(photo::Column::File), "name")
        .expr_as(nothing(), "price_display")
        .expr_as(nothing(), "price")
        .expr_as(nothing(), "info")
        .from(photo::Entity)
        .and_where(photo::Column::ProductId.in_subquery(ids.clone()));
    let packets = Query::select()
        .expr_as(Expr::cust("1"), "is_packet")
        .column(packet::Column::ProductId)
        .column(packet::Column::Position)
        .column(packet::Column::Name)
        .column(packet::Column::PriceDisplay)
        .column(packet::Column::Price)
        .column(packet::Column::Info)
        .from(packet::Entity)
        .and_where(packet::Column::ProductId.in_subquery(ids.clone()))
        .to_owned();
    query.union(UnionType::All, packets);
    let statement = StatementBuilder::build(&query, &db.get_database_backend());
    let mut rows = PhotoOrPacket::find_by_statement(statement).all(db).await?;
    rows.sort_by_key(|row| row.position);
    Ok(rows)
}

async fn offers(db: &impl ConnectionTrait, of: Expr) -> Result<Vec<Offer>, DbErr> {
    let mut query = Query::select();
    query
        .column((offered::Entity, offered::Column::ProductId))
        .column((location::Entity, location::Column::Slug))
        .from(offered::Entity)
        .inner_join(
            location::Entity,
            Expr::col((location::Entity, location::Column::Id)).equals((offered::Entity, offered::Column::LocationId)),
        )
        .and_where(of)
        .order_by((location::Entity, location::Column::Slug), sea_orm::Order::Asc);
    let statement = StatementBuilder::build(&query, &db.get_database_backend());
    Offer::find_by_statement(statement).all(db).await
}

fn kept(row: product::Model, parts: &mut Parts) -> Result<Kept, DbErr> {
    Ok(Kept {
        id: row.id,
        created_at: Micros(row.created_at),
        updated_at: Micros(row.updated_at),
        draft: Draft {
            category: row.category.parse::<Category>().map_err(DbErr::Type)?,
            retail_group: row
                .retail_group
                .map(|group| group.parse())
                .transpose()
                .map_err(DbErr::Type)?,
            name: row.name,
            price_display: Some(row.price_display),
            price: Rupiah(row.price),
            info: row.info,
            variant_text: row.variant_text,
            people: row.people,
            display_order: row.display_order,
            duration_minutes: row.duration_minutes.unsigned_abs(),
            active: row.active,
            features: parts.features.remove(&row.id).unwrap_or_default(),
            photos: parts.photos.remove(&row.id).unwrap_or_default(),
            packets: parts.packets.remove(&row.id).unwrap_or_default(),
            available_in: parts.slugs.remove(&row.id).unwrap_or_default(),
        },
    })
}

/// The products with these ids as outlets see them, and whether each is offered; two queries.
///
/// # Errors
/// The database's.
pub async fn listed(db: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<Vec<(Draft, Uuid)>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids = padded(ids);
    let rows = product::Entity::find()
        .filter(product::Column::Id.is_in(ids.clone()))
        .all(db)
        .await?;
    let mut parts = Parts::default();
    for offer in offers(db, Expr::col((offered::Entity, offered::Column::ProductId)).is_in(ids)).await? {
        parts.slugs.entry(offer.product_id).or_default().push(offer.slug);
    }
    rows.into_iter()
        .map(|row| {
            let id = row.id;
            Ok((kept(row, &mut parts)?.draft, id))
        })
        .collect()
}

/// Writes products, new or not, with everything that belongs to them. Locations are by slug.
///
/// # Errors
/// The database's.
pub async fn write(
    tx: &impl ConnectionTrait,
    mut products: Vec<Kept>,
    locations: &BTreeMap<String, Uuid>,
) -> Result<(), DbErr> {
    // Rows are locked in one order, whoever writes.
    products.sort_by_key(|kept| kept.id);
    let ids: Vec<Uuid> = products.iter().map(|kept| kept.id).collect();
    upsert_rows(tx, products.iter().map(product_row).collect()).await?;
    clear_parts(tx, ids).await?;
    let (mut features, mut photos, mut packets, mut offers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for Kept { id, draft, .. } in products {
        features.extend((0..).zip(draft.features).map(|(position, row)| feature::ActiveModel {
            product_id: Set(id),
            position: Set(position),
            take_photo: Set(row.take_photo),
            digital_copy: Set(row.digital_copy),
            printed_sheet: Set(row.printed_sheet),
            duration: Set(row.duration),
            other: Set(row.other),
        }));
        photos.extend((0..).zip(draft.photos).map(|(position, file)| photo::ActiveModel {
            product_id: Set(id),
            position: Set(position),
            file: Set(file),
        }));
        packets.extend((0..).zip(draft.packets).map(|(position, row)| packet::ActiveModel {
            product_id: Set(id),
            position: Set(position),
            price_display: Set(row.price_display.unwrap_or_else(|| row.price.to_string())),
            name: Set(row.name),
            price: Set(row.price.0),
            info: Set(row.info),
        }));
        offers.extend(
            draft
                .available_in
                .iter()
                .filter_map(|slug| locations.get(slug))
                .map(|location| offered::ActiveModel {
                    product_id: Set(id),
                    location_id: Set(*location),
                }),
        );
    }
    insert_rows(tx, features).await?;
    insert_rows(tx, photos).await?;
    insert_rows(tx, packets).await?;
    insert_rows(tx, offers).await
}

fn product_row(
    Kept {
        id,
        draft,
        created_at,
        updated_at,
    }: &Kept,
) -> product::ActiveModel {
    product::ActiveModel {
        id: Set(*id),
        name: Set(draft.name.clone()),
        category: Set(draft.category.as_str().to_owned()),
        price_display: Set(draft.price_display.clone().unwrap_or_else(|| draft.price.to_string())),
        info: Set(draft.info.clone()),
        variant_text: Set(draft.variant_text.clone()),
        people: Set(draft.people.clone()),
        display_order: Set(draft.display_order),
        price: Set(draft.price.0),
        retail_group: Set(draft.retail_group.map(|group| group.as_str().to_owned())),
        duration_minutes: Set(i32::try_from(draft.duration_minutes).unwrap_or(i32::MAX)),
        active: Set(draft.active),
        created_at: Set(created_at.0),
        updated_at: Set(updated_at.0),
    }
}

async fn clear_parts(tx: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<(), DbErr> {
    for ids in ids.chunks(crate::platform::db::CHUNK) {
        let ids = padded(ids.to_vec());
        feature::Entity::delete_many()
            .filter(feature::Column::ProductId.is_in(ids.clone()))
            .exec(tx)
            .await?;
        photo::Entity::delete_many()
            .filter(photo::Column::ProductId.is_in(ids.clone()))
            .exec(tx)
            .await?;
        packet::Entity::delete_many()
            .filter(packet::Column::ProductId.is_in(ids.clone()))
            .exec(tx)
            .await?;
        offered::Entity::delete_many()
            .filter(offered::Column::ProductId.is_in(ids))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Deletes a product with everything that belongs to it; false when there was none.
///
/// # Errors
/// The database's.
pub async fn delete(tx: &impl ConnectionTrait, id: Uuid) -> Result<bool, DbErr> {
    let gone = product::Entity::delete_by_id(id).exec(tx).await?;
    clear_parts(tx, vec![id]).await?;
    Ok(gone.rows_affected > 0)
}

/// All locations: slug and id.
///
/// # Errors
/// The database's.
pub async fn locations(db: &impl ConnectionTrait) -> Result<Vec<location::Model>, DbErr> {
    location::Entity::find()
        .order_by_asc(location::Column::Slug)
        .all(db)
        .await
}

/// Adds a location.
///
/// # Errors
/// The database's, a unique constraint's when the slug is taken.
pub async fn add_location(
    tx: &impl ConnectionTrait,
    id: Uuid,
    name: &str,
    slug: &str,
    now: Micros,
) -> Result<(), DbErr> {
    location::Entity::insert(location::ActiveModel {
        id: Set(id),
        name: Set(name.to_owned()),
        slug: Set(slug.to_owned()),
        created_at: Set(now.0),
        updated_at: Set(now.0),
    })
    .exec_without_returning(tx)
    .await?;
    Ok(())
}
