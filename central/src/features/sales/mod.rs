//! Cash sales and cash shifts, as central follows them.

mod convert;
mod model;
mod routes;
mod store;

pub use routes::router;
pub use store::{
    last_day_before, load, open_shift, open_shifts, rows_between, rows_page, shift_totals, shifts_page, store,
};
