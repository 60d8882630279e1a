//! Cash shifts (S8).

use axum::{Json, extract::State};
use gerai_shared::{
    Change, Rupiah, ShiftId,
    change::Table,
    shift::{Direction, Settlement, Shift},
    wish::Wish,
};
use rusqlite::params;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    House,
    asked::{Asked, Asks, Id},
    page::{Page, PageQuery},
    staff::{ManageTill, Staff},
    views::{CommandRef, Data, made},
};
use crate::{
    journal::{self, Booked, Reply, Tap},
    problems::Fault,
};

/// The open shift, and what it comes to so far.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct OpenShiftView {
    /// The shift.
    #[serde(flatten)]
    shift: Shift,
    /// What it comes to so far. Nothing is counted yet: `counted` is as expected.
    totals: Settlement,
}

/// A shift that was acted on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ShiftActed {
    /// The shift.
    data: Shift,
    /// The command that did it.
    command: CommandRef,
}

/// Cash in the drawer at the start.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenShiftBody {
    /// In rupiah.
    float: Rupiah,
}

/// Cash put in or taken out otherwise than by a sale.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MovementBody {
    /// Which way.
    direction: Direction,
    /// How much.
    amount: Rupiah,
    /// Why.
    reason: String,
}

/// Cash found in the drawer.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CloseShiftBody {
    /// In rupiah.
    counted: Rupiah,
    /// What there is to say about it.
    #[serde(default)]
    note: Option<String>,
}

/// What was found out about a closed shift.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CorrectionBody {
    /// Rupiah to add to what was counted; negative to take off.
    amount: Rupiah,
    /// Why.
    reason: String,
}

fn shift(booked: &Booked<'_>) -> serde_json::Result<Vec<u8>> {
    let data = made(booked, |change| match change {
        Change::Shift(row) => Some(row),
        _ => None,
    })?;
    serde_json::to_vec(&ShiftActed {
        data: data.clone(),
        command: booked.command.into(),
    })
}

async fn tap<T>(
    house: &House,
    staff: Staff<ManageTill>,
    asked: Asked<T>,
    status: u16,
    wish: impl FnOnce(T) -> Wish,
) -> Result<Reply, Fault> {
    let tap = Tap {
        question: asked.question(staff.screen),
        wish: wish(asked.body),
        actor: staff.actor,
        status,
        answer: shift,
        circumstances: house.circumstances(),
        supersedes: None,
    };
    Ok(house.journal.tap(tap).await?)
}

/// The open cash shift with its totals so far; null when none is open.
#[utoipa::path(get, path = "/api/outlet/shift", operation_id = "shift", tag = "till",
    responses((status = 200, body = Data<Option<OpenShiftView>>)))]
pub(super) async fn show(
    State(house): State<House>,
    _staff: Staff<ManageTill>,
) -> Result<Json<Data<Option<OpenShiftView>>>, Fault> {
    let open = house.journal.read(|connection| {
        let Some(shift) = journal::open_shift(connection)? else {
            return Ok(None);
        };
        let (sales, voids) = journal::shift_totals(connection, shift.id, shift.day)?;
        let so_far = shift.settle(sales, voids, Rupiah::ZERO).unwrap_or_default();
        let totals = shift.settle(sales, voids, so_far.expected).unwrap_or_default();
        Ok(Some(OpenShiftView { shift, totals }))
    });
    Ok(Json(Data { data: open.await? }))
}

/// The cash shifts of this outlet, the latest first.
#[utoipa::path(get, path = "/api/outlet/shifts", operation_id = "shifts", tag = "till", params(PageQuery),
    responses((status = 200, body = Page<Shift>)))]
pub(super) async fn list(
    State(house): State<House>,
    _staff: Staff<ManageTill>,
    Asks(asked): Asks<PageQuery>,
) -> Result<Json<Page<Shift>>, Fault> {
    let page = house.journal.read(move |connection| {
        let kind = Table::Shift.as_str();
        let total: i64 = connection
            .prepare_cached("SELECT count(*) FROM rows WHERE kind = ?1")?
            .query_row([kind], |row| row.get(0))?;
        let shifts = connection
            .prepare_cached(
                "SELECT body FROM rows WHERE kind = ?1 ORDER BY day DESC, position DESC LIMIT ?2 OFFSET ?3",
            )?
            .query_map(params![kind, asked.per_page(), asked.offset() as i64], |row| {
                row.get::<_, journal::Json<Shift>>(0).map(|journal::Json(shift)| shift)
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(Page::new("/api/outlet/shifts", asked, total.unsigned_abs(), shifts))
    });
    Ok(Json(page.await?))
}

/// Begins a cash shift; refused with `shift_open` while one is open.
#[utoipa::path(post, path = "/api/outlet/shifts", operation_id = "openShift", tag = "till",
    request_body = OpenShiftBody, responses((status = 201, body = ShiftActed),
    (status = 409, body = gerai_shared::Problem)))]
pub(super) async fn open(
    State(house): State<House>,
    staff: Staff<ManageTill>,
    asked: Asked<OpenShiftBody>,
) -> Result<Reply, Fault> {
    tap(&house, staff, asked, 201, |body| Wish::OpenShift { float: body.float }).await
}

/// Puts cash in or takes it out.
#[utoipa::path(post, path = "/api/outlet/shifts/{id}/movements", operation_id = "moveCash", tag = "till",
    params(("id" = ShiftId, Path, description = "The open shift")), request_body = MovementBody,
    responses((status = 201, body = ShiftActed), (status = 404, body = gerai_shared::Problem),
    (status = 409, body = gerai_shared::Problem)))]
pub(super) async fn move_cash(
    State(house): State<House>,
    staff: Staff<ManageTill>,
    Id(shift): Id<ShiftId>,
    asked: Asked<MovementBody>,
) -> Result<Reply, Fault> {
    tap(&house, staff, asked, 201, |body| Wish::MoveCash {
        shift,
        direction: body.direction,
        amount: body.amount,
        reason: body.reason,
    })
    .await
}

/// Ends a cash shift; its settlement is frozen as it is told here.
#[utoipa::path(post, path = "/api/outlet/shifts/{id}/close", operation_id = "closeShift", tag = "till",
    params(("id" = ShiftId, Path, description = "The open shift")), request_body = CloseShiftBody,
    responses((status = 200, body = ShiftActed), (status = 404, body = gerai_shared::Problem),
    (status = 409, body = gerai_shared::Problem)))]
pub(super) async fn close(
    State(house): State<House>,
    staff: Staff<ManageTill>,
    Id(shift): Id<ShiftId>,
    asked: Asked<CloseShiftBody>,
) -> Result<Reply, Fault> {
    tap(&house, staff, asked, 200, |body| Wish::CloseShift {
        shift,
        counted: body.counted,
        note: body.note,
    })
    .await
}

/// Corrects a closed shift; its settlement stays as it was told.
#[utoipa::path(post, path = "/api/outlet/shifts/{id}/corrections", operation_id = "correctShift", tag = "till",
    params(("id" = ShiftId, Path, description = "The closed shift")), request_body = CorrectionBody,
    responses((status = 201, body = ShiftActed), (status = 404, body = gerai_shared::Problem),
    (status = 409, body = gerai_shared::Problem)))]
pub(super) async fn correct(
    State(house): State<House>,
    staff: Staff<ManageTill>,
    Id(shift): Id<ShiftId>,
    asked: Asked<CorrectionBody>,
) -> Result<Reply, Fault> {
    tap(&house, staff, asked, 201, |body| Wish::CorrectShift {
        shift,
        amount: body.amount,
        reason: body.reason,
    })
    .await
}
