//! The catalogue as a CSV sheet: one product a line, a header on the first.
//!
//! Columns that are not there leave a known product as it is. `features`, `photos`, `packets` and
//! `available_in` hold lists, parted by `|`; a feature and a packet are `key=value` pairs, parted
//! by `;`.

use std::{collections::BTreeMap, fmt, str::FromStr};

use gerai_shared::{Rupiah, catalog::Category};
use uuid::Uuid;

use super::{
    Error,
    draft::{Draft, Feature, Flaw, Packet},
};

/// Every column there is.
const COLUMNS: [&str; 17] = [
    "id",
    "category",
    "name",
    "price",
    "price_display",
    "info",
    "variant_text",
    "people",
    "max_party",
    "display_order",
    "retail_group",
    "duration_minutes",
    "active",
    "features",
    "photos",
    "packets",
    "available_in",
];

/// A cell that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// The line of the file, from 1.
    pub line: u64,
    /// The column.
    pub column: String,
    /// What it holds.
    pub value: String,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            column,
            value,
            why,
        } = self;
        write!(f, "line {line}, column {column}, value `{value}`: {why}")
    }
}

/// A line of the sheet.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its number, from 1; the header's line counts.
    pub line: u64,
    cells: BTreeMap<&'static str, String>,
}

/// Reads a sheet.
///
/// # Errors
/// When it is no CSV, a column is unknown or twice, or one without which no product is known is
/// missing.
pub fn read(content: &[u8]) -> Result<Vec<Row>, Error> {
    // Spreadsheets write a byte order mark.
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(content);
    let mut columns = Vec::new();
    for name in reader.headers()? {
        let known = COLUMNS.into_iter().find(|known| *known == name);
        let twice = known.is_some_and(|known| columns.contains(&known));
        match known {
            Some(known) if !twice => columns.push(known),
            _ => {
                return Err(in_header(
                    name,
                    if twice { "is there twice" } else { "is not a column" },
                ));
            }
        }
    }
    let by_name = columns.contains(&"category") && columns.contains(&"name");
    if !by_name && !columns.contains(&"id") {
        return Err(in_header("", "`id`, or `category` and `name`, must be there"));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        rows.push(Row {
            line: record.position().map_or(0, csv::Position::line),
            cells: columns.iter().copied().zip(record.iter().map(str::to_owned)).collect(),
        });
    }
    Ok(rows)
}

fn in_header(name: &str, why: &str) -> Error {
    Error::Rows(vec![Bad {
        line: 1,
        column: name.to_owned(),
        value: name.to_owned(),
        why: format!("{why}; columns are {}", COLUMNS.join(", ")),
    }])
}

impl Row {
    /// What a cell holds; `None` when it is empty or its column is not there.
    #[must_use]
    pub fn filled(&self, column: &str) -> Option<&str> {
        self.cells
            .get(column)
            .map(String::as_str)
            .filter(|cell| !cell.is_empty())
    }

    /// A cell that does not fit.
    #[must_use]
    pub fn bad(&self, column: &str, why: impl Into<String>) -> Bad {
        Bad {
            line: self.line,
            column: column.to_owned(),
            value: self.cells.get(column).cloned().unwrap_or_default(),
            why: why.into(),
        }
    }

    /// The product's id, if the row says it.
    ///
    /// # Errors
    /// When it is none.
    pub fn id(&self) -> Result<Option<Uuid>, Bad> {
        self.parsed("id", "an id")
    }

    /// The category, if the row says it.
    ///
    /// # Errors
    /// When there is no such category.
    pub fn category(&self) -> Result<Option<Category>, Bad> {
        self.filled("category")
            .map(|text| text.parse().map_err(|why: String| self.bad("category", why)))
            .transpose()
    }

    fn parsed<T: FromStr>(&self, column: &'static str, what: &str) -> Result<Option<T>, Bad> {
        self.filled(column)
            .map(|text| text.parse().map_err(|_| self.bad(column, format!("is not {what}"))))
            .transpose()
    }

    /// A draft with what this row says; `photo` finds the kept name of a picture.
    ///
    /// # Errors
    /// The first cell that does not fit.
    pub fn onto(&self, mut draft: Draft, photo: &impl Fn(&str) -> Option<String>) -> Result<Draft, Bad> {
        if let Some(category) = self.category()? {
            draft.category = category;
        }
        if let Some(name) = self.filled("name") {
            name.clone_into(&mut draft.name);
        }
        if let Some(price) = self.parsed("price", "a number of whole rupiah")? {
            // A new price shows itself, unless the sheet says how.
            if draft.price != Rupiah(price) {
                draft.price_display = None;
            }
            draft.price = Rupiah(price);
        }
        if let Some(order) = self.parsed("display_order", "a whole number")? {
            draft.display_order = order;
        }
        if let Some(minutes) = self.parsed("duration_minutes", "a number of minutes")? {
            draft.duration_minutes = minutes;
        }
        if let Some(active) = self.parsed("active", "`true` or `false`")? {
            draft.active = active;
        }
        if self.cells.contains_key("retail_group") {
            draft.retail_group = self
                .filled("retail_group")
                .map(|text| text.parse().map_err(|why: String| self.bad("retail_group", why)))
                .transpose()?;
        }
        if self.cells.contains_key("max_party") {
            draft.max_party = self.parsed("max_party", "a number of people")?;
        }
        if let Some(shown) = self.filled("price_display") {
            draft.price_display = Some(shown.to_owned());
        }
        for (column, text) in [
            ("info", &mut draft.info),
            ("variant_text", &mut draft.variant_text),
            ("people", &mut draft.people),
        ] {
            if self.cells.contains_key(column) {
                *text = self.filled(column).map(str::to_owned);
            }
        }
        self.lists_onto(&mut draft, photo)?;
        let draft = draft.tidy();
        draft.check().map_err(|Flaw { field, why }| self.bad(field, why))?;
        Ok(draft)
    }

    fn lists_onto(&self, draft: &mut Draft, photo: &impl Fn(&str) -> Option<String>) -> Result<(), Bad> {
        if let Some(items) = self.list("available_in") {
            draft.available_in = items.map(str::to_owned).collect();
        }
        if let Some(items) = self.list("photos") {
            draft.photos = items
                .map(|name| photo(name).ok_or_else(|| self.bad("photos", format!("there is no picture `{name}`"))))
                .collect::<Result<_, _>>()?;
        }
        if let Some(items) = self.list("features") {
            draft.features = items.map(|item| self.feature(item)).collect::<Result<_, _>>()?;
        }
        if let Some(items) = self.list("packets") {
            draft.packets = items.map(|item| self.packet(item)).collect::<Result<_, _>>()?;
        }
        Ok(())
    }

    fn list(&self, column: &str) -> Option<impl Iterator<Item = &str>> {
        let cell = self.cells.get(column)?;
        Some(cell.split('|').map(str::trim).filter(|item| !item.is_empty()))
    }

    fn feature(&self, item: &str) -> Result<Feature, Bad> {
        let mut feature = Feature::default();
        for (key, value) in self.pairs("features", item)? {
            let text = match key {
                "take_photo" => &mut feature.take_photo,
                "digital_copy" => &mut feature.digital_copy,
                "printed_sheet" => &mut feature.printed_sheet,
                "duration" => &mut feature.duration,
                "other" => &mut feature.other,
                _ => {
                    let why = format!("`{key}` is not one of take_photo, digital_copy, printed_sheet, duration, other");
                    return Err(self.bad("features", why));
                }
            };
            *text = Some(value.to_owned());
        }
        Ok(feature)
    }

    fn packet(&self, item: &str) -> Result<Packet, Bad> {
        let (mut name, mut price, mut price_display, mut info) = (None, None, None, None);
        for (key, value) in self.pairs("packets", item)? {
            let text = match key {
                "name" => &mut name,
                "price" => &mut price,
                "price_display" => &mut price_display,
                "info" => &mut info,
                _ => {
                    return Err(self.bad(
                        "packets",
                        format!("`{key}` is not one of name, price, price_display, info"),
                    ));
                }
            };
            *text = Some(value.to_owned());
        }
        let price = price
            .and_then(|price| price.parse().ok())
            .ok_or_else(|| self.bad("packets", "each needs a price in whole rupiah"))?;
        Ok(Packet {
            name: name.unwrap_or_default(),
            price: Rupiah(price),
            price_display,
            info,
        })
    }

    fn pairs<'i>(&self, column: &str, item: &'i str) -> Result<Vec<(&'i str, &'i str)>, Bad> {
        item.split(';')
            .filter(|pair| !pair.trim().is_empty())
            .map(|pair| {
                let (key, value) = pair
                    .split_once('=')
                    .ok_or_else(|| self.bad(column, format!("`{}` is not `key=value`", pair.trim())))?;
                Ok((key.trim(), value.trim()))
            })
            .collect()
    }
}
