//! Putting the program together.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    ServiceExt,
    extract::Request,
    serve::{Listener, ListenerExt},
};
use sea_orm::DbErr;
use secrecy::ExposeSecret;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    config::{Config, ConfigError},
    entry,
    features::{outlets, stream},
    platform::{
        Platform,
        auth::{KeyError, SigningKey},
        clock::Clock,
        db::{ConnectError, Db, MigrateError, NotAlone, alone, migrate},
        epoch::epoch,
        feed::FeedWake,
        limits::Listeners,
        redis::{BadAddress, Redis},
        telemetry,
    },
};

/// How long a central may go on trusting a sign-in that another one has ended.
const SIGN_INS_STAND: std::time::Duration = std::time::Duration::from_secs(5);

/// Why the program cannot run; whoever runs it has to change something.
#[derive(Debug, Error)]
pub enum StartError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The signing key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// Somebody else works on it.
    #[error(transparent)]
    NotAlone(#[from] NotAlone),
    /// The database's version.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The database's epoch.
    #[error("the database's epoch cannot be read")]
    Epoch(#[from] DbErr),
    /// Somebody else listens there.
    #[error("port {port} is in use ({listen}): stop what uses it, or set `listen` to another")]
    PortInUse {
        /// The port.
        port: String,
        /// Where it was to listen.
        listen: String,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {listen}")]
    Listen {
        /// Where.
        listen: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The server failed.
    #[error("the server failed")]
    Serve(#[source] std::io::Error),
    /// What is configured as Redis is no address.
    #[error(transparent)]
    Redis(#[from] BadAddress),
    /// The schedules cannot run.
    #[error("the schedules cannot run")]
    Schedules(#[from] tokio_cron_scheduler::JobSchedulerError),
    /// A scheduled job cannot be enqueued.
    #[error("a scheduled job cannot be said in JSON")]
    Job(#[from] serde_json::Error),
}

/// Opens what the machine room needs: key, database at this program's version, epoch.
///
/// # Errors
/// Names what is missing or wrong.
pub async fn open(config: Config) -> Result<Platform, StartError> {
    let key = SigningKey::open(&config.data_dir)?;
    let db = Db::connect(&config.database_url(), config.database.max_connections).await?;
    migrate(&db).await?;
    let clock = Clock::new();
    let redis = match config.redis.url.expose_secret() {
        "" => None,
        url => Some(Redis::at(url, clock.id())?),
    };
    let epoch = crate::tx!(&db, |tx| -> Result<_, DbErr> { epoch(tx, &clock).await })?;
    Ok(Platform {
        db,
        clock,
        feed: FeedWake::with(redis.clone()),
        redis,
        key: Arc::new(key),
        listeners: Listeners::new(&config.limits),
        config: Arc::new(config),
        epoch,
        stands: moka::future::Cache::builder()
            .max_capacity(100_000)
            .time_to_live(SIGN_INS_STAND)
            .build(),
        shutdown: CancellationToken::new(),
    })
}

/// As [`open`], for what must not be done while another central works on the database.
///
/// # Errors
/// As [`open`]; when another does, as far as that can be told.
pub async fn open_alone(config: Config) -> Result<Platform, StartError> {
    alone(&config.database_url()).await?;
    open(config).await
}

/// Binds the address the configuration says.
///
/// # Errors
/// Names the port that is in use.
pub async fn bind(listen: &str) -> Result<TcpListener, StartError> {
    TcpListener::bind(listen).await.map_err(|source| {
        let listen = listen.to_owned();
        if source.kind() == std::io::ErrorKind::AddrInUse {
            let port = listen.rsplit(':').next().unwrap_or_default().to_owned();
            return StartError::PortInUse { port, listen };
        }
        StartError::Listen { listen, source }
    })
}

/// Answers requests until SIGTERM or Ctrl-C.
///
/// # Errors
/// See [`StartError`].
pub async fn serve(config: Config, worker: bool) -> Result<(), StartError> {
    // Taken first: whoever starts a second one should hear about the port, not about a lock.
    let listener = bind(&config.listen).await?.tap_io(|stream| {
        // Somebody waits for each answer.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was not set");
        }
    });
    let worker = worker && config.worker.in_process;
    let platform = open(config).await?;
    let shutdown = platform.shutdown.clone();
    tokio::spawn(telemetry::start_metrics(shutdown.clone()));
    tokio::spawn(platform.feed.clone().run(platform.db.clone(), shutdown.clone()));
    tokio::spawn(until_told(shutdown.clone()));
    let (url, now) = (platform.config.public_url.clone(), platform.clock.now());
    crate::tx!(&platform.db, |tx| -> Result<(), DbErr> {
        outlets::publish(tx, &url, now).await
    })?;
    // This program may be the upgrade that held commands wait for.
    let held = platform.clone();
    tokio::spawn(async move {
        if let Err(error) = stream::release_all(&held).await {
            tracing::error!(%error, "held commands could not be released");
        }
    });
    let background = if worker {
        Some(tokio::spawn(entry::worker::run(platform.clone())))
    } else {
        None
    };
    let address = listener.local_addr().map_err(StartError::Serve)?;
    tracing::info!(%address, epoch = %platform.epoch, worker, "central answers");
    let service = ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(entry::service(&platform));
    axum::serve(listener, service)
        .with_graceful_shutdown(shutdown.clone().cancelled_owned())
        .await
        .map_err(StartError::Serve)?;
    if let Some(background) = background {
        match background.await {
            Ok(done) => done?,
            Err(error) => tracing::error!(%error, "the worker broke"),
        }
    }
    tracing::info!("central ends");
    Ok(())
}

/// Does background work until SIGTERM or Ctrl-C.
///
/// # Errors
/// See [`StartError`].
pub async fn work(config: Config) -> Result<(), StartError> {
    let platform = open(config).await?;
    tokio::spawn(telemetry::start_metrics(platform.shutdown.clone()));
    tokio::spawn(until_told(platform.shutdown.clone()));
    entry::worker::run(platform).await
}

/// Cancels on SIGTERM or Ctrl-C. A second one, or ten seconds, ends the process as it stands: what
/// was answered is committed.
async fn until_told(shutdown: CancellationToken) {
    told().await;
    shutdown.cancel();
    let _ = tokio::time::timeout(std::time::Duration::from_secs(10), told()).await;
    std::process::exit(0);
}

async fn told() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupted = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupted.await;
        }
    }
}
