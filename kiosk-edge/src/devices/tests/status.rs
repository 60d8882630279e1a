//! What the four bytes say.

use super::{
    super::{
        seen::DeviceState::{self, CoverOpen, Failed, PaperLow, PaperOut, Ready},
        status::{Answers, is_status, judge},
    },
    LOW, NO_PAPER, OPEN, WELL,
};

#[test]
fn the_bytes_of_real_time_status_are_told_as_a_state() {
    let said = |printer: u8, cause: u8, error: u8, paper: u8| [printer, cause, error, paper].map(Some);
    let table: [(&str, Answers, Option<DeviceState>); 21] = [
        ("nothing", [None; 4], None),
        ("well", WELL, Some(Ready)),
        ("the drawer is open", said(0x16, 0x12, 0x12, 0x12), Some(Ready)),
        ("near its end, both sensors", LOW, Some(PaperLow)),
        ("near its end, one sensor", said(0x12, 0x12, 0x12, 0x16), Some(PaperLow)),
        ("near its end, the other", said(0x12, 0x12, 0x12, 0x1A), Some(PaperLow)),
        ("stopped without paper", NO_PAPER, Some(PaperOut)),
        (
            "at its end, by one sensor",
            said(0x12, 0x12, 0x12, 0x32),
            Some(PaperOut),
        ),
        ("at its end, by the other", said(0x12, 0x12, 0x12, 0x52), Some(PaperOut)),
        (
            "stopped, sensors say nothing",
            said(0x1A, 0x32, 0x12, 0x12),
            Some(PaperOut),
        ),
        ("cover open", OPEN, Some(CoverOpen)),
        (
            "cover open, so no paper seen",
            said(0x1A, 0x36, 0x12, 0x7E),
            Some(CoverOpen),
        ),
        ("an error", said(0x1A, 0x52, 0x12, 0x12), Some(Failed)),
        ("the cutter", said(0x1A, 0x52, 0x1A, 0x12), Some(Failed)),
        ("not recoverable", said(0x1A, 0x12, 0x32, 0x12), Some(Failed)),
        ("too hot", said(0x1A, 0x12, 0x52, 0x12), Some(Failed)),
        ("offline, no word why", said(0x1A, 0x12, 0x12, 0x12), Some(Failed)),
        ("offline, paper fed by hand", said(0x1A, 0x1A, 0x12, 0x12), Some(Ready)),
        (
            "no paper, and an error with it",
            said(0x1A, 0x72, 0x12, 0x7E),
            Some(PaperOut),
        ),
        (
            "it knows the first question",
            [Some(0x12), None, None, None],
            Some(Ready),
        ),
        ("offline, and no more", [Some(0x1A), None, None, None], Some(Failed)),
    ];
    for (what, answers, state) in table {
        assert_eq!(judge(answers), state, "{what}");
    }
}

#[test]
fn only_status_bytes_are_taken_for_such() {
    for byte in [0x12, 0x1A, 0x32, 0x7E, 0x16] {
        assert!(is_status(byte), "{byte:#x}");
    }
    // XON, XOFF, the first and second byte of automatic status, text, a name's header.
    for byte in [0x11, 0x13, 0x10, 0x00, b'A', 0x5F, 0xFF] {
        assert!(!is_status(byte), "{byte:#x}");
    }
}
