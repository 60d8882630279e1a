//! `/t/{token}`: a ticket's page, for whoever has its link. No sign-in, no name, not for indexes.

use std::{convert::Infallible, sync::Arc, time::Duration};

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{
        Html, IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::Stream;
use gerai_shared::{Day, OutletId, outlet::Outlet, problem::Lang, queue::Ticket, sync::outlet_topic};
use moka::future::Cache;
use sea_orm::DbErr;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;

use super::view::{self, Known, Subject, View};
use crate::{
    features::{fleet, outlets, queue},
    platform::{Platform, auth::Origin, feed, http::Failure, limits::Seat},
};

/// How long a page waits for a change before it looks whether the outlet is still there.
const LOOK: Duration = Duration::from_secs(15);
/// The longest token that is looked for.
const LONGEST: usize = 64;

/// Days that are being watched, by where the outlet's queue stands: a crowd of pages costs one
/// reading.
type Days = Cache<(OutletId, Day, u64), Arc<Vec<Ticket>>>;

/// The pages.
pub fn router() -> OpenApiRouter<Platform> {
    let days: Days = Cache::builder()
        .max_capacity(256)
        .time_to_live(Duration::from_secs(300))
        .build();
    let (shown, followed) = (days.clone(), days);
    OpenApiRouter::new()
        .route(
            "/t/{token}",
            get(
                async move |State(platform): State<Platform>,
                            token: Path<String>,
                            lang: Query<Asked>,
                            headers: HeaderMap| {
                    show(&platform, &shown, &token, lang.of(&headers)).await
                },
            ),
        )
        .route(
            "/t/{token}/events",
            get(
                async move |State(platform): State<Platform>,
                            origin: Origin,
                            token: Path<String>,
                            lang: Query<Asked>,
                            headers: HeaderMap| {
                    let lang = lang.of(&headers);
                    let seat = platform.listeners.sit(origin.ip)?;
                    Ok::<_, Failure>(follow(platform, followed, token.0, lang, seat))
                },
            ),
        )
}

/// The language that was asked for by the switch.
#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    lang: Option<String>,
}

impl Asked {
    fn of(&self, headers: &HeaderMap) -> Lang {
        let header = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok());
        Lang::from_accept(self.lang.as_deref().or(header))
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

async fn show(platform: &Platform, days: &Days, token: &str, lang: Lang) -> Result<Response, Failure> {
    let found = look(platform, days, token, lang).await?;
    let status = if found.is_some() {
        StatusCode::OK
    } else {
        StatusCode::NOT_FOUND
    };
    let view = found.map_or_else(|| view::unknown(lang), |(view, _)| view);
    let nonce = URL_SAFE_NO_PAD.encode(platform.clock.secret::<16>());
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
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

/// The page's middle, now and after every change of its words.
fn follow(
    platform: Platform,
    days: Days,
    token: String,
    lang: Lang,
    seat: Seat,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = async_stream::stream! {
        let _seat = seat;
        let mut shown = None;
        loop {
            // The database failing ends the stream; the page comes back by itself.
            let Ok(Some((view, cursors))) = look(&platform, &days, &token, lang).await else { return };
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
    lang: Lang,
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
    let (day, at) = (subject.day(), cursors[0].1);
    let read = async {
        let rows = queue::day_tickets(db, outlet.id, day).await?;
        Ok::<_, DbErr>(Arc::new(rows))
    };
    let tickets = days
        .try_get_with((outlet.id, day, at), read)
        .await
        .map_err(|error| DbErr::Custom(error.to_string()))?;
    let view = view::page(&Known {
        lang,
        now: platform.clock.now(),
        outlet: &outlet,
        subject: &subject,
        day: &tickets,
        heard_at: fleet::heard_at(db, outlet.id).await?,
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
    fn day(&self) -> Day {
        match self {
            Self::Here(ticket) => ticket.day,
            Self::Remote(remote) => remote.day,
        }
    }
}
