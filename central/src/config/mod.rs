//! Configuration: compiled-in defaults, then a file, then the environment.

mod sections;

pub use sections::*;
