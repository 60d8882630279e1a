//! What cannot be answered, said at once and with its cause (RFC 9457).

use axum::body::Body;
use axum::response::Response;
use gerai_shared::Problem;
use gerai_shared::problem::Lang;
use http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::headers::REQUEST_ID;
use crate::cache::Failure;

/// What of a request its problem needs; kept because the request itself is sent away.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    lang: Lang,
    request_id: Option<String>,
}

impl Asked {
    /// Reads language and request id.
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |value: Option<&HeaderValue>| value.and_then(|v| v.to_str().ok()).map(str::to_owned);
        Self {
            lang: Lang::from_accept(text(headers.get(ACCEPT_LANGUAGE)).as_deref()),
            request_id: text(headers.get(REQUEST_ID)),
        }
    }
}

/// Central could not be asked, or did not answer.
pub fn unreachable(failure: Failure, asked: &Asked) -> Response {
    let (code, id, en) = match (failure.cause, failure.status) {
        ("lan", _) => ("lan_down", "Jaringan outlet terputus", "The outlet's network is down"),
        ("internet", _) => ("internet_down", "Internet terputus", "The internet is down"),
        (_, StatusCode::GATEWAY_TIMEOUT) => (
            "central_slow",
            "Pusat terlalu lama menjawab",
            "Central took too long to answer",
        ),
        _ => (
            "central_down",
            "Pusat tidak dapat dihubungi",
            "Central cannot be reached",
        ),
    };
    let detail = asked.lang.pick(
        "Ini membutuhkan pusat. Antrean, studio dan penjualan tunai tetap berjalan.",
        "This needs central. Queue, studios and cash sales keep working.",
    );
    let problem = Problem::new(failure.status.as_u16(), code, asked.lang.pick(id, en))
        .detail(detail)
        .cause(failure.cause);
    let mut response = say(problem, asked);
    // Long enough not to hammer a line that is down, short enough to notice its return.
    let seconds = if failure.cause == "central" { "5" } else { "10" };
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from_static(seconds));
    response
}

/// The client wanted a stored answer or none (RFC 9111 §5.2.1.7).
pub fn not_stored(asked: &Asked) -> Response {
    let title = asked
        .lang
        .pick("Belum tersimpan di outlet ini", "Not stored at this outlet");
    say(Problem::new(504, "not_stored", title), asked)
}

/// The path does not exist, here or for us to pass on.
pub fn not_proxied(headers: &HeaderMap) -> Response {
    let asked = Asked::of(headers);
    let title = asked
        .lang
        .pick("Alamat tidak ditemukan", "There is nothing at this address");
    say(Problem::new(404, "not_found", title), &asked)
}

/// A gateway's error page between us and central becomes a problem like ours; problems of central's
/// own pass.
pub fn in_our_words(response: Response, asked: &Asked) -> Response {
    let gateway = matches!(
        response.status(),
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT
    );
    let kind = response
        .headers()
        .get(CONTENT_TYPE)
        .map_or(&b""[..], HeaderValue::as_bytes);
    let says_why = [&b"application/problem+json"[..], b"application/json"]
        .iter()
        .any(|json| kind.starts_with(json));
    if !gateway || says_why {
        return response;
    }
    let mut ours = unreachable(
        Failure {
            status: response.status(),
            cause: "central",
        },
        asked,
    );
    for name in [
        http::HeaderName::from_static("cache-status"),
        http::header::VIA,
        RETRY_AFTER,
    ] {
        if let Some(value) = response.headers().get(&name) {
            ours.headers_mut().insert(name, value.clone());
        }
    }
    ours
}

fn say(mut problem: Problem, asked: &Asked) -> Response {
    problem.request_id.clone_from(&asked.request_id);
    let mut response = Response::new(Body::from(serde_json::to_vec(&problem).unwrap_or_default()));
    *response.status_mut() = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
