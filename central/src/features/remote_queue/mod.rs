//! The queue from afar: seen and acted on by the mobile app and the dashboard.
//!
//! Nothing here changes a row an outlet owns. A wish goes to its owner: as a request where an edge
//! leads, through [`stream::lead`](crate::features::stream::lead) where central does.

mod act;
mod by_page;
mod join;
mod own;
mod routes;
#[cfg(test)]
mod tests;
mod view;

pub use by_page::{Left, is_held, leave_by_page};

use utoipa_axum::router::OpenApiRouter;

use crate::platform::Platform;

/// The endpoints.
#[must_use]
pub fn router() -> OpenApiRouter<Platform> {
    routes::router().merge(own::router())
}
