//! After the database was put back from a backup: central has lost its past, the outlets remember.
//!
//! The database gets another epoch, so that every edge sends again what it has of the last thirty days and
//! takes the feed anew. Tokens rotated since are unknown here: each edge is taken at its key and its
//! incarnation once, and shows a token like any other from then on.

use gerai_shared::{Day, Micros};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{FleetError, hello::days_about, model::edge, store};
use crate::{
    features::{
        audit::{self, Entry},
        outlets, stream,
    },
    platform::{Platform, clock::Clock, epoch},
    tx,
};

/// So many days ahead an outlet's rules may let people book at most: numbers of those days may have been
/// told.
const BOOKED_AHEAD: i64 = 365;
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// What was done.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The epoch of before.
    pub before: Uuid,
    /// The epoch from now on.
    pub epoch: Uuid,
    /// Each outlet, by code.
    pub outlets: Vec<Standing>,
}

/// Where an outlet stands in the backup.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Its code.
    pub code: String,
    /// The last command central has of it.
    pub last_seq: u64,
    /// The edge that leads it, and when that was heard last; `None` where central leads.
    pub edge: Option<(String, Option<Micros>)>,
}

/// Gives a database that was put back from a backup its new epoch, in one transaction. Doing it again does
/// no harm: edges send again what is here already, and are answered as before.
///
/// # Errors
/// The database's.
pub async fn restored(platform: &Platform) -> Result<Outcome, FleetError> {
    tx!(&platform.db, |tx| -> Result<Outcome, FleetError> {
        let (before, epoch) = epoch::renew(tx, &platform.clock).await?;
        let mut standings = Vec::new();
        for outlet in outlets::all(tx).await? {
            let at = stream::lock(tx, outlet.id).await?;
            stay_clear(tx, &platform.clock, &at, epoch).await?;
            standings.push((outlet, at));
        }
        let edges = store::all(tx).await?;
        edge::Entity::update_many()
            .col_expr(edge::Column::TokenHash, Expr::value(Option::<String>::None))
            .col_expr(edge::Column::NextTokenHash, Expr::value(Option::<String>::None))
            .col_expr(edge::Column::SessionHash, Expr::value(Option::<String>::None))
            .filter(edge::Column::Status.eq("active"))
            .exec(tx)
            .await?;
        let what = "the database was put back from a backup and has a new epoch";
        let entry = Entry::new("central", "restored", what)
            .with("before", before.to_string())
            .with("epoch", epoch.to_string());
        audit::log(tx, &platform.clock, entry).await?;
        let outlets = standings.into_iter().map(|(outlet, at)| Standing {
            edge: edges
                .iter()
                .find(|edge| edge.outlet_id == outlet.id.0 && edge.status == "active")
                .map(|edge| (edge.name.clone(), edge.seen_at.map(Micros))),
            code: outlet.code,
            last_seq: at.last_seq,
        });
        Ok(Outcome {
            before,
            epoch,
            outlets: outlets.collect(),
        })
    })
}

/// Keeps central from telling mobile and booking numbers again that it has forgotten. The caller holds
/// the stream row.
pub(super) async fn stay_clear(
    tx: &impl ConnectionTrait,
    clock: &Clock,
    at: &stream::Position,
    epoch: Uuid,
) -> Result<(), DbErr> {
    let Some(profile) = outlets::get(tx, at.outlet).await? else {
        return Ok(());
    };
    let now = clock.now();
    let ahead = |day: i64| profile.business_day(Micros(now.0 + day * DAY));
    let booked: Vec<Day> = (-1..=BOOKED_AHEAD).map(ahead).collect();
    stream::stay_clear_of_forgotten(tx, at, &days_about(&profile, now), &booked, epoch).await
}
