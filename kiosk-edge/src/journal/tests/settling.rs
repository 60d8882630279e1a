//! What central answers for, and what it may not claim.

use gerai_shared::{
    Exception,
    change::Table,
    queue::Ticket,
    sync::{CommandResult, Outcome, PushReply},
};

use crate::journal::{Entry, JournalError, scene::Scene};

fn result(entry: &Entry, outcome: Outcome) -> CommandResult {
    CommandResult {
        id: entry.id,
        seq: entry.seq,
        outcome,
        exceptions: Vec::new(),
    }
}

fn reply(scene: &Scene, acked_seq: u64, results: Vec<CommandResult>) -> PushReply {
    PushReply {
        nonce: scene.clock.uuid(),
        epoch: scene.epoch,
        results,
        acked_seq,
        time: scene.clock.now(),
    }
}

async fn outcomes(scene: &Scene) -> Vec<Option<String>> {
    scene
        .journal
        .read(|connection| {
            connection
                .prepare("SELECT outcome FROM journal ORDER BY seq")?
                .query_map([], |row| row.get(0))?
                .collect()
        })
        .await
        .unwrap()
}

async fn three(scene: &Scene) -> Vec<Entry> {
    for n in 0..3 {
        scene.issued(&format!("key-{n}")).await;
    }
    scene.journal.unsent(0, 10).await.unwrap()
}

#[tokio::test]
async fn outcomes_are_stored_and_the_backlog_shrinks() {
    let mut scene = Scene::new().await;
    let entries = three(&scene).await;
    let mut excepted = result(&entries[1], Outcome::Excepted);
    excepted.exceptions = vec![Exception::VoidedTwice];
    let results = vec![
        result(&entries[0], Outcome::Applied),
        excepted,
        result(&entries[2], Outcome::Held),
    ];
    scene.journal.settle(reply(&scene, 3, results)).await.unwrap();
    scene.reopen();
    assert_eq!(scene.journal.known().backlog(), 0);
    let words = ["applied", "excepted", "held"].map(|word| Some(word.to_owned()));
    assert_eq!(outcomes(&scene).await, words);
}

#[tokio::test]
async fn a_held_command_is_settled_by_the_feed_later() {
    let scene = Scene::new().await;
    let entries = three(&scene).await;
    let held = entries.iter().map(|entry| result(entry, Outcome::Held)).collect();
    scene.journal.settle(reply(&scene, 3, held)).await.unwrap();
    let applied = serde_json::to_value(result(&entries[1], Outcome::Applied)).unwrap();
    scene
        .tell(vec![("command_result", entries[1].id.0, applied)])
        .await
        .unwrap();
    let words = ["held", "applied", "held"].map(|word| Some(word.to_owned()));
    assert_eq!(outcomes(&scene).await, words);
}

#[tokio::test]
async fn central_cannot_have_more_than_it_answered_for() {
    let scene = Scene::new().await;
    let entries = three(&scene).await;
    let claim = reply(&scene, 99, vec![result(&entries[0], Outcome::Applied)]);
    scene.journal.settle(claim).await.unwrap();
    assert_eq!(scene.journal.known().acked_seq, 1);
    let mut foreign = result(&entries[1], Outcome::Applied);
    foreign.id = scene.clock.uuid().into();
    scene.journal.settle(reply(&scene, 2, vec![foreign])).await.unwrap();
    assert_eq!(scene.journal.known().acked_seq, 1);
}

#[tokio::test]
async fn a_command_to_be_sent_again_is_not_settled() {
    let scene = Scene::new().await;
    let entries = three(&scene).await;
    let results = vec![
        result(&entries[0], Outcome::Applied),
        result(&entries[1], Outcome::SendRows),
    ];
    scene.journal.settle(reply(&scene, 1, results)).await.unwrap();
    assert_eq!(scene.journal.known().acked_seq, 1);
    assert_eq!(outcomes(&scene).await[1], None);
}

#[tokio::test]
async fn invariant_16_what_central_lost_is_unsent_again() {
    let mut scene = Scene::new().await;
    let entries = three(&scene).await;
    let results = entries.iter().map(|entry| result(entry, Outcome::Applied)).collect();
    scene.journal.settle(reply(&scene, 3, results)).await.unwrap();
    // The position it tells falls back: a backup was put back, and nobody has said so yet.
    scene.journal.settle(reply(&scene, 2, Vec::new())).await.unwrap();
    assert_eq!(scene.journal.known().backlog(), 1);
    scene.epoch = scene.clock.uuid();
    let early = scene.journal.settle(reply(&scene, 3, Vec::new())).await;
    assert!(matches!(early, Err(JournalError::EpochChanged)));
    scene.journal.welcomed(scene.welcome(1)).await.unwrap();
    let known = scene.journal.known();
    assert_eq!((known.acked_seq, known.backlog()), (1, 2));
}

#[tokio::test]
async fn a_replacement_goes_on_where_the_lost_edge_was() {
    let scene = Scene::enrolled().await;
    scene.journal.welcomed(scene.welcome(41)).await.unwrap();
    let known = scene.journal.known();
    assert!(known.empty);
    assert_eq!((known.last_seq, known.acked_seq, known.backlog()), (41, 41, 0));
    let profile = crate::journal::scene::feed(1, "outlet", scene.outlet.id.0, &scene.outlet);
    scene.snapshot(&scene.topic(), 1, vec![profile]).await;
    let products = crate::journal::scene::feed(1, "product", scene.photo.id.0, &scene.photo);
    scene.snapshot("catalog", 1, vec![products]).await;
    scene.issued("first").await;
    assert_eq!(scene.journal.unsent(41, 10).await.unwrap()[0].seq, 42);
    assert_eq!(scene.journal.verify().await.unwrap().broken_at, None);
    let day = scene.outlet.business_day(scene.clock.now());
    let next = (scene.journal)
        .read(move |connection| {
            crate::journal::rows::next_number(connection, day, gerai_shared::queue::Series::Receipt)
        })
        .await;
    assert_eq!(next.unwrap(), 100);
}

#[tokio::test]
async fn a_central_set_back_has_its_feed_taken_anew() {
    let scene = Scene::new().await;
    let entries = three(&scene).await;
    let results = entries.iter().map(|entry| result(entry, Outcome::Applied)).collect();
    scene.journal.settle(reply(&scene, 3, results)).await.unwrap();
    scene.journal.welcomed(scene.welcome(3)).await.unwrap();
    assert_eq!(scene.journal.known().outlet_position(), 1);
    // Its epoch is in the backup, too; only its position tells.
    scene.journal.welcomed(scene.welcome(2)).await.unwrap();
    let known = scene.journal.known();
    assert_eq!((known.acked_seq, known.outlet_position(), known.catalog().0), (2, 0, 0));
    assert!(known.outlet.is_some());
}

#[tokio::test]
async fn an_edge_enrolled_anew_does_not_show_its_forerunners_token() {
    let scene = Scene::new().await;
    let mut enrolment = scene.enrolment(2);
    scene.journal.enrolled(enrolment.clone()).await.unwrap();
    assert_eq!(scene.journal.device().token, None);
    scene.journal.welcomed(scene.welcome(3)).await.unwrap();
    scene.journal.enrolled(enrolment.clone()).await.unwrap();
    assert_eq!(scene.journal.device().token.as_deref(), Some("token"));
    three(&scene).await;
    // What the journal holds is this edge's, and would be told as the other's.
    let refused = scene.journal.enrolled(scene.enrolment(3)).await;
    assert!(matches!(refused, Err(JournalError::OtherEdge)), "{refused:?}");

    enrolment.outlet = scene.clock.uuid().into();
    let refused = scene.journal.enrolled(enrolment).await;
    assert!(matches!(refused, Err(JournalError::OtherOutlet)), "{refused:?}");
    assert_eq!(scene.journal.device().outlet, Some(scene.outlet.id));
}

#[tokio::test]
async fn a_new_life_goes_on_from_the_rows_it_is_told_and_only_while_it_has_done_nothing() {
    let scene = Scene::new().await;
    let ticket = scene.issued("told by the edge before").await;
    let new = Scene::enrolled().await;
    let mut welcome = new.welcome(41);
    welcome.rows = vec![gerai_shared::Change::Ticket(ticket.clone())];
    for _ in 0..2 {
        new.journal.welcomed(welcome.clone()).await.unwrap();
    }
    let rows = async || {
        let day = ticket.day;
        new.journal
            .read(move |connection| crate::journal::rows_of::<Ticket>(connection, Table::Ticket, day))
            .await
            .unwrap()
    };
    assert_eq!(rows().await, std::slice::from_ref(&ticket));
    assert_eq!(new.journal.known().last_seq, 41);

    let scene = Scene::new().await;
    scene.issued("its own").await;
    let mut welcome = scene.welcome(1);
    welcome.rows = vec![gerai_shared::Change::Ticket(ticket.clone())];
    scene.journal.welcomed(welcome).await.unwrap();
    let count = scene
        .journal
        .read(move |connection| crate::journal::count_rows(connection, Table::Ticket, ticket.day))
        .await
        .unwrap();
    assert_eq!(count, 1, "its own row alone");
}

/// Three commands central has had for `days` by the edge's clock; how many entries are kept then.
async fn kept_after(days: u64) -> usize {
    const DAY: u64 = 86_400;
    let scene = Scene::new().await;
    let entries = three(&scene).await;
    let results = entries.iter().map(|entry| result(entry, Outcome::Applied)).collect();
    scene.journal.settle(reply(&scene, 3, results)).await.unwrap();
    scene.clock.advance(std::time::Duration::from_secs((days - 1) * DAY));
    scene.clock.central_said(scene.clock.now());
    scene.issued("next").await;
    scene.clock.advance(std::time::Duration::from_secs(DAY));
    scene.clock.central_said(scene.clock.now());
    // The writer forgets after it has told; the second job waits until it has.
    for _ in 0..2 {
        scene.journal.write(|_| Ok::<_, JournalError>(())).await.unwrap();
    }
    outcomes(&scene).await.len()
}

#[tokio::test]
async fn invariant_16_what_central_has_is_kept_for_thirty_days_of_centrals_time() {
    // The next tap is of another day: the forgotten one is closed with it.
    assert_eq!(kept_after(29).await, 3 + 2);
    assert_eq!(kept_after(31).await, 2);
}

#[tokio::test]
async fn invariant_08_what_central_counted_and_never_answered_for_is_handed_over() {
    let scene = Scene::new().await;
    let entries = three(&scene).await;
    let first = vec![result(&entries[0], Outcome::Applied)];
    scene.journal.settle(reply(&scene, 1, first)).await.unwrap();
    // Another edge's commands have these places at central.
    scene.journal.welcomed(scene.welcome(3)).await.unwrap();
    assert_eq!(scene.journal.known().backlog(), 0);
    scene.journal.barred(Some("edge_cloned".to_owned())).await.unwrap();
    let known = scene.journal.known();
    assert_eq!((known.acked_seq, known.backlog()), (1, 2));
}

#[tokio::test]
async fn invariant_16_what_was_handed_over_and_forgotten_is_handed_over_again() {
    let scene = Scene::new().await;
    let entries = three(&scene).await;
    scene.journal.barred(Some("edge_fenced".to_owned())).await.unwrap();
    let results = entries.iter().map(|entry| result(entry, Outcome::Review)).collect();
    scene.journal.settle(reply(&scene, 3, results)).await.unwrap();
    assert!(!scene.journal.outlived(scene.epoch).await.unwrap());
    assert_eq!(scene.journal.known().backlog(), 0);
    let other = scene.clock.uuid();
    assert!(scene.journal.outlived(other).await.unwrap());
    let known = scene.journal.known();
    assert_eq!((known.backlog(), known.device.epoch), (3, Some(other)));
    assert!(known.device.barred.is_some());
}
