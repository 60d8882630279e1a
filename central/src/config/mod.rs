//! Configuration: compiled-in defaults, then a file, then the environment.

mod load;
mod sections;
#[cfg(test)]
mod tests;

pub use load::ConfigError;
pub use sections::*;
