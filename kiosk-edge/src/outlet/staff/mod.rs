//! Staff at a screen: who is in, and what they may do (E8).

mod ladder;
mod lockout;
mod pin;
mod session;

pub use ladder::Denied;
pub(super) use ladder::{Ladder, View as LadderView};
pub(super) use session::{Caller, ManageQueue, ManageTill, MayVoid, PairScreens, Sell, Staff, ViewSync, signed_in};

use axum::{Json, extract::State};
use gerai_shared::{
    Micros, StaffId,
    outlet::{Grant, Permission},
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{House, asked::Body, screens::Screen, views::Data};
use crate::{
    config::LadderSettings,
    journal::grants::{self, Trust},
    problems::Fault,
};

/// Staff sessions and lockout.
#[derive(Clone, Copy, Debug)]
pub struct StaffSettings {
    /// Minutes without an act until a session ends.
    pub idle_minutes: u32,
    /// Hours until a session ends in any case.
    pub max_hours: u32,
    /// Wrong PINs in a row until a name is locked.
    pub lockout_after: u32,
    /// Minutes it stays locked.
    pub lockout_minutes: u32,
    /// Wrong PINs at one screen, over all names and within its window, until the screen is locked.
    pub screen_lockout_after: u32,
    /// That window, in minutes.
    pub screen_window_minutes: u32,
    /// Minutes the screen stays locked.
    pub screen_lockout_minutes: u32,
    /// What may be done without central, by hours.
    pub ladder: LadderSettings,
}

/// A name for the sign-in screen.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct StaffName {
    /// Who.
    id: StaffId,
    /// As shown.
    name: String,
}

/// Who is signed in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SignedInView {
    /// Who.
    id: StaffId,
    /// As shown.
    name: String,
    /// What they may do.
    permissions: Vec<Permission>,
    /// When they must sign in again, if they do nothing.
    expires_at: Micros,
}

/// The sign-in screen.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct StaffNames {
    /// Who may sign in.
    data: Vec<StaffName>,
    /// Who is.
    signed_in: Option<SignedInView>,
}

/// Who may sign in here, and who is signed in at this screen.
#[utoipa::path(get, path = "/api/outlet/staff", operation_id = "staff", tag = "staff",
    responses((status = 200, body = StaffNames)))]
pub(super) async fn names(State(house): State<House>, caller: Caller) -> Result<Json<StaffNames>, Fault> {
    let trust = house.journal.trust();
    let mut data: Vec<StaffName> = (house.journal)
        .read(move |connection| active_grants(connection, &trust))
        .await?
        .into_iter()
        .map(|grant| StaffName {
            id: grant.staff,
            name: grant.name,
        })
        .collect();
    data.sort_by(|one, other| one.name.cmp(&other.name));
    let signed_in = caller.signed_in.map(|session| SignedInView {
        expires_at: session.expires_at,
        id: session.grant.staff,
        name: session.grant.name,
        permissions: session.grant.permissions,
    });
    Ok(Json(StaffNames { data, signed_in }))
}

/// Grants that central has not revoked.
fn active_grants(connection: &rusqlite::Connection, trust: &Trust) -> rusqlite::Result<Vec<Grant>> {
    let mut grants = grants::all(connection, trust)?;
    grants.retain(|grant| grant.active);
    Ok(grants)
}

/// A name and a PIN.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    /// Who, by name.
    #[serde(default)]
    name: Option<String>,
    /// Who, by id.
    #[serde(default)]
    staff: Option<StaffId>,
    /// The six digits.
    pin: String,
}

/// Who is in now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SignedInNow {
    /// Who.
    staff: StaffView,
    /// When they must sign in again, if they do nothing.
    expires_at: Micros,
}

/// A member of staff.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct StaffView {
    /// Who.
    id: StaffId,
    /// As shown.
    name: String,
    /// What they may do.
    permissions: Vec<Permission>,
}

/// Lets a member of staff in at this screen, online or not.
#[utoipa::path(post, path = "/api/outlet/staff/sign-in", operation_id = "signIn", tag = "staff",
    request_body = SignIn, responses((status = 200, body = Data<SignedInNow>),
    (status = 401, body = gerai_shared::Problem), (status = 423, body = gerai_shared::Problem)))]
pub(super) async fn sign_in(
    State(house): State<House>,
    screen: Screen,
    Body(asked): Body<SignIn>,
) -> Result<Json<Data<SignedInNow>>, Fault> {
    let who = match (asked.staff, asked.name) {
        (Some(staff), _) => pin::Who::Id(staff),
        (None, Some(name)) => pin::Who::Name(name),
        (None, None) => return Err(Fault::field("name", "missing field `name`")),
    };
    let (grant, expires_at) = pin::sign_in(&house, screen.id, who, asked.pin).await?;
    let staff = StaffView {
        id: grant.staff,
        name: grant.name,
        permissions: grant.permissions,
    };
    Ok(Json(Data {
        data: SignedInNow { staff, expires_at },
    }))
}

/// Ends the session at this screen.
#[utoipa::path(post, path = "/api/outlet/staff/sign-out", operation_id = "signOut", tag = "staff",
    responses((status = 204, description = "Nobody is signed in")))]
pub(super) async fn sign_out(State(house): State<House>, screen: Screen) -> Result<StatusCode, Fault> {
    session::end(&house.journal, screen.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
