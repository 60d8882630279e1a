//! Gerai's central server: see ARCHITECTURE.md for the map.

pub mod app;
pub mod config;
pub mod entry;
pub mod features;
pub mod platform;
pub mod seed;
#[cfg(test)]
pub mod testing;
