//! Remedies: a command is never edited; a new one corrects or voids it and names what it supersedes.

use axum::extract::State;
use gerai_shared::{
    Act, Change, Command, CommandId, Exception, Refusal, Rupiah, ShiftId, TicketId,
    change::Table,
    command::PROTOCOL,
    outlet::Permission,
    queue::TicketState,
    shift::Shift,
    wish::{TicketWish, Wish},
};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::about::Rows;
use crate::{
    journal::{self, Booked, Reply, Tap},
    outlet::{
        House,
        asked::{Asked, Id},
        staff::{Caller, Staff, ViewSync},
        views::CommandRef,
    },
    problems::Fault,
};

/// What can be done about a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CommandRemedy)]
pub(super) enum Remedy {
    /// Take its sale back.
    VoidSale,
    /// Cancel the ticket it made.
    CancelTicket,
    /// Correct the cash shift it closed or corrected.
    CorrectShift,
}

/// What is to be done about a command.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "remedy", rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::outlet) enum RemedyBody {
    /// Take its sale back.
    VoidSale {
        /// Why.
        reason: String,
    },
    /// Cancel the ticket it made.
    CancelTicket {
        /// Why.
        #[serde(default)]
        reason: Option<String>,
    },
    /// Correct the cash shift it closed or corrected.
    CorrectShift {
        /// Rupiah to add to what was counted; negative to take off.
        amount: Rupiah,
        /// Why.
        reason: String,
    },
}

/// What was done about a command.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Remedied {
    /// The new rows.
    data: Vec<Change>,
    /// What a person should look at.
    exceptions: Vec<Exception>,
    /// The command that was corrected or voided.
    supersedes: Option<CommandId>,
    /// The command that did it.
    command: CommandRef,
}

impl RemedyBody {
    fn permission(&self) -> Permission {
        match self {
            Self::VoidSale { .. } => Permission::SalesVoid,
            Self::CancelTicket { .. } => Permission::QueueManage,
            Self::CorrectShift { .. } => Permission::TillManage,
        }
    }

    /// What it comes to for this act; `None` when it is no remedy for it.
    fn wish(self, act: &Act) -> Option<Wish> {
        match (self, act) {
            (Self::VoidSale { reason }, Act::Sell(act)) => Some(Wish::VoidSale { sale: act.sale, reason }),
            (Self::CancelTicket { reason }, act) => Some(Wish::Ticket {
                ticket: ticket_made(act)?,
                act: TicketWish::Cancel { reason },
            }),
            (Self::CorrectShift { amount, reason }, act) => Some(Wish::CorrectShift {
                shift: settled_shift(act)?,
                amount,
                reason,
            }),
            _ => None,
        }
    }
}

/// The ticket an act made.
fn ticket_made(act: &Act) -> Option<TicketId> {
    match act {
        Act::IssueTicket(act) => Some(act.ticket),
        Act::CheckIn(act) => Some(act.ticket),
        _ => None,
    }
}

/// The shift whose count an act told.
fn settled_shift(act: &Act) -> Option<ShiftId> {
    match act {
        Act::CloseShift(act) => Some(act.shift),
        Act::CorrectShift(act) => Some(act.shift),
        _ => None,
    }
}

/// What can be done about an act, as the rows stand now.
pub(super) fn remedies(rows: &Rows<'_>, act: &Act) -> rusqlite::Result<Vec<Remedy>> {
    if let Some(ticket) = ticket_made(act) {
        let open = [
            TicketState::Waiting,
            TicketState::Called,
            TicketState::OnHold,
            TicketState::NoShow,
        ];
        let ticket = rows.ticket(ticket)?.filter(|row| open.contains(&row.now.state));
        return Ok(ticket.map(|_| Remedy::CancelTicket).into_iter().collect());
    }
    if let Act::Sell(act) = act {
        let stands = rows.sale(act.sale)?.is_some() && !rows.is_void(act.sale)?;
        return Ok(stands.then_some(Remedy::VoidSale).into_iter().collect());
    }
    let Some(shift) = settled_shift(act) else {
        return Ok(Vec::new());
    };
    let shift: Option<Shift> = journal::row(rows.connection, Table::Shift, shift.0)?;
    let closed = shift.is_some_and(|shift| shift.closed_at.is_some());
    Ok(closed.then_some(Remedy::CorrectShift).into_iter().collect())
}

fn remedied(booked: &Booked<'_>) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Remedied {
        data: booked.decision.changes.clone(),
        exceptions: booked.decision.exceptions.clone(),
        supersedes: booked.command.supersedes,
        command: booked.command.into(),
    })
}

/// Corrects or voids what a command did, by a new command that names it. Of two who void the same
/// sale one is told that it is void already: nothing happens twice.
#[utoipa::path(post, path = "/api/outlet/sync/commands/{id}/remedy", operation_id = "remedyCommand", tag = "sync",
    params(("id" = CommandId, Path, description = "The command")), request_body = RemedyBody,
    responses((status = 200, body = Remedied), (status = 404, body = gerai_shared::Problem),
    (status = 409, body = gerai_shared::Problem), (status = 422, body = gerai_shared::Problem)))]
pub(in crate::outlet) async fn remedy(
    State(house): State<House>,
    _staff: Staff<ViewSync>,
    caller: Caller,
    Id(id): Id<CommandId>,
    asked: Asked<RemedyBody>,
) -> Result<Reply, Fault> {
    caller.may(asked.body.permission())?;
    let json = house.journal.read(move |connection| json_of(connection, id)).await?;
    let command = Command::read(&json.ok_or(Fault::NotFound)?, PROTOCOL).ok();
    let question = asked.question(caller.screen);
    let wish = command.and_then(|command| asked.body.wish(&command.act));
    let wish = wish.ok_or_else(|| Fault::field("remedy", "this is no remedy for that command"))?;
    let tap = Tap {
        wish,
        actor: caller.actor(),
        question,
        status: 200,
        answer: remedied,
        circumstances: house.circumstances(),
        supersedes: Some(id),
    };
    let ladder = house.ladder();
    let check = move |booked: &Booked<'_>| {
        if booked.decision.exceptions.contains(&Exception::VoidedTwice) {
            return Err(Refusal::SaleVoided.into());
        }
        ladder.books(booked)
    };
    house.journal.tap_if(tap, check).await
}

fn json_of(connection: &Connection, id: CommandId) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT json FROM journal WHERE id = ?1")?
        .query_row(params![id.0.as_bytes()], |row| row.get(0))
        .optional()
}
