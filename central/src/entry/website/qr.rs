//! A QR code as a path, drawn into the page: nothing is asked of anybody for it.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// Light modules around it.
const BORDER: usize = 2;

/// A QR code: dark modules of one by one, in a square of `size`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Qr {
    pub size: usize,
    pub path: String,
    pub caption: &'static str,
}

impl Qr {
    /// The code of a text, unless it is too long for one.
    pub(super) fn of(text: &str, caption: &'static str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (at, color) in code.to_colors().into_iter().enumerate() {
            if color == Color::Dark {
                let _ = write!(path, "M{} {}h1v1h-1z", at % width + BORDER, at / width + BORDER);
            }
        }
        Some(Self {
            size: width + 2 * BORDER,
            path,
            caption,
        })
    }
}
