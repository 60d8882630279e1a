//! A public GET or HEAD, answered from the cache where that is right.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use gerai_shared::Micros;
use http::header::{IF_MATCH, IF_UNMODIFIED_SINCE, RANGE};
use http::{Method, Request, StatusCode};

use super::answer::{self, To};
use super::fetch::{self, Errand, Outcome};
use super::problems::{self, Asked};
use super::{ProxyState, headers, pass, status, upstream};
use crate::cache::{Entry, Failure, Found, Mode, Rule, Seat, Verdict, Why, Wishes, judge, landed, stands_in};

/// Answers a GET or HEAD under a rule of the table.
pub async fn serve(state: &ProxyState, rule: Arc<Rule>, request: Request<Body>) -> Response {
    let asked = request.headers();
    let wishes = Wishes::of(asked);
    let personal = headers::is_personal(asked);
    let guarded = asked.contains_key(IF_MATCH) || asked.contains_key(IF_UNMODIFIED_SINCE);
    if wishes.no_store || guarded || (personal && rule.policy.mode == Mode::Store) {
        return pass(state, request, Why::Bypass).await;
    }
    // The way of almost every request: memory, a comparison of seconds, done.
    let key = request.uri().path_and_query().map_or("/", |whole| whole.as_str());
    if let Some(entry) = state.cache.recall(key, asked).filter(|entry| !personal || entry.public) {
        let now = state.cache.now();
        if judge(&entry, &wishes, now) == Verdict::Fresh {
            let to = To { method: request.method(), headers: asked };
            return answer::from_entry(&entry, &to, now, &status::hit(entry.ttl(now)));
        }
    }
    let visit = Visit { state, rule, key: headers::key(request.uri()), wishes, personal };
    visit.answer(request).await
}

/// One request that memory alone could not answer.
struct Visit<'a> {
    state: &'a ProxyState,
    rule: Arc<Rule>,
    key: Arc<str>,
    wishes: Wishes,
    personal: bool,
}

impl Visit<'_> {
    async fn answer(self, request: Request<Body>) -> Response {
        let mut waited = None;
        loop {
            let (stored, why) = match self.stored(&request, waited).await {
                Ok(response) => return response,
                Err(found) => found,
            };
            if self.wishes.only_if_cached {
                return problems::not_stored(&Asked::of(request.headers()));
            }
            if let Some(failure) = self.state.cache.failure(&self.key) {
                return self.without_central(&request, stored, failure);
            }
            // A HEAD brings nothing to keep, a part not enough; both are asked as they are.
            if request.method() == Method::HEAD || request.headers().contains_key(RANGE) {
                return self.ask_as_it_is(request, stored, why).await;
            }
            if self.personal || waited.is_some() {
                return self.ask(&request, stored, why, None).await;
            }
            match self.state.cache.flights.board(&self.key) {
                Seat::Follower(flight) => {
                    landed(flight).await;
                    waited = Some(why);
                }
                Seat::Leader(ticket) => {
                    // Another flight may have landed between our look and our boarding.
                    if let Some(response) = self.in_memory(&request, why) {
                        return response;
                    }
                    return self.ask(&request, stored, why, Some(ticket)).await;
                }
            }
        }
    }

    /// The answer from what is stored, or what is stored with why it does not do.
    async fn stored(
        &self,
        request: &Request<Body>,
        waited: Option<Why>,
    ) -> Result<Response, (Option<Arc<Entry>>, Why)> {
        let entry = match self.state.cache.look_up(&self.key, request.headers()).await {
            Found::Entry(entry) if !self.personal || entry.public => entry,
            Found::Entry(_) => return Err((None, Why::Bypass)),
            Found::VaryMiss => return Err((None, Why::VaryMiss)),
            Found::Nothing => return Err((None, Why::UriMiss)),
        };
        let now = self.now();
        let ttl = entry.ttl(now);
        let line = waited.map_or_else(|| status::hit(ttl), |why| status::collapsed(why, ttl));
        match judge(&entry, &self.wishes, now) {
            Verdict::Fresh => {}
            Verdict::Stale { refresh } => {
                let flight = refresh.then(|| self.state.cache.flights.lead(&self.key)).flatten();
                // While central is known to fail, asking it again and again helps nobody.
                if let Some(ticket) = flight.filter(|_| self.state.cache.failure(&self.key).is_none()) {
                    fetch::refresh(self.errand(request), Arc::clone(&entry), ticket);
                }
            }
            Verdict::Validate(why) => return Err((Some(entry), why)),
        }
        Ok(answer::from_entry(&entry, &to(request), now, &line))
    }

    fn in_memory(&self, request: &Request<Body>, why: Why) -> Option<Response> {
        let entry = self.state.cache.recall(&self.key, request.headers())?;
        let now = self.now();
        (judge(&entry, &self.wishes, now) == Verdict::Fresh)
            .then(|| answer::from_entry(&entry, &to(request), now, &status::collapsed(why, entry.ttl(now))))
    }

    async fn ask(
        &self,
        request: &Request<Body>,
        stored: Option<Arc<Entry>>,
        why: Why,
        ticket: Option<crate::cache::Ticket>,
    ) -> Response {
        match fetch::fetch(self.errand(request), stored.clone(), ticket).await {
            Outcome::Confirmed(entry) => {
                let now = self.now();
                let line = status::confirmed(why, entry.ttl(now));
                answer::from_entry(&entry, &to(request), now, &line)
            }
            Outcome::Failed(failure) => self.without_central(request, stored, failure),
            Outcome::Answered { response, .. } if fetch::is_failing(response.status()) => {
                self.with_failing_central(request, stored, response, why)
            }
            Outcome::Answered { mut response, kept } => {
                let line = if kept { status::stored(why) } else { status::forwarded(why) };
                status::note(response.headers_mut(), &line);
                if response.status() == StatusCode::OK
                    && answer::is_known(request.headers(), response.headers())
                {
                    answer::not_modified(&mut response);
                }
                response
            }
        }
    }

    async fn ask_as_it_is(&self, request: Request<Body>, stored: Option<Arc<Entry>>, why: Why) -> Response {
        let mut again = Request::new(Body::empty());
        *again.method_mut() = request.method().clone();
        *again.headers_mut() = request.headers().clone();
        match upstream::forward(self.state, request).await {
            Err(failure) => self.without_central(&again, stored, failure),
            Ok(response) if fetch::is_failing(response.status()) => {
                self.with_failing_central(&again, stored, response, why)
            }
            Ok(mut response) => {
                if fetch::is_final(response.status()) {
                    self.state.cache.forget(&self.key);
                }
                status::note(response.headers_mut(), &status::forwarded(why));
                response
            }
        }
    }

    fn without_central(&self, request: &Request<Body>, stored: Option<Arc<Entry>>, failure: Failure) -> Response {
        let now = self.now();
        match stored.filter(|entry| stands_in(entry, &self.wishes, now)) {
            Some(entry) => answer::standing_in(&entry, &to(request), now, failure.cause),
            None => problems::unreachable(failure, &Asked::of(request.headers())),
        }
    }

    fn with_failing_central(
        &self,
        request: &Request<Body>,
        stored: Option<Arc<Entry>>,
        mut response: Response,
        why: Why,
    ) -> Response {
        let now = self.now();
        match stored.filter(|entry| stands_in(entry, &self.wishes, now)) {
            Some(entry) => answer::standing_in(&entry, &to(request), now, "central"),
            None => {
                status::note(response.headers_mut(), &status::forwarded(why));
                problems::in_our_words(response, &Asked::of(request.headers()))
            }
        }
    }

    fn errand(&self, request: &Request<Body>) -> Errand {
        Errand {
            state: self.state.clone(),
            rule: Arc::clone(&self.rule),
            key: Arc::clone(&self.key),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
            personal: self.personal,
            client: request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip()),
        }
    }

    fn now(&self) -> Micros {
        self.state.cache.now()
    }
}

fn to(request: &Request<Body>) -> To<'_> {
    To { method: request.method(), headers: request.headers() }
}
