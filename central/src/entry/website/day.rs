//! What pages show of an outlet's day, read once for a crowd of them.

use std::{sync::Arc, time::Duration};

use gerai_shared::{Day, Micros, OutletId, estimate::Waits, outlet::Outlet, queue::Ticket};
use moka::future::Cache;
use sea_orm::{ConnectionTrait, DbErr};

use crate::features::queue::{self, Door};

/// Estimates move with the clock, too: in microseconds.
const A_MINUTE: i64 = 60_000_000;

/// An outlet's day.
pub(super) struct Seen {
    /// Its tickets, in service order.
    pub tickets: Vec<Ticket>,
    /// Its door.
    pub door: Door,
    /// How long one waits; on the day itself alone.
    pub waits: Waits,
}

/// Days that are being watched, by where the outlet's queue stands and the minute.
#[derive(Clone)]
pub(super) struct Days(Cache<(OutletId, Day, u64, i64), Arc<Seen>>);

impl Days {
    pub(super) fn new() -> Self {
        let days = Cache::builder().max_capacity(256);
        Self(days.time_to_live(Duration::from_secs(300)).build())
    }

    /// An outlet's day at a position of its queue.
    pub(super) async fn at(
        &self,
        db: &impl ConnectionTrait,
        outlet: &Outlet,
        day: Day,
        (position, now): (u64, Micros),
    ) -> Result<Arc<Seen>, DbErr> {
        let read = async {
            let tickets = queue::day_tickets(db, outlet.id, day).await?;
            let door = queue::door(db, outlet.id, day).await?;
            let waits = if day == outlet.business_day(now) {
                queue::queue_waits(db, outlet, &door.intake, &tickets, now).await?
            } else {
                Waits::default()
            };
            Ok::<_, DbErr>(Arc::new(Seen { tickets, door, waits }))
        };
        self.0
            .try_get_with((outlet.id, day, position, now.0.div_euclid(A_MINUTE)), read)
            .await
            .map_err(|error| DbErr::Custom(error.to_string()))
    }
}
