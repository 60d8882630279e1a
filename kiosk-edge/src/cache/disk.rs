//! The rows of the cache's file: metadata and small bodies in SQLite, pictures beside it by their
//! hash.

use std::collections::BTreeMap;

use bytes::Bytes;
use gerai_shared::Micros;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::entry::{Entry, Exchange};
use super::places::Places;
use super::policy::Table;

/// Bodies above this many bytes become files of their own.
const PICTURE_BYTES: usize = 256 << 10;
/// Why the disk did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// The SQLite file.
    #[error("the cache's file refuses")]
    File(#[from] rusqlite::Error),
    /// A picture.
    #[error("a cached picture cannot be written")]
    Picture(#[from] std::io::Error),
    /// A head that cannot be put in words.
    #[error("a cached head cannot be written")]
    Head(#[from] serde_json::Error),
}

impl DiskError {
    /// Whether the file itself is damaged: it is then built anew.
    pub fn is_damage(&self) -> bool {
        let Self::File(error) = self else {
            return false;
        };
        matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        )
    }

    /// Whether room may help.
    pub fn is_full(&self) -> bool {
        match self {
            Self::File(error) => {
                matches!(
                    error.sqlite_error_code(),
                    Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure)
                )
            }
            Self::Picture(_) => true,
            Self::Head(_) => false,
        }
    }
}

/// What is written of an entry besides its body.
#[derive(Serialize, Deserialize)]
struct Head {
    status: u16,
    headers: Vec<(String, String)>,
    vary: Vec<(String, Option<String>)>,
    received: Micros,
    age: i64,
    feeds: BTreeMap<String, u64>,
}

/// Writes all variants of a key in place of those there; the bytes they take.
pub fn write(
    connection: &Connection,
    places: &Places,
    key: &str,
    variants: &[std::sync::Arc<Entry>],
    used: Micros,
) -> Result<(), DiskError> {
    remove(connection, places, key)?;
    for (variant, entry) in (0_i64..).zip(variants) {
        let topics = entry.rule.policy.topics.iter().cloned();
        let head = Head {
            status: entry.status.as_u16(),
            headers: entry
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), latin1(value)))
                .collect(),
            vary: entry
                .vary
                .iter()
                .map(|(name, value)| (name.to_string(), value.clone()))
                .collect(),
            received: entry.received,
            age: entry.age_at_receipt,
            feeds: topics.zip(entry.feeds.iter().copied()).collect(),
        };
        let head = serde_json::to_string(&head)?;
        let picture = (entry.body.len() > PICTURE_BYTES).then(|| hex::encode(Sha256::digest(&entry.body)));
        if let Some(hash) = &picture {
            keep_picture(places, hash, &entry.body)?;
        }
        let body = picture.is_none().then_some(&entry.body[..]);
        connection
            .prepare_cached("INSERT INTO stored VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
            .execute(params![key, variant, head, body, picture, size(entry.weight()), used.0])?;
    }
    Ok(())
}

/// A picture is written under another name first, so that a name never holds half of it.
fn keep_picture(places: &Places, hash: &str, body: &[u8]) -> std::io::Result<()> {
    let path = places.picture(hash);
    if std::fs::metadata(&path).is_ok_and(|file| file.len() == body.len() as u64) {
        return Ok(());
    }
    std::fs::create_dir_all(&places.pictures)?;
    let partial = path.with_extension("partial");
    std::fs::write(&partial, body)
        .and_then(|()| std::fs::rename(&partial, &path))
        .inspect_err(|_| drop(std::fs::remove_file(&partial)))
}

/// Removes a key with the pictures only it named; the bytes it took.
pub fn remove(connection: &Connection, places: &Places, key: &str) -> Result<u64, DiskError> {
    let gone: Vec<(Option<String>, i64)> = connection
        .prepare_cached("DELETE FROM stored WHERE key = ?1 RETURNING picture, bytes")?
        .query_map([key], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for picture in gone.iter().filter_map(|(picture, _)| picture.as_deref()) {
        drop_if_unnamed(connection, places, picture)?;
    }
    Ok(gone
        .iter()
        .map(|(_, bytes)| u64::try_from(*bytes).unwrap_or_default())
        .sum())
}

/// Deletes the pictures no row names any more.
pub fn sweep(places: &Places, connection: &Connection) -> Result<(), DiskError> {
    let Ok(folder) = std::fs::read_dir(&places.pictures) else {
        return Ok(());
    };
    for file in folder.flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        drop_if_unnamed(connection, places, &name)?;
    }
    Ok(())
}

fn drop_if_unnamed(connection: &Connection, places: &Places, picture: &str) -> Result<(), DiskError> {
    let named = connection
        .prepare_cached("SELECT 1 FROM stored WHERE picture = ?1 LIMIT 1")?
        .query_row([picture], |_| Ok(()))
        .optional()?;
    if named.is_none() {
        let _ = std::fs::remove_file(places.picture(picture));
    }
    Ok(())
}

/// Removes the longest unused rows until no more than `max_bytes` are left; the bytes left.
pub fn evict(connection: &Connection, places: &Places, max_bytes: u64) -> Result<u64, DiskError> {
    let mut left = total(connection)?;
    while left > max_bytes {
        let oldest: Option<String> = connection
            .prepare_cached("SELECT key FROM stored ORDER BY used LIMIT 1")?
            .query_row([], |row| row.get(0))
            .optional()?;
        let Some(key) = oldest else { break };
        left = left.saturating_sub(remove(connection, places, &key)?);
    }
    // Each step frees a page, so that it has to be stepped to the end.
    let mut vacuum = connection.prepare_cached("PRAGMA incremental_vacuum(4096)")?;
    let mut pages = vacuum.query([])?;
    while pages.next()?.is_some() {}
    Ok(left)
}

/// The bytes stored.
pub fn total(connection: &Connection) -> Result<u64, rusqlite::Error> {
    connection
        .prepare_cached("SELECT coalesce(sum(bytes), 0) FROM stored")?
        .query_row([], |row| row.get::<_, i64>(0))
        .map(|bytes| u64::try_from(bytes).unwrap_or_default())
}

/// Reads all variants of a key; those that do not make sense any more are left out.
pub fn read(connection: &Connection, places: &Places, table: &Table, key: &str) -> Result<Vec<Entry>, DiskError> {
    let mut statement =
        connection.prepare_cached("SELECT head, body, picture FROM stored WHERE key = ?1 ORDER BY variant")?;
    let rows = statement.query_map([key], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, Option<Vec<u8>>>(1)?,
            row.get::<_, Option<String>>(2)?,
        ))
    })?;
    let mut variants = Vec::new();
    for row in rows {
        let (head, body, picture) = row?;
        let body = body.or_else(|| read_picture(places, &picture?));
        variants.extend(body.and_then(|body| revive(table, key, &head, body)));
    }
    Ok(variants)
}

fn read_picture(places: &Places, hash: &str) -> Option<Vec<u8>> {
    let body = std::fs::read(places.picture(hash)).ok()?;
    // Pictures are not fsynced: after a power cut one may be shorter, or zeros.
    (hex::encode(Sha256::digest(&body)) == hash).then_some(body)
}

/// An entry as today's table sees it; the table may have changed since it was written.
fn revive(table: &Table, key: &str, head: &str, body: Vec<u8>) -> Option<Entry> {
    let head: Head = serde_json::from_str(head).ok()?;
    let rule = table.rule(key.split('?').next()?)?;
    let mut headers = HeaderMap::new();
    for (name, value) in &head.headers {
        let bytes: Vec<u8> = value.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
        headers.append(name.parse::<HeaderName>().ok()?, HeaderValue::from_bytes(&bytes).ok()?);
    }
    let mut request = HeaderMap::new();
    for (name, value) in &head.vary {
        if let Some(value) = value {
            request.append(name.parse::<HeaderName>().ok()?, value.parse().ok()?);
        }
    }
    let feeds = rule
        .policy
        .topics
        .iter()
        .map(|topic| head.feeds.get(topic).copied().unwrap_or(0));
    let exchange = Exchange {
        rule,
        request: &request,
        personal: false,
        status: StatusCode::from_u16(head.status).ok()?,
        headers: &headers,
        received: head.received,
        delay: head.age,
        feeds: feeds.collect(),
    };
    Entry::keep(exchange, Bytes::from(body))
}

fn latin1(value: &HeaderValue) -> String {
    value.as_bytes().iter().map(|&byte| char::from(byte)).collect()
}

fn size(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
