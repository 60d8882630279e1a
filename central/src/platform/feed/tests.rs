//! A feed without holes, with many writers and slow transactions.

use sea_orm::DbErr;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{Post, append, page, position, snapshot};
use crate::{testing::TestApp, tx};

async fn post(app: &TestApp, row: u128) -> u64 {
    let posts = vec![Post::row("thing", Uuid::from_u128(row), &row.to_string()).unwrap()];
    tx!(&app.platform.db, |tx| -> Result<u64, DbErr> {
        append(tx, "things", posts.clone(), app.platform.clock.now()).await
    })
    .unwrap()
}

/// Reads on from a cursor, as an edge does; panics on a hole.
async fn follow(app: &TestApp, cursor: &mut u64) -> Vec<Uuid> {
    let rows = page(app.platform.db.reader(), "things", *cursor, 100).await.unwrap();
    for row in &rows {
        assert_eq!(row.number, *cursor + 1, "a follower was shown a hole");
        *cursor = row.number;
    }
    rows.into_iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn invariant_05_a_feed_without_holes_under_concurrent_writers() {
    let app = TestApp::new().await;
    let twin = app.twin().await;
    let writers = (0..4_u128).map(|writer| {
        let app = if writer % 2 == 0 { &app } else { &twin };
        async move {
            for row in 0..25 {
                post(app, writer * 1_000 + row).await;
            }
        }
    });
    let mut seen = Vec::new();
    let follower = async {
        let mut cursor = 0;
        while seen.len() < 100 {
            seen.extend(follow(&app, &mut cursor).await);
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(futures_util::future::join_all(writers), follower);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 100);
    assert_eq!(position(app.platform.db.reader(), "things").await.unwrap(), 100);
}

#[tokio::test]
async fn invariant_05_a_slow_transaction_holds_its_place() {
    let app = TestApp::new().await;
    post(&app, 1).await;
    let (begun, has_begun) = oneshot::channel();
    let (finish, may_finish) = oneshot::channel::<()>();
    let slow = async {
        let transaction = app.platform.db.begin().await.unwrap();
        let posts = vec![Post::row("thing", Uuid::from_u128(2), &"slow").unwrap()];
        append(&transaction, "things", posts, app.platform.clock.now())
            .await
            .unwrap();
        begun.send(()).unwrap();
        may_finish.await.unwrap();
        transaction.commit().await.unwrap();
    };
    let rest = async {
        has_begun.await.unwrap();
        let quick = post(&app, 3);
        let watched = async {
            let mut cursor = 0;
            // The quick one waits for the slow one: nothing after it can be seen before it.
            for _ in 0..20 {
                follow(&app, &mut cursor).await;
                tokio::task::yield_now().await;
            }
            assert_eq!(cursor, 1);
            finish.send(()).unwrap();
        };
        let (number, ()) = tokio::join!(quick, watched);
        assert_eq!(number, 3);
    };
    tokio::join!(slow, rest);
    let mut cursor = 0;
    let rows = follow(&app, &mut cursor).await;
    assert_eq!(rows, [1, 2, 3].map(Uuid::from_u128));
}

#[tokio::test]
async fn a_transaction_rolled_back_leaves_no_hole() {
    let app = TestApp::new().await;
    post(&app, 1).await;
    let transaction = app.platform.db.begin().await.unwrap();
    let posts = vec![Post::row("thing", Uuid::from_u128(9), &"never").unwrap()];
    append(&transaction, "things", posts, app.platform.clock.now())
        .await
        .unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(post(&app, 2).await, 2);
    let mut cursor = 0;
    assert_eq!(follow(&app, &mut cursor).await, [1, 2].map(Uuid::from_u128));
}

#[tokio::test]
async fn a_snapshot_has_the_latest_of_each_row_and_none_that_is_gone() {
    let app = TestApp::new().await;
    post(&app, 1).await;
    post(&app, 2).await;
    post(&app, 1).await;
    let gone = vec![Post::gone("thing", Uuid::from_u128(2))];
    let (at, rows) = tx!(&app.platform.db, |tx| -> Result<_, DbErr> {
        append(tx, "things", gone.clone(), app.platform.clock.now()).await?;
        snapshot(tx, "things").await
    })
    .unwrap();
    assert_eq!(at, 4);
    let rows: Vec<_> = rows.into_iter().map(|row| (row.number, row.id)).collect();
    assert_eq!(rows, [(3, Uuid::from_u128(1))]);
}
