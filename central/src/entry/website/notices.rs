//! What is said below a ticket: that its outlet is silent, takes nobody new, or was asked to let it go.

use gerai_shared::{Refusal, problem::Lang};

use super::view::{Known, clock};

/// An outlet that has not been heard for so long is shown as offline, in microseconds: four
/// heartbeats.
const SILENT: i64 = 60_000_000;

pub(super) fn stale(known: &Known<'_>) -> Option<String> {
    let heard = known.heard_at?;
    let age = known.now.0 - heard.0;
    if age < SILENT {
        return None;
    }
    let (at, minutes) = (clock(known, heard), age / 60_000_000);
    Some(match known.lang {
        Lang::Id => {
            format!("Gerai sedang offline. Ini keadaan per {at} ({minutes} menit lalu); dengarkan panggilan di gerai.")
        }
        Lang::En => {
            format!("The outlet is offline. This is as of {at} ({minutes} min ago); listen for calls at the outlet.")
        }
    })
}

/// That nobody new is taken, in the outlet's words if it gave any. Who has a number keeps it.
pub(super) fn shut(known: &Known<'_>) -> Option<String> {
    let lang = known.lang;
    let told = match known.door.as_ref()?.shut()? {
        Refusal::IntakePaused => lang.pick(
            "Gerai sedang jeda dan belum menerima antrean baru. Nomormu tetap berlaku.",
            "The outlet is on a break and takes nobody new. Your number is good.",
        ),
        Refusal::IntakeClosed => lang.pick(
            "Antrean hari ini sudah ditutup untuk yang baru. Nomormu tetap berlaku.",
            "The queue takes nobody new today. Your number is good.",
        ),
        Refusal::DayClosed => lang.pick("Gerai sudah menutup hari ini.", "The outlet has closed its day."),
        _ => return None,
    };
    let message = known.door.as_ref().and_then(|door| door.intake.message.as_deref());
    Some(match message {
        Some(message) => format!("{told} {message}"),
        None => told.to_owned(),
    })
}

/// What came of leaving by the page, where the ticket is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stays {
    /// The outlet has not answered.
    Asked,
    /// The outlet says no.
    Refused,
    /// A booking that begins too soon.
    TooLate,
}

impl Stays {
    /// Its word in the page's address.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Refused => "refused",
            Self::TooLate => "too_late",
        }
    }

    /// Reads its word.
    pub(super) fn read(word: &str) -> Option<Self> {
        [Self::Asked, Self::Refused, Self::TooLate]
            .into_iter()
            .find(|stays| stays.as_str() == word)
    }

    pub(super) fn told(self, lang: Lang) -> &'static str {
        match self {
            Self::Asked => lang.pick(
                "Gerai sedang ditanya. Nomormu dilepas begitu gerai menjawab.",
                "The outlet is being asked. Your number is given up when it answers.",
            ),
            Self::Refused => lang.pick(
                "Gerai tidak bisa melepas nomor ini. Bicaralah dengan staf.",
                "The outlet cannot let this number go. Please talk to the staff.",
            ),
            Self::TooLate => lang.pick(
                "Jadwalnya sudah terlalu dekat untuk dibatalkan di sini. Hubungi gerai.",
                "It begins too soon to be given up here. Please call the outlet.",
            ),
        }
    }
}
