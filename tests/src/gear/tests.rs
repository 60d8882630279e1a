use super::paper::{Piece, lines, piece};

#[test]
fn a_slip_is_read_as_a_printer_reads_it() {
    let mut slip = b"\x1b@\x1ba\x01\x1bE\x01GERAI\n\x1bE\x00\x1d!\x55A-012\n\x1d!\x00".to_vec();
    // A code: model, size, correction, what it opens, print.
    slip.extend(b"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x08\x1d(k\x03\x001E1");
    slip.extend(b"\x1d(k\x0b\x001P0https://");
    slip.extend(b"\x1d(k\x03\x001Q0Follow it\n\x1dVB\x00");
    assert_eq!(lines(&slip), ["GERAI", "A-012", "https://", "Follow it"]);
}

#[test]
fn pieces_are_whole_before_they_are_taken() {
    for (came, expected) in [
        (&b"\x10\x04\x01rest"[..], Piece::Question(1)),
        (b"\x10\x04", Piece::Half),
        (b"A", Piece::Slip(1)),
        (b"\x1b", Piece::Half),
        (b"\x1ba", Piece::Half),
        (b"\x1ba\x10", Piece::Slip(3)),
        (b"\x1dVB", Piece::Half),
        (b"\x1dVB\x00x", Piece::Slip(4)),
        (b"\x1dV\x00", Piece::Slip(3)),
        // Two bytes of content follow, which may look like a question.
        (b"\x1d(k\x03\x00\x10\x04", Piece::Half),
        (b"\x1d(k\x03\x00\x10\x04\x01", Piece::Slip(8)),
        (b"", Piece::Half),
    ] {
        assert_eq!(piece(came), expected, "{came:?}");
    }
}
