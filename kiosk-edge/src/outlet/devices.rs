//! Printers and cameras, for screens: how they are, and a slip on paper (K5, S6).

use axum::{
    Json,
    extract::{FromRequest, Request, State},
};
use utoipa::ToSchema;

use super::{
    House,
    asked::{Id, read},
    screens::Screen,
    views::Data,
};
use crate::{
    devices::{Device, Seen},
    problems::Fault,
};

/// The largest slip, in bytes: metres of text, or one of pictures.
const LARGEST_SLIP: usize = 64 << 10;

/// What is to be put on paper, as the printer reads it.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(super) struct Slip(Vec<u8>);

impl FromRequest<House> for Slip {
    type Rejection = Fault;

    async fn from_request(request: Request, _: &House) -> Result<Self, Fault> {
        let slip = read(request, LARGEST_SLIP).await?;
        if slip.is_empty() {
            return Err(Fault::field("body", "there is nothing to print"));
        }
        Ok(Self(slip))
    }
}

/// The outlet's printers and cameras as they were last found, and the edge's disk; `devices` events have the
/// same body.
#[utoipa::path(get, path = "/api/outlet/devices", operation_id = "devices", tag = "devices",
    responses((status = 200, body = Seen)))]
pub(super) async fn list(State(house): State<House>, _screen: Screen) -> Result<Json<Seen>, Fault> {
    Ok(Json(house.devices.looked().await?))
}

/// Puts a slip on a printer's paper: ESC/POS, at most 64 KiB. Done when the printer took all of it and says of
/// nothing that keeps it from printing. Nothing is journalled, and no key is looked at: sent again, it is
/// printed again, which costs paper and nothing else.
#[utoipa::path(post, path = "/api/outlet/devices/{id}/print", operation_id = "print", tag = "devices",
    params(("id" = String, Path, description = "The printer")),
    request_body(content = Slip, content_type = "application/octet-stream"),
    responses((status = 200, body = Data<Device>, description = "Printed, as far as the printer tells"),
    (status = 404, body = gerai_shared::Problem),
    (status = 409, body = gerai_shared::Problem, description = "`not_a_printer`"),
    (status = 413, body = gerai_shared::Problem),
    (status = 503, body = gerai_shared::Problem,
        description = "`printer_silent`, `paper_out`, `cover_open` or `printer_failed`")))]
pub(super) async fn print(
    State(house): State<House>,
    _screen: Screen,
    Id(id): Id<String>,
    Slip(slip): Slip,
) -> Result<Json<Data<Device>>, Fault> {
    let data = house.devices.print(&id, slip).await?;
    Ok(Json(Data { data }))
}
