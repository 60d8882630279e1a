//! Whose page asks. A browser sends a screen's cookie with whatever page makes the request; only the
//! outlet's own pages may write with it.

use axum::{body::HttpBody, extract::Request, middleware::Next, response::Response};
use http::{HeaderMap, Uri, header};

use super::screens::SCREEN_HEADER;
use crate::problems::Fault;

/// Middleware: unsafe calls that a browser makes for a page of another origin are refused.
///
/// # Errors
/// 403 when the page is another's.
pub async fn same_origin(request: Request, next: Next) -> Result<Response, Fault> {
    if !request.method().is_safe() && is_foreign(request.headers(), request.uri()) {
        return Err(Fault::ForeignPage);
    }
    Ok(next.run(request).await)
}

/// Middleware: what is written here is JSON. The media types a foreign page may send unasked (Fetch
/// §2.2.2, "CORS-safelisted") are none of it; whoever names its screen in a header is no page at all.
///
/// # Errors
/// 415 when it is something else.
pub(super) async fn json_only(request: Request, next: Next) -> Result<Response, Fault> {
    if is_pages_own(&request) && !is_of(request.headers(), "application/json") {
        return Err(Fault::NotJson);
    }
    Ok(next.run(request).await)
}

/// Middleware: what is written here is bytes, and says so; no foreign page may send that unasked, either.
///
/// # Errors
/// 415 when it is something else.
pub(super) async fn bytes_only(request: Request, next: Next) -> Result<Response, Fault> {
    if is_pages_own(&request) && !is_of(request.headers(), "application/octet-stream") {
        return Err(Fault::NotBytes);
    }
    Ok(next.run(request).await)
}

/// Whether it is written by a page, with the screen's cookie.
fn is_pages_own(request: &Request) -> bool {
    let by_cookie = !request.headers().contains_key(SCREEN_HEADER);
    let empty = request.body().size_hint().exact() == Some(0);
    !request.method().is_safe() && by_cookie && !empty
}

fn text(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// An `Origin` (RFC 6454) that is not the host that was asked. Programs send none; browsers always do
/// with unsafe calls, and where an old one does not, `Sec-Fetch-Site` may tell.
fn is_foreign(headers: &HeaderMap, uri: &Uri) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return matches!(text(headers, "sec-fetch-site"), Some("cross-site" | "same-site"));
    };
    let host = text(headers, header::HOST).or_else(|| uri.authority().map(|authority| authority.as_str()));
    let from = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    match (from, host) {
        (Some((_, from)), Some(host)) => !from.eq_ignore_ascii_case(host),
        _ => true,
    }
}

fn is_of(headers: &HeaderMap, media: &str) -> bool {
    text(headers, header::CONTENT_TYPE)
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(media))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_page_is_foreign_unless_its_origin_is_the_host_that_was_asked() {
        let table = [
            (&[("host", "kasir.local:7080")][..], false),
            (
                &[("host", "kasir.local:7080"), ("origin", "http://kasir.local:7080")],
                false,
            ),
            (&[("host", "Kasir.local"), ("origin", "https://kasir.local")], false),
            (&[("host", "kasir.local:7080"), ("origin", "http://evil.test")], true),
            (
                &[("host", "kasir.local:7080"), ("origin", "http://kasir.local:8080")],
                true,
            ),
            (&[("host", "kasir.local:7080"), ("origin", "null")], true),
            (&[("origin", "http://kasir.local:7080")], true),
            (&[("host", "kasir.local"), ("sec-fetch-site", "cross-site")], true),
            (&[("host", "kasir.local"), ("sec-fetch-site", "same-origin")], false),
        ];
        for (fields, foreign) in table {
            let headers: HeaderMap = fields
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(is_foreign(&headers, &Uri::from_static("/x")), foreign, "{fields:?}");
        }
    }
}
