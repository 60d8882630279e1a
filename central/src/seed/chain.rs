//! The demo chain: locations, outlets, products.

use gerai_shared::outlet::Outlet;
use serde::Deserialize;
use uuid::Uuid;

use super::{Error, rows};
use crate::{
    features::{catalog, outlets},
    platform::Platform,
    tx,
};

const LOCATIONS: &str = include_str!("../../demo/locations.csv");
const OUTLETS: &str = include_str!("../../demo/outlets.json");
const PRODUCTS: &str = include_str!("../../demo/products.csv");

macro_rules! pictures {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../demo/media/", $name)))),+]
    };
}

/// The pictures the products name.
const PICTURES: &[(&str, &[u8])] = pictures![
    "album.svg",
    "bingkai.svg",
    "fotografer.svg",
    "gift-decor.svg",
    "high-angle.svg",
    "merchandise.svg",
    "photobooth.svg",
    "studio-pro.svg",
    "tambahan.svg",
    "thematic-kelas.svg",
    "thematic-kopi.svg",
    "thematic-neon.svg",
    "thematic-pantai.svg",
    "thematic.svg",
    "wide-angle.svg",
];

#[derive(Deserialize)]
struct Location {
    name: String,
    id: Uuid,
}

/// The outlets of the demo.
pub(super) fn demo_outlets() -> Result<Vec<Outlet>, Error> {
    serde_json::from_str(OUTLETS).map_err(|error| Error::Demo("outlets.json", error.to_string()))
}

/// Locations and outlets that are not there yet.
pub(crate) async fn outlets(platform: &Platform) -> Result<(), Error> {
    let locations: Vec<Location> = rows("locations.csv", LOCATIONS)?;
    let outlets = demo_outlets()?;
    let now = platform.clock.now();
    tx!(&platform.db, |tx| -> Result<(), Error> {
        for location in &locations {
            catalog::ensure_location(tx, location.id, &location.name, now).await?;
        }
        for outlet in &outlets {
            if !outlets::exists(tx, outlet.id).await? {
                outlets::replace(tx, outlet, now).await?;
            }
        }
        Ok(())
    })
}

/// Products, for a catalogue without a past: what was deleted since does not come back.
pub(super) async fn products(platform: &Platform) -> Result<(), Error> {
    if catalog::version(platform.db.reader()).await? > 0 {
        return Ok(());
    }
    let picture = |name: &str| {
        let (_, content) = PICTURES.iter().find(|(known, _)| *known == name)?;
        Some(content.to_vec())
    };
    catalog::import(platform, PRODUCTS.as_bytes(), &picture).await?;
    Ok(())
}
