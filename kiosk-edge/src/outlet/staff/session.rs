//! A staff session belongs to a screen, is on disk, and is judged anew at every act.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use gerai_shared::{
    Actor, Micros, ScreenId, StaffId,
    outlet::{Grant, Permission},
};
use http::request::Parts;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::StaffSettings;
use crate::{
    journal::{
        Group, Journal, JournalError,
        grants::{self, Trust},
    },
    outlet::{House, screens::Who},
    problems::Fault,
};

/// Acts closer together than this do not each write that somebody is there.
const SEEN_EVERY: i64 = 60_000_000;

/// A session that holds.
#[derive(Clone, Debug)]
pub(in crate::outlet) struct SignedIn {
    pub(in crate::outlet) grant: Grant,
    pub(in crate::outlet) expires_at: Micros,
    seen_at: Micros,
}

/// Who is signed in at a screen, as long as the session has not run out and central has not
/// revoked the grant.
pub(in crate::outlet) fn signed_in(
    connection: &Connection,
    trust: &Trust,
    settings: StaffSettings,
    now: Micros,
    screen: ScreenId,
) -> rusqlite::Result<Option<SignedIn>> {
    let session: Option<([u8; 16], i64, i64)> = connection
        .prepare_cached("SELECT staff, started_at, seen_at FROM staff_sessions WHERE screen = ?1")?
        .query_row(params![screen.0.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((staff, started_at, seen_at)) = session else {
        return Ok(None);
    };
    let expires_at = expiry(Micros(started_at), Micros(seen_at), settings);
    if now >= expires_at {
        return Ok(None);
    }
    let grant = grants::of(connection, trust, Uuid::from_bytes(staff).into())?;
    Ok(grant.filter(|grant| grant.active).map(|grant| SignedIn {
        grant,
        expires_at,
        seen_at: Micros(seen_at),
    }))
}

fn expiry(started_at: Micros, seen_at: Micros, settings: StaffSettings) -> Micros {
    let idle = seen_at.plus_minutes(settings.idle_minutes);
    idle.min(started_at.plus_minutes(settings.max_hours.saturating_mul(60)))
}

/// Whether this member of staff has signed in here before.
pub(super) fn is_known(connection: &Connection, staff: StaffId) -> Result<bool, Fault> {
    let known = connection.prepare_cached("SELECT 1 FROM staff_known WHERE staff = ?1");
    Ok(known?.exists(params![staff.0.as_bytes()])?)
}

pub(super) fn begin(
    group: &mut Group<'_>,
    screen: ScreenId,
    staff: StaffId,
    settings: StaffSettings,
) -> Result<Micros, Fault> {
    let now = group.clock.now();
    group.connection().execute(
        "INSERT INTO staff_known (staff, first_at) VALUES (?1, ?2) ON CONFLICT (staff) DO NOTHING",
        params![staff.0.as_bytes(), now.0],
    )?;
    group.connection().execute(
        "INSERT INTO staff_sessions (screen, staff, started_at, seen_at) VALUES (?1, ?2, ?3, ?3)
         ON CONFLICT (screen) DO UPDATE SET staff = ?2, started_at = ?3, seen_at = ?3",
        params![screen.0.as_bytes(), staff.0.as_bytes(), now.0],
    )?;
    Ok(expiry(now, now, settings))
}

pub(super) async fn end(journal: &Journal, screen: ScreenId) -> Result<(), JournalError> {
    let gone = journal.write(move |group| {
        group.connection().execute(
            "DELETE FROM staff_sessions WHERE screen = ?1",
            params![screen.0.as_bytes()],
        )?;
        Ok(())
    });
    gone.await
}

async fn seen(journal: &Journal, screen: ScreenId, now: Micros) -> Result<(), JournalError> {
    let seen = journal.write(move |group| {
        group
            .connection()
            .prepare_cached("UPDATE staff_sessions SET seen_at = ?2 WHERE screen = ?1")?
            .execute(params![screen.0.as_bytes(), now.0])?;
        Ok(())
    });
    seen.await
}

/// Whoever touches a paired screen: a guest, or staff when signed in there.
pub(in crate::outlet) struct Caller {
    pub(in crate::outlet) screen: ScreenId,
    pub(in crate::outlet) signed_in: Option<SignedIn>,
}

impl Caller {
    pub(in crate::outlet) fn is_staff(&self) -> bool {
        self.signed_in.is_some()
    }

    /// Whether staff are here who may do this.
    pub(in crate::outlet) fn may(&self, permission: Permission) -> Result<(), Fault> {
        let session = self.signed_in.as_ref().ok_or(Fault::StaffNeeded)?;
        if session.grant.permissions.contains(&permission) {
            return Ok(());
        }
        Err(Fault::PermissionMissing(permission))
    }

    pub(in crate::outlet) fn actor(&self) -> Actor {
        match &self.signed_in {
            Some(session) => Actor::Staff {
                screen: self.screen,
                staff: session.grant.staff,
                grant_version: session.grant.version,
            },
            None => Actor::Guest { screen: self.screen },
        }
    }
}

impl FromRequestParts<House> for Caller {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Fault> {
        let Who { screen, attended } = house.paired.who(parts).await?;
        if !attended {
            return Ok(Self {
                screen,
                signed_in: None,
            });
        }
        let (trust, settings, now) = (house.journal.trust(), house.rules.staff, house.clock.now());
        let signed_in = (house.journal)
            .read(move |connection| signed_in(connection, &trust, settings, now, screen))
            .await?;
        Ok(Self { screen, signed_in })
    }
}

/// A permission as a type, so that it stands in a handler's signature.
pub(in crate::outlet) trait Needs: Send + Sync {
    const PERMISSION: Permission;
}

macro_rules! needs {
    ($($name:ident: $permission:ident),* $(,)?) => {$(
        pub(in crate::outlet) struct $name;

        impl Needs for $name {
            const PERMISSION: Permission = Permission::$permission;
        }
    )*};
}

needs! {
    ManageQueue: QueueManage,
    ManageTill: TillManage,
    Sell: SalesSell,
    MayVoid: SalesVoid,
    PairScreens: ScreensPair,
    ViewSync: SyncView,
}

/// Staff signed in at this screen, with permission `N`.
pub(in crate::outlet) struct Staff<N> {
    pub(in crate::outlet) screen: ScreenId,
    pub(in crate::outlet) actor: Actor,
    needs: PhantomData<N>,
}

impl<N: Needs> FromRequestParts<House> for Staff<N> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Fault> {
        let caller = Caller::from_request_parts(parts, house).await?;
        caller.may(N::PERMISSION)?;
        let now = house.clock.now();
        let seen_at = caller.signed_in.as_ref().map_or(now, |session| session.seen_at);
        if now.0.saturating_sub(seen_at.0) >= SEEN_EVERY {
            seen(&house.journal, caller.screen, now).await?;
        }
        Ok(Self {
            screen: caller.screen,
            actor: caller.actor(),
            needs: PhantomData,
        })
    }
}
