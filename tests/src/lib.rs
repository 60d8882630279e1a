//! The world the stories play in: central, edges, the line between them, and the people at both ends.
//!
//! Everything runs as it ships: the two programs as processes of their own, over TCP, on data
//! directories of their own. What is made up is only the line ([`line`]), which can be cut, slowed
//! and made to lie, and counts each fault it committed, so that a story can assert that it did.
//!
//! The demo uses the same world; see [`demo`].
#![expect(
    clippy::disallowed_methods,
    reason = "the harness stands outside of the programs: its clock is the wall's, its ids are its own"
)]

pub mod acklog;
pub mod bench;
pub mod central;
pub mod chain;
pub mod chaos;
pub mod client;
pub mod damage;
pub mod database;
pub mod demo;
pub mod edge;
pub mod galera;
pub mod gear;
pub mod http_cache;
pub mod line;
pub mod mariadb;
pub mod oracle;
pub mod ports;
pub mod process;
pub mod programs;
pub mod redis;
pub mod simulation;
pub mod skew;
pub mod wait;
pub mod wire;
pub mod workload;
pub mod world;

pub use acklog::AckLog;
pub use client::{Admin, Mobile, Screen};
pub use database::Engine;
pub use line::Line;
pub use wait::until;
pub use world::World;
