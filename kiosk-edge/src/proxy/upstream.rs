//! One request to central, streamed both ways.

use std::error::Error as _;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::{Request, StatusCode, Uri};
use hyper_rustls::builderstates::WantsSchemes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use url::Url;

use super::{Line, ProxyState, headers, upgrade};
use crate::cache::Failure;

/// The client the proxy speaks to central with.
pub type CentralClient = Client<HttpsConnector<HttpConnector>, Body>;

/// Uploads are expected to move at least at this speed. Bytes per second.
const SLOWEST_UPLOAD: u64 = 16 << 10;
/// Time for an upload whose length is not said.
const UNKNOWN_UPLOAD: Duration = Duration::from_mins(15);

/// A client that gives up on connecting after `connect_timeout`.
#[must_use]
pub fn central_client(connect_timeout: Duration) -> CentralClient {
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(connect_timeout));
    connector.set_nodelay(true);
    connector.set_keepalive(Some(Duration::from_secs(20)));
    connector.enforce_http(false);
    let connector = trusting_roots()
        .https_or_http()
        .enable_http1()
        .wrap_connector(connector);
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        // Shorter than servers keep idle connections, so that they rarely close one in our hands.
        .pool_idle_timeout(Duration::from_secs(20))
        .build(connector)
}

/// Trusts what the machine trusts (a chain may run its own authority), or Mozilla's roots on a machine
/// that has none. The provider is named because a workspace build may link two of them.
fn trusting_roots() -> HttpsConnectorBuilder<WantsSchemes> {
    let provider = || rustls::crypto::aws_lc_rs::default_provider();
    HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(provider())
        .unwrap_or_else(|_| {
            #[expect(clippy::expect_used, reason = "the provider we name supports TLS's safe versions")]
            HttpsConnectorBuilder::new()
                .with_provider_and_webpki_roots(provider())
                .expect("safe protocol versions")
        })
}

/// Sends a request of a screen on, and gives central's answer with its body still flowing.
pub async fn forward(state: &ProxyState, mut request: Request<Body>) -> Result<Response, Failure> {
    let client = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    let switching = upgrade::take(&mut request);
    let (mut parts, body) = request.into_parts();
    headers::for_central(&mut parts.headers, &parts.method, client, &state.clock);
    if let Some(switching) = &switching {
        switching.ask(&mut parts.headers);
    }
    let mut asked = Request::new(body);
    *asked.method_mut() = parts.method;
    *asked.uri_mut() = central_uri(&state.central, &parts.uri)?;
    *asked.headers_mut() = parts.headers;
    let response = send(state, asked).await?;
    Ok(match switching {
        Some(switching) if response.status() == StatusCode::SWITCHING_PROTOCOLS => switching.join(response),
        _ => response,
    })
}

/// Sends a request whose headers are ready.
pub async fn send(state: &ProxyState, request: Request<Body>) -> Result<Response, Failure> {
    let link = *state.link.borrow();
    if link != Line::Up {
        return Err(Failure {
            status: StatusCode::SERVICE_UNAVAILABLE,
            cause: link.word(),
        });
    }
    let patience = state.patience + upload_time(request.body());
    // Only what changes nothing and has no body to lose may be sent twice.
    let again = (request.method().is_safe() && request.body().is_end_stream()).then(|| copy(&request));
    let exchange = async {
        match (state.client.request(request).await, again) {
            // The pooled connection was closed under our request; a fresh one deserves a try.
            (Err(error), Some(again)) if !error.is_connect() => state.client.request(again).await,
            (result, _) => result,
        }
    };
    let Ok(result) = tokio::time::timeout(patience, exchange).await else {
        return Err(Failure {
            status: StatusCode::GATEWAY_TIMEOUT,
            cause: "central",
        });
    };
    let mut response = result.map_err(|error| failure_of(&error))?.map(Body::new);
    // A switch of protocols is told to the screen in central's own words.
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        headers::for_screen(response.headers_mut());
    }
    Ok(response)
}

/// The URI at central for a URI here.
pub fn central_uri(central: &Url, uri: &Uri) -> Result<Uri, Failure> {
    let whole = uri.path_and_query().map_or("/", |whole| whole.as_str());
    let base = central.as_str().trim_end_matches('/');
    format!("{base}{whole}").parse().map_err(|_| Failure {
        status: StatusCode::BAD_GATEWAY,
        cause: "central",
    })
}

/// Time an upload may take at most, on top of central's own.
fn upload_time(body: &Body) -> Duration {
    match body.size_hint().exact() {
        Some(bytes) => Duration::from_secs(bytes / SLOWEST_UPLOAD),
        None => UNKNOWN_UPLOAD,
    }
}

fn copy(request: &Request<Body>) -> Request<Body> {
    let mut copy = Request::new(Body::empty());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

/// Whose fault it is that central was not reached, as far as the error tells.
fn failure_of(error: &hyper_util::client::legacy::Error) -> Failure {
    let mut source = error.source();
    let mut kind = None;
    let mut looked_up = false;
    while let Some(inner) = source {
        kind = kind.or_else(|| inner.downcast_ref::<std::io::Error>().map(std::io::Error::kind));
        looked_up |= inner.to_string().contains("dns error");
        source = inner.source();
    }
    if !error.is_connect() {
        return Failure {
            status: StatusCode::BAD_GATEWAY,
            cause: "central",
        };
    }
    let cause = match kind {
        _ if looked_up => "internet",
        Some(ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown | ErrorKind::AddrNotAvailable) => "lan",
        Some(ErrorKind::TimedOut | ErrorKind::HostUnreachable) => "internet",
        _ => "central",
    };
    Failure {
        status: StatusCode::SERVICE_UNAVAILABLE,
        cause,
    }
}
