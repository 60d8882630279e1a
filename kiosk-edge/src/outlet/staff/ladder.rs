//! What may still be done without central, by how long it has not been heard (E8): the longer a
//! revoked grant or a changed price could not arrive, the less rests on the old ones.

use std::time::Duration;

use gerai_shared::{Act, Rupiah};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{config::LadderSettings, journal::Booked, problems::Fault};

const HOUR: u64 = 3_600;

/// A rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LadderLevel)]
pub(in crate::outlet) enum Level {
    /// Everything.
    Full,
    /// No large voids, no first sign-ins.
    Careful,
    /// The queue, and small sales.
    Capped,
    /// The queue.
    QueueOnly,
}

/// What a rung may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LadderAllows)]
pub(in crate::outlet) enum Ability {
    /// Tickets, rooms and sessions.
    Queue,
    /// Cash sales, up to `sale_cap` where there is one.
    Sales,
    /// Voids, up to `void_limit` where there is one.
    Voids,
    /// Signing in for the first time.
    FirstSignIn,
}

/// Where the outlet stands on the ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LadderView)]
pub(in crate::outlet) struct View {
    /// Whole hours since central was last heard.
    hours_offline: u64,
    /// The rung.
    level: Level,
    /// What is allowed on it.
    allows: Vec<Ability>,
    /// The largest sale, where there is a bound.
    sale_cap: Option<Rupiah>,
    /// The largest sale that may be voided, where there is a bound.
    void_limit: Option<Rupiah>,
}

/// What the ladder refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The sale is too large to be voided now.
    #[error("without central for {hours} hours: sales above {limit} rupiah are not voided")]
    VoidLimit {
        /// Since central was heard.
        hours: u64,
        /// The bound.
        limit: Rupiah,
    },
    /// The sale is too large for now.
    #[error("without central for {hours} hours: nothing above {cap} rupiah is sold")]
    SaleCap {
        /// Since central was heard.
        hours: u64,
        /// The bound.
        cap: Rupiah,
    },
    /// No voids now.
    #[error("without central for {hours} hours: no sale is voided")]
    NoVoids {
        /// Since central was heard.
        hours: u64,
    },
    /// No money now.
    #[error("without central for {hours} hours: only the queue goes on")]
    QueueOnly {
        /// Since central was heard.
        hours: u64,
    },
    /// Nobody new now.
    #[error("without central for {hours} hours: nobody signs in here for the first time")]
    FirstSignIn {
        /// Since central was heard.
        hours: u64,
    },
}

impl Denied {
    /// Its stable word, and what to tell a person in Indonesian and in English.
    #[must_use]
    pub fn told(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::VoidLimit { .. } => (
                "ladder_void_limit",
                "Terlalu lama tanpa pusat: pembatalan sebesar ini menunggu sambungan",
                "Too long without central: a void this large waits for the line",
            ),
            Self::SaleCap { .. } => (
                "ladder_sale_cap",
                "Terlalu lama tanpa pusat: penjualan sebesar ini menunggu sambungan",
                "Too long without central: a sale this large waits for the line",
            ),
            Self::NoVoids { .. } => (
                "ladder_no_voids",
                "Terlalu lama tanpa pusat: pembatalan menunggu sambungan",
                "Too long without central: voids wait for the line",
            ),
            Self::QueueOnly { .. } => (
                "ladder_queue_only",
                "Terlalu lama tanpa pusat: hanya antrean yang berjalan",
                "Too long without central: only the queue goes on",
            ),
            Self::FirstSignIn { .. } => (
                "ladder_first_sign_in",
                "Terlalu lama tanpa pusat: staf yang belum pernah masuk di sini menunggu sambungan",
                "Too long without central: staff new to this outlet wait for the line",
            ),
        }
    }
}

/// The ladder as it stands now.
#[derive(Clone, Copy, Debug)]
pub(in crate::outlet) struct Ladder {
    settings: LadderSettings,
    hours: u64,
    level: Level,
}

impl LadderSettings {
    /// The ladder so long after central was last heard.
    pub(in crate::outlet) fn after(self, offline: Duration) -> Ladder {
        let hours = offline.as_secs() / HOUR;
        let level = match hours {
            hours if hours >= u64::from(self.queue_only_hours) => Level::QueueOnly,
            hours if hours >= u64::from(self.capped_hours) => Level::Capped,
            hours if hours >= u64::from(self.careful_hours) => Level::Careful,
            _ => Level::Full,
        };
        Ladder {
            settings: self,
            hours,
            level,
        }
    }
}

impl Ladder {
    /// Whether an act that moves money may be booked.
    pub(in crate::outlet) fn books(self, booked: &Booked<'_>) -> Result<(), Fault> {
        match &booked.command.act {
            Act::Sell(act) => Ok(self.sells(act.total)?),
            Act::VoidSale(act) => {
                let total = booked.state.sale(act.sale).map_or(Rupiah::ZERO, |sale| sale.total);
                Ok(self.voids(total)?)
            }
            _ => Ok(()),
        }
    }

    fn sells(self, total: Rupiah) -> Result<(), Denied> {
        let (hours, cap) = (self.hours, self.settings.sale_cap);
        match self.level {
            Level::QueueOnly => Err(Denied::QueueOnly { hours }),
            Level::Capped if total > cap => Err(Denied::SaleCap { hours, cap }),
            _ => Ok(()),
        }
    }

    fn voids(self, total: Rupiah) -> Result<(), Denied> {
        let (hours, limit) = (self.hours, self.settings.void_limit);
        match self.level {
            Level::QueueOnly => Err(Denied::QueueOnly { hours }),
            Level::Capped => Err(Denied::NoVoids { hours }),
            Level::Careful if total > limit => Err(Denied::VoidLimit { hours, limit }),
            _ => Ok(()),
        }
    }

    /// Whether somebody may sign in who never has here.
    pub(super) fn admits_new(self) -> Result<(), Denied> {
        match self.level {
            Level::Full => Ok(()),
            _ => Err(Denied::FirstSignIn { hours: self.hours }),
        }
    }

    /// As screens show it.
    pub(in crate::outlet) fn view(self) -> View {
        let allows: &[Ability] = match self.level {
            Level::Full => &[Ability::Queue, Ability::Sales, Ability::Voids, Ability::FirstSignIn],
            Level::Careful => &[Ability::Queue, Ability::Sales, Ability::Voids],
            Level::Capped => &[Ability::Queue, Ability::Sales],
            Level::QueueOnly => &[Ability::Queue],
        };
        View {
            hours_offline: self.hours,
            level: self.level,
            allows: allows.to_vec(),
            sale_cap: (self.level == Level::Capped).then_some(self.settings.sale_cap),
            void_limit: (self.level == Level::Careful).then_some(self.settings.void_limit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: LadderSettings = LadderSettings {
        careful_hours: 24,
        capped_hours: 72,
        queue_only_hours: 168,
        void_limit: Rupiah(100),
        sale_cap: Rupiah(200),
    };

    #[test]
    fn each_rung_allows_less_than_the_one_before() {
        // After so many hours: the rung; a sale of 200, of 201; a void of 100, of 101; somebody new.
        let table = [
            (0, Level::Full, "sell sell void void new"),
            (23, Level::Full, "sell sell void void new"),
            (
                24,
                Level::Careful,
                "sell sell void ladder_void_limit ladder_first_sign_in",
            ),
            (
                71,
                Level::Careful,
                "sell sell void ladder_void_limit ladder_first_sign_in",
            ),
            (
                72,
                Level::Capped,
                "sell ladder_sale_cap ladder_no_voids ladder_no_voids ladder_first_sign_in",
            ),
            (
                167,
                Level::Capped,
                "sell ladder_sale_cap ladder_no_voids ladder_no_voids ladder_first_sign_in",
            ),
            (
                168,
                Level::QueueOnly,
                "ladder_queue_only ladder_queue_only ladder_queue_only ladder_queue_only ladder_first_sign_in",
            ),
            (
                9_999,
                Level::QueueOnly,
                "ladder_queue_only ladder_queue_only ladder_queue_only ladder_queue_only ladder_first_sign_in",
            ),
        ];
        for (hours, level, expected) in table {
            // A second short of the next hour is still this one.
            let ladder = SETTINGS.after(Duration::from_secs(hours * HOUR + HOUR - 1));
            assert_eq!(ladder.level, level, "{hours}");
            let said = [
                ladder.sells(Rupiah(200)).map(|()| "sell"),
                ladder.sells(Rupiah(201)).map(|()| "sell"),
                ladder.voids(Rupiah(100)).map(|()| "void"),
                ladder.voids(Rupiah(101)).map(|()| "void"),
                ladder.admits_new().map(|()| "new"),
            ];
            let said = said.map(|said| said.unwrap_or_else(|denied| denied.told().0));
            assert_eq!(said.join(" "), expected, "{hours}");
            let able = |ability| ladder.view().allows.contains(&ability);
            assert!(able(Ability::Queue));
            assert_eq!(able(Ability::Sales), ladder.sells(Rupiah(1)).is_ok());
            assert_eq!(able(Ability::Voids), ladder.voids(Rupiah(1)).is_ok());
            assert_eq!(able(Ability::FirstSignIn), ladder.admits_new().is_ok());
        }
    }
}
