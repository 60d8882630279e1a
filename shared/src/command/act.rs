//! What an outlet can do, and which rows each act is about.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    PROTOCOL,
    bodies::{
        AdjustWait, CallTicket, CheckIn, CloseDay, CloseShift, CorrectShift, EndSession, ExtendSession, IssueTicket,
        MoveCash, OnTicket, OpenShift, RefuseRequest, Sell, SetIntake, SetLane, SetRoom, StartSession, TransferTicket,
        UndoTicket, VoidSale, WithReason,
    },
};
use crate::{
    change::{RowKey, Table},
    ids::{SessionId, ShiftId, StudioId, TicketId},
    intake::BusinessDay,
    outlet::Permission,
    queue::Lane,
};

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", content = "body")]
pub enum Act {
    /// A walk-in got a number.
    #[serde(rename = "ticket.issue")]
    IssueTicket(IssueTicket),
    /// A remote ticket's holder checked in.
    #[serde(rename = "ticket.check_in")]
    CheckIn(CheckIn),
    /// A number was called.
    #[serde(rename = "ticket.call")]
    CallTicket(CallTicket),
    /// It was called again.
    #[serde(rename = "ticket.recall")]
    RecallTicket(OnTicket),
    /// It was set aside.
    #[serde(rename = "ticket.hold")]
    HoldTicket(WithReason),
    /// It was taken back into the queue.
    #[serde(rename = "ticket.resume")]
    ResumeTicket(OnTicket),
    /// Nobody came.
    #[serde(rename = "ticket.no_show")]
    NoShowTicket(OnTicket),
    /// The guest came after all.
    #[serde(rename = "ticket.return")]
    ReturnTicket(OnTicket),
    /// It was sent elsewhere.
    #[serde(rename = "ticket.transfer")]
    TransferTicket(TransferTicket),
    /// It was given up.
    #[serde(rename = "ticket.cancel")]
    CancelTicket(WithReason),
    /// Its session began.
    #[serde(rename = "ticket.start")]
    StartSession(StartSession),
    /// Its last act was taken back.
    #[serde(rename = "ticket.undo")]
    UndoTicket(UndoTicket),
    /// It was moved into another lane.
    #[serde(rename = "ticket.lane")]
    SetLane(SetLane),
    /// A session was made longer.
    #[serde(rename = "session.extend")]
    ExtendSession(ExtendSession),
    /// A session ended.
    #[serde(rename = "session.end")]
    EndSession(EndSession),
    /// A room was set.
    #[serde(rename = "room.set")]
    SetRoom(SetRoom),
    /// Goods were sold.
    #[serde(rename = "sale.sell")]
    Sell(Sell),
    /// A sale was taken back.
    #[serde(rename = "sale.void")]
    VoidSale(VoidSale),
    /// The queue was opened, paused or closed to walk-ins.
    #[serde(rename = "intake.set")]
    SetIntake(SetIntake),
    /// The wait estimate was corrected.
    #[serde(rename = "queue.adjust")]
    AdjustWait(AdjustWait),
    /// A business day was closed.
    #[serde(rename = "day.close")]
    CloseDay(CloseDay),
    /// A cash shift began.
    #[serde(rename = "shift.open")]
    OpenShift(OpenShift),
    /// Cash was moved.
    #[serde(rename = "shift.move")]
    MoveCash(MoveCash),
    /// A cash shift ended.
    #[serde(rename = "shift.close")]
    CloseShift(CloseShift),
    /// A closed shift was corrected.
    #[serde(rename = "shift.correct")]
    CorrectShift(CorrectShift),
    /// A request was refused.
    #[serde(rename = "request.refuse")]
    RefuseRequest(RefuseRequest),
}

impl Act {
    /// The kinds this program reads, with the protocol each last changed in.
    pub const KINDS: [(&'static str, u16); 26] = [
        ("ticket.issue", 4),
        ("ticket.check_in", 4),
        ("ticket.call", 1),
        ("ticket.recall", 1),
        ("ticket.hold", 1),
        ("ticket.resume", 1),
        ("ticket.no_show", 1),
        ("ticket.return", 1),
        ("ticket.transfer", 3),
        ("ticket.cancel", 1),
        ("ticket.start", 1),
        ("ticket.undo", 1),
        ("ticket.lane", 4),
        ("session.extend", 3),
        ("session.end", 1),
        ("room.set", 2),
        ("sale.sell", 4),
        ("sale.void", 3),
        ("intake.set", 3),
        ("queue.adjust", 3),
        ("day.close", 3),
        ("shift.open", 3),
        ("shift.move", 3),
        ("shift.close", 3),
        ("shift.correct", 3),
        ("request.refuse", 1),
    ];

    /// Its kind on the wire.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::IssueTicket(_) => "ticket.issue",
            Self::CheckIn(_) => "ticket.check_in",
            Self::CallTicket(_) => "ticket.call",
            Self::RecallTicket(_) => "ticket.recall",
            Self::HoldTicket(_) => "ticket.hold",
            Self::ResumeTicket(_) => "ticket.resume",
            Self::NoShowTicket(_) => "ticket.no_show",
            Self::ReturnTicket(_) => "ticket.return",
            Self::TransferTicket(_) => "ticket.transfer",
            Self::CancelTicket(_) => "ticket.cancel",
            Self::StartSession(_) => "ticket.start",
            Self::UndoTicket(_) => "ticket.undo",
            Self::SetLane(_) => "ticket.lane",
            Self::ExtendSession(_) => "session.extend",
            Self::EndSession(_) => "session.end",
            Self::SetRoom(_) => "room.set",
            Self::Sell(_) => "sale.sell",
            Self::VoidSale(_) => "sale.void",
            Self::SetIntake(_) => "intake.set",
            Self::AdjustWait(_) => "queue.adjust",
            Self::CloseDay(_) => "day.close",
            Self::OpenShift(_) => "shift.open",
            Self::MoveCash(_) => "shift.move",
            Self::CloseShift(_) => "shift.close",
            Self::CorrectShift(_) => "shift.correct",
            Self::RefuseRequest(_) => "request.refuse",
        }
    }

    /// The protocol its kind last changed in.
    #[must_use]
    pub fn version(&self) -> u16 {
        version_of(self.kind()).unwrap_or(PROTOCOL)
    }

    /// The rows its decision reads and writes. A held command makes later ones on these wait; so a
    /// sale does not name its shift, whose settlement says what was sold in it.
    #[must_use]
    pub fn keys(&self) -> Vec<RowKey> {
        let ticket = |id: TicketId| RowKey::new(Table::Ticket, id.0);
        let session = |id: SessionId| RowKey::new(Table::Session, id.0);
        let room = |id: StudioId| RowKey::new(Table::Room, id.0);
        let shift = |id: ShiftId| RowKey::new(Table::Shift, id.0);
        match self {
            Self::IssueTicket(act) => vec![ticket(act.ticket)],
            Self::CheckIn(act) => vec![ticket(act.ticket)],
            Self::CallTicket(act) => vec![ticket(act.ticket)],
            Self::RecallTicket(act) | Self::ResumeTicket(act) | Self::NoShowTicket(act) | Self::ReturnTicket(act) => {
                vec![ticket(act.ticket)]
            }
            Self::HoldTicket(act) | Self::CancelTicket(act) => vec![ticket(act.ticket)],
            Self::TransferTicket(act) => vec![ticket(act.ticket)],
            Self::SetLane(act) => vec![ticket(act.ticket)],
            Self::StartSession(act) => vec![ticket(act.ticket), session(act.session), room(act.studio)],
            Self::UndoTicket(act) => std::iter::once(ticket(act.ticket))
                .chain(act.session.map(session))
                .chain(act.studio.map(room))
                .collect(),
            Self::ExtendSession(act) => vec![session(act.session)],
            Self::EndSession(act) => vec![session(act.session), ticket(act.ticket), room(act.studio)],
            Self::SetRoom(act) => vec![room(act.studio)],
            Self::Sell(act) => vec![RowKey::new(Table::Sale, act.sale.0)],
            Self::VoidSale(act) => vec![
                RowKey::new(Table::Sale, act.sale.0),
                RowKey::new(Table::SaleVoid, act.sale.0),
            ],
            Self::SetIntake(act) => std::iter::once(RowKey::new(Table::Intake, act.outlet.0))
                .chain(act.cleared.iter().copied().map(ticket))
                .collect(),
            Self::AdjustWait(act) => vec![RowKey::new(Table::Intake, act.outlet.0)],
            Self::CloseDay(act) => std::iter::once(BusinessDay::key(act.outlet, act.day))
                .chain(act.tickets.iter().copied().map(ticket))
                .collect(),
            Self::OpenShift(act) => vec![shift(act.shift)],
            Self::MoveCash(act) => vec![shift(act.shift)],
            Self::CloseShift(act) => vec![shift(act.shift)],
            Self::CorrectShift(act) => vec![shift(act.shift)],
            Self::RefuseRequest(act) => vec![RowKey::new(Table::Answer, act.request.0)],
        }
    }
}

impl Act {
    /// What a member of staff needs for it at a screen; `None` where anybody may, or no person does it.
    #[must_use]
    pub fn permission(&self) -> Option<Permission> {
        match self {
            Self::IssueTicket(act) => (act.lane == Lane::Priority).then_some(Permission::QueueManage),
            Self::CheckIn(_) | Self::RefuseRequest(_) => None,
            Self::CallTicket(_)
            | Self::RecallTicket(_)
            | Self::HoldTicket(_)
            | Self::ResumeTicket(_)
            | Self::NoShowTicket(_)
            | Self::ReturnTicket(_)
            | Self::TransferTicket(_)
            | Self::CancelTicket(_)
            | Self::StartSession(_)
            | Self::UndoTicket(_)
            | Self::SetLane(_)
            | Self::ExtendSession(_)
            | Self::EndSession(_)
            | Self::SetRoom(_)
            | Self::SetIntake(_)
            | Self::AdjustWait(_)
            | Self::CloseDay(_) => Some(Permission::QueueManage),
            Self::Sell(_) => Some(Permission::SalesSell),
            Self::VoidSale(_) => Some(Permission::SalesVoid),
            Self::OpenShift(_) | Self::MoveCash(_) | Self::CloseShift(_) | Self::CorrectShift(_) => {
                Some(Permission::TillManage)
            }
        }
    }
}

/// The protocol a kind last changed in, for kinds this program reads.
#[must_use]
pub fn version_of(kind: &str) -> Option<u16> {
    Act::KINDS
        .iter()
        .find_map(|(known, version)| (*known == kind).then_some(*version))
}
