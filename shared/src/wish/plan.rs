//! From a wish to an act.

use super::{
    MAX_MINUTES, MAX_PARTY, TicketWish, Wish,
    bounds::{in_bounds, said, text},
    door,
    ground::{Floor, Ground},
    till, wanted,
};
use crate::{
    command::{
        Act, CallTicket, CheckIn, EndSession, ExtendSession, IssueTicket, OnTicket, RefuseRequest, Sell, SetLane,
        SetRoom, StartSession, TransferTicket, UndoTicket, VoidSale, WithReason,
    },
    ids::{OutletId, RequestId, SaleId, SessionId, StudioId, TicketId},
    money::Rupiah,
    queue::{Series, Slot},
    refusal::Refusal,
    state::State,
    time::Day,
};

impl Wish {
    /// Turns it into an act: chooses numbers and ids, and writes down names and prices as told.
    ///
    /// # Errors
    /// When it asks for something that is not there, or out of bounds.
    pub fn plan(self, state: &State, ground: &Ground<'_>) -> Result<Act, Refusal> {
        match self {
            Self::Issue {
                product,
                party_size,
                holder,
                lane,
                customer,
                consent,
                wanted,
            } => {
                in_bounds("party_size", party_size, 1, MAX_PARTY)?;
                door::admits(ground, lane)?;
                Ok(Act::IssueTicket(IssueTicket {
                    ticket: TicketId(ground.fresh),
                    number: ground.ticket_number,
                    product: ground.choose_for(product, party_size)?,
                    party_size,
                    lane,
                    customer,
                    holder: text("holder", holder)?,
                    catalog_version: ground.catalog_version,
                    token: Some(ground.token.clone()),
                    consent,
                    wanted: wanted.map_or(Ok(None), |wanted| wanted::told(ground, product, wanted))?,
                }))
            }
            Self::CheckIn { remote } => {
                let remote = ground
                    .remote
                    .as_ref()
                    .filter(|row| row.id == remote)
                    .ok_or(Refusal::UnknownTicket)?;
                Ok(Act::CheckIn(CheckIn {
                    ticket: TicketId(ground.fresh),
                    remote: remote.id,
                    series: remote.series,
                    number: remote.number,
                    product: remote.product.clone(),
                    party_size: remote.party_size,
                    customer: remote.customer,
                    holder: remote.holder.clone(),
                    token: remote.token.clone().or_else(|| Some(ground.token.clone())),
                    slot: remote
                        .starts_at
                        .map(|starts_at| Slot::at_check_in(starts_at, ground.now)),
                }))
            }
            Self::Ticket { ticket, act } => plan_ticket(ticket, act, state, ground),
            Self::ExtendSession { session, minutes, sale } => {
                in_bounds("minutes", minutes, 1, MAX_MINUTES)?;
                sale.map_or(Ok(()), |sale| till::pays_for(state, sale, session))?;
                Ok(Act::ExtendSession(ExtendSession { session, minutes, sale }))
            }
            Self::EndSession { session } => {
                let row = state.session(session).ok_or(Refusal::UnknownSession)?;
                Ok(Act::EndSession(EndSession {
                    session,
                    ticket: row.ticket,
                    studio: row.studio,
                }))
            }
            Self::SetRoom { studio, state, note } => {
                ground.outlet.studio(studio).ok_or(Refusal::UnknownStudio)?;
                Ok(Act::SetRoom(SetRoom {
                    studio,
                    state,
                    note: text("note", note)?,
                }))
            }
            Self::Sell {
                lines,
                tendered,
                ticket,
                session,
            } => {
                ticket.map_or(Ok(()), |id| state.ticket(id).map(drop).ok_or(Refusal::UnknownTicket))?;
                session.map_or(Ok(()), |id| state.session(id).map(drop).ok_or(Refusal::UnknownSession))?;
                let lines = ground.price(lines)?;
                let total = Rupiah::sum(lines.iter().map(|line| line.amount)).ok_or(Refusal::TooMuch)?;
                till::within_caps(ground, total)?;
                Ok(Act::Sell(Sell {
                    sale: SaleId(ground.fresh),
                    receipt: ground.receipt_number,
                    lines,
                    total,
                    tendered,
                    ticket,
                    session,
                    catalog_version: ground.catalog_version,
                    shift: till::shift_of_cash(ground)?,
                    unacked: ground.till.unacked,
                }))
            }
            Self::VoidSale { sale, reason } => Ok(Act::VoidSale(VoidSale {
                sale,
                reason: said("reason", reason)?,
                shift: till::shift_of_cash(ground)?,
            })),
            Self::Told { act, .. } => Ok(*act),
            Self::SetIntake {
                state,
                cap,
                message,
                clear,
            } => door::set(ground, state, cap, message, clear),
            Self::AdjustWait { minutes } => door::adjust(ground, minutes),
            Self::CloseDay {} => door::close_day(ground),
            Self::OpenShift { float } => till::open(ground, float),
            Self::MoveCash {
                shift,
                direction,
                amount,
                reason,
            } => till::move_cash(shift, direction, amount, reason),
            Self::CloseShift { shift, counted, note } => till::close(state, ground, shift, counted, note),
            Self::CorrectShift { shift, amount, reason } => till::correct(shift, amount, reason),
        }
    }
}

fn plan_ticket(ticket: TicketId, wish: TicketWish, state: &State, ground: &Ground<'_>) -> Result<Act, Refusal> {
    let row = state.ticket(ticket).ok_or(Refusal::UnknownTicket)?;
    let known = |studio: StudioId| {
        ground
            .outlet
            .studio(studio)
            .map(|_| studio)
            .ok_or(Refusal::UnknownStudio)
    };
    Ok(match wish {
        TicketWish::Call { studio } => Act::CallTicket(CallTicket {
            ticket,
            studio: studio.map(known).transpose()?,
        }),
        TicketWish::Recall => Act::RecallTicket(OnTicket { ticket }),
        TicketWish::Hold { reason } => Act::HoldTicket(WithReason {
            ticket,
            reason: text("reason", reason)?,
        }),
        TicketWish::Resume => Act::ResumeTicket(OnTicket { ticket }),
        TicketWish::NoShow => Act::NoShowTicket(OnTicket { ticket }),
        TicketWish::Return => Act::ReturnTicket(OnTicket { ticket }),
        TicketWish::Transfer { studio, product } => Act::TransferTicket(TransferTicket {
            ticket,
            studio: studio.map(known).transpose()?,
            from: product.map(|_| row.product.clone()),
            product: product
                .map(|product| ground.choose_for(product, row.party_size))
                .transpose()?,
        }),
        TicketWish::Cancel { reason } => Act::CancelTicket(WithReason {
            ticket,
            reason: text("reason", reason)?,
        }),
        TicketWish::Start { studio, minutes } => {
            let minutes = minutes.unwrap_or(row.product.minutes);
            in_bounds("minutes", minutes, 1, MAX_MINUTES)?;
            Act::StartSession(StartSession {
                ticket,
                session: SessionId(ground.fresh),
                studio: known(studio)?,
                minutes,
            })
        }
        TicketWish::SetLane { lane } => Act::SetLane(SetLane { ticket, lane }),
        TicketWish::Undo => Act::UndoTicket(UndoTicket {
            ticket,
            session: row.now.session,
            studio: row.now.session.and(row.now.studio),
        }),
    })
}

/// The act that tells central a request was refused.
#[must_use]
pub fn refuse(request: RequestId, refusal: &Refusal) -> Act {
    Act::RefuseRequest(RefuseRequest {
        request,
        code: refusal.code().to_owned(),
    })
}

/// The act that closes a day nobody closed, given with the first command of the next.
#[must_use]
pub fn close_forgotten_day(outlet: OutletId, day: Day, floor: &Floor) -> Act {
    door::end_of_day(outlet, day, floor, true)
}

/// The number series an act takes a number from, when its owner counts it.
#[must_use]
pub fn number_taken(act: &Act) -> Option<(Series, u32)> {
    match act {
        Act::IssueTicket(issue) => Some((Series::WalkIn, issue.number)),
        Act::Sell(sell) => Some((Series::Receipt, sell.receipt)),
        _ => None,
    }
}
