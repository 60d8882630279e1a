//! An outlet as an admin writes it, and what must be true of it.

use gerai_shared::{
    OutletId, Rupiah, Zone,
    catalog::Category,
    outlet::{Caps, Hours, Outlet, Studio},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Error;

/// Minutes of a day.
const DAY: u16 = 24 * 60;
/// The longest text, in characters.
const LONGEST: usize = 200;
/// The most rooms of an outlet.
const ROOMS: usize = 64;

/// An outlet as an admin writes it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OutletDraft)]
pub struct Draft {
    /// Its short code, as on receipts: three to eight capitals and digits.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its city.
    pub city: String,
    /// Its street address.
    pub address: String,
    /// Slug of the catalogue location it belongs to.
    pub location: String,
    /// Where its clock stands.
    pub zone: Zone,
    /// When its business day starts, in minutes after local midnight.
    pub day_starts_at: u16,
    /// Monday to Sunday; null on a day it stays shut.
    pub hours: Vec<Option<Hours>>,
    /// Its rooms.
    pub studios: Vec<StudioDraft>,
    /// Cash it may take while central does not hear of it; any when absent.
    #[serde(default)]
    pub caps: Option<Caps>,
    /// Cash it may take over a whole outage, however many days it lasts; any when absent.
    #[serde(default)]
    pub outage_cap: Option<Rupiah>,
    /// Central's own address, as a read outlet shows it. Taken so that what was read can be sent back
    /// changed; not kept.
    #[serde(default)]
    pub public_url: Option<String>,
}

/// A room as an admin writes it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StudioDraft {
    /// Its id; absent for a new one.
    #[serde(default)]
    pub id: Option<Uuid>,
    /// Its name.
    pub name: String,
    /// The categories it serves.
    pub serves: Vec<Category>,
}

impl Draft {
    /// The outlet it describes; `new_id` makes ids of new studios.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub fn outlet(self, id: OutletId, new_id: impl Fn() -> Uuid) -> Result<Outlet, Error> {
        let code = self.code.trim().to_owned();
        let plain = code
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if !plain || !(3..=8).contains(&code.len()) {
            return Err(Error::field("code", "must be three to eight capitals and digits"));
        }
        if self.day_starts_at >= DAY {
            return Err(Error::field("day_starts_at", "must be 0 to 1439"));
        }
        if self.hours.len() != 7 {
            return Err(Error::field("hours", "must have seven entries, Monday to Sunday"));
        }
        for hours in self.hours.iter().flatten() {
            if hours.opens < self.day_starts_at
                || hours.opens >= hours.closes
                || hours.closes > self.day_starts_at + DAY
            {
                return Err(Error::field(
                    "hours",
                    "must lie within one business day, opening before closing",
                ));
            }
        }
        if self
            .caps
            .is_some_and(|caps| caps.sale < Rupiah::ZERO || caps.day_offline < Rupiah::ZERO)
        {
            return Err(Error::field("caps", "must not be less than nothing"));
        }
        if self.outage_cap.is_some_and(|cap| cap < Rupiah::ZERO) {
            return Err(Error::field("outage_cap", "must not be less than nothing"));
        }
        if self.studios.len() > ROOMS {
            return Err(Error::field("studios", "are more than 64"));
        }
        let studios = self
            .studios
            .into_iter()
            .map(|studio| studio.studio(&new_id))
            .collect::<Result<Vec<_>, Error>>()?;
        let distinct: std::collections::HashSet<_> = studios.iter().map(|studio| studio.id).collect();
        if distinct.len() != studios.len() {
            return Err(Error::field("studios", "hold one id twice"));
        }
        Ok(Outlet {
            id,
            code,
            name: text("name", &self.name)?,
            city: text("city", &self.city)?,
            address: text("address", &self.address)?,
            location: self.location,
            zone: self.zone,
            day_starts_at: self.day_starts_at,
            hours: self.hours,
            studios,
            caps: self.caps,
            outage_cap: self.outage_cap,
            public_url: None,
        })
    }
}

impl StudioDraft {
    fn studio(self, new_id: &impl Fn() -> Uuid) -> Result<Studio, Error> {
        if let Some(category) = self.serves.iter().find(|category| !category.needs_room()) {
            return Err(Error::field(
                "studios",
                &format!("`{}` is not served in a room", category.as_str()),
            ));
        }
        Ok(Studio {
            id: self.id.unwrap_or_else(new_id).into(),
            name: text("studios", &self.name)?,
            serves: self
                .serves
                .iter()
                .map(|category| category.as_str().to_owned())
                .collect(),
        })
    }
}

fn text(field: &'static str, text: &str) -> Result<String, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::field(field, "must not be empty"));
    }
    if text.chars().count() > LONGEST {
        return Err(Error::field(field, &format!("is longer than {LONGEST} characters")));
    }
    Ok(text.to_owned())
}
