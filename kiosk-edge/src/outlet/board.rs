//! What screens show: the outlet, its queue, its rooms, its products.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use gerai_shared::{
    Day, Micros,
    catalog::{Category, Product},
    change::Table,
    estimate::Wait,
    outlet::{Outlet, Studio},
    queue::{Ticket, TicketState},
    session::{Room, Session},
};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    House,
    asked::Asks,
    intake::IntakeView,
    page::{Page, PageQuery},
    screens::Screen,
    staff::{Caller, LadderView},
    views::{Data, TicketView},
    waits,
};
use crate::{
    journal::{self, JournalError, Json as JsonColumn, Known},
    problems::Fault,
    sync::LinkState,
};

/// The catalogue that is followed.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(super) struct CatalogView {
    /// A feed number of topic `catalog`.
    version: u64,
    /// When that was central's.
    as_of: Option<Micros>,
}

impl From<&Known> for CatalogView {
    fn from(known: &Known) -> Self {
        let (version, as_of) = known.catalog();
        Self { version, as_of }
    }
}

/// The outlet as its screens see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct OutletView {
    /// Its profile.
    outlet: Outlet,
    /// The business day.
    day: Day,
    /// Whether it is open to customers now.
    open: bool,
    /// Its clock.
    time: Micros,
    /// How far the line reaches.
    link: LinkState,
    /// The catalogue that is followed.
    catalog: CatalogView,
    /// Whether central or staff have said that the day is right since the machine's boot. Until then
    /// nothing is written.
    day_confirmed: bool,
    /// What may be done, by how long central was not heard.
    ladder: LadderView,
    /// Whether the edge's disk has room for new work; without it, it is refused.
    room_left: bool,
}

/// The outlet: profile, day, line, catalogue.
#[utoipa::path(get, path = "/api/outlet", operation_id = "outlet", tag = "outlet",
    responses((status = 200, body = Data<OutletView>), (status = 503, body = gerai_shared::Problem)))]
pub(super) async fn outlet(State(house): State<House>, _screen: Screen) -> Result<Json<Data<OutletView>>, Fault> {
    let known = house.journal.known();
    let outlet = known.outlet.as_deref().ok_or(JournalError::NotReady)?;
    let time = house.clock.now();
    Ok(Json(Data {
        data: OutletView {
            day: outlet.business_day(time),
            open: outlet.is_open(time),
            outlet: outlet.clone(),
            time,
            link: house.link(),
            catalog: (&*known).into(),
            day_confirmed: house.clock.is_confirmed(),
            ladder: house.ladder().view(),
            room_left: house.journal.room_left().await?,
        },
    }))
}

/// Which part of the queue.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct QueueQuery {
    /// From 1.
    page: Option<u32>,
    /// How many on a page: 500 when not said, at most 1000.
    per_page: Option<u32>,
    /// Only tickets in these states, separated by commas.
    state: Option<String>,
}

impl QueueQuery {
    /// The states as a JSON list, for SQL; none when all are wanted.
    fn states(&self) -> Result<Option<String>, Fault> {
        let Some(asked) = self.state.as_deref().filter(|asked| !asked.is_empty()) else {
            return Ok(None);
        };
        let known = TicketState::ALL.map(TicketState::as_str);
        if let Some(wrong) = asked.split(',').find(|state| !known.contains(state)) {
            let allowed = known.join(", ");
            return Err(Fault::field(
                "state",
                format!("`{wrong}` is not a state; one of {allowed}"),
            ));
        }
        Ok(Some(
            serde_json::json!(asked.split(',').collect::<Vec<_>>()).to_string(),
        ))
    }
}

/// The tickets of the business day in service order, and how long one waits.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct QueuePage {
    #[serde(flatten)]
    page: Page<TicketView>,
    /// Whether walk-ins are taken.
    intake: IntakeView,
    /// Minutes a walk-in arriving now would wait, whatever for; null when no room serves anything.
    wait: Option<Wait>,
    /// The same for each category a room serves.
    wait_by_category: BTreeMap<Category, Wait>,
}

/// The tickets of the business day in service order, and how long one waits.
#[utoipa::path(get, path = "/api/outlet/queue", operation_id = "queue", tag = "queue", params(QueueQuery),
    responses((status = 200, body = QueuePage), (status = 422, body = gerai_shared::Problem)))]
pub(super) async fn queue(
    State(house): State<House>,
    caller: Caller,
    Asks(asked): Asks<QueueQuery>,
) -> Result<Json<QueuePage>, Fault> {
    let outlet = house.journal.known().outlet.clone().ok_or(JournalError::NotReady)?;
    let (now, cache) = (house.clock.now(), house.pace.clone());
    let (states, page) = (asked.states()?, PageQuery::new(asked.page, asked.per_page));
    let read = house.journal.read(move |connection| {
        let day = outlet.business_day(now);
        let (total, tickets) = tickets_of(connection, (day, now), states.as_deref(), page)?;
        let intake = waits::intake(connection, &outlet, day)?;
        let mut waits = waits::queue_waits(connection, &outlet, (day, now), &cache, intake.adjust_minutes)?;
        let views = tickets.into_iter().map(|ticket| {
            let estimate = waits.tickets.remove(&ticket.id);
            let view = seen_by(&caller, &outlet, ticket);
            TicketView { estimate, ..view }
        });
        Ok(QueuePage {
            page: Page::new("/api/outlet/queue", page, total, views.collect()),
            intake: (&intake).into(),
            wait: waits.walk_in,
            wait_by_category: waits.by_category,
        })
    });
    Ok(Json(read.await?))
}

fn tickets_of(
    connection: &Connection,
    (day, now): (Day, Micros),
    states: Option<&str>,
    page: PageQuery,
) -> rusqlite::Result<(u64, Vec<Ticket>)> {
    let mut tickets: Vec<Ticket> = connection
        .prepare_cached(
            "SELECT body FROM rows WHERE kind = 'ticket' AND day = ?1
             AND (?2 IS NULL OR state IN (SELECT value FROM json_each(?2)))",
        )?
        .query_map(params![day.to_string(), states], |row| {
            row.get::<_, JsonColumn<Ticket>>(0).map(|JsonColumn(ticket)| ticket)
        })?
        .collect::<rusqlite::Result<_>>()?;
    // The order is a rule, and rules are written once: not in SQL as well.
    tickets.sort_by_key(|ticket| ticket.service_order(now));
    let total = tickets.len() as u64;
    let of_page = tickets.into_iter().skip(page.offset() as usize);
    Ok((total, of_page.take(page.per_page() as usize).collect()))
}

fn seen_by(caller: &Caller, outlet: &Outlet, ticket: Ticket) -> TicketView {
    let view = TicketView::new(outlet, ticket);
    if caller.is_staff() { view } else { view.for_anyone() }
}

/// A room and what goes on in it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RoomView {
    /// The room as central defines it.
    studio: Studio,
    /// What goes on in it.
    room: Room,
    /// The session that runs in it.
    session: Option<Session>,
    /// Whose.
    ticket: Option<TicketView>,
}

/// The room board.
#[utoipa::path(get, path = "/api/outlet/rooms", operation_id = "rooms", tag = "sessions",
    responses((status = 200, body = Data<Vec<RoomView>>)))]
pub(super) async fn rooms(State(house): State<House>, caller: Caller) -> Result<Json<Data<Vec<RoomView>>>, Fault> {
    let outlet = house.journal.known().outlet.clone().ok_or(JournalError::NotReady)?;
    let data = house.journal.read(move |connection| {
        let views = outlet.studios.iter().map(|studio| {
            let room: Option<Room> = journal::row(connection, Table::Room, studio.id.0)?;
            let room = room.unwrap_or_else(|| Room::free(studio.id, outlet.id));
            let session: Option<Session> = match room.session {
                Some(id) => journal::row(connection, Table::Session, id.0)?,
                None => None,
            };
            let ticket: Option<Ticket> = match &session {
                Some(session) => journal::row(connection, Table::Ticket, session.ticket.0)?,
                None => None,
            };
            Ok(RoomView {
                studio: studio.clone(),
                room,
                session,
                ticket: ticket.map(|ticket| seen_by(&caller, &outlet, ticket)),
            })
        });
        views.collect()
    });
    Ok(Json(Data { data: data.await? }))
}

/// Products, and the catalogue they are from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Products {
    /// The products offered at this outlet.
    data: Vec<Product>,
    /// A feed number of topic `catalog`.
    version: u64,
    /// When that was central's.
    as_of: Option<Micros>,
}

/// The products offered at this outlet, by category and name; with or without a line to central.
#[utoipa::path(get, path = "/api/outlet/products", operation_id = "products", tag = "outlet",
    responses((status = 200, body = Products)))]
pub(super) async fn products(State(house): State<House>, _screen: Screen) -> Result<Json<Products>, Fault> {
    let known = house.journal.known();
    let outlet = known.outlet.clone().ok_or(JournalError::NotReady)?;
    let mut data: Vec<Product> = house
        .journal
        .read(|connection| journal::followed_rows(connection, "product"))
        .await?;
    data.retain(|product| product.available_in.is_empty() || product.available_in.contains(&outlet.location));
    data.sort_by(|one, other| (one.category, &one.name).cmp(&(other.category, &other.name)));
    let CatalogView { version, as_of } = (&*known).into();
    Ok(Json(Products { data, version, as_of }))
}
