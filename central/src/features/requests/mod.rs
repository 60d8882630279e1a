//! Wishes about rows an outlet owns: asked here, answered there.

mod model;
mod store;

pub use store::{answer, answers_between, answers_page, ask, find, load, told_again, waiting};
