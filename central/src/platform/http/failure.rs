//! Errors on their way to a response.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use gerai_shared::{Problem, problem::Lang};
use sea_orm::DbErr;

/// An error as the caller will see it, in both languages until it is known which one is read.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The problem, with the Indonesian title.
    pub problem: Problem,
    /// The English title.
    pub english: String,
    /// Seconds after which to try again.
    pub retry_after: Option<u64>,
    /// The database's "try again" behind it, for `tx!`.
    pub(in crate::platform) transient: Option<std::sync::Arc<DbErr>>,
}

impl Failure {
    /// A failure with its stable code and its title in both languages.
    #[must_use]
    pub fn new(status: u16, code: &str, indonesian: &str, english: &str) -> Self {
        Self {
            problem: Problem::new(status, code, indonesian),
            english: english.to_owned(),
            retry_after: None,
            transient: None,
        }
    }

    /// With what it is about this time.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.problem = self.problem.detail(detail);
        self
    }

    /// With the field that was refused, and why.
    #[must_use]
    pub fn field(mut self, field: &str, why: impl Into<String>) -> Self {
        self.problem = self.problem.field(field, why);
        self
    }

    /// With the seconds after which to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Nobody is signed in.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(401, "unauthenticated", "Silakan masuk dulu", "Please sign in")
    }

    /// Somebody is signed in who may not do this.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(403, "forbidden", "Kamu tidak punya akses", "You may not do this")
    }

    /// There is no such thing.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(404, "not_found", "Tidak ditemukan", "Not found")
    }

    /// Something here broke; the cause is logged, not told.
    #[must_use]
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error, "a request failed");
        Self::new(
            500,
            "internal",
            "Terjadi kesalahan pada server",
            "Something broke on the server",
        )
    }

    /// A refusal of the shared rules.
    #[must_use]
    pub fn refused(refusal: &gerai_shared::Refusal) -> Self {
        Self {
            problem: refusal.to_problem(Lang::Id),
            english: refusal.told(Lang::En).into_owned(),
            retry_after: None,
            transient: None,
        }
    }
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        if crate::platform::db::is_transient(&error) {
            let mut failure =
                Self::new(503, "busy", "Server sibuk, coba lagi", "The server is busy, try again").retry_after(1);
            failure.transient = Some(std::sync::Arc::new(error));
            return failure;
        }
        match error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => {
                tracing::warn!(%error, "the database does not answer");
                Self::new(
                    503,
                    "database_unavailable",
                    "Basis data tidak menjawab",
                    "The database does not answer",
                )
                .retry_after(2)
            }
            error => Self::internal(&error),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes a [`Failure`] as `application/problem+json` in the language of the request.
pub async fn localise(request: Request, next: Next) -> Response {
    let accept = request
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let lang = Lang::from_accept(accept);
    let request_id = request
        .headers()
        .get("x-request-id")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let mut response = next.run(request).await;
    let Some(failure) = response.extensions_mut().remove::<Failure>() else {
        return response;
    };
    let mut problem = failure.problem;
    if lang == Lang::En {
        problem.title = failure.english;
    }
    problem.request_id = request_id;
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(body);
    response
}
