//! The catalogue as outlets see it. Owned by central; an edge only follows.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ids::ProductId, money::Rupiah, queue::ChosenProduct, refusal::Refusal};

/// The eight categories, in the order and spelling of the chain's present API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Category {
    /// A photo booth.
    Photobooth,
    /// A themed room; offered at certain locations only.
    Thematic,
    /// A professional studio.
    StudioPro,
    /// A high-angle room.
    HighAngle,
    /// A wide-angle room.
    WideAngle,
    /// Sessions with a photographer; has packets.
    #[serde(rename = "professionalFoto")]
    ProfessionalFoto,
    /// Add-ons: people, prints, minutes.
    Additional,
    /// Goods on the shelf; has a retail group.
    RetailProduct,
}

impl Category {
    /// All, in display order.
    pub const ALL: [Self; 8] = [
        Self::Photobooth,
        Self::Thematic,
        Self::StudioPro,
        Self::HighAngle,
        Self::WideAngle,
        Self::ProfessionalFoto,
        Self::Additional,
        Self::RetailProduct,
    ];

    /// Its name on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Photobooth => "photobooth",
            Self::Thematic => "thematic",
            Self::StudioPro => "studioPro",
            Self::HighAngle => "highAngle",
            Self::WideAngle => "wideAngle",
            Self::ProfessionalFoto => "professionalFoto",
            Self::Additional => "additional",
            Self::RetailProduct => "retailProduct",
        }
    }

    /// Whether a product of this category is visited in a room, and so needs a ticket.
    #[must_use]
    pub fn needs_room(self) -> bool {
        !matches!(self, Self::Additional | Self::RetailProduct)
    }
}

impl std::str::FromStr for Category {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|category| category.as_str() == text)
            .ok_or_else(|| {
                let allowed = Self::ALL.map(Self::as_str).join(", ");
                format!("`{text}` is not a category; one of {allowed}")
            })
    }
}

/// A product as the feed's topic `catalog` carries it: all an outlet needs to show and to sell it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Its name.
    pub name: String,
    /// Where it stands in the catalogue.
    pub category: Category,
    /// `album`, `bingkai`, `merchandise` or `gift_decor`, for goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retail_group: Option<String>,
    /// What it costs.
    pub price: Rupiah,
    /// How long a session of it takes, in minutes; 0 for goods.
    #[serde(default)]
    pub duration_minutes: u32,
    /// For how many people at most; the house's own limit when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_party: Option<u32>,
    /// Where it is offered; everywhere when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub available_in: Vec<String>,
    /// How it is shown, and its packets.
    #[serde(default, skip_serializing_if = "Display::is_empty")]
    pub display: Display,
}

impl Product {
    /// Its packet of this name.
    #[must_use]
    pub fn packet(&self, name: &str) -> Option<&Packet> {
        self.display.packets.iter().find(|packet| packet.name == name)
    }

    /// What is told when so many people want to visit it at this location.
    ///
    /// # Errors
    /// When it is bought and not visited, not offered there, or for fewer.
    pub fn chosen_for(&self, location: &str, party_size: u32) -> Result<ChosenProduct, Refusal> {
        if !self.category.needs_room() {
            return Err(Refusal::NeedsNoTicket);
        }
        if !self.is_offered_in(location) {
            return Err(Refusal::NotOfferedHere);
        }
        if let Some(most) = self.max_party.filter(|most| party_size > *most) {
            return Err(Refusal::PartyTooLarge { most });
        }
        Ok(ChosenProduct {
            id: self.id,
            name: self.name.clone(),
            category: self.category,
            minutes: self.duration_minutes,
        })
    }

    /// Whether it is offered at this location.
    #[must_use]
    pub fn is_offered_in(&self, location: &str) -> bool {
        self.available_in.is_empty() || self.available_in.iter().any(|offered| offered == location)
    }
}

/// A product and perhaps its packet, as a person reads it: `Graduation · Gold`.
#[must_use]
pub fn told(product: &str, packet: Option<&str>) -> String {
    packet.map_or_else(|| product.to_owned(), |packet| format!("{product} · {packet}"))
}

/// What a card about a product says and shows. Of all this only the packets decide something: what is
/// charged for a line that names one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Display {
    /// What to know about it, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub info: Option<String>,
    /// For how many people, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<String>,
    /// What is printed, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prints: Option<String>,
    /// Which digital copies, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<String>,
    /// Addresses of pictures, as central serves them: `/media/…`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<String>,
    /// To choose from, with a photographer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packets: Vec<Packet>,
}

impl Display {
    /// Whether there is nothing to say; then it is left out on the wire.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A packet of a product with a photographer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Packet {
    /// Its name.
    pub name: String,
    /// What it costs instead of the product's price.
    pub price: Rupiah,
    /// What is in it, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub info: Option<String>,
}
