//! Logs and metrics.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{Log, LogFormat};

/// Telemetry cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// `log.level` cannot be read.
    #[error("configuration: `log.level` {0}")]
    Level(#[from] tracing_subscriber::filter::ParseError),
    /// Metrics are being recorded already.
    #[error("metrics cannot be recorded")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
}

/// Writes logs to standard error as configured. The first call counts.
///
/// # Errors
/// When the level cannot be read.
pub fn log(config: &Log) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(&config.level)?;
    let lines = fmt()
        .with_env_filter(filter)
        // A line that cannot be written is lost. Saying so on a standard error whose disk is full
        // panics, and would take the journal's writer with it.
        .log_internal_errors(false)
        .with_writer(std::io::stderr);
    // Fails only when logs are being written already.
    let _ = match config.format {
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
        LogFormat::Text => lines.try_init(),
    };
    Ok(())
}

/// Records metrics from here on.
///
/// # Errors
/// When they are being recorded already.
pub fn record() -> Result<PrometheusHandle, TelemetryError> {
    Ok(PrometheusBuilder::new().install_recorder()?)
}
