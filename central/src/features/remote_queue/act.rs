//! Acts from afar: asked of the outlet's edge, or done by central where it leads.

use std::time::Duration;

use gerai_shared::{
    Actor, Micros, OutletId, RequestId, TicketId,
    queue::{RemoteState, Ticket},
    request::{Answer, Request, RequestState},
    sync::outlet_topic,
    wish::Wish,
};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use crate::{
    features::{
        queue, requests,
        stream::{self, StreamError},
    },
    platform::{Platform, auth::User, feed, http::Failure},
};

/// What an act from afar is about.
pub(super) enum Subject {
    /// A ticket of the outlet.
    Ticket(Box<Ticket>),
    /// A remote ticket whose holder is not there yet.
    Remote {
        /// Which.
        id: TicketId,
        /// Whose.
        customer: gerai_shared::UserId,
    },
}

/// Finds what an id is: the outlet's ticket, a remote one, or what a remote one became.
pub(super) async fn subject(db: &impl ConnectionTrait, id: TicketId) -> Result<Subject, Failure> {
    if let Some(ticket) = queue::ticket(db, id).await? {
        return Ok(Subject::Ticket(Box::new(ticket)));
    }
    let remote = queue::remote_ticket(db, id).await?.ok_or_else(Failure::not_found)?;
    if remote.state == RemoteState::CheckedIn
        && let Some(ticket) = queue::checked_in(db, remote.outlet, remote.day, id).await?
    {
        return Ok(Subject::Ticket(Box::new(ticket)));
    }
    Ok(Subject::Remote {
        id,
        customer: remote.customer,
    })
}

impl Subject {
    /// Staff may do anything to a ticket; to others it is somebody's, or not there at all.
    pub(super) fn staff(&self, user: &User) -> Result<Actor, Failure> {
        match self.holder_or_staff(user)? {
            Actor::Customer { .. } => Err(Failure::forbidden()),
            staff => Ok(staff),
        }
    }

    /// Who this user acts as: a member of staff, or the ticket's holder.
    pub(super) fn holder_or_staff(&self, user: &User) -> Result<Actor, Failure> {
        if user.may("queue.manage") {
            return Ok(Actor::Admin { user: user.id });
        }
        self.holder(user)
    }

    /// The holder, acting as such.
    pub(super) fn holder(&self, user: &User) -> Result<Actor, Failure> {
        let holder = match self {
            Self::Ticket(ticket) => ticket.customer,
            Self::Remote { customer, .. } => Some(*customer),
        };
        if holder != Some(user.id) {
            return Err(Failure::not_found());
        }
        Ok(Actor::Customer { user: user.id })
    }
}

/// Hands a wish to whoever owns the outlet's rows. Returns the id to ask for its answer by.
pub(super) async fn hand_over(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    outlet: OutletId,
    subject: Uuid,
    wish: Wish,
    by: Actor,
) -> Result<RequestId, StreamError> {
    let request = Request {
        id: RequestId(platform.clock.id()),
        outlet,
        wish,
        by,
        asked_at: platform.clock.now(),
    };
    let at = stream::lock(tx, outlet).await?;
    requests::ask(tx, &request, subject).await?;
    if at.incarnation == 0 {
        stream::lead(tx, platform, outlet, request.wish, by, Some(request.id)).await?;
    }
    Ok(request.id)
}

/// Waits a while for the outlet's answer.
pub(super) async fn answer(platform: &Platform, outlet: OutletId, id: RequestId) -> Result<Answer, DbErr> {
    let topic = outlet_topic(outlet);
    let until = Micros(platform.clock.now().0 + i64::try_from(platform.config.sync.answer_ms * 1_000).unwrap_or(0));
    loop {
        let at = feed::position(platform.db.reader(), &topic).await?;
        let answer = requests::find(platform.db.reader(), id)
            .await?
            .map(|(answer, _)| answer);
        let left = until.millis_since(platform.clock.now());
        match answer {
            Some(answer) if answer.state != RequestState::Waiting || left <= 0 => return Ok(answer),
            Some(_) => {}
            None => return Err(DbErr::RecordNotFound(format!("request {id}"))),
        }
        let patience = Duration::from_millis(left.unsigned_abs());
        platform.feed.moved(&[(topic.clone(), at)], patience).await;
    }
}
