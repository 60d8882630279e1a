//! Grants over HTTP.

use axum::{
    Json,
    extract::{Path, State},
};
use gerai_shared::{
    OutletId, StaffId,
    outlet::{Grant, Permission},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Pin, Wish, act, store};
use crate::platform::{
    Platform,
    auth::{Admin, Origin},
    http::{Body, Data, Failure, IdempotencyKey, Page, PageQuery, Query, Replies, Reply},
};

/// The endpoints.
#[must_use]
pub fn router() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(give))
        .routes(routes!(revoke))
}

/// A grant as admins see it: all but the PIN's hash.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GrantView)]
pub(super) struct View {
    /// Who.
    staff: StaffId,
    /// Where.
    outlet: OutletId,
    /// As shown on the sign-in screen.
    name: String,
    /// What they may do.
    permissions: Vec<Permission>,
    /// Rises with every change.
    version: u64,
    /// False once revoked.
    active: bool,
}

impl From<Grant> for View {
    fn from(grant: Grant) -> Self {
        Self {
            staff: grant.staff,
            outlet: grant.outlet,
            name: grant.name,
            permissions: grant.permissions,
            version: grant.version,
            active: grant.active,
        }
    }
}

/// Which grants a list is of.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// At one outlet only.
    outlet: Option<OutletId>,
    /// Of one member of staff only.
    staff: Option<StaffId>,
}

/// Grants, revoked ones too.
#[utoipa::path(
    get, path = "/api/admin/grants", tag = "staff", params(PageQuery, Filter),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
)]
async fn list(
    State(platform): State<Platform>,
    _: Admin,
    Query(page): Query<PageQuery>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<View>>, Failure> {
    let (total, rows) = store::page(platform.db.reader(), filter.outlet, filter.staff, page).await?;
    let rows = rows.into_iter().map(View::from).collect();
    Ok(Json(Page::new("/api/admin/grants", page, total, rows)))
}

/// A grant as an admin writes it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GrantDraft)]
struct Draft {
    /// Where.
    outlet: OutletId,
    /// What they may do.
    permissions: Vec<Permission>,
    /// Six digits; absent to keep the present one.
    #[serde(default)]
    pin: Option<String>,
    /// As shown on the sign-in screen; the account's name for a new grant when absent.
    #[serde(default)]
    name: Option<String>,
}

/// Grants a member of staff access to an outlet's screens, or replaces that grant.
#[utoipa::path(
    post, path = "/api/admin/staff/{id}/grants", tag = "staff",
    params(("id" = StaffId, Path, description = "The user"), ("Idempotency-Key" = String, Header)), request_body = Draft,
    responses(
        (status = 200, description = "Replaced", body = Data<View>),
        (status = 201, description = "Granted", body = Data<View>),
        (status = 404, description = "No such user", body = gerai_shared::Problem),
        (status = 422, description = "A field does not fit", body = gerai_shared::Problem),
    ),
    security(("bearer" = [])),
)]
async fn give(
    State(platform): State<Platform>,
    Admin(admin): Admin,
    origin: Origin,
    key: IdempotencyKey,
    Path(staff): Path<StaffId>,
    Body(draft): Body<Draft>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", admin.id), key, &draft);
    let pin_hash = match &draft.pin {
        Some(pin) => Some(Pin::new(pin)?.hash(platform.clock.secret()).await?),
        None => None,
    };
    let wish = Wish {
        staff,
        outlet: draft.outlet,
        name: draft
            .name
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty()),
        permissions: draft.permissions,
        pin_hash,
    };
    act::give(&platform, (&admin, &origin), &place, wish).await
}

/// Takes a grant back; its outlet hears of it at once, or when its line is back.
#[utoipa::path(
    delete, path = "/api/admin/grants/{staff}/{outlet}", tag = "staff",
    params(("staff" = StaffId, Path), ("outlet" = OutletId, Path), ("Idempotency-Key" = String, Header)),
    responses(
        (status = 200, description = "Revoked", body = Data<View>),
        (status = 404, description = "No such grant", body = gerai_shared::Problem),
    ),
    security(("bearer" = [])),
)]
async fn revoke(
    State(platform): State<Platform>,
    Admin(admin): Admin,
    origin: Origin,
    key: IdempotencyKey,
    Path(grant): Path<(StaffId, OutletId)>,
) -> Result<Reply, Failure> {
    let place = Replies::of(format!("user:{}", admin.id), key, &());
    act::revoke(&platform, (&admin, &origin), &place, grant).await
}
