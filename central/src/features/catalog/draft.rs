//! A product as an admin writes it, and what must be true of it.

use gerai_shared::{
    Rupiah,
    catalog::{self, Category, Display, Product},
    wish::MAX_PARTY,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// The longest session, in minutes.
const LONGEST: u32 = 24 * 60;
/// The most a product may cost: a slip of the keyboard is likelier than a dearer one.
const DEAREST: i64 = 1_000_000_000;
/// The longest name or short text, in characters.
const LONGEST_TEXT: usize = 200;
/// The longest text of several lines, in characters.
const LONGEST_INFO: usize = 4_000;

/// The sub-groups of goods, in the order and spelling of the chain's present API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RetailGroup {
    /// Albums.
    Album,
    /// Frames.
    Bingkai,
    /// Merchandise.
    Merchandise,
    /// Gifts and decoration.
    GiftDecor,
}

impl RetailGroup {
    /// All, in display order.
    pub const ALL: [Self; 4] = [Self::Album, Self::Bingkai, Self::Merchandise, Self::GiftDecor];

    /// Its name on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Album => "album",
            Self::Bingkai => "bingkai",
            Self::Merchandise => "merchandise",
            Self::GiftDecor => "gift_decor",
        }
    }
}

impl std::str::FromStr for RetailGroup {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|group| group.as_str() == text)
            .ok_or_else(|| {
                let allowed = Self::ALL.map(Self::as_str).join(", ");
                format!("`{text}` is not a retail group; one of {allowed}")
            })
    }
}

/// What a product comes with, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = ProductFeature)]
pub struct Feature {
    /// Pictures that may be taken.
    pub take_photo: Option<String>,
    /// Digital copies.
    pub digital_copy: Option<String>,
    /// Printed sheets.
    pub printed_sheet: Option<String>,
    /// How long.
    pub duration: Option<String>,
    /// Anything else.
    pub other: Option<String>,
}

/// A packet of a product with a photographer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProductPacket)]
pub struct Packet {
    /// Its name.
    pub name: String,
    /// The price as shown; the price in rupiah when absent.
    #[serde(default)]
    pub price_display: Option<String>,
    /// The price.
    pub price: Rupiah,
    /// What is in it.
    #[serde(default)]
    pub info: Option<String>,
}

/// A product as an admin writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProductDraft)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// Where it stands in the catalogue.
    pub category: Category,
    /// The price as shown; the price in rupiah when absent.
    #[serde(default)]
    pub price_display: Option<String>,
    /// The price.
    pub price: Rupiah,
    /// What to know about it.
    #[serde(default)]
    pub info: Option<String>,
    /// Its variants, in words.
    #[serde(default)]
    pub variant_text: Option<String>,
    /// For how many people, in words.
    #[serde(default)]
    pub people: Option<String>,
    /// For how many people at most, outlets, phones and bookings alike; 1 to 50, and 50 when absent.
    #[serde(default)]
    pub max_party: Option<u32>,
    /// Place within its category.
    #[serde(default)]
    pub display_order: i32,
    /// For goods.
    #[serde(default)]
    pub retail_group: Option<RetailGroup>,
    /// How long a session of it takes, in minutes; 0 for goods.
    #[serde(default)]
    pub duration_minutes: u32,
    /// Whether it is offered; true when absent.
    #[serde(default = "yes")]
    pub active: bool,
    /// What it comes with.
    #[serde(default)]
    pub features: Vec<Feature>,
    /// Names of pictures below `/media/`.
    #[serde(default)]
    pub photos: Vec<String>,
    /// For products with a photographer.
    #[serde(default)]
    pub packets: Vec<Packet>,
    /// Slugs of the locations that offer it; everywhere when empty.
    #[serde(default)]
    pub available_in: Vec<String>,
}

fn yes() -> bool {
    true
}

/// A field that was refused, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The field.
    pub field: &'static str,
    /// Why.
    pub why: String,
}

fn flaw(field: &'static str, why: impl Into<String>) -> Flaw {
    Flaw { field, why: why.into() }
}

impl Draft {
    /// An empty product of a category; not yet one that may be kept.
    #[must_use]
    pub fn of(category: Category) -> Self {
        Self {
            name: String::new(),
            category,
            price_display: None,
            price: Rupiah::ZERO,
            info: None,
            variant_text: None,
            people: None,
            max_party: None,
            display_order: 0,
            retail_group: None,
            duration_minutes: 0,
            active: true,
            features: Vec::new(),
            photos: Vec::new(),
            packets: Vec::new(),
            available_in: Vec::new(),
        }
    }

    /// In the form it is kept: trimmed, empty texts absent, prices shown, locations in order.
    #[must_use]
    pub fn tidy(mut self) -> Self {
        self.name = self.name.trim().to_owned();
        for text in [&mut self.info, &mut self.variant_text, &mut self.people] {
            *text = filled(text.take());
        }
        self.price_display = filled(self.price_display).or_else(|| Some(self.price.to_string()));
        for packet in &mut self.packets {
            packet.name = packet.name.trim().to_owned();
            packet.price_display = filled(packet.price_display.take()).or_else(|| Some(packet.price.to_string()));
            packet.info = filled(packet.info.take());
        }
        for feature in &mut self.features {
            for text in feature.texts() {
                *text = filled(text.take());
            }
        }
        self.features.retain(|feature| *feature != Feature::default());
        self.available_in.sort();
        self.available_in.dedup();
        self
    }

    /// What is wrong with it, apart from what only the database knows.
    ///
    /// # Errors
    /// The first field that is refused.
    pub fn check(&self) -> Result<(), Flaw> {
        short("name", Some(&self.name))?;
        if self.name.is_empty() {
            return Err(flaw("name", "must not be empty"));
        }
        price("price", self.price)?;
        short("price_display", self.price_display.as_ref())?;
        short("variant_text", self.variant_text.as_ref())?;
        short("people", self.people.as_ref())?;
        long("info", self.info.as_ref())?;
        if self.category.needs_room() && !(1..=LONGEST).contains(&self.duration_minutes) {
            return Err(flaw(
                "duration_minutes",
                format!("must be 1 to {LONGEST} for {}", self.category.as_str()),
            ));
        }
        if self.duration_minutes > LONGEST {
            return Err(flaw("duration_minutes", format!("must be at most {LONGEST}")));
        }
        if let Some(most) = self.max_party {
            if !self.category.needs_room() {
                return Err(flaw("max_party", "is for what is visited"));
            }
            if !(1..=MAX_PARTY).contains(&most) {
                return Err(flaw("max_party", format!("must be 1 to {MAX_PARTY}")));
            }
        }
        match (self.category, self.retail_group) {
            (Category::RetailProduct, None) => {
                let allowed = RetailGroup::ALL.map(RetailGroup::as_str).join(", ");
                return Err(flaw(
                    "retail_group",
                    format!("must be one of {allowed} for retailProduct"),
                ));
            }
            (Category::RetailProduct, Some(_)) | (_, None) => {}
            (_, Some(_)) => return Err(flaw("retail_group", "is for retailProduct only")),
        }
        if self.category != Category::ProfessionalFoto && !self.packets.is_empty() {
            return Err(flaw("packets", "are for professionalFoto only"));
        }
        for (at, packet) in self.packets.iter().enumerate() {
            if packet.name.is_empty() {
                return Err(flaw("packets", "each needs a name"));
            }
            // Outlets and receipts know it by its name.
            if self.packets[..at].iter().any(|other| other.name == packet.name) {
                return Err(flaw("packets", "each needs a name of its own"));
            }
            short("packets", Some(&packet.name))?;
            short("packets", packet.price_display.as_ref())?;
            long("packets", packet.info.as_ref())?;
            price("packets", packet.price)?;
        }
        for feature in &self.features {
            for text in feature.clone().texts() {
                short("features", text.as_ref())?;
            }
        }
        match self.photos.iter().find(|name| !super::media::is_name(name)) {
            Some(name) => Err(flaw("photos", format!("`{name}` is not the name of a kept picture"))),
            None => Ok(()),
        }
    }

    /// What an outlet needs of it.
    #[must_use]
    pub fn product(&self, id: Uuid) -> Product {
        Product {
            id: id.into(),
            name: self.name.clone(),
            category: self.category,
            retail_group: self.retail_group.map(|group| group.as_str().to_owned()),
            price: self.price,
            duration_minutes: self.duration_minutes,
            available_in: self.available_in.clone(),
            max_party: self.max_party,
            display: self.display(),
        }
    }

    fn display(&self) -> Display {
        // The chain writes its features as rows of words; a card has one line for each.
        let said = |part: fn(&Feature) -> &Option<String>| {
            let words: Vec<&str> = self.features.iter().filter_map(|row| part(row).as_deref()).collect();
            (!words.is_empty()).then(|| words.join(", "))
        };
        Display {
            info: self.info.clone(),
            people: self.people.clone(),
            prints: said(|row| &row.printed_sheet),
            copies: said(|row| &row.digital_copy),
            pictures: self.photos.iter().map(|name| format!("/media/{name}")).collect(),
            packets: self
                .packets
                .iter()
                .map(|packet| catalog::Packet {
                    name: packet.name.clone(),
                    price: packet.price,
                    info: packet.info.clone(),
                })
                .collect(),
        }
    }
}

impl Feature {
    /// Its texts.
    pub(super) fn texts(&mut self) -> [&mut Option<String>; 5] {
        [
            &mut self.take_photo,
            &mut self.digital_copy,
            &mut self.printed_sheet,
            &mut self.duration,
            &mut self.other,
        ]
    }
}

fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn price(field: &'static str, price: Rupiah) -> Result<(), Flaw> {
    if (0..=DEAREST).contains(&price.0) {
        return Ok(());
    }
    Err(flaw(field, format!("`{}` is not a price; 0 to {DEAREST}", price.0)))
}

fn short(field: &'static str, text: Option<&String>) -> Result<(), Flaw> {
    within(field, text, LONGEST_TEXT)
}

fn long(field: &'static str, text: Option<&String>) -> Result<(), Flaw> {
    within(field, text, LONGEST_INFO)
}

fn within(field: &'static str, text: Option<&String>, most: usize) -> Result<(), Flaw> {
    match text {
        Some(text) if text.chars().count() > most => Err(flaw(field, format!("is longer than {most} characters"))),
        _ => Ok(()),
    }
}
