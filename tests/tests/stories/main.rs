//! The stories: what must hold end to end, each a test seen to fail when its guard is taken out.
//!
//! The programs run as they ship, as processes over TCP; the line between them is broken for real;
//! the oracle is what clients were told (see `gerai_tests::oracle`). Every story also asserts that
//! its fault took place. One binary, so that all of it links once.

mod bad_input;
mod bookings;
mod cache;
mod caps;
mod demo;
mod devices;
mod feed;
mod fence;
mod forgotten;
mod house;
mod kill;
mod line_cut;
mod midnight;
mod migrate;
mod mobile;
mod overnight;
mod portal;
mod redis;
mod requests;
mod restored;
mod staff;
mod told_stands;
mod two_centrals;
