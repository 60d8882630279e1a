//! What a printer says of itself: the four bytes of `DLE EOT n` (10h 04h n, real-time status), as Epson's
//! "ESC/POS Command Reference" has them and other makers' printers, too.
//!
//! | n | asks for | bit 2 | bit 3 | bit 5 | bit 6 |
//! |---|---|---|---|---|---|
//! | 1 | printer | drawer | offline | waits to go online | feed button |
//! | 2 | why offline | cover open | feed button | stopped, no paper | error |
//! | 3 | error | recoverable | cutter | not recoverable | recovers by itself |
//! | 4 | paper | near its end | near its end | at its end | at its end |

use super::seen::DeviceState;

/// The bytes that were answered to n = 1 to 4, as far as they came.
pub(super) type Answers = [Option<u8>; 4];

/// Bits 1 and 4 are set in each of them, bits 0 and 7 are not. No XON, XOFF or automatic status is like that.
const FIXED: u8 = 0b1001_0011;
const FIXED_AS: u8 = 0b0001_0010;

const OFFLINE: u8 = 0x08;
const COVER_OPEN: u8 = 0x04;
const FEED_BUTTON: u8 = 0x08;
const PAPER_STOP: u8 = 0x20;
const ERROR: u8 = 0x40;
const ANY_ERROR: u8 = 0x04 | 0x08 | 0x20 | 0x40;
/// Either of a pair: there is one sensor, or two.
const NEAR_END: u8 = 0x0C;
const AT_END: u8 = 0x60;

/// Whether a byte is one of these.
pub(super) fn is_status(byte: u8) -> bool {
    byte & FIXED == FIXED_AS
}

/// How a printer is that answered so; nothing when it did not answer at all. What one must see to first comes
/// first: with the cover open the paper seems to be out, too.
pub(super) fn judge([printer, cause, error, paper]: Answers) -> Option<DeviceState> {
    let printer = printer?;
    let has = |byte: Option<u8>, bits: u8| byte.is_some_and(|byte| byte & bits != 0);
    // Somebody feeds paper by hand: that is over in a moment.
    let stopped = printer & OFFLINE != 0 && !has(cause, FEED_BUTTON);
    Some(if has(cause, COVER_OPEN) {
        DeviceState::CoverOpen
    } else if has(cause, PAPER_STOP) || has(paper, AT_END) {
        DeviceState::PaperOut
    } else if has(cause, ERROR) || has(error, ANY_ERROR) || stopped {
        DeviceState::Failed
    } else if has(paper, NEAR_END) {
        DeviceState::PaperLow
    } else {
        DeviceState::Ready
    })
}
