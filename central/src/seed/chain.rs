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
        &[$(($name, include_bytes!(concat!("../../../kiosk-ui/src/pictures/", $name)))),+]
    };
}

/// The pictures the products name; drawn for the screens, and kept with them.
const PICTURES: &[(&str, &[u8])] = pictures![
    "album.svg",
    "bingkai.svg",
    "cetak.svg",
    "digital.svg",
    "fotografer-keluarga.svg",
    "fotografer-maternitas.svg",
    "fotografer-produk.svg",
    "fotografer-profil.svg",
    "fotografer.svg",
    "gift-decor.svg",
    "high-angle-geng.svg",
    "high-angle-kasur.svg",
    "high-angle-kubus.svg",
    "high-angle.svg",
    "kostum.svg",
    "merchandise.svg",
    "photobooth-berdua.svg",
    "photobooth-kaset.svg",
    "photobooth-lift.svg",
    "photobooth-minimarket.svg",
    "photobooth-ramai.svg",
    "photobooth-ulang-tahun.svg",
    "photobooth-wisuda.svg",
    "photobooth.svg",
    "studio-pro-anabul.svg",
    "studio-pro-bayi.svg",
    "studio-pro-duo.svg",
    "studio-pro-grup.svg",
    "studio-pro-keluarga.svg",
    "studio-pro-pas-foto.svg",
    "studio-pro-prewedding.svg",
    "studio-pro.svg",
    "tambah-orang.svg",
    "tambah-waktu.svg",
    "thematic-bioskop.svg",
    "thematic-dapur-nenek.svg",
    "thematic-kelas.svg",
    "thematic-kopi.svg",
    "thematic-laut.svg",
    "thematic-neon.svg",
    "thematic-pantai.svg",
    "thematic-rumah-kaca.svg",
    "thematic-toko-bunga.svg",
    "thematic.svg",
    "wide-angle-geng.svg",
    "wide-angle-lorong.svg",
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
    let mut outlets = demo_outlets()?;
    for outlet in &mut outlets {
        outlet.public_url = Some(platform.config.public_url.clone());
    }
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
