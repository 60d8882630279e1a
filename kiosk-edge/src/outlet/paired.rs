//! Who may ask central through this edge: paired screens, each remembered for a moment, so that its
//! next question costs no read of the journal.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::Response,
};
use axum_extra::extract::CookieJar;
use http::HeaderMap;

use super::screens::{SCREEN_COOKIE, SCREEN_HEADER, Screen};
use crate::{
    journal::{Journal, Known},
    problems::Fault,
};

/// How long a screen is remembered. Another process (`gerai-kiosk screen`) writes the same file.
const MOMENT: Duration = Duration::from_secs(1);
/// Above so many, all are forgotten: an outlet has a handful.
const MOST: usize = 256;

/// The screens seen a moment ago.
#[derive(Clone, Debug)]
pub struct Paired {
    journal: Arc<Journal>,
    seen: Arc<Mutex<HashMap<String, Seen>>>,
}

/// When a screen was seen, by uptime, and as of which commit: any commit of this process may have
/// taken its pairing away.
#[derive(Debug)]
struct Seen {
    at: Duration,
    as_of: Arc<Known>,
}

impl Paired {
    /// Nobody has been seen yet.
    #[must_use]
    pub fn new(journal: Journal) -> Self {
        Self {
            journal: Arc::new(journal),
            seen: Arc::default(),
        }
    }

    /// Whether these are the headers of a screen that was seen a moment ago.
    #[must_use]
    pub fn knows(&self, headers: &HeaderMap) -> bool {
        match headers.get(SCREEN_HEADER) {
            Some(token) => token.to_str().is_ok_and(|token| self.remembers(token)),
            None => CookieJar::from_headers(headers)
                .get(SCREEN_COOKIE)
                .is_some_and(|cookie| self.remembers(cookie.value())),
        }
    }

    fn remembers(&self, token: &str) -> bool {
        let (now, as_of) = (self.journal.clock().uptime(), self.journal.known());
        self.seen()
            .get(token)
            .is_some_and(|seen| Arc::ptr_eq(&seen.as_of, &as_of) && now.saturating_sub(seen.at) < MOMENT)
    }

    fn remember(&self, headers: &HeaderMap, as_of: Arc<Known>) {
        let jar = CookieJar::from_headers(headers);
        let token = match headers.get(SCREEN_HEADER) {
            Some(token) => token.to_str().ok(),
            None => jar.get(SCREEN_COOKIE).map(axum_extra::extract::cookie::Cookie::value),
        };
        let Some(token) = token else { return };
        let at = self.journal.clock().uptime();
        let mut seen = self.seen();
        if seen.len() >= MOST {
            seen.clear();
        }
        seen.insert(token.to_owned(), Seen { at, as_of });
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<String, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Middleware for routes of other modules: paired screens only.
///
/// # Errors
/// 401 when the screen is not paired.
pub async fn paired(State(paired): State<Paired>, request: Request, next: Next) -> Result<Response, Fault> {
    if paired.knows(request.headers()) {
        return Ok(next.run(request).await);
    }
    // Taken before the pairing is read, so that what takes it away meanwhile is not missed.
    let as_of = paired.journal.known();
    let (mut parts, body) = request.into_parts();
    Screen::from_request_parts(&mut parts, paired.journal.as_ref()).await?;
    paired.remember(&parts.headers, as_of);
    Ok(next.run(Request::from_parts(parts, body)).await)
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware, routing::get};
    use gerai_shared::Micros;
    use http::{Request, StatusCode};
    use tower::ServiceExt;

    use super::{Journal, MOMENT, Paired, SCREEN_HEADER, paired};
    use crate::{clock::Clock, journal::JournalError, outlet::add_screen};

    async fn ask(paired_screens: &Paired, token: &str) -> StatusCode {
        let router = Router::new()
            .route("/", get(|| async {}))
            .layer(middleware::from_fn_with_state(paired_screens.clone(), paired));
        let request = Request::get("/")
            .header(SCREEN_HEADER, token)
            .body(Body::empty())
            .unwrap();
        router.oneshot(request).await.unwrap().status()
    }

    fn knows(paired: &Paired, token: &str) -> bool {
        let (header, cookie) = (
            Request::get("/").header(SCREEN_HEADER, token),
            format!("a=b; gerai_screen={token}"),
        );
        let said = [header, Request::get("/").header("cookie", cookie)].map(|request| {
            let request = request.body(()).unwrap();
            paired.knows(request.headers())
        });
        assert_eq!(said[0], said[1], "header and cookie are alike");
        said[0]
    }

    #[tokio::test]
    async fn a_screen_is_remembered_for_a_moment_and_not_past_what_takes_its_pairing_away() {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::still(Micros(1_795_289_400_000_000));
        let journal = Journal::open(dir.path(), clock.clone()).unwrap();
        let screen = add_screen(&journal, "booth").await.unwrap();
        let paired = Paired::new(journal.clone());
        assert!(!knows(&paired, &screen.token), "nobody was seen yet");
        assert_eq!(ask(&paired, "a stranger").await, StatusCode::UNAUTHORIZED);
        assert!(!knows(&paired, "a stranger"));
        assert_eq!(ask(&paired, &screen.token).await, StatusCode::OK);
        assert!(knows(&paired, &screen.token));
        clock.advance(MOMENT);
        assert!(!knows(&paired, &screen.token), "another process may have taken it away");
        assert_eq!(ask(&paired, &screen.token).await, StatusCode::OK);
        let revoke = journal.write(|group| {
            group.connection().execute("UPDATE screens SET revoked_at = 1", [])?;
            Ok::<_, JournalError>(())
        });
        revoke.await.unwrap();
        assert!(!knows(&paired, &screen.token));
        assert_eq!(ask(&paired, &screen.token).await, StatusCode::UNAUTHORIZED);
    }
}
