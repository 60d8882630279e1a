//! Screens, and the token each was paired with.

use std::borrow::Cow;

use axum::{
    Json,
    extract::{FromRef, FromRequestParts, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use gerai_shared::{Micros, ScreenId};
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    House, Paired,
    asked::{Asked, Asks, Id},
    staff::{PairScreens, Staff},
    views::Data,
};
use crate::{
    journal::{Group, Journal, JournalError, Pepper, Reply, TapError},
    problems::Fault,
};

/// The cookie a paired browser sends.
pub const SCREEN_COOKIE: &str = "gerai_screen";
/// The header other clients send instead.
pub const SCREEN_HEADER: &str = "gerai-screen";

const LONGEST_NAME: usize = 100;

/// A cookie's longest life in browsers (RFC 6265bis §5.5), 400 days.
const COOKIE_SECONDS: u32 = 34_560_000;

/// The paired screen a request comes from. Loopback is not a free pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Its id.
    pub id: ScreenId,
}

/// Whose request it is: a screen's, and whether anybody has signed in there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Who {
    pub(super) screen: ScreenId,
    /// Without it, nobody is, and the sessions need not be looked at.
    pub(super) attended: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Screen
where
    Paired: FromRef<S>,
{
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        let who = Paired::from_ref(state).who(parts).await?;
        Ok(Self { id: who.screen })
    }
}

/// The token a request shows.
pub(super) fn token_in(headers: &HeaderMap) -> Option<Cow<'_, str>> {
    let header = headers.get(SCREEN_HEADER).and_then(|value| value.to_str().ok());
    header.map(Cow::Borrowed).or_else(|| {
        let jar = CookieJar::from_headers(headers);
        jar.get(SCREEN_COOKIE)
            .map(|cookie| Cow::Owned(cookie.value().to_owned()))
    })
}

/// Whose token it is, as the journal says.
///
/// # Errors
/// 401 when it is no paired screen's; when the journal cannot be read.
pub(super) async fn by_token(journal: &Journal, token: &str) -> Result<Who, Fault> {
    let hash = hash(token);
    let found = journal
        .read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT id, EXISTS (SELECT 1 FROM staff_sessions WHERE screen = screens.id) FROM screens
                     WHERE token_hash = ?1 AND revoked_at IS NULL",
                )?
                .query_row(params![hash], |row| {
                    Ok(Who {
                        screen: ScreenId(Uuid::from_bytes(row.get(0)?)),
                        attended: row.get(1)?,
                    })
                })
                .optional()
        })
        .await?;
    found.ok_or(Fault::ScreenUnpaired)
}

/// The tokens have 256 bits of their own: a plain hash is as good as a slow one.
fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

/// A screen that was just added; its token is shown to whoever added it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NewScreen {
    /// Its id.
    pub id: ScreenId,
    /// Its name.
    pub name: String,
    /// What it sends to be known.
    pub token: String,
}

/// What is kept of the answer: the token is derived again from the pepper.
#[derive(Serialize, Deserialize)]
struct Added {
    id: ScreenId,
    name: String,
}

impl Added {
    fn told(self, pepper: &Pepper) -> NewScreen {
        NewScreen {
            token: pepper.screen_token(self.id.0),
            id: self.id,
            name: self.name,
        }
    }
}

/// Adds a screen; only the hash of its token is kept.
///
/// # Errors
/// When it cannot be written.
pub async fn add(journal: &Journal, name: &str) -> Result<NewScreen, JournalError> {
    let name = name.to_owned();
    journal
        .write(move |group| Ok(insert(group, name)?.told(group.pepper)))
        .await
}

fn insert(group: &mut Group<'_>, name: String) -> Result<Added, JournalError> {
    let id = ScreenId(group.clock.uuid());
    let token = group.pepper.screen_token(id.0);
    group.connection().execute(
        "INSERT INTO screens (id, name, token_hash, created_at) VALUES (?1, ?2, ?3, ?4)",
        params![id.0.as_bytes(), name, hash(&token), group.clock.now().0],
    )?;
    Ok(Added { id, name })
}

/// A paired screen, for whoever looks after them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ScreenView {
    /// Its id.
    id: ScreenId,
    /// What staff call it.
    name: String,
    /// When it was added.
    created_at: Micros,
    /// Whether it is the one that asks.
    this: bool,
}

/// The screens that are paired, by name.
#[utoipa::path(get, path = "/api/outlet/screens", operation_id = "screens", tag = "screens",
    responses((status = 200, body = Data<Vec<ScreenView>>), (status = 403, body = gerai_shared::Problem)))]
pub(super) async fn list(
    State(house): State<House>,
    staff: Staff<PairScreens>,
) -> Result<Json<Data<Vec<ScreenView>>>, Fault> {
    let data = house.journal.read(move |connection| {
        connection
            .prepare_cached("SELECT id, name, created_at FROM screens WHERE revoked_at IS NULL ORDER BY name, id")?
            .query_map([], |row| {
                let id = ScreenId(Uuid::from_bytes(row.get(0)?));
                Ok(ScreenView {
                    id,
                    name: row.get(1)?,
                    created_at: Micros(row.get(2)?),
                    this: id == staff.screen,
                })
            })?
            .collect()
    });
    Ok(Json(Data { data: data.await? }))
}

/// Nothing more to say.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// Revokes a screen: its token is worth nothing from here on, whoever was signed in there is out, and
/// its events end.
#[utoipa::path(delete, path = "/api/outlet/screens/{id}", operation_id = "revokeScreen", tag = "screens",
    params(("id" = ScreenId, Path, description = "The screen")),
    responses((status = 204, description = "Revoked"), (status = 404, body = gerai_shared::Problem)))]
pub(super) async fn revoke(
    State(house): State<House>,
    staff: Staff<PairScreens>,
    Id(screen): Id<ScreenId>,
    asked: Asked<Nothing>,
) -> Result<StatusCode, Fault> {
    let question = asked.question(staff.screen);
    let revoked = house.journal.write(move |group| {
        if group.told(&question)?.is_some() {
            return Ok(());
        }
        let (connection, id) = (group.connection(), screen.0.as_bytes());
        let changed = connection.execute(
            "UPDATE screens SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
            params![id, group.clock.now().0],
        )?;
        if changed == 0 {
            return Err(Fault::NotFound);
        }
        connection.execute("DELETE FROM staff_sessions WHERE screen = ?1", params![id])?;
        group.remember(&question, 204, b"")?;
        Ok(())
    });
    revoked.await?;
    // Nobody may be listening.
    drop(house.revoked.send(screen));
    Ok(StatusCode::NO_CONTENT)
}

/// A screen to be added.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddScreen {
    /// What staff call it.
    name: String,
}

/// Adds a screen and tells its pairing token.
#[utoipa::path(post, path = "/api/outlet/screens", operation_id = "addScreen", tag = "screens",
    request_body = AddScreen, responses((status = 201, body = Data<NewScreen>)))]
pub(super) async fn create(
    State(house): State<House>,
    staff: Staff<PairScreens>,
    asked: Asked<AddScreen>,
) -> Result<Reply, Fault> {
    let question = asked.question(staff.screen);
    let name = asked.body.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Fault::field("name", format!("1–{LONGEST_NAME}")));
    }
    let added = house.journal.write(move |group| {
        let (added, replayed) = match group.told(&question)? {
            Some(told) => (serde_json::from_slice(&told.body).map_err(JournalError::from)?, true),
            None => {
                let added = insert(group, name)?;
                let kept = serde_json::to_vec(&added).map_err(JournalError::from)?;
                group.remember(&question, 201, &kept)?;
                (added, false)
            }
        };
        let data = Added::told(added, group.pepper);
        Ok::<_, TapError>(Reply {
            status: 201,
            body: serde_json::to_vec(&Data { data }).map_err(JournalError::from)?,
            replayed,
        })
    });
    Ok(added.await?)
}

/// The token in a pairing link.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Pairing {
    /// As told when the screen was added.
    token: String,
}

/// Makes this browser the screen the token was made for.
#[utoipa::path(get, path = "/pair", operation_id = "pair", tag = "screens", params(Pairing),
    responses((status = 303, description = "Paired; on to the screens"), (status = 401, body = gerai_shared::Problem)))]
pub(super) async fn pair(State(house): State<House>, Asks(pairing): Asks<Pairing>) -> Result<Response, Fault> {
    by_token(&house.journal, &pairing.token).await?;
    let cookie = format!(
        "{SCREEN_COOKIE}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={COOKIE_SECONDS}",
        pairing.token
    );
    let cookie = HeaderValue::try_from(cookie).map_err(|_| Fault::ScreenUnpaired)?;
    let to = [
        (header::LOCATION, HeaderValue::from_static("/")),
        (header::SET_COOKIE, cookie),
    ];
    Ok((StatusCode::SEE_OTHER, to).into_response())
}
