//! The machine's own boots, which outlive the program's.

use std::time::Duration;

/// Which boot of the machine this is, and how long it had run when the program started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Machine {
    /// The boot's name; none where the machine does not name its boots. Each start of the program
    /// then counts as one.
    pub(super) boot: Option<String>,
    /// Time since that boot at the program's start.
    pub(super) ran_for: Duration,
}

impl Machine {
    /// Asks the machine. Linux tells both (`proc(5)`); the uptime counts a suspend, too.
    pub(super) fn ask() -> Self {
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok();
        let uptime = std::fs::read_to_string("/proc/uptime").ok();
        let seconds = uptime.as_deref().and_then(|text| text.split(' ').next()?.parse().ok());
        match (
            boot,
            seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
        ) {
            (Some(boot), Some(ran_for)) => Self {
                boot: Some(boot.trim().to_owned()).filter(|boot| !boot.is_empty()),
                ran_for,
            },
            _ => Self::default(),
        }
    }
}
