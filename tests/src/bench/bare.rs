//! What the stack itself can do: axum, with the bytes in memory and nothing else.
//!
//! A program of its own (`gerai-bench --bare FILE --listen ADDRESS`), so that its processor time is its own.

use std::{net::SocketAddr, path::Path};

use anyhow::{Context, Result};
use axum::{Router, body::Bytes, http::header::CONTENT_TYPE, routing::get};

use super::yardstick::{Yardstick, started};
use crate::{ports, process::Launch};

/// Answers every path with a file's bytes.
///
/// # Errors
/// When the file cannot be read, or the address is taken.
pub async fn serve(file: &Path, listen: SocketAddr) -> Result<()> {
    let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    let bytes = Bytes::from(bytes);
    let answer = get(move || async move { ([(CONTENT_TYPE, "application/json")], bytes) });
    let listener = tokio::net::TcpListener::bind(listen).await?;
    axum::serve(listener, Router::new().fallback(answer)).await?;
    Ok(())
}

/// Starts it with these bytes.
pub(super) async fn axum(folder: &Path, bytes: &str) -> Result<Yardstick> {
    std::fs::create_dir_all(folder)?;
    let file = folder.join("bytes");
    std::fs::write(&file, bytes)?;
    let address = ports::loopback(ports::free_port()?);
    let (file, listen) = (file.to_string_lossy(), address.to_string());
    let launch = Launch::new(&std::env::current_exe()?, folder).args(&["--bare", &file, "--listen", &listen]);
    started(launch, address).await
}
