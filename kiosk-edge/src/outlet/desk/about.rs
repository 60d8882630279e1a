//! What a command is about, as data: the screen makes plain words of it in its reader's language.

use gerai_shared::{
    Act, Day, RowKey, Rupiah, SaleId, SessionId, ShiftId, StudioId, TicketId,
    change::Table,
    intake::IntakeState,
    outlet::Outlet,
    queue::{Ticket, TicketState},
    sale::{Line, Sale},
    session::{RoomState, Session},
    shift::Direction,
};
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

use crate::journal;

/// What a command is about. Only what its kind is about is there.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(default)]
pub(super) struct CommandSubject {
    /// The ticket, as it stands now.
    ticket: Option<SubjectTicket>,
    /// The sale, as it stands now.
    sale: Option<SubjectSale>,
    /// The room.
    studio: Option<SubjectStudio>,
    /// The product's name, as told.
    product: Option<String>,
    /// Rupiah: a sale's total, the cash moved or counted, what was corrected.
    amount: Option<Rupiah>,
    /// Which way cash was moved.
    direction: Option<Direction>,
    /// The cash shift.
    shift: Option<ShiftId>,
    /// Minutes of a session, of its extension, or of a corrected estimate.
    minutes: Option<i32>,
    /// How many people.
    people: Option<u32>,
    /// The business day that was closed.
    day: Option<Day>,
    /// What the queue was set to.
    intake: Option<IntakeState>,
    /// What the room was set to.
    room: Option<RoomState>,
    /// Why, in somebody's words; of a refused request the refusal's code.
    reason: Option<String>,
}

/// A ticket a command is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SubjectTicket {
    /// Its id.
    id: TicketId,
    /// Its number as told: `A-012`.
    told: String,
    /// Its state now.
    state: TicketState,
}

/// A sale a command is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SubjectSale {
    /// Its id.
    id: SaleId,
    /// As printed: `JKT01-20261121-0042`.
    receipt_code: String,
    /// Its total.
    total: Rupiah,
    /// What was sold, as printed.
    products: Vec<String>,
    /// Whether it has been taken back.
    voided: bool,
}

/// A room a command is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SubjectStudio {
    /// Its id.
    id: StudioId,
    /// Its name.
    name: String,
}

/// Where the rows a command names are looked up.
pub(super) struct Rows<'r> {
    pub(super) connection: &'r Connection,
    pub(super) outlet: Option<&'r Outlet>,
}

impl Rows<'_> {
    pub(super) fn ticket(&self, id: TicketId) -> rusqlite::Result<Option<Ticket>> {
        journal::row(self.connection, Table::Ticket, id.0)
    }

    pub(super) fn sale(&self, id: SaleId) -> rusqlite::Result<Option<Sale>> {
        journal::row(self.connection, Table::Sale, id.0)
    }

    pub(super) fn is_void(&self, id: SaleId) -> rusqlite::Result<bool> {
        let void = journal::row::<gerai_shared::sale::SaleVoid>(self.connection, Table::SaleVoid, id.0)?;
        Ok(void.is_some())
    }

    fn with_ticket(&self, id: TicketId) -> rusqlite::Result<CommandSubject> {
        let ticket = self.ticket(id)?.map(|row| SubjectTicket {
            id: row.id,
            told: row.told(),
            state: row.now.state,
        });
        Ok(CommandSubject {
            ticket,
            ..CommandSubject::default()
        })
    }

    fn with_sale(&self, id: SaleId) -> rusqlite::Result<CommandSubject> {
        let Some((row, outlet)) = self.sale(id)?.zip(self.outlet) else {
            return Ok(CommandSubject::default());
        };
        Ok(CommandSubject {
            amount: Some(row.total),
            sale: Some(SubjectSale {
                id: row.id,
                receipt_code: row.receipt_code(&outlet.code),
                total: row.total,
                products: row.lines.iter().map(Line::told).collect(),
                voided: self.is_void(row.id)?,
            }),
            ..CommandSubject::default()
        })
    }

    fn with_session(&self, id: SessionId) -> rusqlite::Result<CommandSubject> {
        let Some(row) = journal::row::<Session>(self.connection, Table::Session, id.0)? else {
            return Ok(CommandSubject::default());
        };
        Ok(CommandSubject {
            studio: self.studio(row.studio),
            ..self.with_ticket(row.ticket)?
        })
    }

    fn studio(&self, id: StudioId) -> Option<SubjectStudio> {
        let studio = self.outlet?.studio(id)?;
        Some(SubjectStudio {
            id: studio.id,
            name: studio.name.clone(),
        })
    }

    /// What an act is about.
    pub(super) fn about(&self, act: &Act) -> rusqlite::Result<CommandSubject> {
        let none = CommandSubject::default();
        let minutes = |minutes: u32| i32::try_from(minutes).ok();
        Ok(match act {
            Act::IssueTicket(act) => CommandSubject {
                product: Some(act.product.name.clone()),
                people: Some(act.party_size),
                ..self.with_ticket(act.ticket)?
            },
            Act::CheckIn(act) => CommandSubject {
                product: Some(act.product.name.clone()),
                people: Some(act.party_size),
                ..self.with_ticket(act.ticket)?
            },
            Act::CallTicket(act) => CommandSubject {
                studio: act.studio.and_then(|studio| self.studio(studio)),
                ..self.with_ticket(act.ticket)?
            },
            Act::RecallTicket(act) | Act::ResumeTicket(act) | Act::NoShowTicket(act) | Act::ReturnTicket(act) => {
                self.with_ticket(act.ticket)?
            }
            Act::HoldTicket(act) | Act::CancelTicket(act) => CommandSubject {
                reason: act.reason.clone(),
                ..self.with_ticket(act.ticket)?
            },
            Act::TransferTicket(act) => CommandSubject {
                studio: act.studio.and_then(|studio| self.studio(studio)),
                product: act.product.as_ref().map(|product| product.name.clone()),
                ..self.with_ticket(act.ticket)?
            },
            Act::StartSession(act) => CommandSubject {
                studio: self.studio(act.studio),
                minutes: minutes(act.minutes),
                ..self.with_ticket(act.ticket)?
            },
            Act::SetLane(act) => self.with_ticket(act.ticket)?,
            Act::UndoTicket(act) => CommandSubject {
                studio: act.studio.and_then(|studio| self.studio(studio)),
                ..self.with_ticket(act.ticket)?
            },
            Act::ExtendSession(act) => CommandSubject {
                minutes: minutes(act.minutes),
                ..self.with_session(act.session)?
            },
            Act::EndSession(act) => CommandSubject {
                studio: self.studio(act.studio),
                ..self.with_ticket(act.ticket)?
            },
            Act::SetRoom(act) => CommandSubject {
                studio: self.studio(act.studio),
                room: Some(act.state),
                reason: act.note.clone(),
                ..none
            },
            Act::Sell(act) => self.with_sale(act.sale)?,
            Act::VoidSale(act) => CommandSubject {
                reason: Some(act.reason.clone()),
                ..self.with_sale(act.sale)?
            },
            Act::SetIntake(act) => CommandSubject {
                intake: Some(act.state),
                reason: act.message.clone(),
                ..none
            },
            Act::AdjustWait(act) => CommandSubject {
                minutes: Some(act.minutes),
                ..none
            },
            Act::CloseDay(act) => CommandSubject {
                day: Some(act.day),
                ..none
            },
            Act::OpenShift(act) => CommandSubject {
                shift: Some(act.shift),
                amount: Some(act.float),
                ..none
            },
            Act::MoveCash(act) => CommandSubject {
                shift: Some(act.shift),
                amount: Some(act.amount),
                direction: Some(act.direction),
                reason: Some(act.reason.clone()),
                ..none
            },
            Act::CloseShift(act) => CommandSubject {
                shift: Some(act.shift),
                amount: Some(act.settlement.counted),
                reason: act.note.clone(),
                ..none
            },
            Act::CorrectShift(act) => CommandSubject {
                shift: Some(act.shift),
                amount: Some(act.amount),
                reason: Some(act.reason.clone()),
                ..none
            },
            Act::RefuseRequest(act) => CommandSubject {
                reason: Some(act.code.clone()),
                ..none
            },
        })
    }

    /// What an act this program cannot read is about: the first row it names that is known here.
    pub(super) fn about_rows(&self, keys: &[RowKey]) -> rusqlite::Result<CommandSubject> {
        for key in keys {
            let found = match key.table {
                Table::Ticket => self.with_ticket(key.id.into())?,
                Table::Sale => self.with_sale(key.id.into())?,
                Table::Session => self.with_session(key.id.into())?,
                _ => continue,
            };
            if found.ticket.is_some() || found.sale.is_some() {
                return Ok(found);
            }
        }
        Ok(CommandSubject::default())
    }
}
