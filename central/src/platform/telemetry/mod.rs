//! What is told about the program itself: logs and metrics.

mod log;
mod metrics;

pub use log::start_logging;
pub use metrics::{Answers, exposition, measure, start_metrics, stopwatch};
