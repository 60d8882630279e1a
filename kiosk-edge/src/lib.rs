//! The program at an outlet: journal, queue, cache and proxy.

pub mod app;
pub mod cache;
pub mod clock;
pub mod config;
pub mod device;
pub mod devices;
pub mod health;
pub mod journal;
pub mod openapi;
pub mod outlet;
pub mod problems;
pub mod proxy;
pub mod sync;
pub mod telemetry;
pub mod ui;
pub mod upkeep;
