//! What is written down of the clock, so that a program that starts again goes on with the time it
//! was told, and with how long ago that was.

use gerai_shared::Micros;
use serde::{Deserialize, Serialize};

/// Who said what time it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Witness {
    /// The machine's own clock, which may be dead or a day wrong.
    Machine,
    /// Staff, who looked at the wall.
    Staff,
    /// Central.
    Central,
}

/// A point in time that was told, and the machine's uptime then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The machine's boot.
    pub(super) boot: Option<String>,
    /// Microseconds since that boot.
    pub(super) uptime: i64,
    /// The time then.
    pub(super) time: Micros,
    /// Whose word it rests on.
    pub(super) witness: Witness,
    /// When central last spoke.
    pub(super) heard: Option<Micros>,
}
