//! What comes over a printer's line, read as the printer reads it: questions, and a slip.

use serde::{Deserialize, Serialize};

const LF: u8 = 0x0A;
const DLE: u8 = 0x10;
const EOT: u8 = 0x04;
const ESC: u8 = 0x1B;
const FS: u8 = 0x1C;
const GS: u8 = 0x1D;

/// A slip that was printed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Print {
    /// What stands on it, line by line; a code that is drawn stands as what it opens.
    pub lines: Vec<String>,
    /// All of its bytes, in hex.
    pub bytes: String,
}

impl Print {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self {
            lines: lines(bytes),
            bytes: hex::encode(bytes),
        }
    }
}

/// What there is at the start of what came.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A question for real-time status, of three bytes.
    Question(u8),
    /// So many bytes of a slip.
    Slip(usize),
    /// Not whole yet.
    Half,
}

/// Reads one piece: a letter, a command with all that belongs to it, or a question. A question within what
/// belongs to a command is that command's, and spoils it, as it would on paper.
pub(super) fn piece(came: &[u8]) -> Piece {
    match *came {
        [DLE, EOT, n, ..] => Piece::Question(n),
        [DLE] | [DLE, EOT] => Piece::Half,
        _ => match length(came) {
            Some(length) if length <= came.len() => Piece::Slip(length),
            _ => Piece::Half,
        },
    }
}

/// How long the command is that stands there; nothing while that cannot be told.
fn length(came: &[u8]) -> Option<usize> {
    let rest = match *came.first()? {
        ESC => match *came.get(1)? {
            b'@' | b'2' | b'L' | b'S' | b'<' => 0,
            b'p' => 3,
            b'$' | b'\\' | b'c' => 2,
            b'*' => {
                let wide = if *came.get(2)? < 32 { 1 } else { 3 };
                3 + wide * word(came, 3)?
            }
            _ => 1,
        },
        GS => match *came.get(1)? {
            b'V' if *came.get(2)? < 2 || matches!(came.get(2), Some(b'0' | b'1')) => 1,
            b'V' | b'L' | b'W' | b'P' | b'$' | b'\\' => 2,
            b'(' => 3 + word(came, 3)?,
            b'v' => 6 + word(came, 4)? * word(came, 6)?,
            b'k' if *came.get(2)? > 64 => 2 + usize::from(*came.get(3)?),
            b'k' => 2 + came.get(3..)?.iter().position(|byte| *byte == 0)?,
            b':' => 0,
            _ => 1,
        },
        FS => match *came.get(1)? {
            b'&' | b'.' => 0,
            _ => 1,
        },
        _ => return Some(1),
    };
    Some(2 + rest)
}

fn word(came: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(*came.get(at)?) | usize::from(*came.get(at + 1)?) << 8)
}

/// What can be read on a slip: its text, and what its codes open.
#[must_use]
pub fn lines(mut slip: &[u8]) -> Vec<String> {
    let (mut lines, mut line) = (Vec::new(), String::new());
    while let Piece::Slip(length) = piece(slip) {
        let (command, rest) = slip.split_at(length);
        match command {
            [LF] => lines.push(std::mem::take(&mut line)),
            [letter] if *letter >= b' ' => line.push(char::from(*letter)),
            // What a two-dimensional code holds (GS ( k, function 80).
            [GS, b'(', b'k', _, _, _, 0x50, _, code @ ..] => lines.push(String::from_utf8_lossy(code).into_owned()),
            _ => {}
        }
        slip = rest;
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}
