//! Errors become problems (RFC 9457), here and nowhere else.
//!
//! A handler fails with a [`Fault`]; [`speak`] puts it into the language of the request.

use std::sync::Arc;

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use gerai_shared::{Day, Problem, Refusal, outlet::Permission, problem::Lang};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::{
    devices::Unprinted,
    journal::{JournalError, TapError},
    outlet::Denied,
    sync::Standing,
};

/// Why a screen is not answered as it wished.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    /// The screen has no valid token.
    #[error("this screen is not paired with the outlet")]
    ScreenUnpaired,
    /// Nobody is signed in.
    #[error("a member of staff must sign in first")]
    StaffNeeded,
    /// Whoever is signed in may not do this.
    #[error("this needs the permission `{}`", .0.as_str())]
    PermissionMissing(Permission),
    /// The PIN is wrong, or there is no such name.
    #[error("the name or the PIN is wrong")]
    PinWrong {
        /// Until it is locked.
        attempts_left: u32,
    },
    /// Too many wrong PINs.
    #[error("too many wrong PINs")]
    Locked {
        /// Seconds until it is worth trying again.
        retry_after: u64,
    },
    /// A write without a key.
    #[error("send an `Idempotency-Key` of 1 to 128 visible ASCII characters")]
    KeyMissing,
    /// Too many wrong PINs at one screen, over all names.
    #[error("too many wrong PINs at this screen; sign in at another one, or wait")]
    ScreenLocked {
        /// Seconds until it is worth trying again.
        retry_after: u64,
    },
    /// Too many telephone numbers nobody is here with.
    #[error("too many numbers were looked up in vain at this screen")]
    TooManyLookUps {
        /// Seconds until it is worth trying again.
        retry_after: u64,
    },
    /// Central was not heard for too long for this.
    #[error("{0}")]
    Denied(#[from] Denied),
    /// A page of another origin asks with the screen's cookie.
    #[error("the page that asks is not one of this outlet's")]
    ForeignPage,
    /// The body does not say that it is JSON.
    #[error("send the body as `Content-Type: application/json`")]
    NotJson,
    /// The body does not say that it is bytes.
    #[error("send the body as `Content-Type: application/octet-stream`")]
    NotBytes,
    /// A slip is not known to be on paper.
    #[error("{0}")]
    Unprinted(#[from] Unprinted),
    /// Who may sign in has not arrived from central yet, or must be sent again.
    #[error("who may sign in here has to come from central first")]
    StaffMissing,
    /// The body is not JSON.
    #[error("{0}")]
    MalformedJson(String),
    /// The body is JSON, but not what is asked for.
    #[error("{why}")]
    InvalidBody {
        /// Which field.
        field: String,
        /// What is wrong with it.
        why: String,
    },
    /// The body is larger than allowed.
    #[error("the body may have {limit} bytes")]
    BodyTooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The path names nothing.
    #[error("there is nothing at this address")]
    NotFound,
    /// The day staff confirmed is not the day the clock says.
    #[error("the clock says {clock}, you say {stated}; if the clock is wrong, say the time, too")]
    DayDiffers {
        /// What the clock says.
        clock: Day,
        /// What staff say.
        stated: Day,
    },
    /// The day staff state is over.
    #[error("something was written here on {latest} already; {stated} is over")]
    DayPast {
        /// When something was last written.
        latest: Day,
        /// What staff say.
        stated: Day,
    },
    /// The journal did not take it, or could not be read.
    #[error("{0}")]
    Tap(#[from] TapError),
}

impl From<JournalError> for Fault {
    fn from(error: JournalError) -> Self {
        Self::Tap(error.into())
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Tap(refusal.into())
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        JournalError::from(error).into()
    }
}

impl Fault {
    /// A field of the request is not as it must be.
    #[must_use]
    pub fn field(field: &str, why: impl Into<String>) -> Self {
        Self::InvalidBody {
            field: field.to_owned(),
            why: why.into(),
        }
    }

    /// As a problem in this language.
    #[must_use]
    pub fn problem(&self, lang: Lang) -> Problem {
        let (status, code, id, en) = match self {
            Self::Tap(TapError::Refused(refusal)) => return refusal.to_problem(lang),
            Self::Tap(TapError::Journal(error)) => return journal_problem(error, lang),
            Self::ScreenUnpaired => (
                401,
                "screen_unpaired",
                "Layar belum dipasangkan",
                "This screen is not paired",
            ),
            Self::StaffNeeded => (403, "staff_needed", "Staf harus masuk dulu", "Staff must sign in first"),
            Self::PermissionMissing(_) => (403, "permission_missing", "Tidak diizinkan", "Not permitted"),
            Self::PinWrong { .. } => (401, "pin_wrong", "Nama atau PIN salah", "Wrong name or PIN"),
            Self::Locked { .. } => (423, "locked", "Terkunci, coba lagi nanti", "Locked, try again later"),
            Self::KeyMissing => (
                400,
                "idempotency_key_missing",
                "Kunci permintaan tidak ada",
                "The request has no idempotency key",
            ),
            Self::MalformedJson(_) => (
                400,
                "malformed_json",
                "Isi bukan JSON yang benar",
                "The body is not valid JSON",
            ),
            Self::InvalidBody { .. } => (422, "invalid_body", "Isi tidak sesuai", "The body is not as it must be"),
            Self::BodyTooLarge { .. } => (413, "body_too_large", "Isi terlalu besar", "The body is too large"),
            Self::NotFound => (404, "not_found", "Tidak ditemukan", "Not found"),
            Self::ScreenLocked { .. } => (
                423,
                "screen_locked",
                "Terlalu banyak PIN salah di layar ini, coba lagi nanti",
                "Too many wrong PINs at this screen, try again later",
            ),
            Self::TooManyLookUps { .. } => (
                429,
                "too_many_look_ups",
                "Terlalu banyak nomor dicoba di layar ini, coba lagi nanti",
                "Too many numbers were tried at this screen, try again later",
            ),
            Self::ForeignPage => (
                403,
                "foreign_page",
                "Halaman ini bukan milik gerai",
                "This page is not the outlet's",
            ),
            Self::NotJson => (415, "not_json", "Isi harus JSON", "The body must be JSON"),
            Self::NotBytes => (415, "not_bytes", "Isi harus byte", "The body must be bytes"),
            Self::Unprinted(unprinted) => unprinted_problem(*unprinted),
            Self::StaffMissing => (
                503,
                "staff_missing",
                "Data staf belum diterima dari pusat",
                "Who may sign in has not arrived from central",
            ),
            Self::Denied(denied) => {
                let (code, id, en) = denied.told();
                (403, code, id, en)
            }
            Self::DayDiffers { .. } => (409, "day_differs", "Tanggal tidak cocok", "The day differs"),
            Self::DayPast { .. } => (409, "day_past", "Tanggal itu sudah lewat", "That day is over"),
            Self::Tap(TapError::DayUnconfirmed(_)) => (
                409,
                "day_unconfirmed",
                "Tanggal harus dipastikan dulu oleh staf",
                "Staff must confirm the day first",
            ),
            Self::Tap(TapError::KeyReused) => (
                422,
                "idempotency_key_reused",
                "Kunci sudah dipakai untuk permintaan lain",
                "The key was used for another request",
            ),
        };
        let problem = Problem::new(status, code, lang.pick(id, en)).detail(self.to_string());
        match self {
            Self::InvalidBody { field, why } => problem.field(field, why.clone()),
            _ => problem,
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Locked { retry_after }
            | Self::ScreenLocked { retry_after }
            | Self::TooManyLookUps { retry_after } => Some(*retry_after),
            Self::Tap(TapError::Journal(_)) => Some(1),
            _ => None,
        }
    }

    /// What a screen may want to show beyond the words.
    fn members(&self) -> Vec<(String, serde_json::Value)> {
        let day = |name: &str, day: &Day| (name.to_owned(), day.to_string().into());
        match self {
            Self::PinWrong { attempts_left } => vec![("attempts_left".to_owned(), (*attempts_left).into())],
            Self::DayDiffers { clock, stated } => vec![day("clock_day", clock), day("stated_day", stated)],
            Self::DayPast { latest, stated } => vec![day("latest_day", latest), day("stated_day", stated)],
            Self::Tap(TapError::DayUnconfirmed(clock)) => vec![day("clock_day", clock)],
            _ => Vec::new(),
        }
    }

    fn respond(self: Arc<Self>, lang: Lang, request_id: Option<String>) -> Response {
        let mut problem = self.problem(lang);
        problem.request_id = request_id;
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut body = serde_json::to_value(&problem).unwrap_or_default();
        if let Some(members) = body.as_object_mut() {
            members.extend(self.members());
        }
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(
            header::CONTENT_LANGUAGE,
            HeaderValue::from_static(lang.pick("id", "en")),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

fn unprinted_problem(unprinted: Unprinted) -> (u16, &'static str, &'static str, &'static str) {
    match unprinted {
        Unprinted::NoSuchDevice => (404, "not_found", "Tidak ditemukan", "Not found"),
        Unprinted::NotAPrinter => (
            409,
            "not_a_printer",
            "Perangkat ini bukan printer",
            "This is not a printer",
        ),
        Unprinted::Silent => (
            503,
            "printer_silent",
            "Printer tidak menjawab",
            "The printer does not answer",
        ),
        Unprinted::PaperOut => (503, "paper_out", "Kertas printer habis", "The printer is out of paper"),
        Unprinted::CoverOpen => (
            503,
            "cover_open",
            "Tutup printer terbuka",
            "The printer's cover is open",
        ),
        Unprinted::Failed => (
            503,
            "printer_failed",
            "Printer bermasalah",
            "The printer reports a fault",
        ),
    }
}

fn journal_problem(error: &JournalError, lang: Lang) -> Problem {
    let (status, code, id, en) = match error {
        JournalError::DiskFull => (
            507,
            "disk_full",
            "Penyimpanan outlet penuh",
            "The outlet's disk is full",
        ),
        JournalError::Barred(code) => {
            let (id, en) = Standing::of_refusal(code).words();
            return Problem::new(409, code, lang.pick(id, en)).detail(error.to_string());
        }
        JournalError::NotReady => (
            503,
            "outlet_not_ready",
            "Data outlet belum diterima dari pusat",
            "The outlet's data has not arrived from central yet",
        ),
        _ => (
            503,
            "journal_unavailable",
            "Belum tersimpan, coba lagi",
            "Not stored, try again",
        ),
    };
    Problem::new(status, code, lang.pick(id, en)).detail(error.to_string())
}

/// In Indonesian, until [`speak`] knows the reader's language.
impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        if let Self::Tap(TapError::Journal(error)) = &self {
            tracing::error!(error = error as &dyn std::error::Error, "a request failed");
        }
        Arc::new(self).respond(Lang::Id, None)
    }
}

/// The language a request asks for.
#[must_use]
pub fn language(headers: &HeaderMap) -> Lang {
    let accept = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    Lang::from_accept(accept)
}

/// Middleware: problems in the language of the request, with its id.
pub async fn speak(request: Request, next: Next) -> Response {
    let lang = language(request.headers());
    let id = request.headers().get("x-request-id");
    let id = id.and_then(|id| id.to_str().ok()).map(str::to_owned);
    let response = next.run(request).await;
    match response.extensions().get::<Arc<Fault>>() {
        Some(fault) => fault.clone().respond(lang, id),
        None => response,
    }
}
