//! What a person should look at: a command that was booked although something speaks against it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{change::Table, digest::RowDiffers, ids::CommandId, money::Rupiah, outlet::Capped, time::Day};

/// Why a booked command is listed for review. Told stands, so it is never a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Exception {
    /// A sale that was void already was voided again; its cash counts once.
    VoidedTwice,
    /// A product had been deleted or switched off at central when it was sold or queued for.
    ProductGone {
        /// Its name at the outlet.
        product: String,
    },
    /// The price on the receipt is not central's; the receipt stands.
    PriceVariance {
        /// The product's name at the outlet.
        product: String,
        /// Price on the receipt.
        sold_at: Rupiah,
        /// Price in central's list when the command arrived.
        listed: Rupiah,
    },
    /// A sale made while the line was down is over a cap of the outlet as central has it: they were changed
    /// meanwhile. The sale stands. Commands of protocol 4 say what they were judged by, so older edges, which
    /// could not read this, are not told it.
    OverCap {
        /// What the cap is of.
        what: Capped,
        /// How much central says may be taken.
        cap: Rupiah,
        /// What was left of that before the sale.
        left: Rupiah,
        /// What was sold.
        total: Rupiah,
    },
    /// The actor's grant had been revoked or changed at central.
    GrantRevoked {
        /// The version the edge judged by.
        judged_by: u64,
        /// Central's version.
        current: u64,
    },
    /// The remote ticket had been cancelled; its holder was there in person.
    RemoteCancelled,
    /// Edge and central came to different rows; the edge's stand.
    Diverged {
        /// Hash of the edge's changes.
        edge: String,
        /// Hash of central's, or why there are none.
        central: String,
    },
    /// A number already told on this day was told again.
    NumberTaken {
        /// As told.
        number: String,
    },
    /// A fenced edge had told it; a person accepted it into the stream.
    Reviewed {
        /// The command as the fenced edge gave it.
        command: CommandId,
    },
    /// An edge that was replaced had told of commands that never came.
    CommandsLost {
        /// The first of them.
        first: u64,
        /// The last it told of.
        last: u64,
    },
    /// Central knows less than it has told the outlet: it was put back from a backup, and
    /// `gerai-central restored` was not run.
    CentralSetBack {
        /// The last command the outlet was told central has.
        told: u64,
        /// The last one central had when that showed.
        had: u64,
    },
    /// A copy of the outlet's edge said hello, or one whose disk was set back. It was turned away; what it
    /// did alone comes for review.
    EdgeCopied {
        /// What gave it away.
        why: String,
    },
    /// Outlet and central do not have the same rows.
    DigestDiffers {
        /// Which table.
        table: Table,
        /// Which business day, if its rows have one.
        day: Option<Day>,
        /// The rows that differ, the first few, with their hashes on both sides.
        rows: Vec<RowDiffers>,
        /// How many differ.
        count: u64,
    },
    /// Central could not store it as it is; its bytes are kept.
    NotStored {
        /// What stood in the way.
        why: String,
    },
    /// Numbers of a closed day that central never heard of, and no new life of the edge explains.
    NumbersSkipped {
        /// The day.
        day: Day,
        /// Which, as told: `A-013`, or `A-013–A-015`.
        numbers: Vec<String>,
    },
    /// The sales or voids of a closed shift are not those central has.
    SettlementDiffers {
        /// As told at the outlet.
        told: Rupiah,
        /// As central adds up: sales less voids.
        booked: Rupiah,
    },
}

impl Exception {
    /// Its stable word.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::VoidedTwice => "voided_twice",
            Self::ProductGone { .. } => "product_gone",
            Self::PriceVariance { .. } => "price_variance",
            Self::OverCap { .. } => "over_cap",
            Self::GrantRevoked { .. } => "grant_revoked",
            Self::RemoteCancelled => "remote_cancelled",
            Self::Diverged { .. } => "diverged",
            Self::NumberTaken { .. } => "number_taken",
            Self::Reviewed { .. } => "reviewed",
            Self::CommandsLost { .. } => "commands_lost",
            Self::CentralSetBack { .. } => "central_set_back",
            Self::EdgeCopied { .. } => "edge_copied",
            Self::DigestDiffers { .. } => "digest_differs",
            Self::NotStored { .. } => "not_stored",
            Self::NumbersSkipped { .. } => "numbers_skipped",
            Self::SettlementDiffers { .. } => "settlement_differs",
        }
    }
}
