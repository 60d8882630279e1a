//! The envelope of one thing.

use serde::Serialize;
use utoipa::ToSchema;

/// A body under `data`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Data<T> {
    /// The thing.
    pub data: T,
}
