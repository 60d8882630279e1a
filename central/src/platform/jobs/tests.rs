//! Claims, pauses, batches, ticks, upkeep.

use std::sync::atomic::{AtomicUsize, Ordering};

use gerai_shared::Micros;
use sea_orm::{DbErr, EntityTrait, PaginatorTrait};
use serde::{Deserialize, Serialize};

use super::{
    CompactFeed, Job, JobError, Registry, enqueue, enqueue_batch,
    model::{batch, failed, job},
    run::{self, run_one},
    take_tick,
};
use crate::{
    platform::{
        Platform,
        feed::{self, Post},
    },
    testing::TestApp,
    tx,
};

const SECOND: i64 = 1_000_000;

#[derive(Serialize, Deserialize)]
struct Count {
    by: usize,
}

static COUNTED: AtomicUsize = AtomicUsize::new(0);

impl Job for Count {
    const KIND: &'static str = "test_count";

    async fn run(self, _: Platform) -> Result<(), JobError> {
        COUNTED.fetch_add(self.by, Ordering::SeqCst);
        Ok(())
    }
}

#[derive(Serialize, Deserialize)]
struct Fail {
    for_good: bool,
    panics: bool,
}

impl Job for Fail {
    const KIND: &'static str = "test_fail";
    const ATTEMPTS: i32 = 2;

    async fn run(self, _: Platform) -> Result<(), JobError> {
        assert!(!self.panics, "the job panics");
        match self.for_good {
            true => Err(JobError::GiveUp("never will".to_owned())),
            false => Err(JobError::Retry("not now".to_owned())),
        }
    }
}

async fn put<J: Job + Sync>(app: &TestApp, job: &J) {
    tx!(&app.platform.db, |tx| -> Result<_, DbErr> {
        enqueue(tx, &app.platform.clock, job).await
    })
    .unwrap();
}

async fn left(app: &TestApp) -> u64 {
    job::Entity::find().count(app.platform.db.reader()).await.unwrap()
}

#[tokio::test]
async fn two_workers_do_each_job_once() {
    let (one, registry) = (TestApp::new().await, Registry::default().with::<Count>());
    let two = one.twin().await;
    for _ in 0..40 {
        put(&one, &Count { by: 1 }).await;
    }
    let drain = |platform: Platform| {
        let registry = registry.clone();
        tokio::spawn(async move {
            let mut done = 0;
            // `false` may also mean that the other was first everywhere it looked.
            while job::Entity::find().count(platform.db.reader()).await.unwrap() > 0 {
                done += usize::from(run_one(&platform, &registry).await.unwrap());
            }
            done
        })
    };
    let (first, second) = (drain(one.platform.clone()), drain(two.platform.clone()));
    let done = first.await.unwrap() + second.await.unwrap();
    assert_eq!(done, 40);
    assert_eq!(COUNTED.load(Ordering::SeqCst), 40);
}

#[tokio::test]
async fn a_job_enqueued_in_a_transaction_that_fails_is_not_there() {
    let app = TestApp::new().await;
    let outcome: Result<(), DbErr> = tx!(&app.platform.db, |tx| -> Result<(), DbErr> {
        enqueue(tx, &app.platform.clock, &Count { by: 1_000 }).await?;
        Err(DbErr::Custom("the cause failed".to_owned()))
    });
    assert!(outcome.is_err());
    assert_eq!(left(&app).await, 0);
}

#[tokio::test]
async fn a_job_that_fails_rests_and_is_given_up_with_its_error() {
    let (app, registry) = (TestApp::new().await, Registry::default().with::<Fail>());
    put(
        &app,
        &Fail {
            for_good: false,
            panics: false,
        },
    )
    .await;
    assert!(run_one(&app.platform, &registry).await.unwrap());
    assert!(!run_one(&app.platform, &registry).await.unwrap(), "it rests");
    app.platform.clock.advance(run::pause(1));
    assert!(run_one(&app.platform, &registry).await.unwrap());
    assert_eq!(left(&app).await, 0);
    let failed = failed::Entity::find().all(app.platform.db.reader()).await.unwrap();
    assert_eq!(failed.len(), 1);
    assert_eq!((failed[0].attempts, failed[0].exception.as_str()), (2, "not now"));
}

#[tokio::test]
async fn a_job_that_never_will_is_given_up_at_once_and_a_panic_is_a_failure() {
    let (app, registry) = (TestApp::new().await, Registry::default().with::<Fail>());
    put(
        &app,
        &Fail {
            for_good: true,
            panics: false,
        },
    )
    .await;
    assert!(run_one(&app.platform, &registry).await.unwrap());
    assert_eq!(left(&app).await, 0);
    put(
        &app,
        &Fail {
            for_good: false,
            panics: true,
        },
    )
    .await;
    assert!(run_one(&app.platform, &registry).await.unwrap());
    assert_eq!(left(&app).await, 1, "a panic may go better later");
}

#[tokio::test]
async fn a_job_whose_worker_died_is_begun_anew_after_its_lease_but_not_for_ever() {
    let (app, registry) = (TestApp::new().await, Registry::default().with::<Fail>());
    let platform = &app.platform;
    put(
        &app,
        &Fail {
            for_good: false,
            panics: false,
        },
    )
    .await;
    for _ in 0..2 {
        let now = platform.clock.now();
        let seen = super::store::due(platform.db.reader(), vec![Fail::KIND], now)
            .await
            .unwrap()
            .remove(0);
        let until = Micros(now.0 + SECOND);
        // Claimed, and never settled.
        let claimed = tx!(&platform.db, |tx| -> Result<_, DbErr> {
            super::store::claim(tx, seen.clone(), now, until).await
        });
        assert!(claimed.unwrap().is_some());
        assert!(!run_one(platform, &registry).await.unwrap(), "somebody holds it");
        platform.clock.advance(2 * SECOND);
    }
    assert!(run_one(platform, &registry).await.unwrap());
    let failed = failed::Entity::find().all(platform.db.reader()).await.unwrap();
    assert_eq!(failed[0].exception, "its worker died each time");
}

#[tokio::test]
async fn a_batch_counts_what_was_done_and_what_was_given_up() {
    let app = TestApp::new().await;
    let registry = Registry::default().with::<Fail>();
    let jobs = [
        Fail {
            for_good: true,
            panics: false,
        },
        Fail {
            for_good: true,
            panics: false,
        },
    ];
    let id = tx!(&app.platform.db, |tx| -> Result<_, DbErr> {
        enqueue_batch(tx, &app.platform.clock, "two failures", &jobs).await
    })
    .unwrap();
    let read = || async {
        batch::Entity::find_by_id(id)
            .one(app.platform.db.reader())
            .await
            .unwrap()
            .unwrap()
    };
    assert_eq!((read().await.pending_jobs, read().await.finished_at), (2, None));
    while run_one(&app.platform, &registry).await.unwrap() {}
    let row = read().await;
    assert_eq!((row.pending_jobs, row.failed_jobs), (0, 2));
    assert!(row.finished_at.is_some());
}

#[tokio::test]
async fn a_tick_is_taken_once() {
    let one = TestApp::new().await;
    let two = one.twin().await;
    let registry = Registry::default().scheduled("0 0 * * * *", &Count { by: 0 }).unwrap();
    let take = |platform: Platform| {
        let registry = registry.clone();
        tokio::spawn(async move { take_tick(&platform, &registry, 60 * SECOND).await.unwrap() })
    };
    let takers: Vec<_> = (0..8)
        .map(|n| take(if n % 2 == 0 { &one } else { &two }.platform.clone()))
        .collect();
    let mut taken = 0;
    for taker in takers {
        taken += taker.await.unwrap();
    }
    assert_eq!(taken, 1);
    assert_eq!(left(&one).await, 1);
    assert_eq!(
        take_tick(&one.platform, &registry, 120 * SECOND).await.unwrap(),
        1,
        "the next is another"
    );
}

#[tokio::test]
async fn the_feed_keeps_the_latest_of_each_row() {
    let app = TestApp::new().await;
    let platform = &app.platform;
    let (old, fresh) = (platform.clock.id(), platform.clock.id());
    let append = |id, price: i64| async move {
        let now = platform.clock.now();
        tx!(&platform.db, |tx| -> Result<u64, DbErr> {
            let post = Post::row("product", id, &serde_json::json!({ "price": price }))?;
            feed::append(tx, "catalog", vec![post], now).await
        })
        .unwrap()
    };
    for price in 0..3 {
        append(old, price).await;
    }
    platform.clock.advance(31 * 86_400 * SECOND);
    append(fresh, 1).await;
    append(fresh, 2).await;
    CompactFeed {}.run(platform.clone()).await.unwrap();
    let numbers: Vec<_> = feed::page(platform.db.reader(), "catalog", 0, 10)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.number)
        .collect();
    assert_eq!(numbers, [3, 4, 5], "superseded long ago: 1 and 2");
}

#[test]
fn pauses_double_up_to_an_hour() {
    let seconds: Vec<_> = [1, 2, 3, 10, 1_000]
        .map(|attempts| run::pause(attempts) / SECOND)
        .into();
    assert_eq!(seconds, [5, 10, 20, 2_560, 3_600]);
}
