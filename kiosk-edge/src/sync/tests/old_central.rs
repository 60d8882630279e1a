//! A central whose program is older than the edge's.

use super::{DEADLINE, World};

/// It refuses a hello with a field it does not know; the edge says hello without it.
#[tokio::test]
async fn invariant_11_a_central_of_protocol_2_is_greeted_in_its_words() {
    let world = World::with(|central, _| central.books().of_protocol_2 = true, 256).await;
    world.taps(2).await;
    world.settled().await;
    // Now it has something acknowledged to say.
    let session = world.uplink.session.borrow().clone().unwrap();
    let mut sessions = world.uplink.session.subscribe();
    world.uplink.end(&session);
    let anew = sessions.wait_for(Option::is_some);
    tokio::time::timeout(DEADLINE, anew).await.expect("in time").unwrap();
    world.taps(1).await;
    world.settled().await;
}
