//! The line to outlets: `/edge/v1`.

mod door;
mod pull;
mod push;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::platform::Platform;

/// The endpoints of `/edge/v1`.
pub fn router() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(door::enroll))
        .routes(routes!(door::hello))
        .routes(routes!(door::heartbeat))
        .routes(routes!(push::push))
        .routes(routes!(pull::changes))
        .routes(routes!(pull::snapshot))
}
