//! Live events for screens (E15). They follow the commit; a slow screen never holds the writer up:
//! what it missed, it is told to load again.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::Stream;
use gerai_shared::{Change, ScreenId};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use super::{House, screens::Screen, staff, views::hide_whose};
use crate::{
    journal::{Committed, Made},
    problems::Fault,
};

/// How soon a screen comes back after the edge was started again.
const AGAIN: Duration = Duration::from_millis(500);

/// What happens at the outlet, as it happens: `change` (a `Change`, id = command number), `link`
/// (`LinkState`), `sync` (`backlog`, `acked_seq`), `devices` (`Devices`), `feed` (`topic`, `position`),
/// and `reload` when something was missed.
#[utoipa::path(get, path = "/api/outlet/events", operation_id = "events", tag = "outlet",
    responses((status = 200, content_type = "text/event-stream", body = String)))]
pub(super) async fn events(
    State(house): State<House>,
    screen: Screen,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Fault> {
    Ok(Sse::new(stream(house, screen.id)).keep_alive(KeepAlive::default()))
}

fn stream(house: House, screen: ScreenId) -> impl Stream<Item = Result<Event, Infallible>> {
    let mut committed = house.journal.committed();
    let mut link = house.link.clone();
    let mut devices = house.devices.watch();
    let mut revoked = house.revoked.subscribe();
    async_stream::stream! {
        yield Ok(link_event(&house).retry(AGAIN));
        yield Ok(sync_event(&house));
        devices.mark_changed();
        let mut link_lives = true;
        loop {
            tokio::select! {
                () = house.closing.cancelled() => break,
                // One that missed some comes again, and is asked for its token.
                gone = revoked.recv() => if gone.map_or(true, |gone| gone == screen) { break },
                changed = link.changed(), if link_lives => match changed {
                    Ok(()) => yield Ok(link_event(&house)),
                    Err(_) => link_lives = false,
                },
                // The house holds who tells.
                Ok(()) = devices.changed() => {
                    let seen = event("devices", &json!(*devices.borrow_and_update()));
                    yield Ok(seen);
                }
                next = committed.recv() => match next {
                    Ok(Committed::Commands(made)) => {
                        for event in changes(&house, screen, &made).await {
                            yield Ok(event);
                        }
                        yield Ok(sync_event(&house));
                    }
                    Ok(Committed::Settled { .. } | Committed::Device | Committed::ProofAsked | Committed::Proved) => yield Ok(sync_event(&house)),
                    Ok(Committed::Followed { topic, position, .. }) => {
                        yield Ok(event("feed", &json!({ "topic": topic, "position": position })));
                    }
                    Err(RecvError::Lagged(_)) => yield Ok(event("reload", &json!({}))),
                    Err(RecvError::Closed) => break,
                },
            }
        }
    }
}

fn event(name: &str, data: &serde_json::Value) -> Event {
    Event::default().event(name).data(data.to_string())
}

fn link_event(house: &House) -> Event {
    event("link", &json!(house.link()))
}

fn sync_event(house: &House) -> Event {
    let known = house.journal.known();
    event(
        "sync",
        &json!({ "backlog": known.backlog(), "acked_seq": known.acked_seq }),
    )
}

/// The rows this screen may see, as of now: whoever was signed in may have left.
async fn changes(house: &House, screen: ScreenId, made: &[Made]) -> Vec<Event> {
    let (trust, settings, now) = (house.journal.trust(), house.rules.staff, house.clock.now());
    let signed_in = house
        .journal
        .read(move |connection| staff::signed_in(connection, &trust, settings, now, screen))
        .await;
    let staff = matches!(signed_in, Ok(Some(_)));
    let mut events = Vec::new();
    for made in made {
        for change in &made.changes {
            let Some(change) = seen_by(staff, change) else { continue };
            let event = Event::default().event("change").id(made.seq.to_string());
            events.extend(event.json_data(&change).ok());
        }
    }
    events
}

fn seen_by(staff: bool, change: &Change) -> Option<Change> {
    match change {
        change if staff => Some(change.clone()),
        Change::Ticket(ticket) => {
            let mut ticket = ticket.clone();
            hide_whose(&mut ticket);
            Some(Change::Ticket(ticket))
        }
        Change::Session(_) | Change::Room(_) | Change::Intake(_) => Some(change.clone()),
        Change::Sale(_) | Change::SaleVoid(_) | Change::Answer(_) | Change::Shift(_) | Change::BusinessDay(_) => None,
    }
}
