mod ear;
mod look;
mod print;
mod status;
mod talk;

use std::time::Duration;

use super::{Devices, status::Answers};
use crate::{
    clock::Clock,
    config::{DeviceAddress, DeviceConfig, DeviceKind, DevicesCheck},
    journal::{Journal, scene::MORNING},
};

/// What a printer answers that has nothing to say.
const WELL: Answers = [Some(0x12); 4];
const NO_PAPER: Answers = [Some(0x1A), Some(0x32), Some(0x12), Some(0x7E)];
const OPEN: Answers = [Some(0x1A), Some(0x16), Some(0x12), Some(0x12)];
const LOW: Answers = [Some(0x12), Some(0x12), Some(0x12), Some(0x1E)];

/// How long what comes is waited for, at most.
const SOON: Duration = Duration::from_secs(20);
/// After which what does not come is given up.
const MOMENT: Duration = Duration::from_millis(100);

fn device(name: &str, kind: DeviceKind, address: DeviceAddress) -> DeviceConfig {
    DeviceConfig {
        name: name.to_owned(),
        kind,
        address,
        studio: None,
    }
}

/// These devices, on a journal in a folder that is to be kept, with so much patience.
fn devices(list: &[DeviceConfig], patience: Duration) -> (Devices, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open_with_reserve(folder.path(), Clock::still(MORNING), 0).unwrap();
    let check = DevicesCheck {
        every_ms: 1,
        timeout_ms: u64::try_from(patience.as_millis()).unwrap(),
    };
    (Devices::new(list, check, journal), folder)
}
