//! Gerai's central server: see ARCHITECTURE.md for the map.

pub mod config;
pub mod features;
pub mod platform;
