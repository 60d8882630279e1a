//! The line to outlets: `/edge/v1`.

mod admission;
mod digest;
mod door;
mod pull;
mod push;

pub(super) use admission::{admit, admit_hello};

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::platform::Platform;

/// The endpoints of `/edge/v1`.
pub fn router() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(door::enroll))
        .routes(routes!(door::heartbeat))
        .routes(routes!(door::introduce))
        .routes(routes!(pull::changes))
}

/// Those of them that are heavy: how many are worked on at once is limited.
pub fn heavy() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(pull::snapshot))
        .routes(routes!(push::push))
        .routes(routes!(digest::digest))
}

/// What opens a session; heavy, too, and known by its signature.
pub fn hello() -> OpenApiRouter<Platform> {
    OpenApiRouter::new().routes(routes!(door::hello))
}
