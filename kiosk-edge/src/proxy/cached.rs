//! A public GET or HEAD, answered from the cache where that is right.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use gerai_shared::Micros;
use http::header::{AUTHORIZATION, IF_MATCH, IF_UNMODIFIED_SINCE, RANGE};
use http::{HeaderMap, Method, Request, StatusCode, Uri};

use super::answer::{self, To};
use super::fetch::{self, Errand, Outcome};
use super::problems::{self, Asked};
use super::{ProxyState, headers, parts, pass, status, upstream};
use crate::cache::{Entry, Failure, Found, Mode, Rule, Seat, Verdict, Why, Wishes, judge, landed, stands_in};

/// Answers a GET or HEAD under a rule of the table.
pub async fn serve(state: &Arc<ProxyState>, rule: Arc<Rule>, request: Request<Body>) -> Response {
    let asked = request.headers();
    let wishes = Wishes::of(asked);
    let personal = headers::is_personal(asked);
    // A cookie does not keep an origin that is obeyed from sharing what it says is shared.
    let signed = asked.contains_key(AUTHORIZATION);
    let guarded = asked.contains_key(IF_MATCH) || asked.contains_key(IF_UNMODIFIED_SINCE);
    if wishes.no_store || guarded || (personal && rule.policy.mode == Mode::Store) {
        return pass(state, request, Why::Bypass).await;
    }
    // The way of almost every request: memory, a comparison of seconds, done.
    let key = request.uri().path_and_query().map_or("/", |whole| whole.as_str());
    if let Some(entry) = state.cache.recall(key, asked).filter(|entry| !signed || entry.public) {
        let now = state.cache.now();
        if judge(&entry, &wishes, now) == Verdict::Fresh {
            let to = To {
                method: request.method(),
                headers: asked,
            };
            return answer::from_entry(&entry, &to, now, &status::hit(entry.ttl(now)));
        }
    }
    let key = headers::key(request.uri());
    let client = request.extensions().get::<ConnectInfo<SocketAddr>>().copied();
    // A GET's body means nothing, and a shared answer must not depend on it.
    let (parts, _) = request.into_parts();
    let asker = Asker {
        method: parts.method,
        uri: parts.uri,
        headers: parts.headers,
        client,
    };
    Visit {
        state,
        rule,
        key,
        wishes,
        personal,
        signed,
        asker,
    }
    .answer()
    .await
}

/// Passes a POST on. What it is answered with is kept for later GETs where the origin says that it is the
/// same, and for how long.
pub async fn posted(state: &Arc<ProxyState>, rule: Arc<Rule>, request: Request<Body>) -> Response {
    let errand = Errand {
        state: Arc::clone(state),
        rule,
        key: headers::key(request.uri()),
        uri: request.uri().clone(),
        headers: request.headers().clone(),
        personal: headers::is_personal(request.headers()),
        client: None,
    };
    let (started, unwelcome) = (state.cache.now(), Wishes::of(request.headers()).no_store);
    let response = pass(state, request, Why::Method).await;
    if unwelcome {
        return response;
    }
    errand.keep_posted(response, started)
}

/// What a request said, without its body.
struct Asker {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    client: Option<ConnectInfo<SocketAddr>>,
}

/// One request that memory alone could not answer.
struct Visit<'a> {
    state: &'a Arc<ProxyState>,
    rule: Arc<Rule>,
    key: Arc<str>,
    wishes: Wishes,
    /// Whether it carries credentials or cookies: its answer is kept on the origin's word only.
    personal: bool,
    /// Whether it carries credentials: only what the origin calls public answers it.
    signed: bool,
    asker: Asker,
}

impl Visit<'_> {
    async fn answer(self) -> Response {
        let mut waited = None;
        let mut flights = 0;
        loop {
            let (stored, why) = match self.stored(waited).await {
                Ok(response) => return response,
                Err(found) => found,
            };
            if self.wishes.only_if_cached {
                let mut response = problems::not_stored(&Asked::of(&self.asker.headers));
                status::note(response.headers_mut(), status::NOT_STORED);
                return response;
            }
            if let Some(response) = self.part_that_is_kept(stored.is_some()) {
                return response;
            }
            let failure = self.state.cache.failure(&self.key);
            // What one flight failed at is tried by one more before it is the failure of all who wait.
            if let Some(failure) = failure.filter(|_| flights != 1) {
                return self.without_central(stored, failure, why);
            }
            // A HEAD brings nothing to keep, a part not enough; both are asked as they are.
            if self.asker.method == Method::HEAD || self.asker.headers.contains_key(RANGE) {
                return self.ask_as_it_is(stored, why).await;
            }
            if flights > 0 && failure.is_none() {
                // The flight's answer was not kept, unless it landed since we looked.
                return match self.in_memory(why) {
                    Some(response) => response,
                    None => self.ask(stored, why, None).await,
                };
            }
            if self.personal {
                return self.ask(stored, why, None).await;
            }
            match self.state.cache.flights.board(&self.key) {
                Seat::Follower(flight) => {
                    landed(flight).await;
                    waited = Some(why);
                    flights += 1;
                }
                Seat::Leader(ticket) => {
                    // Another flight may have landed between our look and our boarding.
                    if let Some(response) = self.in_memory(why) {
                        return response;
                    }
                    return self.ask(stored, why, Some(ticket)).await;
                }
            }
        }
    }

    /// The answer from what is stored, or what is stored with why it does not do.
    async fn stored(&self, waited: Option<Why>) -> Result<Response, (Option<Arc<Entry>>, Why)> {
        let entry = match self.state.cache.look_up(&self.key, &self.asker.headers).await {
            Found::Entry(entry) if !self.signed || entry.public => entry,
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
                    fetch::refresh(self.errand(), Arc::clone(&entry), ticket);
                }
            }
            Verdict::Validate(why) => return Err((Some(entry), why)),
        }
        Ok(answer::from_entry(&entry, &self.to(), now, &line))
    }

    /// The answer to a request for a part, from a part; where a whole is stored, that is asked about.
    fn part_that_is_kept(&self, whole_stored: bool) -> Option<Response> {
        let asks = self.asker.method == Method::GET && self.asker.headers.contains_key(RANGE) && !whole_stored;
        let cache = asks.then_some(&self.state.cache)?;
        parts::from_part(cache, &self.key, &self.to(), &self.wishes, self.signed)
    }

    fn in_memory(&self, why: Why) -> Option<Response> {
        let entry = self.state.cache.recall(&self.key, &self.asker.headers)?;
        let now = self.now();
        (judge(&entry, &self.wishes, now) == Verdict::Fresh)
            .then(|| answer::from_entry(&entry, &self.to(), now, &status::collapsed(why, entry.ttl(now))))
    }

    async fn ask(&self, stored: Option<Arc<Entry>>, why: Why, ticket: Option<crate::cache::Ticket>) -> Response {
        match fetch::fetch(self.errand(), stored.clone(), ticket).await {
            Outcome::Confirmed(entry) => {
                let now = self.now();
                let line = status::confirmed(why, entry.ttl(now));
                answer::from_entry(&entry, &self.to(), now, &line)
            }
            Outcome::Failed(failure) => self.without_central(stored, failure, why),
            Outcome::Answered { response, kept: None } if fetch::is_failing(response.status()) => {
                self.with_failing_central(stored, response, why)
            }
            Outcome::Answered { mut response, kept } => {
                let line = kept.map_or_else(|| status::forwarded(why), |ttl| status::stored(why, ttl));
                status::note(response.headers_mut(), &line);
                if response.status() == StatusCode::OK
                    && answer::is_known(&self.asker.headers, response.headers(), self.now())
                {
                    answer::not_modified(&mut response);
                }
                response
            }
        }
    }

    async fn ask_as_it_is(&self, stored: Option<Arc<Entry>>, why: Why) -> Response {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = self.asker.method.clone();
        *request.uri_mut() = self.asker.uri.clone();
        *request.headers_mut() = self.asker.headers.clone();
        if let Some(client) = self.asker.client {
            request.extensions_mut().insert(client);
        }
        let started = self.now();
        match upstream::forward(self.state, request).await {
            Err(failure) => self.without_central(stored, failure, why),
            Ok(response) if fetch::is_failing(response.status()) => self.with_failing_central(stored, response, why),
            Ok(response) => {
                if fetch::is_final(response.status()) {
                    self.state.cache.forget(&self.key);
                } else if let (Some(stored), true) = (stored, self.is_head_of_a_whole(&response)) {
                    self.errand().heed(&stored, response.headers());
                }
                let mut response = self.errand().keep_part(response, started);
                status::note(response.headers_mut(), &status::forwarded(why));
                response
            }
        }
    }

    fn is_head_of_a_whole(&self, response: &Response) -> bool {
        self.asker.method == Method::HEAD && response.status() == StatusCode::OK && !self.signed
    }

    fn without_central(&self, stored: Option<Arc<Entry>>, failure: Failure, why: Why) -> Response {
        let now = self.now();
        match stored.filter(|entry| stands_in(entry, &self.wishes, now)) {
            Some(entry) => answer::standing_in(&entry, &self.to(), now, failure.cause),
            None => {
                let mut response = problems::unreachable(failure, &Asked::of(&self.asker.headers));
                status::note(response.headers_mut(), &status::failed(why, failure.cause));
                response
            }
        }
    }

    fn with_failing_central(&self, stored: Option<Arc<Entry>>, mut response: Response, why: Why) -> Response {
        let now = self.now();
        match stored.filter(|entry| stands_in(entry, &self.wishes, now)) {
            Some(entry) => answer::standing_in(&entry, &self.to(), now, "central"),
            None => {
                status::note(response.headers_mut(), &status::forwarded(why));
                if self.rule.policy.mode == Mode::ObeyOrigin {
                    // An origin that is obeyed speaks for itself.
                    return response;
                }
                problems::in_our_words(response, &Asked::of(&self.asker.headers))
            }
        }
    }

    fn errand(&self) -> Errand {
        Errand {
            state: Arc::clone(self.state),
            rule: Arc::clone(&self.rule),
            key: Arc::clone(&self.key),
            uri: self.asker.uri.clone(),
            headers: self.asker.headers.clone(),
            personal: self.personal,
            client: self.asker.client.map(|info| info.0.ip()),
        }
    }

    fn now(&self) -> Micros {
        self.state.cache.now()
    }

    fn to(&self) -> To<'_> {
        To {
            method: &self.asker.method,
            headers: &self.asker.headers,
        }
    }
}
