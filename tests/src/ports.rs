//! Ports for programs that must keep theirs over a kill and a start.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::{Context, Result};
use rand::Rng;

/// Below the range from which the kernel takes ports of outgoing connections, so that none of
/// those sits on a port while its program is down.
const RANGE: std::ops::Range<u16> = 15_000..31_000;
const TRIES: usize = 200;

/// The loopback address with this port.
#[must_use]
pub fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// Whether a port of the loopback address can be listened on now.
#[must_use]
pub fn is_free(port: u16) -> bool {
    TcpListener::bind(loopback(port)).is_ok()
}

/// A port that is free now.
///
/// # Errors
/// When none was found.
pub fn free_port() -> Result<u16> {
    let mut random = rand::rng();
    (0..TRIES)
        .map(|_| random.random_range(RANGE))
        .find(|port| is_free(*port))
        .context("no free port on the loopback address")
}

/// `wish` if it is free, else one that is.
///
/// # Errors
/// When none was found.
pub fn port_near(wish: u16) -> Result<u16> {
    if is_free(wish) { Ok(wish) } else { free_port() }
}
