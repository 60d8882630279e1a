//! One write path: durable, in order, once.

use std::collections::BTreeSet;

use gerai_shared::{Command, Refusal, command::PROTOCOL, queue::TicketState, wish::TicketWish};
use rusqlite::Connection;

use crate::journal::{
    Committed, Journal, JournalError, TapError,
    scene::{Scene, on, tap},
};

/// A connection of its own: sees only what is committed.
fn on_disk(scene: &Scene) -> Connection {
    Connection::open(scene.dir.path().join("journal.db")).unwrap()
}

fn count(connection: &Connection, table: &str) -> i64 {
    connection
        .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invariant_01_acked_is_durable_and_on_disk_before_its_answer() {
    let scene = std::sync::Arc::new(Scene::new().await);
    let taps = (0..200).map(|n| {
        let scene = scene.clone();
        tokio::spawn(async move {
            let ticket = scene.issued(&format!("key-{n}")).await;
            let found: i64 = on_disk(&scene)
                .query_row(
                    "SELECT count(*) FROM rows WHERE kind = 'ticket' AND id = ?1",
                    [ticket.id.0.as_bytes()],
                    |row| row.get(0),
                )
                .unwrap();
            assert_eq!(found, 1, "told before it was on disk");
            ticket.number
        })
    });
    let mut numbers = BTreeSet::new();
    for tap in taps.collect::<Vec<_>>() {
        assert!(numbers.insert(tap.await.unwrap()), "a number was told twice");
    }
    assert_eq!(numbers, (1..=200).collect());
    let entries = scene.journal.unsent(0, 1_000).await.unwrap();
    assert!(
        entries.iter().map(|entry| entry.seq).eq(1..=200),
        "a gap in the journal"
    );
    let verdict = scene.journal.verify().await.unwrap();
    assert_eq!((verdict.commands, verdict.broken_at), (200, None));
}

#[tokio::test]
async fn invariant_02_exactly_once_at_the_edge() {
    let mut scene = Scene::new().await;
    let first = scene.tap(scene.issue(), "once").await.unwrap();
    assert!(!first.replayed);
    scene.reopen();
    let again = scene.tap(scene.issue(), "once").await.unwrap();
    assert!(again.replayed);
    assert_eq!((first.status, first.body), (again.status, again.body));
    assert_eq!(scene.journal.known().last_seq, 1);
}

#[tokio::test]
async fn a_key_belongs_to_one_question() {
    let scene = Scene::new().await;
    let ticket = scene.issued("once").await;
    let other = scene.tap(on(&ticket, TicketWish::Call { studio: None }), "once").await;
    assert!(matches!(other, Err(TapError::KeyReused)));
}

#[tokio::test]
async fn a_refused_wish_writes_nothing() {
    let scene = Scene::new().await;
    let ticket = scene.issued("issue").await;
    let before = on_disk(&scene);
    let counts =
        |connection: &Connection| ["journal", "rows", "replies", "series"].map(|table| count(connection, table));
    let was = counts(&before);
    let refused = scene.tap(on(&ticket, TicketWish::NoShow), "refused").await;
    let refusal = Refusal::WrongTicketState {
        state: TicketState::Waiting,
    };
    assert!(matches!(refused, Err(TapError::Refused(found)) if found == refusal));
    assert_eq!(counts(&before), was);
    let booked = scene
        .tap(on(&ticket, TicketWish::Call { studio: None }), "refused")
        .await;
    assert!(booked.is_ok(), "a refusal must not use the key up");
}

#[tokio::test]
async fn a_tampered_command_breaks_the_chain_where_it_was_touched() {
    let scene = Scene::new().await;
    for n in 0..5 {
        scene.issued(&format!("key-{n}")).await;
    }
    on_disk(&scene)
        .execute(
            "UPDATE journal SET json = replace(json, '\"number\":3', '\"number\":9') WHERE seq = 3",
            [],
        )
        .unwrap();
    assert_eq!(scene.journal.verify().await.unwrap().broken_at, Some(3));
    let rows = "UPDATE journal SET changes = '[]' WHERE seq = 2";
    on_disk(&scene).execute(rows, []).unwrap();
    assert_eq!(scene.journal.verify().await.unwrap().broken_at, Some(2));
}

#[tokio::test]
async fn the_journal_holds_what_the_wire_reads() {
    let scene = Scene::new().await;
    let ticket = scene.issued("issue").await;
    let entry = scene.journal.unsent(0, 1).await.unwrap().remove(0);
    let command = Command::read(&entry.json, PROTOCOL).unwrap();
    assert_eq!((command.id, command.seq, command.incarnation), (entry.id, 1, 1));
    assert_eq!(command.outlet, scene.outlet.id);
    assert_eq!(command.to_json(), entry.json);
    assert_eq!(command.stamp.day, ticket.day);
    assert_eq!(command.stamp.boot, scene.clock.boot());
}

#[tokio::test]
async fn invariant_15_a_full_disk_refuses_and_loses_nothing() {
    let scene = Scene::new().await;
    let pages = |most: &'static str| {
        scene.journal.write(move |group| {
            group.connection().pragma_update(None, "max_page_count", most)?;
            Ok::<_, JournalError>(())
        })
    };
    pages("1").await.unwrap();
    let mut told = 0;
    let full = loop {
        match scene.tap(scene.issue(), &format!("key-{told}")).await {
            Ok(_) => told += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(full, TapError::Journal(JournalError::DiskFull)), "{full:?}");
    assert_eq!(count(&on_disk(&scene), "journal"), told);
    pages("1000000").await.unwrap();
    let ticket = scene.issued(&format!("key-{told}")).await;
    assert_eq!(i64::from(ticket.number), told + 1);
    let verdict = scene.journal.verify().await.unwrap();
    assert_eq!((verdict.commands as i64, verdict.broken_at), (told + 1, None));
}

#[tokio::test]
async fn below_the_reserve_new_work_is_refused_and_old_answers_are_told_again() {
    let mut scene = Scene::new().await;
    let first = scene.tap(scene.issue(), "before").await.unwrap();
    scene.journal = Journal::open_with_reserve(scene.dir.path(), scene.clock.clone(), u64::MAX).unwrap();
    let refused = scene.tap(scene.issue(), "after").await;
    assert!(matches!(refused, Err(TapError::Journal(JournalError::DiskFull))));
    assert_eq!(scene.tap(scene.issue(), "before").await.unwrap().body, first.body);
}

#[tokio::test]
async fn a_failed_job_undoes_itself_and_not_its_neighbours() {
    let scene = Scene::new().await;
    let (one, broken, two) = tokio::join!(
        scene.tap(scene.issue(), "one"),
        scene.journal.write(|group| {
            group.connection().execute("DELETE FROM rows", [])?;
            Err::<(), _>(JournalError::NotReady)
        }),
        scene.tap(scene.issue(), "two"),
    );
    assert!(one.is_ok() && two.is_ok() && broken.is_err());
    assert_eq!(count(&on_disk(&scene), "rows"), 2);
}

/// What SQLite finds wrong only when it commits.
fn fail_the_commit(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE parent (id INTEGER PRIMARY KEY);
         CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);
         INSERT INTO child VALUES (1);",
    )
}

#[tokio::test]
async fn invariant_01_a_commit_waits_for_the_disk() {
    let scene = Scene::new().await;
    let written = scene.journal.write(|group| {
        let pragma = |name| -> rusqlite::Result<String> {
            let read = |row: &rusqlite::Row<'_>| row.get::<_, rusqlite::types::Value>(0);
            let value = group.connection().pragma_query_value(None, name, read)?;
            Ok(format!("{value:?}"))
        };
        Ok::<_, JournalError>((pragma("synchronous")?, pragma("journal_mode")?))
    });
    let full_and_wal = ("Integer(2)".to_owned(), "Text(\"wal\")".to_owned());
    assert_eq!(written.await.unwrap(), full_and_wal);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invariant_01_a_failed_commit_fails_its_whole_group() {
    let scene = std::sync::Arc::new(Scene::new().await);
    let mut committed = scene.journal.committed();
    // Keeps the writer busy until the next group has gathered behind it.
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let (at_gate, arrived) = tokio::sync::oneshot::channel();
    let (one, two) = (scene.clone(), scene.clone());
    let keeper = tokio::spawn(async move {
        let kept = one.journal.write(move |_| {
            at_gate.send(()).unwrap();
            gate.recv().unwrap();
            Ok::<_, JournalError>(())
        });
        kept.await
    });
    arrived.await.unwrap();
    let told = tokio::spawn(async move {
        tokio::join!(
            two.tap(two.issue(), "innocent"),
            two.journal
                .write(|group| Ok::<_, JournalError>(fail_the_commit(group.connection())?)),
            two.tap(two.issue(), "innocent too"),
        )
    });
    while scene.journal.waiting() < 3 {
        tokio::task::yield_now().await;
    }
    open.send(()).unwrap();
    keeper.await.unwrap().unwrap();
    let (one, two, three) = told.await.unwrap();
    assert!(one.is_err() && two.is_err() && three.is_err(), "told, but not on disk");
    assert_eq!(count(&on_disk(&scene), "journal"), 0);
    assert!(
        committed.try_recv().is_err(),
        "an event of something that did not happen"
    );
    assert_eq!(scene.journal.known().last_seq, 0);
    assert_eq!(scene.issued("innocent").await.number, 1);
}

#[tokio::test]
async fn a_job_that_panics_takes_nobody_with_it() {
    let scene = Scene::new().await;
    let broken: Result<(), JournalError> = scene.journal.write(|_| panic!("on purpose")).await;
    assert!(broken.is_err());
    assert_eq!(scene.issued("after").await.number, 1);
}

#[tokio::test]
async fn invariant_01_events_follow_the_commit() {
    let scene = Scene::new().await;
    let mut committed = scene.journal.committed();
    let ticket = scene.issued("issue").await;
    let Committed::Commands(made) = committed.try_recv().unwrap() else {
        panic!("a command was made");
    };
    assert_eq!((made.len(), made[0].seq), (1, 1));
    assert_eq!(made[0].changes[0].key().id, ticket.id.0);
    assert!(scene.tap(on(&ticket, TicketWish::NoShow), "refused").await.is_err());
    assert!(committed.try_recv().is_err(), "a refusal is no event");
}

#[tokio::test]
async fn invariant_07_numbers_told_are_never_told_again() {
    let scene = Scene::new().await;
    assert_eq!(scene.issued("one").await.number, 1);
    let day = std::time::Duration::from_secs(86_400);
    scene.clock.advance(day);
    assert_eq!(scene.issued("two").await.number, 1);
    scene.clock.central_said(crate::journal::scene::MORNING);
    assert_eq!(scene.issued("three").await.number, 2);
}

#[tokio::test]
async fn without_a_profile_nothing_is_taken() {
    let scene = Scene::enrolled().await;
    let refused = scene.journal.tap(tap(scene.issue(), "early")).await;
    assert!(matches!(refused, Err(TapError::Journal(JournalError::NotReady))));
}

#[tokio::test]
async fn what_another_process_wrote_is_seen() {
    let scene = Scene::enrolled().await;
    let other = Journal::open_with_reserve(scene.dir.path(), scene.clock.clone(), 0).unwrap();
    other.enrolled(scene.enrolment(7)).await.unwrap();
    scene.journal.refresh().await.unwrap();
    assert_eq!(scene.journal.device().incarnation, 7);
}

#[tokio::test]
async fn a_file_of_a_newer_program_is_left_alone() {
    let scene = Scene::enrolled().await;
    on_disk(&scene).pragma_update(None, "user_version", 99).unwrap();
    let opened = Journal::open(scene.dir.path(), scene.clock.clone());
    assert!(matches!(opened, Err(JournalError::Newer { found: 99, .. })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_is_of_the_day_it_is_stamped_with_however_central_sets_the_clock() {
    use std::sync::atomic::{AtomicBool, Ordering};

    let scene = Scene::new().await;
    let (today, done) = (scene.clock.now(), AtomicBool::new(false));
    let tomorrow = gerai_shared::Micros(today.0 + 24 * 60 * 60 * 1_000_000);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // Bounded, so that a failed tap ends the test.
            for _ in 0..10_000_000 {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                scene.clock.central_said(tomorrow);
                scene.clock.central_said(today);
            }
        });
        let told = futures_util::future::join_all((0..200).map(|n| {
            let scene = &scene;
            async move { scene.issued(&format!("key-{n}")).await }
        }));
        let told = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(told));
        done.store(true, Ordering::Relaxed);
        let days: BTreeSet<_> = told.iter().map(|ticket| ticket.day).collect();
        for day in days {
            let of_day = told.iter().filter(|ticket| ticket.day == day);
            let numbers: BTreeSet<_> = of_day.clone().map(|ticket| ticket.number).collect();
            let all = u32::try_from(of_day.count()).unwrap();
            assert_eq!(numbers, (1..=all).collect(), "{day}");
        }
    });
}

/// Panics when nobody waits for it any more: in the writer's thread, after the commit.
struct Torpedo;

impl Drop for Torpedo {
    fn drop(&mut self) {
        assert!(
            std::thread::current().name() != Some("journal"),
            "nobody waits for this answer"
        );
    }
}

#[tokio::test]
async fn a_writer_that_is_gone_ends_the_program_and_the_next_one_goes_on() {
    let mut scene = Scene::new().await;
    scene.issued("before").await;
    let (go, wait) = std::sync::mpsc::channel::<()>();
    {
        let mut asked = Box::pin(scene.journal.write(move |_| {
            wait.recv().unwrap_or_default();
            Ok::<_, JournalError>(Torpedo)
        }));
        // Sent, and given up before it is answered.
        std::future::poll_fn(|context| {
            assert!(asked.as_mut().poll(context).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
    }
    go.send(()).unwrap();
    let why = tokio::time::timeout(std::time::Duration::from_secs(5), scene.journal.over()).await;
    assert!(matches!(why, Ok(JournalError::Closed)), "{why:?}");
    let refused = scene.tap(scene.issue(), "after").await;
    assert!(
        matches!(refused, Err(TapError::Journal(JournalError::Closed))),
        "{refused:?}"
    );
    scene.reopen();
    scene.issued("again").await;
}
