//! Writing products with everything that belongs to them.

use std::collections::BTreeMap;

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::Kept;
use crate::{
    features::catalog::model::{feature, offered, packet, photo, product},
    platform::db::{CHUNK, insert_rows, padded, upsert_rows},
};

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
        max_party: Set(draft.max_party.map(|most| i32::try_from(most).unwrap_or(i32::MAX))),
    }
}

async fn clear_parts(tx: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<(), DbErr> {
    for ids in ids.chunks(CHUNK) {
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
