mod barred;
mod fake;
mod old_central;
mod too_old;

use std::{
    sync::{Arc, Mutex, atomic::AtomicU32},
    time::Duration,
};

use gerai_shared::sync::CATALOG_TOPIC;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use self::fake::{Fake, Meets};
use super::{Line, Standing, Uplink};
use crate::{
    config,
    device::DeviceKey,
    journal::{
        Known,
        scene::{Scene, feed},
    },
};

/// Longer than anything here may take.
const DEADLINE: Duration = Duration::from_secs(20);

struct World {
    scene: Scene,
    central: Fake,
    uplink: Arc<Uplink>,
    purged: Arc<Mutex<Vec<(String, u64)>>>,
    _stop: DropGuard,
}

impl World {
    async fn new() -> Self {
        Self::with(|_, _| {}, 256).await
    }

    /// A world that was prepared before the line was worked.
    async fn with(prepare: impl FnOnce(&Fake, &Scene), batch: usize) -> Self {
        let scene = Scene::new().await;
        let products = vec![
            feed(1, "product", scene.photo.id.0, &scene.photo),
            feed(2, "product", scene.album.id.0, &scene.album),
        ];
        let central = Fake::start(scene.epoch, products).await;
        let mut config = config::load(None, []).unwrap();
        config.central = central.address.parse().unwrap();
        config.data_dir = scene.dir.path().to_owned();
        config.sync.probe_ms = 50;
        config.sync.batch = batch;
        let key = DeviceKey::read_or_make(scene.dir.path()).unwrap();
        let purged = Arc::new(Mutex::new(Vec::new()));
        let purges = purged.clone();
        let purge = Arc::new(move |topic: &str, number| purges.lock().unwrap().push((topic.to_owned(), number)));
        let screens = Arc::new(AtomicU32::new(0));
        let uplink = Arc::new(Uplink::new(&config, scene.journal.clone(), key, screens, purge).unwrap());
        prepare(&central, &scene);
        let stop = CancellationToken::new();
        tokio::spawn(uplink.clone().run(stop.clone()));
        Self {
            scene,
            central,
            uplink,
            purged,
            _stop: stop.drop_guard(),
        }
    }

    async fn taps(&self, count: u64) {
        let from = self.scene.journal.known().last_seq;
        for number in from..from + count {
            self.scene.issued(&format!("tap {number}")).await;
        }
    }

    async fn known(&self, holds: impl FnMut(&Arc<Known>) -> bool) {
        let mut known = self.scene.journal.watch();
        timeout(DEADLINE, known.wait_for(holds))
            .await
            .expect("in time")
            .unwrap();
    }

    async fn settled(&self) {
        self.known(|known| known.backlog() == 0).await;
        let last = self.scene.journal.known().last_seq;
        assert_eq!(self.central.books().booked.len() as u64, last);
    }

    async fn line(&self, line: Line) {
        let mut lines = self.uplink.link().watch_line();
        timeout(DEADLINE, lines.wait_for(|now| *now == line))
            .await
            .expect("in time")
            .unwrap();
    }

    async fn standing(&self, standing: Standing) {
        let mut link = self.uplink.link().watch();
        timeout(DEADLINE, link.wait_for(|now| now.standing == standing))
            .await
            .expect("in time")
            .unwrap();
    }

    /// Pushes met what was put in their way, and nothing of it counted.
    async fn overcomes(meets: &[Meets]) -> Self {
        let world = Self::with(|central, _| central.books().meets.extend(meets), 256).await;
        world.taps(3).await;
        world.settled().await;
        assert!(world.central.books().meets.is_empty());
        world
    }
}

#[tokio::test]
async fn what_waited_goes_up_once_and_in_order() {
    let world = World::with(
        |central, _| {
            central.line.send_replace(false);
        },
        4,
    )
    .await;
    world.taps(10).await;
    world.central.line.send_replace(true);
    world.settled().await;
    let seen: Vec<u64> = world
        .central
        .books()
        .seen
        .iter()
        .flat_map(|push| push.seqs.clone())
        .collect();
    assert_eq!(seen, (1..=10).collect::<Vec<u64>>());
}

#[tokio::test]
async fn invariant_04_no_drops_a_portals_page_acknowledges_nothing() {
    World::overcomes(&[Meets::Portal, Meets::Portal, Meets::Forbidden, Meets::Portal]).await;
}

#[tokio::test]
async fn invariant_04_an_answer_to_somebody_else_does_not_count() {
    World::overcomes(&[Meets::WrongNonce, Meets::WrongNonce]).await;
}

#[tokio::test]
async fn an_answer_lost_after_the_commit_is_had_by_asking_again() {
    let world = World::overcomes(&[Meets::LostAnswer, Meets::LostAnswer]).await;
    assert_eq!(world.central.books().booked.len(), 3);
}

#[tokio::test]
async fn whom_a_full_central_sends_away_comes_back_when_it_says_and_not_before() {
    let begun = tokio::time::Instant::now();
    let world = World::overcomes(&[Meets::Full]).await;
    let waited = begun.elapsed();
    assert!(waited >= Duration::from_secs(1), "after {waited:?}");
    let seen = world.central.books().seen.len();
    assert!(seen <= 3, "{seen} pushes: it went on asking");
    assert_eq!(world.central.books().booked.len(), 3);
}

#[tokio::test]
async fn the_end_of_a_session_is_answered_with_hello() {
    let world = World::overcomes(&[Meets::NoSession]).await;
    assert!(world.central.books().tokens.len() >= 2);
}

#[tokio::test]
async fn a_batch_that_is_too_large_is_halved_and_grows_back() {
    let cut = |central: &Fake, _: &Scene| {
        central.line.send_replace(false);
        central.books().most = 3;
    };
    let world = World::with(cut, 16).await;
    world.taps(20).await;
    world.central.line.send_replace(true);
    world.settled().await;
    world.central.line.send_replace(false);
    world.central.books().most = usize::MAX;
    world.line(Line::Internet).await;
    world.taps(20).await;
    world.central.line.send_replace(true);
    world.settled().await;
    let books = world.central.books();
    let first: Vec<usize> = books.seen.iter().map(|push| push.seqs.len()).take(4).collect();
    assert_eq!(first, [16, 8, 4, 2]);
    assert!(books.seen.iter().any(|push| push.taken && push.seqs.len() > 3));
}

#[tokio::test]
async fn a_command_is_sent_again_with_its_rows_when_central_asks() {
    let cut = |central: &Fake, _: &Scene| {
        central.line.send_replace(false);
        central.books().meets.push_back(Meets::WantsRows(2));
    };
    let world = World::with(cut, 256).await;
    world.taps(3).await;
    world.central.line.send_replace(true);
    world.settled().await;
    let books = world.central.books();
    assert_eq!(
        (&books.seen[0].seqs[..], books.seen[0].with_rows.len()),
        (&[1, 2, 3][..], 0)
    );
    assert_eq!(
        (&books.seen[1].seqs[..], &books.seen[1].with_rows[..]),
        (&[2, 3][..], &[2, 3][..])
    );
}

#[tokio::test]
async fn the_first_command_is_up_soon_after_a_heal_however_long_the_cut() {
    let world = World::new().await;
    world.taps(1).await;
    world.settled().await;
    world.central.line.send_replace(false);
    // This push is swallowed, and its pauses grow while the line is down.
    world.taps(1).await;
    world.line(Line::Internet).await;
    world.taps(5).await;
    world.central.line.send_replace(true);
    let mut known = world.scene.journal.watch();
    let up = known.wait_for(|known| known.acked_seq > 1);
    timeout(Duration::from_secs(2), up)
        .await
        .expect("within two seconds of the heal")
        .unwrap();
    world.settled().await;
    assert!(world.uplink.link().now().is_up());
}

#[tokio::test]
async fn a_cut_too_short_to_be_noticed_does_not_hold_a_push_for_long() {
    let world = World::new().await;
    world.taps(1).await;
    world.settled().await;
    let mut swallowed = world.central.swallowed.subscribe();
    world.central.line.send_replace(false);
    world.taps(1).await;
    timeout(DEADLINE, swallowed.wait_for(|count| *count > 0))
        .await
        .expect("in time")
        .unwrap();
    world.central.line.send_replace(true);
    // Far less than a push may take: its patience, and the look that tells that central is there.
    timeout(Duration::from_secs(5), world.settled())
        .await
        .expect("given up for a new one");
}

#[tokio::test]
async fn a_lost_welcome_leaves_the_token_before_it_good() {
    let world = World::with(|central, _| central.books().lose_welcomes = 2, 256).await;
    world.taps(1).await;
    world.settled().await;
    let tokens = world.central.books().tokens.clone();
    assert_eq!(tokens, vec![Some("token".to_owned()); 3]);
    let nonces = world.central.books().nonces.clone();
    assert_eq!(
        nonces,
        vec![nonces[0]; 3],
        "repeats are one hello, in whatever order they arrive"
    );
    assert_eq!(world.scene.journal.device().token.as_deref(), Some("token 3"));
}

#[tokio::test]
async fn invariant_16_a_central_that_lost_its_past_is_sent_it_again() {
    let world = World::new().await;
    world.taps(4).await;
    world.settled().await;
    {
        let mut books = world.central.books();
        books.epoch = world.scene.clock.uuid();
        books.booked.truncate(1);
    }
    world.taps(1).await;
    world.settled().await;
    assert_eq!(world.central.books().booked.len(), 5);
}

#[tokio::test]
async fn changes_arrive_and_purge_the_cache_and_a_compacted_feed_is_had_whole() {
    let world = World::new().await;
    let mut dearer = world.scene.photo.clone();
    dearer.price = gerai_shared::Rupiah(40_000);
    world
        .central
        .books()
        .catalog
        .push(feed(3, "product", dearer.id.0, &dearer));
    world.known(|known| known.position(CATALOG_TOPIC) == 3).await;
    {
        let mut books = world.central.books();
        books.catalog = vec![feed(9, "product", dearer.id.0, &dearer)];
        books.compacted = 9;
    }
    world.known(|known| known.position(CATALOG_TOPIC) == 9).await;
    let purged = world.purged.clone();
    timeout(DEADLINE, async {
        while purged.lock().unwrap().last() != Some(&(CATALOG_TOPIC.to_owned(), 9)) {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("in time");
}
