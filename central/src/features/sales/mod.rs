//! Cash sales, as central follows them.

mod convert;
mod model;
mod store;

pub use store::{load, rows_page, store};
