//! Whether the outlet reaches central, and what is in the way if not (E7).

use gerai_shared::{Micros, sync::TOO_OLD};
use serde::Serialize;
use tokio::sync::{Notify, watch};
use utoipa::ToSchema;

/// How far the line reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = LinkLine)]
pub enum Line {
    /// Central answers.
    #[default]
    Up,
    /// This machine has no network.
    Lan,
    /// There is a network, but the way to central is cut.
    Internet,
    /// The way is there, but central is not well.
    Central,
}

impl Line {
    /// The word of views, and the `cause` of a problem.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Lan => "lan",
            Self::Internet => "internet",
            Self::Central => "central",
        }
    }
}

/// How this edge stands with central.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nobody has enrolled it.
    NotEnrolled,
    /// An admin has not approved it yet.
    EdgePending,
    /// Central was put back from a backup of before it was approved, and no admin has adopted it yet. It works
    /// on and keeps what it does.
    EdgeForgotten,
    /// It speaks for its outlet.
    Active,
    /// Another edge has taken its outlet over.
    EdgeFenced,
    /// An admin has shut it out.
    EdgeRevoked,
    /// It speaks for its outlet, but its program is too old for what central tells: it does not follow
    /// central any more until it is upgraded.
    EdgeTooOld,
    /// Somebody else has said hello with its identity, or its disk was put back.
    EdgeCloned,
    /// Central does not let it speak, for a reason this program does not know.
    EdgeRefused,
}

impl Standing {
    /// What a hello refused with this code comes to.
    #[must_use]
    pub fn of_refusal(code: &str) -> Self {
        match code {
            "edge_pending" => Self::EdgePending,
            "edge_forgotten" => Self::EdgeForgotten,
            "edge_fenced" => Self::EdgeFenced,
            "edge_revoked" => Self::EdgeRevoked,
            "edge_cloned" => Self::EdgeCloned,
            TOO_OLD => Self::EdgeTooOld,
            _ => Self::EdgeRefused,
        }
    }
}

impl Standing {
    /// Whether central has shut this edge out: it serves what it has, and takes nothing new.
    #[must_use]
    pub fn is_barred(self) -> bool {
        matches!(self, Self::EdgeFenced | Self::EdgeRevoked | Self::EdgeCloned)
    }

    /// What it means, in Indonesian and English.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NotEnrolled => ("Perangkat ini belum didaftarkan", "This device has not been enrolled"),
            Self::EdgePending => (
                "Perangkat ini menunggu persetujuan pusat",
                "This device waits for the head office's approval",
            ),
            Self::EdgeForgotten => (
                "Pusat dipulihkan dari cadangan lama dan belum mengakui perangkat ini; kerja terus, semua disimpan. \
                 Hubungi kantor pusat",
                "Central was put back from an old backup and has not adopted this device yet; work on, all is kept. \
                 Call the head office",
            ),
            Self::Active => ("Perangkat ini memimpin gerai", "This device leads the outlet"),
            Self::EdgeFenced => (
                "Perangkat ini sudah digantikan; pekerjaan baru dilakukan di penggantinya",
                "This device has been replaced; new work is done at its replacement",
            ),
            Self::EdgeRevoked => (
                "Perangkat ini dicabut oleh pusat; hubungi kantor pusat",
                "The head office has revoked this device; call the head office",
            ),
            Self::EdgeTooOld => (
                "Program perangkat ini terlalu lama: penjualan tetap terkirim, tetapi harga, staf, dan permintaan dari pusat \
                 tidak lagi diterima; perbarui programnya",
                "This device's program is too old: what is done here still reaches the head office, but prices, staff and \
                 requests from there do not arrive; upgrade it",
            ),
            Self::EdgeCloned => (
                "Perangkat ini salinan, atau diskanya dikembalikan ke keadaan lama; hubungi kantor pusat",
                "This device is a copy, or its disk was set back; call the head office",
            ),
            Self::EdgeRefused => (
                "Pusat menolak perangkat ini; hubungi kantor pusat",
                "The head office's server refuses this device; call the head office",
            ),
        }
    }
}

/// Central answers, and yet what is pushed leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Central has another command in a command's place.
    StreamConflict,
    /// Central says that commands are missing before the first.
    StreamGap,
    /// Central does not understand what it is sent.
    MalformedPush,
    /// A command alone is too large for the way to central.
    TooLarge,
    /// Central answers with another refusal.
    Refused,
}

impl Trouble {
    /// What a refusal of a push with this code comes to; `None` when trying again is all it takes.
    #[must_use]
    pub fn of_refusal(status: u16, code: &str) -> Option<Self> {
        match code {
            "stream_conflict" => Some(Self::StreamConflict),
            "stream_gap" => Some(Self::StreamGap),
            "malformed_push" | "malformed_json" | "invalid_body" => Some(Self::MalformedPush),
            _ => (400..500).contains(&status).then_some(Self::Refused),
        }
    }

    /// What it means, in Indonesian and English.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::StreamConflict => (
                "Pusat mencatat perintah lain di nomor yang sama; kantor pusat harus memeriksa",
                "Central has another command in the same place; the head office has to look",
            ),
            Self::StreamGap => (
                "Menurut pusat ada perintah yang hilang; kantor pusat harus memeriksa",
                "Central says that commands are missing; the head office has to look",
            ),
            Self::MalformedPush => (
                "Pusat tidak memahami kiriman gerai ini; kantor pusat harus memeriksa",
                "Central does not understand what this outlet sends; the head office has to look",
            ),
            Self::TooLarge => (
                "Satu perintah terlalu besar untuk dikirim; kantor pusat harus memeriksa",
                "One command is too large to be sent; the head office has to look",
            ),
            Self::Refused => (
                "Pusat menolak kiriman gerai ini; akan dicoba lagi",
                "Central refuses what this outlet sends; it is tried again",
            ),
        }
    }
}

/// The line as screens are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LinkState {
    /// How far it reaches.
    pub state: Line,
    /// Since when.
    pub since: Micros,
    /// How this edge stands with central.
    pub standing: Standing,
    /// Why pushes lead nowhere although central answers.
    pub trouble: Option<Trouble>,
}

impl LinkState {
    /// Whether central answers.
    #[must_use]
    pub fn is_up(self) -> bool {
        self.state == Line::Up
    }
}

/// The line's state, told to whoever watches.
#[derive(Debug)]
pub struct Link {
    state: watch::Sender<LinkState>,
    /// The same without its time, for whoever only asks whether to try.
    line: watch::Sender<Line>,
    /// How often the line came back.
    heals: watch::Sender<u64>,
    /// How often central was seen, on a connection of its own each time.
    sights: watch::Sender<u64>,
    /// Whether anybody has looked yet.
    looked: watch::Sender<bool>,
    /// Somebody doubts that the line is as it is said to be.
    doubt: Notify,
}

impl Link {
    /// A line that has not been looked at yet counts as cut from the internet.
    #[must_use]
    pub fn new(standing: Standing, now: Micros) -> Self {
        Self {
            state: watch::Sender::new(LinkState {
                state: Line::Internet,
                since: now,
                standing,
                trouble: None,
            }),
            line: watch::Sender::new(Line::Internet),
            heals: watch::Sender::new(0),
            sights: watch::Sender::new(0),
            looked: watch::Sender::new(false),
            doubt: Notify::new(),
        }
    }

    /// How the line is now.
    #[must_use]
    pub fn now(&self) -> LinkState {
        *self.state.borrow()
    }

    /// Watches the line.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<LinkState> {
        self.state.subscribe()
    }

    /// Watches how far the line reaches.
    #[must_use]
    pub fn watch_line(&self) -> watch::Receiver<Line> {
        self.line.subscribe()
    }

    /// Watches for the line coming back. What was asked before that may never have an answer.
    #[must_use]
    pub fn heals(&self) -> watch::Receiver<u64> {
        self.heals.subscribe()
    }

    /// Watches for central being seen on a fresh connection.
    #[must_use]
    pub fn sights(&self) -> watch::Receiver<u64> {
        self.sights.subscribe()
    }

    /// Watches for the first look at the line.
    #[must_use]
    pub fn looked(&self) -> watch::Receiver<bool> {
        self.looked.subscribe()
    }

    /// Asks the probe to look at once.
    pub fn doubt(&self) {
        self.doubt.notify_one();
    }

    /// Waits until somebody doubts.
    pub async fn doubted(&self) {
        self.doubt.notified().await;
    }

    /// Takes in what a fresh connection has shown.
    pub fn probed(&self, line: Line, now: Micros) {
        self.seen(line, now);
        self.looked.send_if_modified(|looked| !std::mem::replace(looked, true));
        if line == Line::Up {
            self.sights.send_modify(|count| *count += 1);
        }
    }

    /// Takes in how this edge stands with central.
    pub fn stands(&self, standing: Standing) {
        self.state
            .send_if_modified(|state| std::mem::replace(&mut state.standing, standing) != standing);
    }

    /// Takes in whether pushes lead somewhere.
    pub fn troubled(&self, trouble: Option<Trouble>) {
        self.state.send_if_modified(|state| {
            let changed = std::mem::replace(&mut state.trouble, trouble) != trouble;
            if let (true, Some(trouble)) = (changed, trouble) {
                tracing::error!(?trouble, "pushes lead nowhere");
            }
            changed
        });
    }

    /// Takes in what was seen. Watchers wake only when something changed.
    pub fn seen(&self, line: Line, now: Micros) {
        let mut healed = false;
        self.state.send_if_modified(|state| {
            if state.state == line {
                return false;
            }
            tracing::info!(from = state.state.word(), to = line.word(), "the line changed");
            healed = line == Line::Up;
            state.state = line;
            state.since = now;
            true
        });
        self.line.send_if_modified(|told| std::mem::replace(told, line) != line);
        if healed {
            self.heals.send_modify(|count| *count += 1);
        }
    }
}
