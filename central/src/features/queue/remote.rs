//! Remote tickets: joined or booked from afar, central's until check-in.

use gerai_shared::{
    Day, Micros, OutletId, TicketId, UserId, phone,
    queue::{ChosenProduct, RemoteState, RemoteTicket, Series, TicketState},
    sync::outlet_topic,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use thiserror::Error;

use super::{convert, model};
use crate::{
    features::accounts,
    platform::{
        feed::{Post, append},
        http::Failure,
    },
};

/// States in which an outlet's own ticket is still good for something today.
const ACTIVE: [TicketState; 4] = [
    TicketState::Waiting,
    TicketState::Called,
    TicketState::OnHold,
    TicketState::InSession,
];

/// A ticket somebody has at an outlet on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Active {
    /// Which.
    pub id: TicketId,
    /// Its number as told.
    pub told: String,
}

/// Why a remote ticket cannot be had, moved or given up.
#[derive(Debug, Error)]
pub enum RemoteError {
    /// The customer is in this queue already.
    #[error("this customer has {} at this outlet on that day", .0.told)]
    Joined(Active),
    /// It was given up or used before.
    #[error("the ticket is {0}")]
    Closed(&'static str),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbErr),
}

impl From<RemoteError> for Failure {
    fn from(error: RemoteError) -> Self {
        match error {
            RemoteError::Joined(ticket) => Self::new(
                409,
                "already_joined",
                "Kamu sudah punya tiket di gerai ini untuk hari itu",
                "You have a ticket at this outlet for that day",
            )
            .detail(ticket.id.to_string())
            .field("ticket", ticket.told),
            RemoteError::Closed(state) => Self::new(
                409,
                "wrong_ticket_state",
                "Status tiket tidak mengizinkan ini",
                "The ticket's state does not allow this",
            )
            .detail(state),
            RemoteError::Database(error) => Self::from(error),
        }
    }
}

/// A remote ticket.
///
/// # Errors
/// The database's.
pub async fn remote_ticket(db: &impl ConnectionTrait, id: TicketId) -> Result<Option<RemoteTicket>, DbErr> {
    let row = model::remote::Entity::find_by_id(id.0).one(db).await?;
    row.map(convert::remote).transpose()
}

/// The remote ticket whose status page a token names.
///
/// # Errors
/// The database's.
pub async fn remote_by_token(db: &impl ConnectionTrait, token: &str) -> Result<Option<RemoteTicket>, DbErr> {
    let row = model::remote::Entity::find()
        .filter(model::remote::Column::Token.eq(token))
        .one(db)
        .await?;
    row.map(convert::remote).transpose()
}

/// A customer's remote tickets from a business day on, by day and number.
///
/// # Errors
/// The database's.
pub async fn remotes_of(db: &impl ConnectionTrait, customer: UserId, from: Day) -> Result<Vec<RemoteTicket>, DbErr> {
    let rows = model::remote::Entity::find()
        .filter(model::remote::Column::CustomerId.eq(customer.0))
        .filter(model::remote::Column::Day.gte(from.to_string()))
        .order_by_asc(model::remote::Column::Day)
        .order_by_asc(model::remote::Column::JoinedAt)
        .order_by_asc(model::remote::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(convert::remote).collect()
}

/// The bookings of an outlet's business day that were not given up, by their slots.
///
/// # Errors
/// The database's.
pub async fn bookings_on(db: &impl ConnectionTrait, outlet: OutletId, day: Day) -> Result<Vec<RemoteTicket>, DbErr> {
    let rows = model::remote::Entity::find()
        .filter(model::remote::Column::OutletId.eq(outlet.0))
        .filter(model::remote::Column::Day.eq(day.to_string()))
        .filter(model::remote::Column::Series.eq(Series::Booking.as_str()))
        .filter(model::remote::Column::State.ne(RemoteState::Cancelled.as_str()))
        .order_by_asc(model::remote::Column::StartsAt)
        .order_by_asc(model::remote::Column::Number)
        .all(db)
        .await?;
    rows.into_iter().map(convert::remote).collect()
}

/// What a customer joins or books with.
#[derive(Clone, Debug)]
pub struct Joining {
    /// The ticket's id.
    pub id: TicketId,
    /// Where.
    pub outlet: OutletId,
    /// For which business day.
    pub day: Day,
    /// [`Series::Mobile`], or [`Series::Booking`] with a slot.
    pub series: Series,
    /// The number told.
    pub number: u32,
    /// What for.
    pub product: ChosenProduct,
    /// How many people.
    pub party_size: u32,
    /// Who.
    pub customer: UserId,
    /// The name to call.
    pub holder: Option<String>,
    /// When the slot of a booking begins.
    pub starts_at: Option<Micros>,
    /// Unguessable: names its status page.
    pub token: String,
}

/// The longest name to call, in characters.
const LONGEST_NAME: usize = 100;

/// A name to call, cut to what a screen can show.
#[must_use]
pub fn name_to_call(name: Option<&str>) -> Option<String> {
    name.map(|name| name.trim().chars().take(LONGEST_NAME).collect())
        .filter(|name: &String| !name.is_empty())
}

/// The ticket a customer has at an outlet on a day, remote or checked in, other than `but`.
///
/// # Errors
/// The database's.
pub async fn active_of(
    db: &impl ConnectionTrait,
    customer: UserId,
    outlet: OutletId,
    day: Day,
    but: Option<TicketId>,
) -> Result<Option<Active>, DbErr> {
    let remote = model::remote::Entity::find()
        .filter(model::remote::Column::CustomerId.eq(customer.0))
        .filter(model::remote::Column::Day.eq(day.to_string()))
        .filter(model::remote::Column::OutletId.eq(outlet.0))
        .filter(model::remote::Column::State.eq(RemoteState::Joined.as_str()))
        .all(db)
        .await?;
    let other = remote.into_iter().find(|row| but.is_none_or(|but| row.id != but.0));
    if let Some(row) = other.map(convert::remote).transpose()? {
        return Ok(Some(Active {
            id: row.id,
            told: row.told(),
        }));
    }
    let here = model::ticket::Entity::find()
        .filter(model::ticket::Column::OutletId.eq(outlet.0))
        .filter(model::ticket::Column::Day.eq(day.to_string()))
        .filter(model::ticket::Column::State.is_in(ACTIVE.map(TicketState::as_str)))
        .filter(model::ticket::Column::CustomerId.eq(customer.0))
        .one(db)
        .await?;
    let here = here.map(convert::ticket).transpose()?;
    Ok(here.map(|row| Active {
        id: row.id,
        told: row.told(),
    }))
}

/// Makes a remote ticket and tells the outlet. The caller holds the outlet's stream row and has
/// taken the number.
///
/// # Errors
/// [`RemoteError::Joined`] when the customer has one at this outlet on that day.
pub async fn join_remote(
    tx: &impl ConnectionTrait,
    joining: Joining,
    now: Micros,
) -> Result<RemoteTicket, RemoteError> {
    if let Some(twin) = active_of(tx, joining.customer, joining.outlet, joining.day, None).await? {
        return Err(RemoteError::Joined(twin));
    }
    let phone = mark_of(tx, joining.customer, Some(&joining.token)).await?;
    let row = RemoteTicket {
        id: joining.id,
        outlet: joining.outlet,
        day: joining.day,
        series: joining.series,
        number: joining.number,
        product: joining.product,
        party_size: joining.party_size,
        customer: joining.customer,
        holder: joining.holder,
        state: RemoteState::Joined,
        joined_at: now,
        starts_at: joining.starts_at,
        token: Some(joining.token),
        phone,
    };
    model::remote::Entity::insert(convert::remote_row(&row)?)
        .exec_without_returning(tx)
        .await?;
    tell(tx, &row, now).await?;
    Ok(row)
}

/// Moves a booking to another slot, and tells the outlet. The caller holds the outlet's stream row
/// and has taken the number, another one when the day is another.
///
/// # Errors
/// [`RemoteError::Closed`] when it is not waiting for check-in any more, [`RemoteError::Joined`]
/// when the customer has another ticket on the new day.
pub async fn move_booking(
    tx: &impl ConnectionTrait,
    id: TicketId,
    day: Day,
    number: u32,
    starts_at: Micros,
    now: Micros,
) -> Result<RemoteTicket, RemoteError> {
    let mut row = locked(tx, id).await?;
    if row.state != RemoteState::Joined {
        return Err(RemoteError::Closed(row.state.as_str()));
    }
    if let Some(twin) = active_of(tx, row.customer, row.outlet, day, Some(id)).await? {
        return Err(RemoteError::Joined(twin));
    }
    (row.day, row.number, row.starts_at) = (day, number, Some(starts_at));
    row.phone = mark_of(tx, row.customer, row.token.as_deref()).await?;
    model::remote::Entity::update(convert::remote_row(&row)?)
        .exec(tx)
        .await?;
    tell(tx, &row, now).await?;
    Ok(row)
}

/// Gives a remote ticket up from afar.
///
/// # Errors
/// [`RemoteError::Closed`] when it is not waiting for check-in any more.
pub async fn cancel_remote(
    tx: &impl ConnectionTrait,
    ticket: TicketId,
    now: Micros,
) -> Result<RemoteTicket, RemoteError> {
    let (was, row) = move_to(tx, ticket, RemoteState::Cancelled).await?;
    match was {
        RemoteState::Joined => {
            tell(tx, &row, now).await?;
            Ok(row)
        }
        closed => Err(RemoteError::Closed(closed.as_str())),
    }
}

/// The holder is at the outlet: being there in person beats a cancellation made meanwhile. Returns
/// whether there was one.
///
/// # Errors
/// The database's.
pub async fn check_in_remote(
    tx: &impl ConnectionTrait,
    outlet: OutletId,
    ticket: TicketId,
    now: Micros,
) -> Result<bool, DbErr> {
    let known = remote_ticket(tx, ticket).await?;
    if known.is_some_and(|row| row.outlet != outlet) {
        return Ok(false);
    }
    match move_to(tx, ticket, RemoteState::CheckedIn).await {
        Ok((was, row)) => {
            if was != RemoteState::CheckedIn {
                tell(tx, &row, now).await?;
            }
            Ok(was == RemoteState::Cancelled)
        }
        Err(RemoteError::Database(error)) => Err(error),
        // A ticket central does not know (any more) was there in person all the same.
        Err(_) => Ok(false),
    }
}

/// What an outlet is to know the customer's number by, under this ticket's token.
async fn mark_of(db: &impl ConnectionTrait, customer: UserId, token: Option<&str>) -> Result<Option<String>, DbErr> {
    let Some(token) = token else { return Ok(None) };
    let number = accounts::phone_of(db, customer).await?;
    Ok(number.map(|number| phone::mark(token, &number)))
}

async fn locked(tx: &impl ConnectionTrait, id: TicketId) -> Result<RemoteTicket, RemoteError> {
    let row = model::remote::Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or(RemoteError::Closed("unknown"))?;
    Ok(convert::remote(row)?)
}

/// Moves a remote ticket on, if it may, and returns where it stood.
async fn move_to(
    tx: &impl ConnectionTrait,
    ticket: TicketId,
    to: RemoteState,
) -> Result<(RemoteState, RemoteTicket), RemoteError> {
    let mut row = locked(tx, ticket).await?;
    let was = row.state;
    let moves = match to {
        RemoteState::Cancelled => was == RemoteState::Joined,
        _ => was != RemoteState::CheckedIn,
    };
    if moves {
        model::remote::Entity::update_many()
            .col_expr(model::remote::Column::State, Expr::value(to.as_str()))
            .filter(Expr::col(model::remote::Column::Id).eq(ticket.0))
            .exec(tx)
            .await?;
        row.state = to;
    }
    Ok((was, row))
}

async fn tell(tx: &impl ConnectionTrait, row: &RemoteTicket, now: Micros) -> Result<(), DbErr> {
    let post = Post::row("remote_ticket", row.id.0, row)?;
    append(tx, &outlet_topic(row.outlet), vec![post], now).await?;
    Ok(())
}
