//! The OpenAPI document of everything the edge answers itself; kiosk-ui's client is made from it.

#[cfg(test)]
mod tests;

use gerai_shared::{Change, Problem};
use utoipa::OpenApi;

use crate::{health, outlet};

/// What the document says of itself; paths come from the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Gerai edge",
        description = "What the edge of an outlet answers itself; every other call under `/api` goes on to central. Problems are RFC 9457 with a stable `code`, in Indonesian or English by `Accept-Language`. Times are UTC, amounts integer rupiah, ids UUID v7. A screen is known by the cookie `/pair` sets, or by the header `Gerai-Screen`. Unsafe calls other than sign-ins carry an `Idempotency-Key`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    // A change travels in events, of which paths do not tell the type.
    components(schemas(Change, Problem)),
)]
struct Document;

/// The document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    document.merge(outlet::openapi_router().into_openapi());
    document.merge(health::openapi_router().into_openapi());
    document
}
