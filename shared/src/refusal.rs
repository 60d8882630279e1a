//! Why an outlet says no, before anything was told.

use std::borrow::Cow;

use thiserror::Error;

use crate::{
    outlet::OverCap,
    problem::{Lang, Problem},
    queue::TicketState,
    session::RoomState,
};

/// Why a wish or a command is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// No such ticket at this outlet.
    #[error("no such ticket at this outlet")]
    UnknownTicket,
    /// No such session at this outlet.
    #[error("no such session at this outlet")]
    UnknownSession,
    /// No such studio at this outlet.
    #[error("no such studio at this outlet")]
    UnknownStudio,
    /// No such sale at this outlet.
    #[error("no such sale at this outlet")]
    UnknownSale,
    /// No such product in the catalogue of this outlet.
    #[error("no such product in the catalogue of this outlet")]
    UnknownProduct,
    /// The product is bought, not visited.
    #[error("this product needs no ticket")]
    NeedsNoTicket,
    /// The product is not offered at this outlet.
    #[error("this product is not offered at this outlet")]
    NotOfferedHere,
    /// The ticket is in a state in which this cannot be done.
    #[error("the ticket is {}", state.as_str())]
    WrongTicketState {
        /// The state it is in.
        state: TicketState,
    },
    /// The room is in a state in which this cannot be done.
    #[error("the room is {}", state.as_str())]
    WrongRoomState {
        /// The state it is in.
        state: RoomState,
    },
    /// The session is over.
    #[error("the session is over")]
    SessionOver,
    /// There is nothing to undo.
    #[error("there is nothing to undo")]
    NothingToUndo,
    /// A row with this id exists.
    #[error("a row with this id exists")]
    Exists,
    /// Ids in the command do not belong together.
    #[error("ids in the command do not belong together")]
    Mismatch,
    /// The cash given is less than the total.
    #[error("the cash given is less than the total")]
    TooLittleCash,
    /// An amount is beyond what can be counted.
    #[error("an amount is beyond what can be counted")]
    TooMuch,
    /// The queue takes no walk-ins for a while.
    #[error("the queue is paused")]
    IntakePaused,
    /// The queue takes no walk-ins any more.
    #[error("the queue is closed")]
    IntakeClosed,
    /// As many wait as may.
    #[error("{cap} wait, and no more may")]
    QueueFull {
        /// How many may.
        cap: u32,
    },
    /// The party is larger than the product is for.
    #[error("this product is for {most} people at most")]
    PartyTooLarge {
        /// How many it is for.
        most: u32,
    },
    /// The business day has been closed.
    #[error("the business day has been closed")]
    DayClosed,
    /// Sessions run.
    #[error("{running} sessions run")]
    SessionsRunning {
        /// How many.
        running: u32,
    },
    /// No such cash shift at this outlet.
    #[error("no such cash shift at this outlet")]
    UnknownShift,
    /// A cash shift is open.
    #[error("a cash shift is open")]
    ShiftOpen,
    /// The cash shift is closed.
    #[error("the cash shift is closed")]
    ShiftClosed,
    /// Cash is taken only while a cash shift is open.
    #[error("no cash shift is open")]
    ShiftNeeded,
    /// More cash than may be taken while the line is down.
    #[error("{}", .0.told(Lang::En))]
    OverCap(OverCap),
    /// The sale has been taken back, or belongs to something else.
    #[error("the sale does not pay for this")]
    NotPaid,
    /// Somebody was faster: the sale is void.
    #[error("the sale has been voided already")]
    SaleVoided,
    /// The product has no packet of this name.
    #[error("the product has no packet of this name")]
    UnknownPacket {
        /// The field that names it.
        field: String,
    },
    /// Something is not to be had as an add-on.
    #[error("`{field}`: {}", why.told(Lang::En))]
    UnfitExtra {
        /// The field that names it.
        field: String,
        /// Why.
        why: Unfit,
    },
    /// A field is out of bounds.
    #[error("`{field}` must be {min} to {max}")]
    OutOfBounds {
        /// The field.
        field: String,
        /// The least allowed.
        min: u64,
        /// The most allowed.
        max: u64,
    },
}

/// Why something is not to be had as an add-on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is not in the catalogue of this outlet.
    Unknown,
    /// It is a product of another category.
    NoAddOn,
    /// It is not offered at this outlet.
    NotOfferedHere,
    /// It was named before; its quantity says how many.
    NamedTwice,
}

impl Unfit {
    fn told(self, lang: Lang) -> &'static str {
        let (id, en) = match self {
            Self::Unknown => ("tidak ada di katalog", "not in the catalogue"),
            Self::NoAddOn => ("bukan tambahan", "not an add-on"),
            Self::NotOfferedHere => ("tidak ada di gerai ini", "not offered at this outlet"),
            Self::NamedTwice => ("disebut dua kali", "named twice"),
        };
        lang.pick(id, en)
    }
}

impl Refusal {
    /// Its stable word.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownTicket => "unknown_ticket",
            Self::UnknownSession => "unknown_session",
            Self::UnknownStudio => "unknown_studio",
            Self::UnknownSale => "unknown_sale",
            Self::UnknownProduct => "unknown_product",
            Self::NeedsNoTicket => "needs_no_ticket",
            Self::NotOfferedHere => "not_offered_here",
            Self::WrongTicketState { .. } => "wrong_ticket_state",
            Self::WrongRoomState { .. } => "wrong_room_state",
            Self::SessionOver => "session_over",
            Self::NothingToUndo => "nothing_to_undo",
            Self::Exists => "exists",
            Self::Mismatch => "mismatch",
            Self::TooLittleCash => "too_little_cash",
            Self::TooMuch => "too_much",
            Self::IntakePaused => "intake_paused",
            Self::IntakeClosed => "intake_closed",
            Self::QueueFull { .. } => "queue_full",
            Self::PartyTooLarge { .. } => "party_too_large",
            Self::DayClosed => "day_closed",
            Self::SessionsRunning { .. } => "sessions_running",
            Self::UnknownShift => "unknown_shift",
            Self::ShiftOpen => "shift_open",
            Self::ShiftClosed => "shift_closed",
            Self::ShiftNeeded => "shift_needed",
            Self::OverCap(_) => "over_cap",
            Self::NotPaid => "not_paid",
            Self::SaleVoided => "sale_voided",
            Self::UnknownPacket { .. } => "unknown_packet",
            Self::UnfitExtra { .. } => "unfit_extra",
            Self::OutOfBounds { .. } => "out_of_bounds",
        }
    }

    /// The HTTP status it is answered with.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::UnknownTicket | Self::UnknownSession | Self::UnknownSale | Self::UnknownShift => 404,
            Self::UnknownStudio
            | Self::UnknownProduct
            | Self::NeedsNoTicket
            | Self::TooLittleCash
            | Self::TooMuch
            | Self::PartyTooLarge { .. }
            | Self::UnknownPacket { .. }
            | Self::UnfitExtra { .. }
            | Self::OutOfBounds { .. } => 422,
            _ => 409,
        }
    }

    /// What to tell the person who asked.
    #[must_use]
    pub fn told(&self, lang: Lang) -> Cow<'static, str> {
        let (id, en) = match self {
            Self::OverCap(over) => return over.told(lang).into(),
            Self::UnknownTicket => ("Tiket tidak ditemukan", "No such ticket"),
            Self::UnknownSession => ("Sesi tidak ditemukan", "No such session"),
            Self::UnknownStudio => ("Ruang tidak ditemukan", "No such room"),
            Self::UnknownSale => ("Penjualan tidak ditemukan", "No such sale"),
            Self::UnknownProduct => ("Produk tidak ditemukan", "No such product"),
            Self::NeedsNoTicket => ("Produk ini tidak perlu tiket", "This product needs no ticket"),
            Self::NotOfferedHere => ("Produk ini tidak ada di gerai ini", "Not offered at this outlet"),
            Self::WrongTicketState { .. } => (
                "Status tiket tidak mengizinkan ini",
                "The ticket's state does not allow this",
            ),
            Self::WrongRoomState { .. } => ("Ruang tidak siap", "The room is not ready"),
            Self::SessionOver => ("Sesi sudah selesai", "The session is over"),
            Self::NothingToUndo => ("Tidak ada yang bisa dibatalkan", "Nothing to undo"),
            Self::Exists => ("Sudah ada", "It exists already"),
            Self::Mismatch => ("Data tidak cocok", "The parts do not belong together"),
            Self::TooLittleCash => ("Uang kurang", "Not enough cash"),
            Self::TooMuch => ("Jumlah terlalu besar", "The amount is too large"),
            Self::IntakePaused => ("Antrean sedang dijeda", "The queue is paused"),
            Self::IntakeClosed => ("Antrean sudah ditutup", "The queue is closed"),
            Self::QueueFull { .. } => ("Antrean penuh", "The queue is full"),
            Self::PartyTooLarge { .. } => (
                "Terlalu banyak orang untuk produk ini",
                "Too many people for this product",
            ),
            Self::DayClosed => ("Hari sudah ditutup", "The day has been closed"),
            Self::SessionsRunning { .. } => ("Masih ada sesi berjalan", "Sessions are still running"),
            Self::UnknownShift => ("Shift kas tidak ditemukan", "No such cash shift"),
            Self::ShiftOpen => ("Shift kas masih terbuka", "A cash shift is open"),
            Self::ShiftClosed => ("Shift kas sudah ditutup", "The cash shift is closed"),
            Self::ShiftNeeded => ("Buka shift kas dulu", "Open a cash shift first"),
            Self::NotPaid => ("Penjualan itu tidak membayar ini", "That sale does not pay for this"),
            Self::SaleVoided => ("Penjualan ini sudah dibatalkan", "This sale has been voided already"),
            Self::UnknownPacket { .. } => ("Paket ini tidak ada pada produk itu", "The product has no such packet"),
            Self::UnfitExtra { .. } => ("Tambahan ini tidak bisa dipilih", "This add-on cannot be chosen"),
            Self::OutOfBounds { .. } => ("Nilai di luar batas", "A value is out of bounds"),
        };
        lang.pick(id, en).into()
    }

    /// As a problem for the person who asked.
    #[must_use]
    pub fn to_problem(&self, lang: Lang) -> Problem {
        let problem = Problem::new(self.status(), self.code(), &self.told(lang)).detail(self.to_string());
        match self {
            Self::OutOfBounds { field, min, max } => problem.field(field, format!("{min}–{max}")),
            Self::UnknownPacket { field } => problem.field(field, self.told(lang)),
            Self::UnfitExtra { field, why } => problem.field(field, why.told(lang)),
            _ => problem,
        }
    }
}
