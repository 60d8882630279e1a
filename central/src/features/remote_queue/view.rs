//! The queue as others may see it: numbers and states, no names.

use std::collections::BTreeMap;

use gerai_shared::{
    Micros, OutletId, StudioId, TicketId,
    catalog::Category,
    estimate::{Wait, Waits},
    intake::{Intake, IntakeState},
    outlet::Outlet,
    queue::{Lane, Ticket, TicketState},
};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;
use utoipa::ToSchema;

use crate::features::{fleet, outlets, queue};

/// A ticket as anybody may see it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct PublicTicket {
    id: TicketId,
    /// The number as told: `A-012`.
    told: String,
    state: TicketState,
    lane: Lane,
    /// Name of the product.
    product: String,
    studio: Option<StudioId>,
    called_at: Option<Micros>,
    /// Minutes until it is called; null unless it waits.
    estimate: Option<Wait>,
}

impl PublicTicket {
    fn new(ticket: &Ticket, waits: &Waits) -> Self {
        Self {
            estimate: waits.tickets.get(&ticket.id).copied(),
            id: ticket.id,
            told: ticket.told(),
            state: ticket.now.state,
            lane: ticket.lane,
            product: ticket.product.name.clone(),
            studio: ticket.now.studio,
            called_at: ticket.now.called_at,
        }
    }
}

/// Whether walk-ins are taken.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct PublicIntake {
    state: IntakeState,
    /// How many may wait at most.
    cap: Option<u32>,
    /// What customers are told.
    message: Option<String>,
    since: Micros,
}

impl From<Intake> for PublicIntake {
    fn from(intake: Intake) -> Self {
        Self {
            state: intake.state,
            cap: intake.cap,
            message: intake.message,
            since: intake.since,
        }
    }
}

/// Where the queue stands.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct QueueMeta {
    outlet: OutletId,
    /// The business day.
    day: String,
    /// Whether the outlet is open now.
    open: bool,
    /// How many wait.
    waiting: usize,
    /// Numbers called or in a studio.
    now_serving: Vec<String>,
    /// Whether the outlet has its own edge; else central leads it.
    has_edge: bool,
    /// Whether walk-ins are taken.
    intake: PublicIntake,
    /// Minutes a walk-in arriving now would wait; null when no room serves anything.
    wait: Option<Wait>,
    /// The same for each category a room serves.
    wait_by_category: BTreeMap<Category, Wait>,
    /// When central read this.
    as_of: Micros,
}

/// The queue of an outlet's business day.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct QueueView {
    /// In service order; finished and cancelled ones are left out.
    data: Vec<PublicTicket>,
    meta: QueueMeta,
}

/// Reads an outlet's queue, if there is such an outlet.
pub(super) async fn queue_view(
    db: &impl ConnectionTrait,
    outlet: OutletId,
    now: Micros,
) -> Result<Option<QueueView>, DbErr> {
    let Some(profile) = outlets::get(db, outlet).await? else {
        return Ok(None);
    };
    let day = profile.business_day(now);
    let mut tickets = queue::day_tickets(db, outlet, day).await?;
    tickets.sort_by_key(|ticket| ticket.service_order(now));
    let intake = queue::intake(db, outlet, day).await?;
    let waits = queue::queue_waits(db, &profile, &intake, &tickets, now).await?;
    let has_edge = fleet::active_edge(db, outlet).await?.is_some();
    Ok(Some(view(&profile, &tickets, (intake, waits), has_edge, now)))
}

fn view(
    outlet: &Outlet,
    tickets: &[Ticket],
    (intake, waits): (Intake, Waits),
    has_edge: bool,
    now: Micros,
) -> QueueView {
    let shown = |ticket: &&Ticket| !matches!(ticket.now.state, TicketState::Finished | TicketState::Cancelled);
    let serving = |ticket: &&Ticket| matches!(ticket.now.state, TicketState::Called | TicketState::InSession);
    let waiting = |ticket: &&Ticket| ticket.now.state == TicketState::Waiting;
    QueueView {
        data: tickets
            .iter()
            .filter(shown)
            .map(|ticket| PublicTicket::new(ticket, &waits))
            .collect(),
        meta: QueueMeta {
            outlet: outlet.id,
            day: outlet.business_day(now).to_string(),
            open: outlet.is_open(now),
            waiting: tickets.iter().filter(waiting).count(),
            now_serving: tickets.iter().filter(serving).map(Ticket::told).collect(),
            has_edge,
            intake: intake.into(),
            wait: waits.walk_in,
            wait_by_category: waits.by_category,
            as_of: now,
        },
    }
}
