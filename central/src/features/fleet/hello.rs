//! Hello and heartbeat.

use gerai_shared::{
    Day, Micros, OutletId,
    command::LEAST_FOLLOWED,
    journal::GENESIS,
    outlet::Outlet,
    sync::{Heartbeat, Hello, Welcome},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::{
    EdgeCaller, FleetError,
    enrol::hash,
    introduce,
    model::edge,
    restored, store,
    token::{self, Given},
};
use crate::{
    features::{outlets, stream},
    platform::{Platform, auth::verify},
    tx,
};

/// Days before today whose number series a new life of an edge must not touch.
const FLOOR_DAYS: i64 = 2;
/// Hellos remembered, so that one that arrives very late is not taken for a copy's.
const HELLOS: usize = 16;
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// The business days about now in which the outlet's last edge may have told numbers.
pub(super) fn days_about(outlet: &Outlet, now: Micros) -> Vec<Day> {
    (-FLOOR_DAYS..=1)
        .map(|day| outlet.business_day(Micros(now.0 + day * DAY)))
        .collect()
}

/// Opens a session for an edge that proves its key, that leads its outlet, and that is no copy.
///
/// The token rotates with each hello. The one confirmed last and the one sent last are both taken,
/// since the answer with the new one may be lost; an older one shows that two machines say hello,
/// or that a disk was set back. So does a journal that is not the one central has the beginning of. Such a
/// one is turned away for good, and whoever holds the tokens that follow on goes on. A hello that was
/// taken before and arrives again shows nothing.
///
/// An edge that was told more than central has, or shows a token central has not given yet as far as it
/// knows, shows that central was put back from a backup. It is welcome, sends again what is missing, and
/// the outlet is listed: somebody has to run `gerai-central restored`.
///
/// # Errors
/// As said, each by its name.
pub async fn hello(
    platform: &Platform,
    hello: &Hello,
    body: &[u8],
    signature: &str,
    epoch: Uuid,
) -> Result<Welcome, FleetError> {
    let given = token::given(&platform.key, hello);
    let Given { token, no, secret } = &given;
    let shown_no = hello
        .token
        .as_deref()
        .and_then(|shown| token::number(&platform.key, hello.edge, shown));
    let outcome = tx!(&platform.db, |tx| -> Result<Result<Taken, FleetError>, FleetError> {
        let row = edge::Entity::find_by_id(hello.edge.0).one(tx).await?;
        let row = row.ok_or(FleetError::NotKnown)?;
        // The stream row is locked first, as by a push and an approval.
        let at = stream::lock(tx, row.outlet_id.into()).await?;
        let row = store::locked(tx, hello.edge).await?;
        if !verify(&row.public_key, body, signature) {
            return Err(FleetError::BadSignature);
        }
        let outlet = OutletId(row.outlet_id);
        match row.status.as_str() {
            "active" => {}
            // It was approved since the backup that this database was put back from.
            "pending" if hello.incarnation > 0 => return Err(FleetError::NotKnown),
            "pending" => return Err(FleetError::Pending),
            "forgotten" => return Err(FleetError::Forgotten),
            "revoked" => return Err(FleetError::Revoked),
            _ => return Err(FleetError::Fenced),
        }
        let acked = at.last_seq;
        let shown = hello.token.as_deref().map(hash);
        // Also after `restored`: once, and only for the life of the edge that leads.
        let unknown = row.token_hash.is_none() && row.next_token_hash.is_none();
        // What central told it, it has forgotten itself: tokens of that time cannot be judged.
        let forgot = hello.acked_seq > acked || shown_no.is_some_and(|shown| shown > row.token_no);
        let current = shown == row.token_hash || unknown || forgot;
        // Of those given last there may be several, to an edge and its copies: the first that is shown counts.
        let newest = shown_no == Some(row.token_no);
        let next = shown.is_some() && (shown == row.next_token_hash || newest);
        let mut past = list(row.past_hellos.as_deref());
        let mut copies = list(row.copies.as_deref());
        let of_copy = shown.as_ref().is_some_and(|shown| copies.contains(shown));
        let this = hash(&format!(
            "{}\0{}",
            hello.token.as_deref().unwrap_or_default(),
            hello.nonce
        ));
        if !current && !next && past.contains(&this) {
            return Err(FleetError::Outdated);
        }
        let suspicion = if i64::from(hello.incarnation) != row.incarnation {
            Some("it is of another life of the outlet's edge")
        } else if of_copy {
            Some("it was turned away before")
        } else if current || next {
            set_back(&row, hello, &at, shown.as_ref()).then_some("its journal is behind what it was")
        } else {
            Some("its token was used by another")
        };
        let had_edge = row.incarnation > 1;
        let certificate = introduce::certificate(&platform.key, &row);
        let past_lost = forgot && !unknown && !past.contains(&this);
        let mut edge = row.into_active_model();
        if let Some(why) = suspicion {
            // A token the one that leads may show, too, tells nothing: then its journal gives it away each time.
            let journal = hash(&format!("journal {}", hello.last_hash));
            let alone = shown.filter(|_| !current && !next);
            if !of_copy && !copies.contains(&journal) {
                stream::state_copied(tx, &platform.clock, &at, hello.edge, why).await?;
            }
            let before = copies.len();
            for mark in alone.into_iter().chain([journal]) {
                if !copies.contains(&mark) {
                    copies.push(mark);
                }
            }
            if copies.len() > before {
                edge.copies = Set(serde_json::to_string(&copies).ok());
                edge.update(tx).await?;
            }
            return Ok(Err(FleetError::Cloned(why)));
        }
        if next || unknown || forgot {
            edge.token_hash = Set(shown);
        }
        past.retain(|one| *one != this);
        past.push(this);
        past.drain(..past.len().saturating_sub(HELLOS));
        edge.past_hellos = Set(serde_json::to_string(&past).ok());
        edge.next_token_hash = Set(Some(hash(token)));
        edge.token_no = Set(*no);
        edge.session_hash = Set(Some(hash(secret)));
        edge.last_seq = Set(i64::try_from(hello.last_seq).unwrap_or(i64::MAX));
        edge.last_hash = Set(Some(hello.last_hash.chars().take(64).collect()));
        edge.protocol = Set(Some(hello.protocol.into()));
        edge.version = Set(hello.version.chars().take(32).collect());
        edge.seen_at = Set(Some(platform.clock.now().0));
        edge.update(tx).await?;
        if past_lost {
            stream::state_set_back(tx, &platform.clock, &at, hello.edge, hello.acked_seq).await?;
            restored::stay_clear(tx, &platform.clock, &at, platform.epoch).await?;
        }
        Ok(Ok(Taken {
            outlet,
            acked,
            had_edge,
            past_lost,
            certificate,
        }))
    })?;
    let Taken {
        outlet,
        acked: acked_seq,
        had_edge,
        past_lost,
        certificate,
    } = outcome?;
    if past_lost {
        metrics::counter!("gerai_set_back_total").increment(1);
        tracing::error!(
            %outlet, edge = %hello.edge, told = hello.acked_seq, has = acked_seq,
            "central knows less than it has told: its database was put back from a backup. \
             Stop every central and run `gerai-central restored`"
        );
    }
    let now = platform.clock.now();
    let (mut series, mut rows, mut acked_seq) = (Vec::new(), Vec::new(), acked_seq);
    let mut rows_since = None;
    if let Some(profile) = outlets::get(platform.db.reader(), outlet).await? {
        let days = days_about(&profile, now);
        series = stream::floors(platform.db.reader(), outlet, &days, had_edge).await?;
        if hello.last_hash == GENESIS {
            let since = profile.business_day(Micros(now.0 - DAY));
            rows_since = Some(since);
            (acked_seq, rows) = tx!(&platform.db, |tx| -> Result<_, FleetError> {
                Ok(stream::inheritance(tx, outlet, since).await?)
            })?;
        }
    }
    Ok(Welcome {
        nonce: hello.nonce,
        session: format!("{}.{}", hello.edge, given.secret),
        token: given.token,
        epoch,
        acked_seq,
        series,
        rows,
        rows_since,
        certificate: Some(certificate),
        least_protocol: LEAST_FOLLOWED,
        time: now,
    })
}

/// A hello that was taken.
struct Taken {
    outlet: OutletId,
    acked: u64,
    had_edge: bool,
    /// It shows that central was set back, and nobody has said so.
    past_lost: bool,
    /// Central's word that it was approved.
    certificate: String,
}

/// Hashes that are kept in a column, as JSON.
pub(super) fn list(column: Option<&str>) -> Vec<String> {
    column
        .and_then(|column| serde_json::from_str(column).ok())
        .unwrap_or_default()
}

/// Whether the journal is behind what central has of it, or what the edge itself has told: a copy
/// of a disk from before. What it says on top of that would be other commands in old places.
fn set_back(row: &edge::Model, hello: &Hello, at: &stream::Position, token: Option<&String>) -> bool {
    // Before its first token an edge does not know yet where its journal starts.
    if row.token_hash.is_none() && hello.token.is_none() {
        return false;
    }
    // What was told last may be what a copy told that was given another token.
    let by_itself = token == row.next_token_hash.as_ref() || token == row.token_hash.as_ref();
    let (told, told_hash) = (row.last_seq.unsigned_abs(), row.last_hash.as_deref());
    let behind = hello.last_seq < told || (hello.last_seq == told && Some(hello.last_hash.as_str()) != told_hash);
    // An empty journal starts where central stands, also where central itself was set back.
    let begun = hello.last_hash != GENESIS;
    let other = hello.last_seq == at.last_seq && hello.last_hash != at.chain_hash;
    hello.last_seq < at.last_seq || (begun && (other || (by_itself && behind)))
}

/// Notes how an outlet is.
///
/// # Errors
/// The database's.
pub async fn heartbeat(platform: &Platform, caller: &EdgeCaller, heartbeat: &Heartbeat) -> Result<(), FleetError> {
    let text = serde_json::to_string(heartbeat).map_err(|error| sea_orm::DbErr::Json(error.to_string()))?;
    tx!(&platform.db, |tx| -> Result<(), FleetError> {
        let row = edge::Entity::find_by_id(caller.edge.0)
            .one(tx)
            .await?
            .ok_or(FleetError::Unknown("edge"))?;
        let mut row = row.into_active_model();
        row.heartbeat = Set(Some(text.clone()));
        row.last_seq = Set(i64::try_from(heartbeat.last_seq).unwrap_or(i64::MAX));
        row.last_hash = Set(Some(heartbeat.last_hash.chars().take(64).collect()));
        row.seen_at = Set(Some(platform.clock.now().0));
        row.update(tx).await?;
        Ok(())
    })
}
