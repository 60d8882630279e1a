//! A real origin, a real proxy, a real client; only time is ours.

mod conformance;
mod express;
mod freshness;
mod hits;
mod outage;
mod parts;
mod passing;
mod privacy;
mod purge;
mod shared;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use gerai_shared::Micros;
use http::{HeaderMap, Method, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;

use super::{ProxyState, central_client, router};
use crate::cache::{Cache, CacheConfig, Mode, Policy};
use crate::clock::Clock;
use crate::sync::Line;

/// 2026-11-21T19:30:00Z.
const EVENING: i64 = 1_795_289_400_000_000;

type Script = Box<dyn Fn(&Asked) -> Response + Send + Sync>;

/// What the origin was asked.
#[derive(Clone, Debug)]
struct Asked {
    method: Method,
    path: String,
    headers: HeaderMap,
}

impl Asked {
    fn header(&self, name: &str) -> &str {
        text(&self.headers, name)
    }
}

struct World {
    dir: tempfile::TempDir,
    state: ProxyState,
    link: watch::Sender<Line>,
    clock: Clock,
    seen: Arc<Mutex<Vec<Asked>>>,
    script: Arc<Mutex<Script>>,
    at: String,
    client: reqwest::Client,
}

#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        text(&self.headers, name)
    }

    fn cache(&self) -> &str {
        self.header("cache-status")
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// A response in one line: status, headers, content.
fn say(status: u16, headers: &[(&'static str, &str)], body: &str) -> Response {
    let mut response = Response::new(Body::from(body.to_owned()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    for (name, value) in headers {
        response.headers_mut().append(*name, value.parse().unwrap());
    }
    response
}

/// Numbers its answers, so that one can be told from the next.
fn counting(headers: &'static [(&'static str, &'static str)]) -> impl Fn(&Asked) -> Response + Send + Sync {
    let count = AtomicUsize::new(0);
    move |_| {
        say(
            200,
            headers,
            &format!("answer {}", count.fetch_add(1, Ordering::SeqCst) + 1),
        )
    }
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    at
}

fn client() -> reqwest::Client {
    let none = reqwest::redirect::Policy::none();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(none)
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap()
}

fn config() -> CacheConfig {
    let obeying = Policy {
        prefix: "/api/obey".to_owned(),
        mode: Mode::ObeyOrigin,
        fresh_seconds: 0,
        stale_while_revalidate_seconds: 0,
        stale_if_error_seconds: 3_600,
        topics: Vec::new(),
        negative_seconds: 2,
        pages: false,
        cookies: false,
    };
    let mut config = CacheConfig::default();
    config.policies.push(Policy {
        prefix: "/api/obey/cookies".to_owned(),
        cookies: true,
        ..obeying.clone()
    });
    config.policies.push(obeying);
    config
}

/// A proxy state for a central at `central`.
fn state(cache: Arc<Cache>, clock: &Clock, central: &str, link: &watch::Sender<Line>) -> ProxyState {
    ProxyState {
        central: Url::parse(central).unwrap(),
        client: central_client(Duration::from_secs(2)),
        cache,
        link: link.subscribe(),
        clock: clock.clone(),
        patience: Duration::from_secs(10),
    }
}

impl World {
    async fn new(script: impl Fn(&Asked) -> Response + Send + Sync + 'static) -> Self {
        let script: Arc<Mutex<Script>> = Arc::new(Mutex::new(Box::new(script)));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (told, play) = (Arc::clone(&seen), Arc::clone(&script));
        let origin = serve(Router::new().fallback(move |request: Request| async move {
            let asked = Asked {
                method: request.method().clone(),
                path: request.uri().to_string(),
                headers: request.headers().clone(),
            };
            told.lock().unwrap().push(asked.clone());
            play.lock().unwrap()(&asked)
        }))
        .await;
        Self::before(&origin, script, seen).await
    }

    /// A world in front of an origin of the test's own.
    async fn before_router(origin: Router) -> Self {
        let origin = serve(origin).await;
        let script: Script = Box::new(|_| say(500, &[], ""));
        Self::before(&origin, Arc::new(Mutex::new(script)), Arc::default()).await
    }

    async fn before(origin: &str, script: Arc<Mutex<Script>>, seen: Arc<Mutex<Vec<Asked>>>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::still(Micros(EVENING));
        let cache = Arc::new(Cache::open(dir.path(), config(), clock.clone()).unwrap());
        let link = watch::Sender::new(Line::Up);
        let state = state(cache, &clock, origin, &link);
        let at = serve(router(Arc::new(state.clone()))).await;
        Self {
            dir,
            state,
            link,
            clock,
            seen,
            script,
            at,
            client: client(),
        }
    }

    /// The same outlet, its central gone: nobody listens there.
    async fn without_central(mut self) -> Self {
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        self.state = state(
            Arc::clone(&self.state.cache),
            &self.clock,
            &format!("http://{closed}"),
            &self.link,
        );
        self.at = serve(router(Arc::new(self.state.clone()))).await;
        self
    }

    fn script_from_now(&self, script: impl Fn(&Asked) -> Response + Send + Sync + 'static) {
        *self.script.lock().unwrap() = Box::new(script);
    }

    fn pass_seconds(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    fn asked(&self) -> Vec<Asked> {
        self.seen.lock().unwrap().clone()
    }

    fn last_asked(&self) -> Asked {
        self.asked().last().cloned().unwrap()
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, path, headers).await
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.at));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer {
            status,
            headers,
            body: response.text().await.unwrap(),
        }
    }

    /// Waits until the stored answer for a path is what it should be.
    async fn until_stored(&self, path: &str, body: &str) {
        let held = async {
            let none = HeaderMap::new();
            while self
                .state
                .cache
                .recall(path, &none)
                .is_none_or(|entry| entry.body != body.as_bytes())
            {
                tokio::task::yield_now().await;
            }
        };
        let deadline = Duration::from_secs(10);
        tokio::time::timeout(deadline, held)
            .await
            .unwrap_or_else(|_| panic!("{path} never held {body:?}"));
    }
}
