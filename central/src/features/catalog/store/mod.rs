//! Reading and writing the catalogue.
//!
//! A set of products is read with everything that belongs to them in four queries: products (with
//! the feed's position), features, photos together with packets, locations.

mod write;

use std::collections::HashMap;

use gerai_shared::{Micros, ProductId, Rupiah, catalog::Category, sync::CATALOG_TOPIC};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, StatementBuilder,
    sea_query::{Expr, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

pub use write::{delete, write};

use super::{
    draft::{Draft, Feature, Packet},
    model::{feature, location, offered, packet, photo, product},
};
use crate::platform::{db::padded, feed};

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

/// What the packets of these products cost, by product and name.
///
/// # Errors
/// The database's.
pub async fn packet_prices(
    db: &impl ConnectionTrait,
    ids: Vec<Uuid>,
) -> Result<HashMap<ProductId, HashMap<String, Rupiah>>, DbErr> {
    let mut prices: HashMap<ProductId, HashMap<String, Rupiah>> = HashMap::new();
    if ids.is_empty() {
        return Ok(prices);
    }
    let rows: Vec<(Uuid, String, i64)> = packet::Entity::find()
        .select_only()
        .column(packet::Column::ProductId)
        .column(packet::Column::Name)
        .column(packet::Column::Price)
        .filter(packet::Column::ProductId.is_in(padded(ids)))
        .into_tuple()
        .all(db)
        .await?;
    for (id, name, price) in rows {
        prices.entry(id.into()).or_default().insert(name, Rupiah(price));
    }
    Ok(prices)
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
            max_party: row.max_party.map(i32::unsigned_abs),
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
