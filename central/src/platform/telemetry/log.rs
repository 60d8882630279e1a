//! Logs, to standard output.

use tracing_subscriber::{EnvFilter, util::SubscriberInitExt};

use crate::config;

/// Starts logging; a second call changes nothing.
pub fn start_logging(config: &config::Log) {
    let filter = EnvFilter::try_new(&config.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // A line that cannot be written is lost. Saying so on a standard error whose disk is full
        // panics, and would take whoever logs with it.
        .log_internal_errors(false);
    let _ = match config.format.as_str() {
        "text" => lines.finish().try_init(),
        _ => lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .finish()
            .try_init(),
    };
}
