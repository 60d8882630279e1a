//! The screens' program, served from within this one.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

/// In debug builds read from the folder at run time; else embedded.
#[derive(RustEmbed)]
#[folder = "../kiosk-ui/dist"]
#[allow_missing = true]
struct Dist;

const INDEX: &str = "index.html";
/// Their names contain a hash of their content.
const HASHED: &str = "assets/";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Gerai</title>\
<h1>Gerai</h1><p>This edge runs, but the screens' program was not built into it. \
Build it with <code>npm ci &amp;&amp; npm run build</code> in <code>kiosk-ui</code>, \
then build the edge again.</p></html>";

/// Serves a file; any other address that is not a file's is the program's own, and gets its page.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if let Some(file) = Dist::get(path) {
        return answer(path, &file, &headers);
    }
    let names_a_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    if names_a_file {
        return StatusCode::NOT_FOUND.into_response();
    }
    match Dist::get(INDEX) {
        Some(file) => answer(INDEX, &file, &headers),
        None => ([(header::CACHE_CONTROL, "no-cache")], Html(NOT_BUILT)).into_response(),
    }
}

fn answer(path: &str, file: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..16]));
    let keep = if path.starts_with(HASHED) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|tag| tag.as_bytes() == etag.as_bytes());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(file.data.clone().into_owned()))
    };
    let fields = response.headers_mut();
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    fields.extend(HeaderValue::from_str(&etag).ok().map(|etag| (header::ETAG, etag)));
    let kind = match file.metadata.mimetype() {
        text if text.starts_with("text/") => format!("{text}; charset=utf-8"),
        other => other.to_owned(),
    };
    fields.extend(
        HeaderValue::from_str(&kind)
            .ok()
            .map(|kind| (header::CONTENT_TYPE, kind)),
    );
    response
}
