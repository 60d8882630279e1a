//! Importing a sheet: all of it, or nothing.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use sea_orm::{Condition, ConnectionTrait};
use uuid::Uuid;

use super::{
    Error,
    draft::Draft,
    media,
    service::{self, Change},
    sheet::{self, Bad, Row},
    store::{self, Kept},
};
use crate::{
    features::audit::{self, Entry},
    platform::Platform,
    tx,
};

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Products that are new.
    pub created: usize,
    /// Products that changed.
    pub changed: usize,
    /// Products that were so already.
    pub unchanged: usize,
}

/// Imports a CSV file: `gerai-central catalog import FILE`. Its pictures are names of kept ones, or
/// paths from where the file is.
///
/// # Errors
/// When the file cannot be read, or a row does not fit: then nothing was imported.
pub async fn import_file(platform: &Platform, file: &Path) -> Result<Imported, Error> {
    let content = std::fs::read(file).map_err(|source| Error::File {
        path: file.to_owned(),
        source,
    })?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let pictures = |name: &str| std::fs::read(folder.join(name)).ok();
    import(platform, &content, &pictures).await
}

/// Imports a sheet; `pictures` reads those it names.
///
/// A row changes the product with its `id`; without one that of its category with its name; where
/// there is none, it makes one.
///
/// # Errors
/// When it cannot be read, or a row does not fit: then nothing was imported.
pub async fn import(
    platform: &Platform,
    content: &[u8],
    pictures: &impl Fn(&str) -> Option<Vec<u8>>,
) -> Result<Imported, Error> {
    let rows = sheet::read(content)?;
    // Kept before the transaction: a picture nobody refers to harms nobody.
    let photos = keep_photos(platform, &rows, pictures)?;
    let now = platform.clock.now();
    let imported = tx!(&platform.db, |tx| -> Result<Imported, Error> {
        let changes = plan(platform, tx, &rows, &photos).await?;
        let imported = tally(&changes);
        for change in &changes {
            if let Some(entry) = entry(change) {
                audit::log(tx, &platform.clock, entry).await?;
            }
        }
        service::apply(tx, changes, now).await?;
        Ok(imported)
    })?;
    platform.feed.nudge();
    Ok(imported)
}

/// What the audit tells of an imported row; nothing when it changes nothing.
fn entry(change: &Change) -> Option<Entry> {
    let before = change.before.as_ref().map(|kept| &kept.draft);
    if before == Some(&change.after) {
        return None;
    }
    let event = if before.is_some() { "updated" } else { "created" };
    let told = format!("{event} product {} by import", change.after.name);
    let entry = Entry::new("catalog", event, told).on("catalog_product", change.id);
    Some(entry.changed(before, Some(&change.after)))
}

fn tally(changes: &[Change]) -> Imported {
    let mut imported = Imported::default();
    for change in changes {
        match &change.before {
            None => imported.created += 1,
            Some(before) if before.draft == change.after => imported.unchanged += 1,
            Some(_) => imported.changed += 1,
        }
    }
    imported
}

fn keep_photos(
    platform: &Platform,
    rows: &[Row],
    pictures: &impl Fn(&str) -> Option<Vec<u8>>,
) -> Result<HashMap<String, String>, Error> {
    let mut kept = HashMap::new();
    for cell in rows.iter().filter_map(|row| row.filled("photos")) {
        for name in cell.split('|').map(str::trim) {
            if kept.contains_key(name) {
                continue;
            }
            if media::is_name(name) {
                kept.insert(name.to_owned(), name.to_owned());
                continue;
            }
            // What is missing is told with its line, when its row is read.
            let Some(content) = pictures(name) else { continue };
            let Some(file) = media::name_of(name, &content) else {
                continue;
            };
            media::keep(&platform.config.data_dir, &file, &content)?;
            kept.insert(name.to_owned(), file);
        }
    }
    Ok(kept)
}

async fn plan(
    platform: &Platform,
    tx: &impl ConnectionTrait,
    rows: &[Row],
    photos: &HashMap<String, String>,
) -> Result<Vec<Change>, Error> {
    let known = store::read(tx, Condition::all()).await?.products;
    let locations = service::slugs(tx).await?;
    let photo = |name: &str| photos.get(name).cloned();
    let (mut changes, mut bad) = (BTreeMap::new(), Vec::new());
    for row in rows {
        let planned = change(platform, row, &known, &photo).and_then(|change| offered(row, change, &locations));
        match planned {
            Err(error) => bad.push(error),
            Ok(change) => {
                let name = (change.after.category, change.after.name.clone());
                let first = changes.values().find(|(_, other): &&(u64, Change)| {
                    other.id == change.id || (other.after.category, other.after.name.clone()) == name
                });
                if let Some((line, _)) = first {
                    bad.push(row.bad("name", format!("is the product of line {line} again")));
                    continue;
                }
                changes.insert(row.line, (row.line, change));
            }
        }
    }
    if bad.is_empty() {
        return Ok(changes.into_values().map(|(_, change)| change).collect());
    }
    Err(Error::Rows(bad))
}

fn change(
    platform: &Platform,
    row: &Row,
    known: &[Kept],
    photo: &impl Fn(&str) -> Option<String>,
) -> Result<Change, Bad> {
    let (id, category) = (row.id()?, row.category()?);
    let before = find(row, id, known)?;
    let draft = match (&before, category) {
        (Some(before), _) => before.draft.clone(),
        (None, Some(category)) => Draft::of(category),
        (None, None) => return Err(row.bad("category", "is needed for a new product")),
    };
    if before.is_none() && row.filled("price").is_none() {
        return Err(row.bad("price", "is needed for a new product"));
    }
    Ok(Change {
        id: before
            .as_ref()
            .map(|before| before.id)
            .or(id)
            .unwrap_or_else(|| platform.clock.id()),
        after: row.onto(draft, photo)?,
        before,
    })
}

fn find(row: &Row, id: Option<Uuid>, known: &[Kept]) -> Result<Option<Kept>, Bad> {
    if let Some(id) = id {
        return Ok(known.iter().find(|kept| kept.id == id).cloned());
    }
    let (category, name) = (row.category()?, row.filled("name").unwrap_or_default());
    let mut named = known
        .iter()
        .filter(|kept| Some(kept.draft.category) == category && kept.draft.name == name);
    let found = named.next().cloned();
    match named.next() {
        Some(_) => Err(row.bad("name", "is that of several products; say which by `id`")),
        None => Ok(found),
    }
}

fn offered(row: &Row, change: Change, locations: &BTreeMap<String, Uuid>) -> Result<Change, Bad> {
    service::check_locations(&change.after, locations).map_err(|flaw| row.bad(flaw.field, flaw.why))?;
    Ok(change)
}
