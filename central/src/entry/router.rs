//! Every route on one page.

use axum::{
    Router,
    body::Bytes,
    extract::DefaultBodyLimit,
    http::{HeaderName, Method, Request, header},
    middleware::{from_fn, from_fn_with_state},
    routing::get,
};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    cors::{Any, CorsLayer},
    request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    trace::TraceLayer,
};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::{Kept, ending, errors, health, openapi::Document, stands, sync, website};
use crate::{
    features::{accounts, audit, bookings, catalog, fleet, outlets, remote_queue, sales, staff, stream},
    platform::{
        Platform,
        clock::Clock,
        http::localise,
        limits::{Admission, RateLimits, limit_body, limit_requests, limit_sign_ins},
        telemetry,
    },
};

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Where the OpenAPI document is.
const DOCUMENT: &str = "/openapi.json";

/// What people and their apps call.
fn api(shelf: &catalog::Shelf) -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .merge(accounts::router())
        .merge(audit::router())
        .merge(bookings::router())
        .merge(catalog::router(shelf))
        .merge(fleet::router())
        .merge(outlets::router())
        .merge(remote_queue::router())
        .merge(sales::router())
        .merge(staff::router())
        .merge(stream::router())
}

/// How people come in; these calls are limited more strictly.
fn sign_in() -> OpenApiRouter<Platform> {
    accounts::sign_in_router()
}

/// What outlets' edges call; not limited in number, and a push may be larger than other bodies.
fn line() -> OpenApiRouter<Platform> {
    sync::router()
}

/// What of it is heavy, and worked on for so many at once.
fn heavy() -> OpenApiRouter<Platform> {
    sync::heavy()
}

/// What tells how the program is.
fn operation() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
}

/// All routes without their layers, for the document.
pub(super) fn routes() -> OpenApiRouter<Platform> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(operation())
        .merge(sign_in())
        .merge(api(&catalog::Shelf::default()))
        .merge(line())
        .merge(heavy())
        .merge(sync::hello())
}

/// The whole program as a service.
pub fn service(platform: &Platform) -> Kept<Router> {
    let (rates, shelf) = (
        RateLimits::new(&platform.config.limits, platform.redis.clone()),
        catalog::Shelf::default(),
    );
    let inner = router(platform, rates.clone(), &shelf);
    Kept::new(platform.clone(), rates, shelf, inner)
}

/// All routes with their layers.
pub(super) fn router(platform: &Platform, rates: RateLimits, shelf: &catalog::Shelf) -> Router {
    let limits = &platform.config.limits;
    let rates = (platform.clone(), rates);
    let api = api(shelf)
        .layer(from_fn_with_state(platform.clone(), stands::sign_in_must_stand))
        .merge(website::router())
        .merge(sign_in().layer(from_fn_with_state(rates.clone(), limit_sign_ins)))
        .layer(DefaultBodyLimit::max(limits.body_bytes))
        .layer(from_fn_with_state(limits.body_bytes, limit_body))
        .layer(from_fn_with_state(rates, limit_requests));
    let admission = (platform.clone(), Admission::new(limits));
    let line = line()
        .merge(heavy().layer(from_fn_with_state(admission.clone(), sync::admit)))
        .merge(sync::hello().layer(from_fn_with_state(admission, sync::admit_hello)))
        .layer(DefaultBodyLimit::max(limits.push_bytes))
        .layer(from_fn_with_state(limits.push_bytes, limit_body));
    let (router, document) = OpenApiRouter::with_openapi(Document::openapi())
        .merge(operation())
        .merge(api)
        .merge(line)
        .split_for_parts();
    // As bytes: the tree of it takes some megabytes for as long as the program runs.
    let document = Bytes::from(serde_json::to_vec(&document).unwrap_or_default());
    router
        .merge(SwaggerUi::new("/docs").config(Config::new([DOCUMENT])))
        .route(
            DOCUMENT,
            get(move || std::future::ready(([(header::CONTENT_TYPE, "application/json")], document))),
        )
        .layer(
            ServiceBuilder::new()
                .layer(SetRequestIdLayer::new(REQUEST_ID, Ids(platform.clock.clone())))
                .layer(TraceLayer::new_for_http().make_span_with(span).on_response(()))
                .layer(PropagateRequestIdLayer::new(REQUEST_ID))
                .layer(from_fn(telemetry::measure))
                .layer(CompressionLayer::new())
                .layer(cors())
                .layer(from_fn(localise))
                .layer(CatchPanicLayer::custom(errors::panicked))
                .layer(from_fn(errors::every_error_is_a_problem))
                .layer(from_fn_with_state(
                    platform.shutdown.clone(),
                    ending::end_with_the_process,
                )),
        )
        .with_state(platform.clone())
}

/// What pages of other origins may read of our answers' headers.
pub(super) const EXPOSED: &str =
    "etag,retry-after,x-ratelimit-limit,x-ratelimit-remaining,idempotency-replayed,x-request-id";

/// The website and the Flutter app in a browser call from origins of their own. Who calls is in
/// `Authorization`, never in a cookie, so any origin may.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT,
            header::ACCEPT_LANGUAGE,
            header::IF_NONE_MATCH,
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static("last-event-id"),
            REQUEST_ID,
        ])
        .expose_headers(EXPOSED.split(',').map(HeaderName::from_static).collect::<Vec<_>>())
        .max_age(std::time::Duration::from_secs(3_600))
}

/// Makes the id of a request that came without one.
#[derive(Clone)]
struct Ids(Clock);

impl MakeRequestId for Ids {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        self.0.id().to_string().parse().ok().map(RequestId::new)
    }
}

fn span<B>(request: &Request<B>) -> tracing::Span {
    let id = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .unwrap_or_default();
    tracing::info_span!("request", id, method = %request.method(), path = request.uri().path())
}
