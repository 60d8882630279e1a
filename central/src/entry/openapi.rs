//! The OpenAPI document of the whole API.

use gerai_shared::{Problem, change::Table, sync::SIGNATURE_HEADER};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use super::router::routes;

/// What the document says of itself; paths come from the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Gerai central",
        description = "The chain's central API. Problems are RFC 9457 with a stable `code`, in Indonesian or English by `Accept-Language`. Times are UTC, amounts integer rupiah, ids UUID v7. Unsafe calls other than sign-ins carry an `Idempotency-Key`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    // A query's types are not found by themselves.
    components(schemas(Problem, Table)),
    modifiers(&Schemes),
)]
pub(super) struct Document;

/// How callers say who they are.
struct Schemes;

impl Modify for Schemes {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let http = |description: &str, format: Option<&str>| {
            let mut scheme = HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some(description));
            if let Some(format) = format {
                scheme = scheme.bearer_format(format);
            }
            SecurityScheme::Http(scheme.build())
        };
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme(
            "bearer",
            http(
                "An access token from a sign-in; scope `admin` means users.role = admin.",
                Some("JWT"),
            ),
        );
        components.add_security_scheme("edge", http("A session from `POST /edge/v1/hello`.", None));
        let signature = "Base64 of the Ed25519 signature over the body's bytes, by the key the edge enrolled with.";
        components.add_security_scheme(
            "edge_signature",
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
                SIGNATURE_HEADER,
                signature,
            ))),
        );
    }
}

/// The document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    routes().split_for_parts().1
}
