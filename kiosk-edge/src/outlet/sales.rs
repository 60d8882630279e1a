//! Cash sales and their voids.

use axum::{Json, extract::State};
use gerai_shared::{
    Exception, Rupiah, SaleId, SessionId, TicketId,
    change::Table,
    command::Act,
    sale::{Sale, SaleVoid},
    wish::{LineWish, Wish},
};
use rusqlite::params;
use serde::{Deserialize, Serialize, ser::Error};
use utoipa::ToSchema;

use super::{
    House,
    asked::{Asked, Asks, Id},
    page::{Page, PageQuery},
    staff::{self, MayVoid, Staff},
    views::{CommandRef, SaleView},
};
use crate::{
    journal::{self, Booked, JournalError, Reply, Tap},
    problems::Fault,
};

/// What is sold, and the cash taken.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SellBody {
    /// What.
    lines: Vec<LineWish>,
    /// Cash taken.
    tendered: Rupiah,
    /// The ticket it belongs to.
    #[serde(default)]
    ticket: Option<TicketId>,
    /// The session it belongs to.
    #[serde(default)]
    session: Option<SessionId>,
}

/// Why a sale is taken back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VoidBody {
    /// In words.
    reason: String,
}

/// A sale that was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Sold {
    /// The sale.
    data: SaleView,
    /// The command that did it.
    command: CommandRef,
}

/// A sale that was taken back.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Voided {
    /// The sale.
    data: SaleView,
    /// What a person should look at.
    exceptions: Vec<Exception>,
    /// The command that did it.
    command: CommandRef,
}

fn sale(booked: &Booked<'_>) -> serde_json::Result<SaleView> {
    let id = match &booked.command.act {
        Act::Sell(act) => Some(act.sale),
        Act::VoidSale(act) => Some(act.sale),
        _ => None,
    };
    let sale = id.and_then(|id| booked.state.sale(id));
    let sale = sale.ok_or_else(|| serde_json::Error::custom("the command has no sale"))?;
    let void = booked.state.sale_void(sale.id).cloned();
    Ok(SaleView::new(booked.outlet, sale.clone(), void))
}

fn sold(booked: &Booked<'_>) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Sold {
        data: sale(booked)?,
        command: booked.command.into(),
    })
}

fn voided(booked: &Booked<'_>) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Voided {
        data: sale(booked)?,
        exceptions: booked.decision.exceptions.clone(),
        command: booked.command.into(),
    })
}

/// Sells for cash.
#[utoipa::path(post, path = "/api/outlet/sales", operation_id = "sell", tag = "sales", request_body = SellBody,
    responses((status = 201, body = Sold), (status = 422, body = gerai_shared::Problem)))]
pub(super) async fn sell(
    State(house): State<House>,
    staff: Staff<staff::Sell>,
    asked: Asked<SellBody>,
) -> Result<Reply, Fault> {
    let question = asked.question(staff.screen);
    let tap = Tap {
        wish: Wish::Sell {
            lines: asked.body.lines,
            tendered: asked.body.tendered,
            ticket: asked.body.ticket,
            session: asked.body.session,
        },
        actor: staff.actor,
        question,
        status: 201,
        answer: sold,
        circumstances: house.circumstances(),
        supersedes: None,
    };
    let ladder = house.ladder();
    house.journal.tap_if(tap, move |booked| ladder.books(booked)).await
}

/// Takes a sale back. A second void is booked too, moves no money, and is listed for review.
#[utoipa::path(post, path = "/api/outlet/sales/{id}/void", operation_id = "voidSale", tag = "sales",
    params(("id" = SaleId, Path, description = "The sale")), request_body = VoidBody,
    responses((status = 200, body = Voided), (status = 404, body = gerai_shared::Problem)))]
pub(super) async fn void(
    State(house): State<House>,
    staff: Staff<MayVoid>,
    Id(sale): Id<SaleId>,
    asked: Asked<VoidBody>,
) -> Result<Reply, Fault> {
    let question = asked.question(staff.screen);
    let tap = Tap {
        wish: Wish::VoidSale {
            sale,
            reason: asked.body.reason,
        },
        actor: staff.actor,
        question,
        status: 200,
        answer: voided,
        circumstances: house.circumstances(),
        supersedes: None,
    };
    let ladder = house.ladder();
    house.journal.tap_if(tap, move |booked| ladder.books(booked)).await
}

/// The sales of the business day, in the order of their receipts.
#[utoipa::path(get, path = "/api/outlet/sales", operation_id = "sales", tag = "sales", params(PageQuery),
    responses((status = 200, body = Page<SaleView>)))]
pub(super) async fn list(
    State(house): State<House>,
    _staff: Staff<staff::Sell>,
    Asks(asked): Asks<PageQuery>,
) -> Result<Json<Page<SaleView>>, Fault> {
    let outlet = house.journal.known().outlet.clone().ok_or(JournalError::NotReady)?;
    let day = outlet.business_day(house.clock.now());
    let page = house.journal.read(move |connection| {
        let total = journal::count_rows(connection, Table::Sale, day)?;
        let sales: Vec<journal::Json<Sale>> = connection
            .prepare_cached(
                "SELECT body FROM rows WHERE kind = 'sale' AND day = ?1 ORDER BY position LIMIT ?2 OFFSET ?3",
            )?
            .query_map(
                params![day.to_string(), asked.per_page(), asked.offset() as i64],
                |row| row.get(0),
            )?
            .collect::<rusqlite::Result<_>>()?;
        let views = sales.into_iter().map(|journal::Json(sale)| {
            let void = journal::row::<SaleVoid>(connection, Table::SaleVoid, sale.id.0)?;
            Ok(SaleView::new(&outlet, sale, void))
        });
        let views = views.collect::<rusqlite::Result<_>>()?;
        Ok(Page::new("/api/outlet/sales", asked, total, views))
    });
    Ok(Json(page.await?))
}
