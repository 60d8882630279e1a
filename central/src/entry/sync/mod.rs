//! The line to outlets: `/edge/v1`.

mod door;
mod pull;
mod push;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

use crate::platform::Platform;

/// The endpoints of `/edge/v1`. A push may be larger than other bodies.
pub fn router(platform: &Platform) -> Router<Platform> {
    Router::new()
        .route("/edge/v1/enroll", post(door::enroll))
        .route("/edge/v1/hello", post(door::hello))
        .route("/edge/v1/heartbeat", post(door::heartbeat))
        .route("/edge/v1/push", post(push::push))
        .route("/edge/v1/changes", get(pull::changes))
        .route("/edge/v1/snapshot", get(pull::snapshot))
        .layer(DefaultBodyLimit::max(platform.config.limits.push_bytes))
}
