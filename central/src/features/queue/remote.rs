//! Remote tickets: joined from afar, central's until check-in.

use gerai_shared::{
    Day, Micros, OutletId, TicketId, UserId,
    queue::{ChosenProduct, RemoteState, RemoteTicket, Series},
    sync::outlet_topic,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use thiserror::Error;

use super::{convert, model};
use crate::platform::{
    feed::{Post, append},
    http::Failure,
};

/// Why a remote ticket cannot be had or given up.
#[derive(Debug, Error)]
pub enum RemoteError {
    /// The customer is in this queue already.
    #[error("this customer has a ticket at this outlet today")]
    Joined(TicketId),
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
                "Kamu sudah punya tiket di gerai ini hari ini",
                "You have a ticket at this outlet today",
            )
            .detail(ticket.to_string()),
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

fn state(state: RemoteState) -> &'static str {
    match state {
        RemoteState::Joined => "joined",
        RemoteState::Cancelled => "cancelled",
        RemoteState::CheckedIn => "checked_in",
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

/// What a customer joins with.
#[derive(Clone, Debug)]
pub struct Joining {
    /// The ticket's id.
    pub id: TicketId,
    /// Where.
    pub outlet: OutletId,
    /// For which business day.
    pub day: Day,
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
}

/// Makes a remote ticket and tells the outlet. The caller holds the outlet's stream row and has
/// taken the number.
///
/// # Errors
/// [`RemoteError::Joined`] when the customer has one at this outlet today.
pub async fn join_remote(
    tx: &impl ConnectionTrait,
    joining: Joining,
    now: Micros,
) -> Result<RemoteTicket, RemoteError> {
    let twin = model::remote::Entity::find()
        .filter(model::remote::Column::CustomerId.eq(joining.customer.0))
        .filter(model::remote::Column::Day.eq(joining.day.to_string()))
        .filter(model::remote::Column::OutletId.eq(joining.outlet.0))
        .filter(model::remote::Column::State.eq(state(RemoteState::Joined)))
        .one(tx)
        .await?;
    if let Some(twin) = twin {
        return Err(RemoteError::Joined(twin.id.into()));
    }
    let row = RemoteTicket {
        id: joining.id,
        outlet: joining.outlet,
        day: joining.day,
        series: Series::Mobile,
        number: joining.number,
        product: joining.product,
        party_size: joining.party_size,
        customer: joining.customer,
        holder: joining.holder,
        state: RemoteState::Joined,
        joined_at: now,
    };
    model::remote::Entity::insert(model::remote::ActiveModel {
        id: Set(row.id.0),
        outlet_id: Set(row.outlet.0),
        day: Set(row.day.to_string()),
        series: Set(row.series.as_str().to_owned()),
        number: Set(i32::try_from(row.number).unwrap_or(i32::MAX)),
        product_id: Set(row.product.id.0),
        product_name: Set(row.product.name.clone()),
        category: Set(row.product.category.as_str().to_owned()),
        minutes: Set(i32::try_from(row.product.minutes).unwrap_or(i32::MAX)),
        party_size: Set(i32::try_from(row.party_size).unwrap_or(i32::MAX)),
        customer_id: Set(row.customer.0),
        holder: Set(row.holder.clone()),
        state: Set(state(row.state).to_owned()),
        joined_at: Set(row.joined_at.0),
    })
    .exec_without_returning(tx)
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
        closed => Err(RemoteError::Closed(state(closed))),
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

/// Moves a remote ticket on, if it may, and returns where it stood.
async fn move_to(
    tx: &impl ConnectionTrait,
    ticket: TicketId,
    to: RemoteState,
) -> Result<(RemoteState, RemoteTicket), RemoteError> {
    let row = model::remote::Entity::find_by_id(ticket.0)
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or(RemoteError::Closed("unknown"))?;
    let mut row = convert::remote(row)?;
    let was = row.state;
    let moves = match to {
        RemoteState::Cancelled => was == RemoteState::Joined,
        _ => was != RemoteState::CheckedIn,
    };
    if moves {
        model::remote::Entity::update_many()
            .col_expr(model::remote::Column::State, Expr::value(state(to)))
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
