//! An edge that central has shut out, and pushes that lead nowhere.

use gerai_shared::journal::GENESIS;

use super::{
    DEADLINE, World,
    fake::{Fake, Meets},
};
use crate::{
    journal::{JournalError, TapError, scene::Scene},
    sync::{Standing, Trouble},
};

#[tokio::test]
async fn what_was_not_sent_before_the_fence_is_handed_over_and_nothing_new_is_taken() {
    let cut = |central: &Fake, _: &Scene| {
        central.line.send_replace(false);
        central.books().bar = Some("edge_fenced");
    };
    let mut world = World::with(cut, 2).await;
    world.taps(3).await;
    world.central.line.send_replace(true);
    world.standing(Standing::EdgeFenced).await;
    world.known(|known| known.backlog() == 0).await;
    let handed: Vec<u64> = {
        let books = world.central.books();
        assert!(books.booked.is_empty() && books.seen.iter().all(|push| push.late));
        books.seen.iter().flat_map(|push| push.seqs.clone()).collect()
    };
    assert_eq!(handed, [1, 2, 3]);
    assert!(world.uplink.link().now().is_up());
    let refused = world.scene.tap(world.scene.issue(), "too late").await;
    assert!(
        matches!(&refused, Err(TapError::Journal(JournalError::Barred(code))) if code == "edge_fenced"),
        "{refused:?}"
    );
    // Also after a start without a line.
    world.scene.reopen();
    assert_eq!(world.scene.journal.device().barred.as_deref(), Some("edge_fenced"));
}

#[tokio::test]
async fn an_edge_that_is_welcomed_again_works_on() {
    let world = World::with(|central, _| central.books().bar = Some("edge_fenced"), 256).await;
    world.standing(Standing::EdgeFenced).await;
    world.known(|known| known.device.barred.is_some()).await;
    world.central.books().bar = None;
    world.scene.journal.welcomed(world.scene.welcome(0)).await.unwrap();
    world.taps(1).await;
}

#[tokio::test]
async fn a_push_says_what_comes_before_it() {
    let cut = |central: &Fake, _: &Scene| {
        central.line.send_replace(false);
    };
    let world = World::with(cut, 2).await;
    world.taps(3).await;
    world.central.line.send_replace(true);
    world.settled().await;
    let chain = world.scene.journal.chain_at(2).await.unwrap();
    let before: Vec<_> = world
        .central
        .books()
        .seen
        .iter()
        .map(|push| push.before.clone())
        .collect();
    assert_eq!(before, [Some(GENESIS.to_owned()), chain]);
}

#[tokio::test]
async fn a_conflict_is_told_until_it_is_over() {
    let cut = |central: &Fake, _: &Scene| {
        central.line.send_replace(false);
        central.books().meets.push_back(Meets::Conflict);
    };
    let world = World::with(cut, 256).await;
    world.taps(1).await;
    let mut link = world.uplink.link().watch();
    world.central.line.send_replace(true);
    let told = link.wait_for(|link| link.trouble == Some(Trouble::StreamConflict));
    tokio::time::timeout(DEADLINE, told).await.expect("in time").unwrap();
    let over = link.wait_for(|link| link.trouble.is_none());
    tokio::time::timeout(DEADLINE, over).await.expect("in time").unwrap();
    world.settled().await;
}

#[tokio::test]
async fn an_edge_that_central_has_forgotten_says_who_it_is_and_works_on() {
    let world = World::new().await;
    world.taps(1).await;
    world.settled().await;
    world.central.books().forgets = true;
    world.central.books().meets.push_back(Meets::NoSession);
    world.taps(1).await;
    world.standing(Standing::EdgeForgotten).await;
    let device = world.scene.journal.device();
    let said = world.central.books().introduced[0].clone();
    assert_eq!((Some(said.edge), said.incarnation), (device.edge, device.incarnation));
    assert_eq!((said.certificate.as_str(), said.last_seq), ("central's word", 2));
    // Nothing is refused meanwhile, and all of it goes up once an admin has adopted it.
    world.taps(2).await;
    assert!(world.scene.journal.device().barred.is_none());
    world.central.books().forgets = false;
    world.settled().await;
}
