//! An edge whose program central's feed is not meant for any more.

use gerai_shared::command::PROTOCOL;

use super::{DEADLINE, World, fake::Fake};
use crate::{journal::scene::Scene, sync::Standing};

fn upgraded(central: &Fake, _: &Scene) {
    central.books().least_protocol = PROTOCOL + 1;
}

#[tokio::test]
async fn invariant_11_an_edge_too_far_behind_stops_pulling_says_so_and_goes_on() {
    let world = World::with(upgraded, 256).await;
    world.standing(Standing::EdgeTooOld).await;
    // Work goes on, and goes up.
    world.taps(3).await;
    world.settled().await;
    assert_eq!(world.central.books().pulls, 0);
    assert_eq!(world.uplink.link().now().standing, Standing::EdgeTooOld);
    assert!(!Standing::EdgeTooOld.is_barred());
}

/// Central was upgraded within the session: the first pull that it refuses is the last.
#[tokio::test]
async fn invariant_11_central_is_upgraded_while_an_edge_follows() {
    let world = World::new().await;
    world.standing(Standing::Active).await;
    let mut known = world.scene.journal.watch();
    let followed = known.wait_for(|known| known.position("catalog") == 2);
    tokio::time::timeout(DEADLINE, followed)
        .await
        .expect("in time")
        .unwrap();
    upgraded(&world.central, &world.scene);
    world.standing(Standing::EdgeTooOld).await;
    let mut sessions = world.uplink.session.subscribe();
    let anew = sessions.wait_for(|session| session.as_ref().is_some_and(|session| !session.follows));
    tokio::time::timeout(DEADLINE, anew).await.expect("in time").unwrap();
    let pulls = world.central.books().pulls;
    world.taps(2).await;
    world.settled().await;
    assert_eq!(world.central.books().pulls, pulls);
    // A central that serves it again is followed again.
    world.central.books().least_protocol = 0;
    let session = world.uplink.session.borrow().clone().unwrap();
    world.uplink.end(&session);
    world.standing(Standing::Active).await;
}
