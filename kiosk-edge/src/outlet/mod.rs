//! What screens ask the outlet for: queue, sessions, sales, staff, screens, devices.
//!
//! A handler extracts who asks and what for, hands a wish to the journal, and answers with what was
//! committed. The rules are in `gerai_shared`; the only writer is the journal's.

mod asked;
mod board;
mod checkin;
mod day;
mod desk;
mod devices;
mod events;
mod expected;
mod intake;
mod look_up;
mod origin;
mod page;
mod paired;
mod sales;
mod screens;
mod sessions;
mod staff;
#[cfg(test)]
mod tests;
mod tickets;
mod till;
mod views;
mod waits;

pub use look_up::LookUpSettings;
pub use origin::same_origin;
pub use paired::{Paired, paired};
pub use screens::{SCREEN_COOKIE, SCREEN_HEADER, Screen, add as add_screen};
pub use staff::{Denied, StaffSettings};
pub use views::{CommandRef, SaleView, TicketView};

use std::sync::Arc;

use axum::{Router, extract::FromRef, middleware};
use gerai_shared::ScreenId;
use tokio::sync::{Semaphore, broadcast, watch};
use tokio_util::sync::CancellationToken;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    clock::Clock,
    devices::Devices,
    journal::{Circumstances, Journal},
    problems,
    sync::LinkState,
};

/// What the outlet's handlers work with; cheap to clone.
#[derive(Clone, Debug)]
pub struct House {
    journal: Journal,
    paired: Paired,
    clock: Clock,
    link: watch::Receiver<LinkState>,
    devices: Devices,
    rules: HouseRules,
    /// One PIN is hashed at a time, however many screens try.
    one_hash: Arc<Semaphore>,
    pace: waits::PaceCache,
    misses: Arc<look_up::Misses>,
    /// Screens that are revoked, so that their events end.
    revoked: broadcast::Sender<ScreenId>,
    closing: CancellationToken,
}

/// What configuration says about screens and staff.
#[derive(Clone, Copy, Debug)]
pub struct HouseRules {
    /// The largest body a screen may send.
    pub body_bytes: usize,
    /// Staff sessions and lockout.
    pub staff: StaffSettings,
    /// Whether cash is taken only while a cash shift is open.
    pub shift_required: bool,
    /// Numbers tried in vain.
    pub look_up: LookUpSettings,
}

impl House {
    /// Puts it together. Event streams end when `closing` is cancelled.
    #[must_use]
    pub fn new(
        paired: Paired,
        link: watch::Receiver<LinkState>,
        devices: Devices,
        rules: HouseRules,
        closing: CancellationToken,
    ) -> Self {
        Self {
            clock: paired.journal().clock().clone(),
            journal: paired.journal().clone(),
            paired,
            link,
            devices,
            rules,
            one_hash: Arc::new(Semaphore::new(1)),
            pace: waits::PaceCache::default(),
            misses: Arc::default(),
            revoked: broadcast::Sender::new(64),
            closing,
        }
    }

    /// The journal.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// What may be done now, by how long central was not heard.
    fn ladder(&self) -> staff::Ladder {
        self.rules.staff.ladder.after(self.clock.since_central())
    }

    fn link(&self) -> LinkState {
        *self.link.borrow()
    }

    /// What stands around a wish that is made now.
    fn circumstances(&self) -> Circumstances {
        Circumstances {
            line_down: !self.link().is_up(),
            shift_required: self.rules.shift_required,
        }
    }
}

impl FromRef<House> for Paired {
    fn from_ref(house: &House) -> Self {
        house.paired.clone()
    }
}

/// The routes of the local API.
pub fn router(house: House) -> Router {
    let json = written_in_json().split_for_parts().0;
    let bytes = written_in_bytes().split_for_parts().0;
    json.layer(middleware::from_fn(origin::json_only))
        .merge(bytes.layer(middleware::from_fn(origin::bytes_only)))
        .layer(middleware::from_fn(same_origin))
        .layer(middleware::from_fn(problems::speak))
        .with_state(house)
}

/// The routes with their OpenAPI document; kiosk-ui's typed client is generated from it.
pub fn openapi_router() -> OpenApiRouter<House> {
    written_in_json().merge(written_in_bytes())
}

fn written_in_bytes() -> OpenApiRouter<House> {
    OpenApiRouter::new().routes(routes!(devices::print))
}

fn written_in_json() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(board::outlet))
        .routes(routes!(board::queue))
        .routes(routes!(board::rooms))
        .routes(routes!(board::products))
        .routes(routes!(day::confirm_day))
        .routes(routes!(intake::set))
        .routes(routes!(intake::adjust))
        .routes(routes!(intake::close_day))
        .routes(routes!(tickets::issue))
        .routes(routes!(checkin::check_in))
        .routes(routes!(look_up::look_up))
        .routes(routes!(expected::expected))
        .routes(routes!(tickets::call))
        .routes(routes!(tickets::recall))
        .routes(routes!(tickets::hold))
        .routes(routes!(tickets::resume))
        .routes(routes!(tickets::no_show))
        .routes(routes!(tickets::come_back))
        .routes(routes!(tickets::transfer))
        .routes(routes!(tickets::cancel))
        .routes(routes!(tickets::start))
        .routes(routes!(tickets::set_lane))
        .routes(routes!(tickets::undo))
        .routes(routes!(sessions::extend))
        .routes(routes!(sessions::end))
        .routes(routes!(sessions::set_room))
        .routes(routes!(sales::list, sales::sell))
        .routes(routes!(sales::void))
        .routes(routes!(till::show))
        .routes(routes!(till::list, till::open))
        .routes(routes!(till::move_cash))
        .routes(routes!(till::close))
        .routes(routes!(till::correct))
        .routes(routes!(desk::sync))
        .routes(routes!(desk::commands))
        .routes(routes!(desk::remedy))
        .routes(routes!(desk::ask_proof))
        .routes(routes!(staff::names))
        .routes(routes!(staff::sign_in))
        .routes(routes!(staff::sign_out))
        .routes(routes!(screens::list, screens::create))
        .routes(routes!(screens::revoke))
        .routes(routes!(screens::pair))
        .routes(routes!(devices::list))
        .routes(routes!(events::events))
}
