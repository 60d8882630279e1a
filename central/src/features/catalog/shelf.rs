//! The public catalogue as one body, kept for five minutes or until it changes.

use std::{sync::Arc, time::Duration};

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue},
    response::Response,
};
use futures_util::FutureExt;
use gerai_shared::{Rupiah, catalog::Category, sync::CATALOG_TOPIC};
use moka::future::Cache;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    draft::{Feature, Packet, RetailGroup},
    model::product,
    store::{self, Kept},
};
use crate::platform::{
    Platform, feed,
    http::{Coding, Failure, Tagged},
};

/// The position of the feed's topic `catalog` an answer was read at.
const FEED: HeaderName = HeaderName::from_static("gerai-feed");

/// How long the catalogue is kept, here and by others.
const CEILING: Duration = Duration::from_secs(300);

/// A product as the public sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PublicProduct)]
pub struct Shown {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Where it stands in the catalogue.
    pub category: Category,
    /// The price as shown.
    pub price_display: String,
    /// The price.
    pub price: Rupiah,
    /// What to know about it.
    pub info: Option<String>,
    /// Its variants, in words.
    pub variant_text: Option<String>,
    /// For how many people, in words.
    pub people: Option<String>,
    /// Place within its category.
    pub display_order: i32,
    /// How long a session of it takes, in minutes; 0 for goods.
    pub duration_minutes: u32,
    /// What it comes with.
    pub features: Vec<Feature>,
    /// Addresses of its pictures, from this server's root.
    pub photos: Vec<String>,
    /// For products with a photographer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packets: Option<Vec<Packet>>,
    /// Slugs of the locations that offer it, for thematic products and for others that are not
    /// offered everywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available_in: Option<Vec<String>>,
}

impl From<Kept> for Shown {
    fn from(Kept { id, draft, .. }: Kept) -> Self {
        let everywhere = draft.available_in.is_empty() && draft.category != Category::Thematic;
        Self {
            id,
            name: draft.name,
            category: draft.category,
            price_display: draft.price_display.unwrap_or_else(|| draft.price.to_string()),
            price: draft.price,
            info: draft.info,
            variant_text: draft.variant_text,
            people: draft.people,
            display_order: draft.display_order,
            duration_minutes: draft.duration_minutes,
            features: draft.features,
            photos: draft.photos.iter().map(|name| format!("/media/{name}")).collect(),
            packets: (draft.category == Category::ProfessionalFoto).then_some(draft.packets),
            available_in: (!everywhere).then_some(draft.available_in),
        }
    }
}

/// The public catalogue, by category.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicCatalog)]
pub struct Groups {
    /// Photo booths.
    pub photobooth: Vec<Shown>,
    /// Themed rooms.
    pub thematic: Vec<Shown>,
    /// Professional studios.
    pub studio_pro: Vec<Shown>,
    /// High-angle rooms.
    pub high_angle: Vec<Shown>,
    /// Wide-angle rooms.
    pub wide_angle: Vec<Shown>,
    /// Sessions with a photographer.
    pub professional_foto: Vec<Shown>,
    /// Add-ons.
    pub additional: Vec<Shown>,
    /// Goods.
    pub retail_product: Goods,
}

/// Goods, by their group.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(as = PublicGoods)]
pub struct Goods {
    /// Albums.
    pub album: Vec<Shown>,
    /// Frames.
    pub bingkai: Vec<Shown>,
    /// Merchandise.
    pub merchandise: Vec<Shown>,
    /// Gifts and decoration.
    pub gift_decor: Vec<Shown>,
}

impl Groups {
    fn of(products: Vec<Kept>) -> Self {
        let mut groups = Self::default();
        for kept in products {
            let group = match (kept.draft.category, kept.draft.retail_group) {
                (Category::Photobooth, _) => &mut groups.photobooth,
                (Category::Thematic, _) => &mut groups.thematic,
                (Category::StudioPro, _) => &mut groups.studio_pro,
                (Category::HighAngle, _) => &mut groups.high_angle,
                (Category::WideAngle, _) => &mut groups.wide_angle,
                (Category::ProfessionalFoto, _) => &mut groups.professional_foto,
                (Category::Additional, _) => &mut groups.additional,
                (Category::RetailProduct, Some(RetailGroup::Album)) => &mut groups.retail_product.album,
                (Category::RetailProduct, Some(RetailGroup::Bingkai)) => &mut groups.retail_product.bingkai,
                (Category::RetailProduct, Some(RetailGroup::GiftDecor)) => &mut groups.retail_product.gift_decor,
                (Category::RetailProduct, Some(RetailGroup::Merchandise) | None) => {
                    &mut groups.retail_product.merchandise
                }
            };
            group.push(kept.into());
        }
        groups
    }
}

/// The catalogue as it is told, and the position of the feed it was read at.
#[derive(Debug)]
pub struct Page {
    /// The body.
    pub tagged: Tagged,
    /// Every change up to here is in it.
    pub position: u64,
}

impl Page {
    /// The answer to a caller with these headers.
    #[must_use]
    pub fn answer(&self, asked: &HeaderMap, coding: Coding) -> Response {
        let mut response = self.tagged.answer_in(coding, asked);
        response.headers_mut().insert(FEED, HeaderValue::from(self.position));
        response
    }
}

/// Where the page is kept between requests.
#[derive(Clone, Debug)]
pub struct Shelf {
    pages: Cache<(), Arc<Page>>,
}

impl Default for Shelf {
    fn default() -> Self {
        Self {
            pages: Cache::builder().max_capacity(1).time_to_live(CEILING).build(),
        }
    }
}

impl Shelf {
    /// The page; no older than `at_least`, where the feed has come that far, and no older than what
    /// this process knows the feed to have come to.
    ///
    /// # Errors
    /// The database's.
    pub async fn page(&self, platform: &Platform, at_least: Option<u64>) -> Result<Arc<Page>, Failure> {
        let mut needed = platform.feed.known(CATALOG_TOPIC);
        if let Some(at_least) = at_least.filter(|at_least| *at_least > needed) {
            // Anyone may ask for a number that will never be.
            needed = at_least.min(feed::position(platform.db.reader(), CATALOG_TOPIC).await?);
        }
        if let Some(page) = self.pages.get(&()).await {
            if page.position >= needed {
                return Ok(page);
            }
            self.clear().await;
        }
        let page = self
            .pages
            .try_get_with((), async { load(platform.db.reader()).await.map(Arc::new) })
            .await
            .map_err(|failure: Arc<Failure>| Failure::clone(&failure))?;
        if page.position >= needed {
            return Ok(page);
        }
        // The load that was joined had begun before the change.
        let page = Arc::new(load(platform.db.reader()).await?);
        self.pages.insert((), Arc::clone(&page)).await;
        Ok(page)
    }

    /// The page, if it is kept and as new as this process knows the feed to be.
    #[must_use]
    pub fn at_hand(&self, platform: &Platform) -> Option<Arc<Page>> {
        let page = self.pages.get(&()).now_or_never().flatten()?;
        (page.position >= platform.feed.known(CATALOG_TOPIC)).then_some(page)
    }

    /// Forgets the page, after a change.
    pub async fn clear(&self) {
        self.pages.invalidate(&()).await;
    }
}

/// Reads the catalogue in four queries.
pub(super) async fn load(db: &impl ConnectionTrait) -> Result<Page, Failure> {
    let read = store::read(db, Condition::all().add(product::Column::Active.eq(true))).await?;
    let position = match read.position {
        Some(position) => position,
        None => feed::position(db, CATALOG_TOPIC).await?,
    };
    let tagged =
        Tagged::json(&Groups::of(read.products), "public, max-age=300").map_err(|error| Failure::internal(&error))?;
    Ok(Page {
        tagged: tagged.with_gzip(),
        position,
    })
}
