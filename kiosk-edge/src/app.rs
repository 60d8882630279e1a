//! The program put together: what it opens, what it serves, how it starts and ends.

use std::{
    fs::{File, TryLockError},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::{
    Router, ServiceExt,
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
    serve::ListenerExt,
};
use http::{HeaderMap, HeaderValue, header};
use http_body_util::BodyExt;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::{DefaultOnResponse, TraceLayer},
};

use crate::{
    cache::{Cache, CacheError},
    clock::Clock,
    config::Config,
    device::{DeviceKey, KeyError},
    devices::Devices,
    health,
    journal::{Journal, JournalError, Room},
    outlet::{self, House, HouseRules, LookUpSettings, Paired, StaffSettings},
    problems,
    proxy::{self, Express, Hits, Knows, ProxyState},
    sync::Uplink,
    telemetry::{self, TelemetryError},
    ui,
    upkeep::Upkeep,
};

/// How long screens are given to hear their answers when the program ends.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long connecting to central, and waiting for its first byte, may take for a screen's request.
const CONNECT: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a request waits for the first look at the line.
const FIRST_LOOK: Duration = Duration::from_secs(1);

/// Why the program cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is in use, or the address is not this machine's.
    #[error("cannot listen on {address}: {why}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        why: String,
    },
    /// The data directory cannot be used.
    #[error("data_dir {path} cannot be used")]
    DataDir {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Another edge works on the same data.
    #[error("data_dir {0} is in use by another gerai-kiosk")]
    InUse(PathBuf),
    /// The journal cannot be opened.
    #[error("the journal cannot be opened")]
    Journal(#[from] JournalError),
    /// The cache cannot be opened.
    #[error("the cache cannot be opened")]
    Cache(#[from] CacheError),
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[from] reqwest::Error),
    /// Logs or metrics cannot be set up.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
}

/// A program that listens already and serves when it is run.
pub struct App {
    listener: TcpListener,
    service: Hits<Express<Router>>,
    journal: Journal,
    uplink: Arc<Uplink>,
    cache: Arc<Cache>,
    devices: Devices,
    data_dir: PathBuf,
    reserve: u64,
    metrics: PrometheusHandle,
    closing: CancellationToken,
    /// Held for as long as the program runs.
    _lock: File,
}

impl App {
    /// Listens, then opens what lies in the data directory. Central is not needed for it.
    ///
    /// # Errors
    /// [`StartError`]
    pub fn start(config: &Config) -> Result<Self, StartError> {
        // First, so that whoever started it twice hears of it at once.
        let listener = listen(config.listen)?;
        let lock = lock(config)?;
        let metrics = telemetry::record()?;
        let clock = Clock::start(config.clock.correction_seconds);
        let reserve = config.journal.reserve_mb << 20;
        let room = Room {
            reserve,
            most: Some(config.journal.max_mb << 20).filter(|most| *most > 0),
        };
        let journal = Journal::open_or_salvage(&config.data_dir, config.journal.copy_dir(), clock.clone(), room)?;
        let key = DeviceKey::read_or_make(&config.data_dir)?;
        let cache = Arc::new(Cache::open(&config.data_dir, config.cache.clone(), clock)?);
        for (topic, (position, _)) in journal.known().cursors.iter() {
            cache.purge(topic, *position);
        }
        let purging = cache.clone();
        let purge = Arc::new(move |topic: &str, number: u64| purging.purge(topic, number));
        let screens = Arc::new(AtomicU32::new(0));
        let uplink = Arc::new(Uplink::new(config, journal.clone(), key, screens.clone(), purge)?);
        let closing = CancellationToken::new();
        let paired = Paired::new(journal.clone());
        let devices = Devices::new(&config.devices, config.devices_check, journal.clone());
        let to_central = Arc::new(ProxyState {
            central: config.central.url().clone(),
            client: proxy::central_client(CONNECT),
            cache: cache.clone(),
            link: uplink.link().watch_line(),
            patience: PATIENCE,
            clock: journal.clock().clone(),
        });
        let router = router(
            config,
            &uplink,
            &paired,
            to_central.clone(),
            metrics.clone(),
            screens,
            &devices,
            &closing,
        );
        let knows: Knows = Arc::new(move |headers: &HeaderMap| paired.knows(headers));
        let express = Express::new(to_central, knows.clone(), dress, router);
        let service = Hits::new(cache.clone(), knows, dress, express);
        Ok(Self {
            listener,
            service,
            journal,
            uplink,
            cache,
            devices,
            data_dir: config.data_dir.clone(),
            reserve,
            metrics,
            closing,
            _lock: lock,
        })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the socket does not say.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop` is done, then answers what was asked and ends.
    ///
    /// # Errors
    /// When the socket fails.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        let listener = tokio::net::TcpListener::from_std(self.listener)?.tap_io(|stream| {
            // Answers are small and somebody waits for each.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "TCP_NODELAY was not set");
            }
        });
        let quiet = CancellationToken::new();
        let upkeep = Upkeep {
            journal: self.journal.clone(),
            link: self.uplink.link(),
            cache: self.cache.clone(),
            metrics: self.metrics,
            data_dir: self.data_dir,
            reserve: self.reserve,
        };
        tokio::spawn(upkeep.run(quiet.clone()));
        tokio::spawn(self.devices.run(quiet.clone()));
        let working = tokio::spawn(self.uplink.run(quiet.clone()));
        let journal = self.journal;
        let closing = self.closing;
        let closed = closing.clone();
        let announced = async move {
            stop.await;
            tracing::info!("closing");
            closing.cancel();
        };
        let served = axum::serve(
            listener,
            ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(self.service),
        )
        .with_graceful_shutdown(announced);
        let outcome = tokio::select! {
            outcome = served => outcome,
            // Whoever supervises the program starts it again: nothing could be taken until then.
            why = journal.over() => Err(std::io::Error::other(why)),
            () = async { closed.cancelled().await; tokio::time::sleep(FAREWELL).await } => Ok(()),
        };
        quiet.cancel();
        if let Err(error) = working.await {
            tracing::error!(%error, "the line to central ended badly");
        }
        let cache = self.cache;
        let _ = tokio::task::spawn_blocking(move || cache.flush()).await;
        outcome
    }
}

fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    let failed = |error: std::io::Error| StartError::Listen {
        address,
        why: match error.kind() {
            std::io::ErrorKind::AddrInUse => format!("port {} is in use", address.port()),
            _ => error.to_string(),
        },
    };
    let listener = TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    Ok(listener)
}

/// Takes the data directory for this process alone: two edges on one journal would both speak for it.
///
/// # Errors
/// When it cannot be used, or another has it.
pub fn lock(config: &Config) -> Result<File, StartError> {
    let failed = |source| StartError::DataDir {
        path: config.data_dir.clone(),
        source,
    };
    std::fs::create_dir_all(&config.data_dir).map_err(failed)?;
    let file = File::create(config.data_dir.join("serve.lock")).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::InUse(config.data_dir.clone())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

#[expect(clippy::too_many_arguments, reason = "one call; the parts of the program")]
fn router(
    config: &Config,
    uplink: &Uplink,
    paired: &Paired,
    to_central: Arc<ProxyState>,
    metrics: PrometheusHandle,
    screens: Arc<AtomicU32>,
    devices: &Devices,
    closing: &CancellationToken,
) -> Router {
    let link = uplink.link();
    let rules = HouseRules {
        body_bytes: config.limits.body_bytes,
        staff: StaffSettings {
            idle_minutes: config.staff.idle_minutes,
            max_hours: config.staff.max_hours,
            lockout_after: config.staff.lockout_after,
            lockout_minutes: config.staff.lockout_minutes,
            screen_lockout_after: config.staff.screen_lockout_after,
            screen_window_minutes: config.staff.screen_window_minutes,
            screen_lockout_minutes: config.staff.screen_lockout_minutes,
            ladder: config.staff.ladder,
        },
        shift_required: config.till.require_shift,
        look_up: LookUpSettings {
            misses: config.check_in.misses,
            window_minutes: config.check_in.window_minutes,
        },
    };
    let house = House::new(paired.clone(), link.watch(), devices.clone(), rules, closing.clone());
    let local = outlet::router(house).layer(middleware::from_fn_with_state(screens, count_screens));
    let central = proxy::router(to_central)
        .layer(middleware::from_fn_with_state(paired.clone(), outlet::paired))
        .layer(middleware::from_fn_with_state(link.looked(), first_look))
        .layer(middleware::from_fn(outlet::same_origin))
        .layer(middleware::from_fn(problems::speak));
    Router::new()
        .merge(local)
        .merge(central)
        .merge(health::router(paired.clone(), metrics))
        .fallback(ui::serve)
        // In one, outermost first: each layer of its own would box every future and body once more.
        .layer(
            ServiceBuilder::new()
                .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
                .layer(
                    TraceLayer::new_for_http()
                        .make_span_with(span)
                        .on_response(DefaultOnResponse::new().level(tracing::Level::DEBUG)),
                )
                .layer(PropagateRequestIdLayer::x_request_id())
                .map_response(dressed)
                .layer(CatchPanicLayer::new()),
        )
}

/// Everything a screen shows comes from here.
const CSP: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Puts on what every answer wears, unless it says otherwise itself.
fn dress(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

fn dressed<B>(mut response: http::Response<B>) -> http::Response<B> {
    dress(response.headers_mut());
    response
}

fn span(request: &Request) -> tracing::Span {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok());
    tracing::info_span!(
        "request",
        method = %request.method(),
        // Without its query, which may carry a pairing token.
        path = request.uri().path(),
        id = id.unwrap_or_default(),
    )
}

/// Before the line was looked at for the first time nobody knows how it is: what is asked of central
/// then waits for that look instead of failing.
async fn first_look(State(mut looked): State<watch::Receiver<bool>>, request: Request, next: Next) -> Response {
    if !*looked.borrow_and_update() {
        // Out of time, or nobody looks: the line is as it is said to be.
        drop(tokio::time::timeout(FIRST_LOOK, looked.wait_for(|looked| *looked)).await);
    }
    next.run(request).await
}

/// Counts the screens that listen for events.
async fn count_screens(State(screens): State<Arc<AtomicU32>>, request: Request, next: Next) -> Response {
    let listens = request.uri().path() == "/api/outlet/events";
    let response = next.run(request).await;
    if !listens || !response.status().is_success() {
        return response;
    }
    let present = Present::new(screens);
    response.map(|body| {
        axum::body::Body::new(body.map_frame(move |frame| {
            // Leaves with the body.
            let _present = &present;
            frame
        }))
    })
}

struct Present(Arc<AtomicU32>);

impl Present {
    fn new(screens: Arc<AtomicU32>) -> Self {
        screens.fetch_add(1, Ordering::Relaxed);
        Self(screens)
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
