//! Background work.

use crate::{app::StartError, platform::Platform};

/// Does background work until the process is told to end.
///
/// # Errors
/// When the schedules cannot run.
pub async fn run(platform: Platform) -> Result<(), StartError> {
    platform.shutdown.cancelled().await;
    Ok(())
}
