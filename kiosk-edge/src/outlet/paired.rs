//! Who asks: paired screens, each remembered for a moment, so that its next question costs no read of
//! the journal.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, request::Parts};

use super::screens::{self, Who};
use crate::{journal::Journal, problems::Fault};

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

/// Who was seen, when by uptime, and as of which state of screens and sign-ins: a later one may have
/// taken the pairing away, or have somebody signed in.
#[derive(Clone, Copy, Debug)]
struct Seen {
    who: Who,
    at: Duration,
    as_of: u64,
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

    /// The journal that knows them all.
    pub(super) fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Whether these are the headers of a screen that was seen a moment ago.
    #[must_use]
    pub fn knows(&self, headers: &HeaderMap) -> bool {
        screens::token_in(headers).is_some_and(|token| self.remembered(&token).is_some())
    }

    fn remembered(&self, token: &str) -> Option<Who> {
        let (now, as_of) = (self.journal.clock().uptime(), self.as_of());
        let seen = self.seen().get(token).copied()?;
        (seen.as_of == as_of && now.saturating_sub(seen.at) < MOMENT).then_some(seen.who)
    }

    /// Whose request this is: as remembered, else as the journal says.
    ///
    /// # Errors
    /// 401 when it comes from no paired screen; when the journal cannot be read.
    pub(super) async fn who(&self, parts: &mut Parts) -> Result<Who, Fault> {
        if let Some(who) = parts.extensions.get::<Who>() {
            return Ok(*who);
        }
        let token = screens::token_in(&parts.headers).ok_or(Fault::ScreenUnpaired)?;
        let who = match self.remembered(&token) {
            Some(who) => who,
            None => {
                // Taken before the pairing is read, so that what takes it away meanwhile is not missed.
                let as_of = self.as_of();
                let who = screens::by_token(&self.journal, &token).await?;
                self.remember(token.into_owned(), who, as_of);
                who
            }
        };
        parts.extensions.insert(who);
        Ok(who)
    }

    fn as_of(&self) -> u64 {
        self.journal.known().attendance
    }

    fn remember(&self, token: String, who: Who, as_of: u64) {
        let at = self.journal.clock().uptime();
        let mut seen = self.seen();
        if seen.len() >= MOST {
            seen.clear();
        }
        seen.insert(token, Seen { who, at, as_of });
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
    let (mut parts, body) = request.into_parts();
    paired.who(&mut parts).await?;
    Ok(next.run(Request::from_parts(parts, body)).await)
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware, routing::get};
    use gerai_shared::Micros;
    use http::{Request, StatusCode};
    use tower::ServiceExt;

    use super::{Journal, MOMENT, Paired, paired};
    use crate::{
        clock::Clock,
        journal::JournalError,
        outlet::{SCREEN_HEADER, add_screen},
    };

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

    async fn attended(paired: &Paired, token: &str) -> bool {
        let request = Request::get("/").header(SCREEN_HEADER, token).body(()).unwrap();
        paired.who(&mut request.into_parts().0).await.unwrap().attended
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
        let other = journal.write(|group| {
            let known = "INSERT INTO staff_known (staff, first_at) VALUES (x'01', 1)";
            group.connection().execute(known, [])?;
            Ok::<_, JournalError>(())
        });
        other.await.unwrap();
        assert!(knows(&paired, &screen.token), "a commit that is about something else");
        assert!(!attended(&paired, &screen.token).await);
        let sign_in = journal.write(move |group| {
            group.connection().execute(
                "INSERT INTO staff_sessions (screen, staff, started_at, seen_at) VALUES (?1, x'01', 1, 1)",
                [screen.id.0.as_bytes()],
            )?;
            Ok::<_, JournalError>(())
        });
        sign_in.await.unwrap();
        assert!(
            attended(&paired, &screen.token).await,
            "whoever signs in is seen at once"
        );
        let revoke = journal.write(|group| {
            group.connection().execute("UPDATE screens SET revoked_at = 1", [])?;
            Ok::<_, JournalError>(())
        });
        revoke.await.unwrap();
        assert!(!knows(&paired, &screen.token));
        assert_eq!(ask(&paired, &screen.token).await, StatusCode::UNAUTHORIZED);
    }
}
