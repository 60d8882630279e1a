//! How often one caller may call.

use std::{
    fmt,
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use uuid::Uuid;

use crate::{
    config,
    platform::{
        Platform,
        auth::{Origin, User},
        http::Failure,
        redis::{Counted, Redis},
    },
};

const PER_MINUTE: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
/// After how many calls those who have not called for long are forgotten.
const FORGET_EVERY: u64 = 10_000;

/// Who is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Caller {
    User(Uuid),
    Address(Option<IpAddr>),
}

impl fmt::Display for Caller {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(formatter, "user:{id}"),
            Self::Address(Some(address)) => write!(formatter, "address:{address}"),
            Self::Address(None) => formatter.write_str("nobody"),
        }
    }
}

type Limiter = RateLimiter<Caller, DashMapStateStore<Caller>, DefaultClock, StateInformationMiddleware>;

/// How many calls of a kind there may be.
#[derive(Clone, Debug)]
struct Limit {
    name: &'static str,
    per_minute: NonZeroU32,
    /// What this process counts.
    here: Arc<Limiter>,
}

impl Limit {
    fn new(name: &'static str, per_minute: u32) -> Self {
        let per_minute = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
        let here = RateLimiter::keyed(Quota::per_minute(per_minute)).with_middleware();
        Self {
            name,
            per_minute,
            here: Arc::new(here),
        }
    }
}

/// The limits of one process, or of all centrals together where they share a Redis that answers.
/// Without one each counts on its own, so that the chain's limit is theirs times their number.
#[derive(Clone, Debug)]
pub struct RateLimits {
    requests: Limit,
    sign_ins: Limit,
    calls: Arc<AtomicU64>,
    shared: Option<Redis>,
    clock: DefaultClock,
}

impl RateLimits {
    /// Limits as configured.
    #[must_use]
    pub fn new(config: &config::Limits, shared: Option<Redis>) -> Self {
        Self {
            requests: Limit::new("requests", config.requests_per_minute),
            sign_ins: Limit::new("sign-ins", config.sign_ins_per_minute),
            calls: Arc::default(),
            shared,
            clock: DefaultClock::default(),
        }
    }

    /// Counts a call of nobody who is signed in, as [`limit_requests`] does. `None` when it is one too
    /// many, or others have a say in it: it is not counted then, and for that one to judge.
    #[must_use]
    pub fn count(&self, address: Option<IpAddr>) -> Option<Left> {
        if self.shared.is_some() {
            return None;
        }
        self.check(&self.requests.here, &Caller::Address(address)).ok()
    }

    /// Asks the others first, where there are others.
    async fn judge(&self, which: &Limit, caller: &Caller) -> Result<Left, (u32, u64)> {
        let limit = which.per_minute.get();
        let counted = match &self.shared {
            Some(shared) => shared.count(&format!("{}:{caller}", which.name), limit).await,
            None => None,
        };
        match counted {
            Some(Counted::Within(remaining)) => Ok(Left { limit, remaining }),
            Some(Counted::Beyond(wait)) => Err((limit, seconds(wait))),
            None => self.check(&which.here, caller),
        }
    }

    /// What is left of the quota, or the quota and the seconds to wait.
    fn check(&self, limiter: &Limiter, caller: &Caller) -> Result<Left, (u32, u64)> {
        if self.calls.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            limiter.retain_recent();
        }
        match limiter.check_key(caller) {
            Ok(state) => Ok(Left {
                limit: state.quota().burst_size().get(),
                remaining: state.remaining_burst_capacity(),
            }),
            Err(refused) => {
                let wait = refused.wait_time_from(self.clock.now());
                Err((refused.quota().burst_size().get(), seconds(wait)))
            }
        }
    }
}

/// In whole seconds, at least one.
fn seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

/// What is left to a caller.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    limit: u32,
    remaining: u32,
}

impl Left {
    /// Says so in an answer. The stricter limit lies further in and has spoken first.
    pub fn tell(self, headers: &mut HeaderMap) {
        headers.entry(PER_MINUTE).or_insert(HeaderValue::from(self.limit));
        headers.entry(REMAINING).or_insert(HeaderValue::from(self.remaining));
    }
}

/// Counts a call to its user, or to its address when nobody is signed in.
pub async fn limit_requests(
    State((platform, limits)): State<(Platform, RateLimits)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let caller = match User::from_request_parts(&mut parts, &platform).await {
        Ok(user) => Caller::User(user.id.0),
        Err(_) => Caller::Address(Origin::of(&parts, &platform).ip),
    };
    let verdict = limits.judge(&limits.requests, &caller).await;
    answer(verdict, Request::from_parts(parts, body), next).await
}

/// Counts a sign-in to its address: whoever signs in is not known yet.
pub async fn limit_sign_ins(
    State((platform, limits)): State<(Platform, RateLimits)>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let caller = Caller::Address(Origin::of(&parts, &platform).ip);
    let verdict = limits.judge(&limits.sign_ins, &caller).await;
    answer(verdict, Request::from_parts(parts, body), next).await
}

async fn answer(verdict: Result<Left, (u32, u64)>, request: Request, next: Next) -> Response {
    let (left, mut response) = match verdict {
        Ok(left) => (left, next.run(request).await),
        Err((limit, seconds)) => {
            let refused = Failure::new(
                429,
                "too_many_requests",
                "Terlalu banyak permintaan",
                "Too many requests",
            )
            .retry_after(seconds);
            (Left { limit, remaining: 0 }, refused.into_response())
        }
    };
    left.tell(response.headers_mut());
    response
}
