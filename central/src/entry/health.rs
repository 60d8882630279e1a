//! Whether the program lives, whether it can work, and what it measures.

use axum::{Json, extract::State, http::header, response::IntoResponse};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::platform::{Platform, db::Engine, http::Failure, telemetry};

/// That the program lives.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`.
    status: &'static str,
    /// `gerai-central`, so that a captive portal's 200 is not taken for it.
    service: &'static str,
    /// The database's epoch.
    epoch: Uuid,
}

/// Says that the program lives. Edges ask each second, so the database is left alone.
#[utoipa::path(get, path = "/healthz", tag = "operation", security(()), responses((status = 200, body = Health)))]
pub(super) async fn healthz(State(platform): State<Platform>) -> impl IntoResponse {
    let health = Health {
        status: "ok",
        service: "gerai-central",
        epoch: platform.epoch,
    };
    ([(header::CACHE_CONTROL, "no-store")], Json(health))
}

/// Whether requests can be answered.
#[derive(Serialize, ToSchema)]
pub(super) struct Readiness {
    /// `ready`.
    status: &'static str,
    /// Which database answers: `sqlite` or `mysql`.
    database: &'static str,
}

/// Says whether requests can be answered: the database is asked.
#[utoipa::path(get, path = "/readyz", tag = "operation", security(()), responses(
    (status = 200, body = Readiness),
    (status = 503, description = "The database does not answer", body = gerai_shared::Problem),
))]
pub(super) async fn readyz(State(platform): State<Platform>) -> Result<Json<Readiness>, Failure> {
    let asked = platform.db.reader().execute_unprepared("SELECT 1");
    let answered = tokio::time::timeout(std::time::Duration::from_secs(3), asked).await;
    answered
        .unwrap_or_else(|_| Err(DbErr::Custom("no answer within 3 s".to_owned())))
        .map_err(|error| {
            tracing::warn!(%error, "the database does not answer");
            Failure::new(
                503,
                "database_unavailable",
                "Basis data tidak menjawab",
                "The database does not answer",
            )
            .retry_after(2)
        })?;
    Ok(Json(Readiness {
        status: "ready",
        database: match platform.db.engine() {
            Engine::Sqlite => "sqlite",
            Engine::MySql => "mysql",
        },
    }))
}

/// What the program measures, in Prometheus' text form.
#[utoipa::path(get, path = "/metrics", tag = "operation", security(()), responses((status = 200, body = String)))]
pub(super) async fn metrics() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        telemetry::exposition(),
    )
}
