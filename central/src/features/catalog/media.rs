//! Pictures: files below `data_dir/media`, named after their content, so that an address always
//! means the same bytes.

use std::path::Path;

use axum::{
    extract::{Path as UrlPath, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::Error;
use crate::platform::{
    Platform,
    http::{Failure, Tagged},
};

/// Kinds of pictures, by the ending of their name.
const KINDS: [(&str, &str); 5] = [
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
];
/// Length of the hexadecimal hash in a name.
const HASH: usize = 32;
/// An SVG may carry scripts; opened on its own it runs none.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

/// Whether this is the name of a kept picture.
#[must_use]
pub fn is_name(name: &str) -> bool {
    kind(name).is_some()
}

fn kind(name: &str) -> Option<&'static str> {
    let (hash, ending) = name.split_once('.')?;
    let hex = hash.len() == HASH && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let (_, kind) = KINDS.iter().find(|(known, _)| hex && *known == ending)?;
    Some(kind)
}

/// The name a picture is kept under; `None` when `file` does not end like one.
#[must_use]
pub fn name_of(file: &str, content: &[u8]) -> Option<String> {
    let ending = Path::new(file).extension()?.to_str()?.to_ascii_lowercase();
    let hash = hex::encode(Sha256::digest(content));
    KINDS
        .iter()
        .any(|(known, _)| *known == ending)
        .then(|| format!("{}.{ending}", &hash[..HASH]))
}

/// Keeps a picture under its name. One that is there already is the same.
///
/// # Errors
/// When it cannot be written.
pub fn keep(data_dir: &Path, name: &str, content: &[u8]) -> Result<(), Error> {
    let path = data_dir.join("media").join(name);
    let write = || {
        if path.exists() {
            return Ok(());
        }
        std::fs::create_dir_all(data_dir.join("media"))?;
        // Nobody ever reads half a picture.
        let draft = path.with_extension(format!("{}.draft", std::process::id()));
        std::fs::write(&draft, content)?;
        std::fs::rename(&draft, &path)
    };
    write().map_err(|source| Error::File {
        path: path.clone(),
        source,
    })
}

/// A picture.
#[utoipa::path(
    get, path = "/media/{name}", tag = "catalog", security(()),
    params(("name" = String, Path, description = "Its name, as the catalogue says it")),
    responses(
        (status = 200, description = "The picture; never changes", body = Vec<u8>, content_type = "image/*"),
        (status = 304, description = "The caller has it"),
        (status = 404, description = "No such picture", body = gerai_shared::Problem),
    ),
)]
pub async fn show(
    State(platform): State<Platform>,
    UrlPath(name): UrlPath<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let content_type = kind(&name).ok_or_else(Failure::not_found)?;
    let path = platform.config.data_dir.join("media").join(&name);
    let content = tokio::fs::read(path).await.map_err(|_| Failure::not_found())?;
    let picture = Tagged {
        body: Bytes::from(content),
        gzip: None,
        content_type,
        cache_control: "public, max-age=31536000, immutable",
        etag: format!("\"{}\"", &name[..HASH]),
    };
    let mut response = picture.answer(&headers);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    response
        .headers_mut()
        .insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}
