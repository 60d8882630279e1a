//! The line to outlets: `/edge/v1`.

mod admission;
mod digest;
mod door;
mod pull;
mod push;

pub(super) use admission::admit;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::platform::Platform;

/// The endpoints of `/edge/v1`.
pub fn router() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(door::enroll))
        .routes(routes!(door::heartbeat))
        .routes(routes!(pull::changes))
        .routes(routes!(pull::snapshot))
}

/// Those of them that are heavy: how many are worked on at once is limited.
pub fn heavy() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(door::hello))
        .routes(routes!(door::introduce))
        .routes(routes!(push::push))
        .routes(routes!(digest::digest))
}
