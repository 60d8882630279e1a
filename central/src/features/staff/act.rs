//! What admins do with grants: each act is one transaction of row, feed, audit and reply.

use gerai_shared::{OutletId, StaffId, outlet::Grant};
use sea_orm::{ConnectionTrait, DbErr};

use super::{Wish, routes::View, service};
use crate::{
    features::{accounts, audit},
    platform::{
        Platform,
        auth::{Origin, User},
        http::{Data, Failure, Replies, Reply},
    },
    tx,
};

/// Who acts, and from where.
type By<'a> = (&'a User, &'a Origin);

/// Grants, or replaces a grant.
pub(super) async fn give(platform: &Platform, by: By<'_>, place: &Replies, wish: Wish) -> Result<Reply, Failure> {
    let now = platform.clock.now();
    let reply = tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, now, async {
                let account = accounts::find(tx, wish.staff.0.into())
                    .await?
                    .ok_or_else(Failure::not_found)?;
                let mut wish = wish.clone();
                if super::grant(tx, wish.staff, wish.outlet).await?.is_none() {
                    wish.name = wish.name.or(Some(account.name));
                }
                let (before, after) = service::give(tx, &platform.key, wish, now).await?;
                let event = if before.is_some() { "updated" } else { "created" };
                log(tx, platform, by, event, before.as_ref(), &after).await?;
                let status = if before.is_some() { 200 } else { 201 };
                let data = View::from(after);
                Ok((status, Data { data }))
            })
            .await
    })?;
    platform.feed.nudge();
    Ok(reply)
}

/// Takes a grant back.
pub(super) async fn revoke(
    platform: &Platform,
    by: By<'_>,
    place: &Replies,
    grant: (StaffId, OutletId),
) -> Result<Reply, Failure> {
    let now = platform.clock.now();
    let reply = tx!(&platform.db, |tx| -> Result<Reply, Failure> {
        place
            .once(tx, now, async {
                let (before, after) = service::revoke(tx, &platform.key, grant, now).await?;
                if before != after {
                    log(tx, platform, by, "revoked", Some(&before), &after).await?;
                }
                let data = View::from(after);
                Ok((200, Data { data }))
            })
            .await
    })?;
    platform.feed.nudge();
    Ok(reply)
}

async fn log(
    tx: &impl ConnectionTrait,
    platform: &Platform,
    (user, origin): By<'_>,
    event: &'static str,
    before: Option<&Grant>,
    after: &Grant,
) -> Result<(), DbErr> {
    // A log outlives grants, and is read by more people: no hashes in it.
    let (before, shown) = (before.cloned().map(View::from), View::from(after.clone()));
    let entry = audit::Entry::new("staff", event, format!("{event} the grant of {}", after.name))
        .on("staff_grant", after.staff.0)
        .by(user.id)
        .changed(before.as_ref(), Some(&shown))
        .from(origin);
    audit::log(tx, &platform.clock, entry).await
}
