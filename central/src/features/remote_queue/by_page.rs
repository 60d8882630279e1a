//! Leaving by the ticket's page: whoever has its link may, as whoever holds a paper slip may tear it up.

use gerai_shared::{
    Actor, TicketId,
    queue::{Ticket, TicketState},
    request::RequestState,
    wish::{TicketWish, Wish},
};
use sea_orm::ConnectionTrait;

use super::{
    act::{self, Subject},
    routes::{HandedOver, act_on},
};
use crate::{
    features::{requests, stream},
    platform::{Platform, http::Failure},
    tx,
};

/// What the outlet reads where the holder has no account.
const BY_PAGE: &str = "Dilepas lewat halaman tiket";

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// There is nothing of it to use any more.
    Gone,
    /// The outlet has not answered yet.
    Asked,
    /// The outlet said no: it is being used.
    Refused,
    /// It is a booking that begins too soon to be given up from afar.
    TooLate,
}

/// Gives a ticket up by its page. Once or many times is the same: what is over stays over, and an outlet that
/// was asked and is silent is not asked again.
///
/// # Errors
/// When there is no such ticket; the database's.
pub async fn leave_by_page(platform: &Platform, id: TicketId) -> Result<Left, Failure> {
    let done = tx!(&platform.db, |tx| -> Result<Option<HandedOver>, Failure> {
        let subject = act::subject(tx, id).await?;
        give_up(tx, platform, subject).await
    });
    let done = match done {
        Ok(done) => done,
        Err(failure) if failure.problem.code == "too_late" => return Ok(Left::TooLate),
        // Given up or used meanwhile: its page says which.
        Err(failure) if failure.problem.code == "wrong_ticket_state" => return Ok(Left::Gone),
        Err(failure) => return Err(failure),
    };
    platform.feed.nudge();
    let Some((outlet, request)) = done.and_then(|done| Some((done.outlet, done.request?))) else {
        return Ok(Left::Gone);
    };
    Ok(match act::answer(platform, outlet, request).await?.state {
        RequestState::Done => Left::Gone,
        RequestState::Waiting => Left::Asked,
        RequestState::Refused => Left::Refused,
    })
}

async fn give_up(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    subject: Subject,
) -> Result<Option<HandedOver>, Failure> {
    let holder = match &subject {
        Subject::Remote { customer, .. } => Some(*customer),
        Subject::Ticket(ticket) => {
            stream::lock(tx, ticket.outlet).await?;
            if !is_held(ticket) {
                return Ok(None);
            }
            if let Some(asked) = asked_before(tx, ticket).await? {
                return Ok(Some(asked));
            }
            ticket.customer
        }
    };
    let (actor, reason) = match holder {
        Some(user) => (Actor::Customer { user }, None),
        None => (Actor::System, Some(BY_PAGE.to_owned())),
    };
    let cancel = TicketWish::Cancel { reason };
    act_on(tx, platform, subject, cancel, actor).await.map(Some)
}

/// Whether its holder has a place at the outlet that is not used yet.
#[must_use]
pub fn is_held(ticket: &Ticket) -> bool {
    let held = matches!(
        ticket.now.state,
        TicketState::Waiting | TicketState::Called | TicketState::OnHold
    );
    held && ticket.closed_at.is_none()
}

/// A cancellation of this ticket the outlet has not answered.
async fn asked_before(tx: &impl ConnectionTrait, ticket: &Ticket) -> Result<Option<HandedOver>, Failure> {
    let waiting = requests::waiting(tx, ticket.outlet).await?;
    let same =
        |wish: &Wish| matches!(wish, Wish::Ticket { ticket: of, act: TicketWish::Cancel { .. } } if *of == ticket.id);
    let asked = waiting.into_iter().find(|request| same(&request.wish));
    Ok(asked.map(|request| HandedOver {
        outlet: ticket.outlet,
        request: Some(request.id),
    }))
}
