//! The queue's door, the wait estimate's correction, and the end of the business day.

use axum::extract::State;
use gerai_shared::{
    Change, Micros, OutletId,
    intake::{BusinessDay, Intake, IntakeState},
    wish::Wish,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    House,
    asked::Asked,
    staff::{ManageQueue, Staff},
    tickets::Nothing,
    views::{CommandRef, made},
};
use crate::{
    journal::{Booked, Reply, Tap},
    problems::Fault,
};

/// Whether walk-ins are taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct IntakeView {
    /// Whether they are.
    state: IntakeState,
    /// How many may wait at most; null when anyone may.
    cap: Option<u32>,
    /// What customers are told.
    message: Option<String>,
    /// Minutes staff add to the wait estimate.
    adjust_minutes: i32,
    /// Since when.
    since: Micros,
    /// The outlet.
    outlet: OutletId,
    /// Rises by one with every change.
    revision: u32,
}

impl From<&Intake> for IntakeView {
    fn from(row: &Intake) -> Self {
        Self {
            state: row.state,
            cap: row.cap,
            message: row.message.clone(),
            adjust_minutes: row.adjust_minutes,
            since: row.since,
            outlet: row.outlet,
            revision: row.revision,
        }
    }
}

/// The intake that was set.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct IntakeSet {
    /// What it is now.
    data: IntakeView,
    /// How many who waited were sent home with it.
    cleared: usize,
    /// The command that did it.
    command: CommandRef,
}

/// The day that was closed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct DayClosed {
    /// The day.
    data: BusinessDay,
    /// The command that did it.
    command: CommandRef,
}

/// What the intake is to be.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct IntakeBody {
    /// Open, paused or closed.
    state: IntakeState,
    /// How many may wait at most; as before when absent, anyone when 0.
    #[serde(default)]
    cap: Option<u32>,
    /// What customers are told.
    #[serde(default)]
    message: Option<String>,
    /// Whether who waits is sent home.
    #[serde(default)]
    clear: bool,
}

/// By how much the wait estimate is corrected.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AdjustBody {
    /// Minutes to add, −60 to 60.
    adjust_minutes: i32,
}

fn intake(booked: &Booked<'_>) -> serde_json::Result<Vec<u8>> {
    let row = made(booked, |change| match change {
        Change::Intake(row) => Some(row),
        _ => None,
    })?;
    let is_ticket = |change: &&Change| matches!(change, Change::Ticket(_));
    serde_json::to_vec(&IntakeSet {
        data: row.into(),
        cleared: booked.decision.changes.iter().filter(is_ticket).count(),
        command: booked.command.into(),
    })
}

fn day(booked: &Booked<'_>) -> serde_json::Result<Vec<u8>> {
    let data = made(booked, |change| match change {
        Change::BusinessDay(row) => Some(row),
        _ => None,
    })?;
    serde_json::to_vec(&DayClosed {
        data: data.clone(),
        command: booked.command.into(),
    })
}

async fn tap<T>(
    house: &House,
    staff: Staff<ManageQueue>,
    asked: Asked<T>,
    wish: fn(T) -> Wish,
    answer: fn(&Booked<'_>) -> serde_json::Result<Vec<u8>>,
) -> Result<Reply, Fault> {
    let tap = Tap {
        question: asked.question(staff.screen),
        wish: wish(asked.body),
        actor: staff.actor,
        status: 200,
        answer,
        circumstances: house.circumstances(),
        supersedes: None,
    };
    Ok(house.journal.tap(tap).await?)
}

/// Opens, pauses or closes the queue to walk-ins, for the rest of the business day.
#[utoipa::path(post, path = "/api/outlet/intake", operation_id = "setIntake", tag = "queue",
    request_body = IntakeBody, responses((status = 200, body = IntakeSet),
    (status = 422, body = gerai_shared::Problem)))]
pub(super) async fn set(
    State(house): State<House>,
    staff: Staff<ManageQueue>,
    asked: Asked<IntakeBody>,
) -> Result<Reply, Fault> {
    let wish = |body: IntakeBody| Wish::SetIntake {
        state: body.state,
        cap: body.cap,
        message: body.message,
        clear: body.clear,
    };
    tap(&house, staff, asked, wish, intake).await
}

/// Corrects the wait estimate, for the rest of the business day.
#[utoipa::path(post, path = "/api/outlet/queue/estimate", operation_id = "adjustWait", tag = "queue",
    request_body = AdjustBody, responses((status = 200, body = IntakeSet),
    (status = 422, body = gerai_shared::Problem)))]
pub(super) async fn adjust(
    State(house): State<House>,
    staff: Staff<ManageQueue>,
    asked: Asked<AdjustBody>,
) -> Result<Reply, Fault> {
    let wish = |body: AdjustBody| Wish::AdjustWait {
        minutes: body.adjust_minutes,
    };
    tap(&house, staff, asked, wish, intake).await
}

/// Closes the business day: who still waits did not come. Refused with `sessions_running` while a
/// session runs. A day nobody closed is closed with the first command of the next.
#[utoipa::path(post, path = "/api/outlet/day/close", operation_id = "closeDay", tag = "outlet",
    request_body = Nothing, responses((status = 200, body = DayClosed),
    (status = 409, body = gerai_shared::Problem)))]
pub(super) async fn close_day(
    State(house): State<House>,
    staff: Staff<ManageQueue>,
    asked: Asked<Nothing>,
) -> Result<Reply, Fault> {
    tap(&house, staff, asked, |_| Wish::CloseDay {}, day).await
}
