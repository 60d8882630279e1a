//! `/t/{token}`: a ticket's page, for whoever has its link. No sign-in, no name, not for indexes.

use std::{convert::Infallible, time::Duration};

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{
        Html, IntoResponse, Redirect, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::Stream;
use gerai_shared::{
    Day, TicketId,
    estimate::{Wait, Waits},
    outlet::Outlet,
    problem::Lang,
    queue::RemoteState,
    sync::outlet_topic,
};
use sea_orm::DbErr;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;

use super::{
    day::Days,
    notices::Stays,
    view::{self, Known, Subject, View},
};
use crate::{
    features::{
        fleet, outlets, queue,
        remote_queue::{self, Left},
    },
    platform::{Platform, auth::Origin, feed, http::Failure, limits::Seat},
};

/// How long a page waits for a change before it looks whether the outlet is still there.
const LOOK: Duration = Duration::from_secs(15);
/// The longest token that is looked for.
const LONGEST: usize = 64;

/// The pages.
pub fn router() -> OpenApiRouter<Platform> {
    let shown = Days::new();
    let (followed, left) = (shown.clone(), shown.clone());
    OpenApiRouter::new()
        .route(
            "/t/{token}",
            get(
                async move |State(platform): State<Platform>,
                            token: Path<String>,
                            asked: Query<Asked>,
                            headers: HeaderMap| {
                    show(&platform, &shown, &token, asked.of(&headers)).await
                },
            ),
        )
        .route(
            "/t/{token}/leave",
            post(
                async move |State(platform): State<Platform>,
                            token: Path<String>,
                            asked: Query<Asked>,
                            headers: HeaderMap| {
                    leave(&platform, &left, &token, asked.of(&headers)).await
                },
            ),
        )
        .route(
            "/t/{token}/events",
            get(
                async move |State(platform): State<Platform>,
                            origin: Origin,
                            token: Path<String>,
                            asked: Query<Asked>,
                            headers: HeaderMap| {
                    let way = asked.of(&headers);
                    let seat = platform.listeners.sit(origin.ip)?;
                    Ok::<_, Failure>(follow(platform, followed, token.0, way, seat))
                },
            ),
        )
}

/// The language that was asked for by the switch, and what came of leaving.
#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    stays: Option<String>,
}

/// How a page is looked at.
#[derive(Clone, Copy)]
struct Way {
    lang: Lang,
    stays: Option<Stays>,
}

impl Asked {
    fn of(&self, headers: &HeaderMap) -> Way {
        let header = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok());
        Way {
            lang: Lang::from_accept(self.lang.as_deref().or(header)),
            stays: self.stays.as_deref().and_then(Stays::read),
        }
    }
}

#[derive(Template)]
#[template(path = "status.html")]
struct Status {
    view: View,
    nonce: String,
}

#[derive(Template)]
#[template(path = "fragment.html")]
struct Fragment {
    view: View,
}

async fn show(platform: &Platform, days: &Days, token: &str, way: Way) -> Result<Response, Failure> {
    let found = look(platform, days, token, way).await?;
    let status = if found.is_some() {
        StatusCode::OK
    } else {
        StatusCode::NOT_FOUND
    };
    let view = found.map_or_else(|| view::unknown(way.lang), |(view, _)| view);
    let nonce = URL_SAFE_NO_PAD.encode(platform.clock.secret::<16>());
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    let html = Status { view, nonce }
        .render()
        .map_err(|error| Failure::internal(&error))?;
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
        (header::VARY, "accept-language"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// Gives the ticket up, and shows its page again. The token is all there is to know: no cookie goes with the form,
/// so a page elsewhere that does not know it can send nothing, and one that does could call as well.
async fn leave(platform: &Platform, days: &Days, token: &str, way: Way) -> Result<Response, Failure> {
    let found = match token.len() {
        0..=LONGEST => subject(platform, token).await?,
        _ => None,
    };
    let Some(subject) = found else {
        return show(platform, days, token, way).await;
    };
    let stays = match remote_queue::leave_by_page(platform, subject.id()).await? {
        Left::Gone => None,
        Left::Asked => Some(Stays::Asked),
        Left::Refused => Some(Stays::Refused),
        Left::TooLate => Some(Stays::TooLate),
    };
    let stays = stays.map_or_else(String::new, |stays| format!("&stays={}", stays.as_str()));
    // Relative to `/t/TOKEN/leave`, wherever the public finds it.
    let page = format!("../{token}?lang={}{stays}", way.lang.pick("id", "en"));
    Ok(Redirect::to(&page).into_response())
}

/// The page's middle, now and after every change of its words.
fn follow(
    platform: Platform,
    days: Days,
    token: String,
    way: Way,
    seat: Seat,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = async_stream::stream! {
        let _seat = seat;
        let mut shown = None;
        loop {
            // The database failing ends the stream; the page comes back by itself.
            let Ok(Some((view, cursors))) = look(&platform, &days, &token, way).await else { return };
            if shown.as_ref() != Some(&view) {
                let Ok(html) = (Fragment { view: view.clone() }).render() else { return };
                shown = Some(view);
                yield Ok(Event::default().data(html));
            }
            platform.feed.moved(&cursors, LOOK).await;
        }
    };
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// What the page says now, and which topics move when it may say something else.
async fn look(
    platform: &Platform,
    days: &Days,
    token: &str,
    way: Way,
) -> Result<Option<(View, Vec<(String, u64)>)>, DbErr> {
    let db = platform.db.reader();
    if token.len() > LONGEST {
        return Ok(None);
    }
    let Some(outlet) = outlet_of(platform, token).await? else {
        return Ok(None);
    };
    // Read before the rows, so that a change in between is seen as one.
    let mut cursors = Vec::new();
    for topic in [queue::topic(outlet.id), outlet_topic(outlet.id)] {
        let at = feed::position(db, &topic).await?;
        cursors.push((topic, at));
    }
    let Some(subject) = subject(platform, token).await? else {
        return Ok(None);
    };
    let (day, now) = (subject.day(), platform.clock.now());
    let seen = days.at(db, &outlet, day, (cursors[0].1, now)).await?;
    let view = view::page(&Known {
        lang: way.lang,
        now,
        outlet: &outlet,
        subject: &subject,
        day: &seen.tickets,
        heard_at: fleet::heard_at(db, outlet.id).await?,
        door: (day == outlet.business_day(now)).then_some(&seen.door),
        wait: subject.wait(&seen.waits),
        address: &queue::status_url(platform, token),
        exit: &format!("{token}/leave?lang={}", way.lang.pick("id", "en")),
        stays: way.stays,
    });
    Ok(Some((view, cursors)))
}

async fn outlet_of(platform: &Platform, token: &str) -> Result<Option<Outlet>, DbErr> {
    let db = platform.db.reader();
    let Some(subject) = subject(platform, token).await? else {
        return Ok(None);
    };
    let outlet = match &subject {
        Subject::Here(ticket) => ticket.outlet,
        Subject::Remote(remote) => remote.outlet,
    };
    outlets::get(db, outlet).await
}

/// What a token names: the outlet's own ticket, or a remote one until its holder has checked in.
async fn subject(platform: &Platform, token: &str) -> Result<Option<Subject>, DbErr> {
    let db = platform.db.reader();
    if let Some(ticket) = queue::ticket_by_token(db, token).await? {
        return Ok(Some(Subject::Here(Box::new(ticket))));
    }
    let Some(remote) = queue::remote_by_token(db, token).await? else {
        return Ok(None);
    };
    let here = queue::checked_in(db, remote.outlet, remote.day, remote.id).await?;
    Ok(Some(match here {
        Some(ticket) => Subject::Here(Box::new(ticket)),
        None => Subject::Remote(Box::new(remote)),
    }))
}

impl Subject {
    fn id(&self) -> TicketId {
        match self {
            Self::Here(ticket) => ticket.id,
            Self::Remote(remote) => remote.id,
        }
    }

    /// How long it waits; before check-in, how long whoever came now would. A booking has its time.
    fn wait(&self, waits: &Waits) -> Option<Wait> {
        match self {
            Self::Here(ticket) => waits.tickets.get(&ticket.id).copied(),
            Self::Remote(remote) => {
                let comes = remote.state == RemoteState::Joined && remote.starts_at.is_none();
                waits
                    .by_category
                    .get(&remote.product.category)
                    .copied()
                    .filter(|_| comes)
            }
        }
    }

    fn day(&self) -> Day {
        match self {
            Self::Here(ticket) => ticket.day,
            Self::Remote(remote) => remote.day,
        }
    }
}
