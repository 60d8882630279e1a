//! The outlet's door, as whoever comes from afar finds it (Q7): what the outlet said, as far as central heard.

use gerai_shared::{
    Day, Micros, OutletId, Refusal,
    intake::{BusinessDay, Intake},
    outlet::Outlet,
    queue::{RemoteState, Series, TicketState},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};

use super::{convert, floor::intake, model};
use crate::platform::http::Failure;

/// Whether an outlet takes who comes on a business day.
#[derive(Clone, Debug)]
pub struct Door {
    /// What the outlet said.
    pub intake: Intake,
    /// The business day, when it was closed.
    pub closed: Option<BusinessDay>,
    /// How many wait, there or on their way; counted where a cap is set.
    waiting: u32,
}

/// Looks at an outlet's door.
///
/// # Errors
/// The database's.
pub async fn door(db: &impl ConnectionTrait, outlet: OutletId, day: Day) -> Result<Door, DbErr> {
    let closed = model::day::Entity::find_by_id(BusinessDay::id_of(outlet, day))
        .one(db)
        .await?;
    let intake = intake(db, outlet, day).await?;
    Ok(Door {
        waiting: match intake.cap {
            Some(_) => waiting(db, outlet, day).await?,
            None => 0,
        },
        intake,
        closed: closed.as_ref().map(convert::business_day).transpose()?,
    })
}

/// Who waits at the outlet, and who joined and is not there yet. A booking has its slot and waits for no one.
async fn waiting(db: &impl ConnectionTrait, outlet: OutletId, day: Day) -> Result<u32, DbErr> {
    let here = model::ticket::Entity::find()
        .filter(model::ticket::Column::OutletId.eq(outlet.0))
        .filter(model::ticket::Column::Day.eq(day.to_string()))
        .filter(model::ticket::Column::State.eq(TicketState::Waiting.as_str()))
        .filter(model::ticket::Column::ClosedAt.is_null())
        .count(db)
        .await?;
    let afar = model::remote::Entity::find()
        .filter(model::remote::Column::OutletId.eq(outlet.0))
        .filter(model::remote::Column::Day.eq(day.to_string()))
        .filter(model::remote::Column::Series.eq(Series::Mobile.as_str()))
        .filter(model::remote::Column::State.eq(RemoteState::Joined.as_str()))
        .count(db)
        .await?;
    Ok(u32::try_from(here + afar).unwrap_or(u32::MAX))
}

impl Door {
    /// Whether somebody may join the queue of `outlet` now.
    ///
    /// # Errors
    /// `outlet_not_open` outside its hours; the refusal a walk-in would get, with the outlet's own message.
    pub fn admits_now(&self, outlet: &Outlet, now: Micros) -> Result<(), Failure> {
        self.said(self.intake.admits(self.closed.as_ref(), self.waiting))?;
        if outlet.is_open(now) {
            return Ok(());
        }
        let failure = Failure::new(
            409,
            "outlet_not_open",
            "Gerai sedang tutup",
            "The outlet is not open now",
        );
        let time = |minute: u16| format!("{:02}.{:02}", minute / 60 % 24, minute % 60);
        Err(match outlet.hours_on(outlet.business_day(now)) {
            Some(hours) => failure.detail(format!("{}–{}", time(hours.opens), time(hours.closes))),
            None => failure,
        })
    }

    /// Whether a slot of its day may be booked. How many is the slots' to say, not the cap's.
    ///
    /// # Errors
    /// The refusal a walk-in would get, with the outlet's own message.
    pub fn admits_to_a_slot(&self) -> Result<(), Failure> {
        self.said(self.shut().map_or(Ok(()), Err))
    }

    /// Why nobody new is taken, however few wait.
    #[must_use]
    pub fn shut(&self) -> Option<Refusal> {
        self.intake.admits(self.closed.as_ref(), 0).err()
    }

    fn said(&self, judged: Result<(), Refusal>) -> Result<(), Failure> {
        judged.map_err(|refusal| {
            let failure = Failure::refused(&refusal);
            match &self.intake.message {
                Some(message) => failure.detail(message.clone()),
                None => failure,
            }
        })
    }
}
