//! Central's rows arrive once, in order, with the answers to requests.

use gerai_shared::{
    Actor, Command, Refusal, RequestId,
    change::Table,
    command::{Act, PROTOCOL},
    outlet::Permission,
    request::{Answer, Request, RequestState},
    wish::{TicketWish, Wish},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::journal::{
    self, Journal, JournalError, TapError,
    scene::{Scene, feed, on},
};

fn request(scene: &Scene, wish: Wish) -> Request {
    Request {
        id: scene.clock.uuid().into(),
        outlet: scene.outlet.id,
        wish,
        by: Actor::Admin {
            user: scene.clock.uuid().into(),
        },
        asked_at: scene.clock.now(),
    }
}

fn row(request: &Request) -> (&'static str, Uuid, Value) {
    ("request", request.id.0, serde_json::to_value(request).unwrap())
}

async fn answer(scene: &Scene, request: RequestId) -> Option<Answer> {
    (scene.journal)
        .read(move |connection| journal::row(connection, Table::Answer, request.0))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_page_may_come_twice_and_counts_once() {
    let scene = Scene::new().await;
    let ticket = scene.issued("issue").await;
    let asked = request(&scene, on(&ticket, TicketWish::Call { studio: None }));
    let page = || scene.page(1, vec![feed(2, "request", asked.id.0, &asked)]);
    scene.journal.follow(page(), scene.epoch).await.unwrap();
    scene.journal.follow(page(), scene.epoch).await.unwrap();
    assert_eq!(scene.journal.known().outlet_position(), 2);
    let entries = scene.journal.unsent(1, 10).await.unwrap();
    assert_eq!(entries.len(), 1);
    let command = Command::read(&entries[0].json, PROTOCOL).unwrap();
    assert_eq!((command.request, command.actor), (Some(asked.id), asked.by));
    assert_eq!(answer(&scene, asked.id).await.unwrap().state, RequestState::Done);
}

#[tokio::test]
async fn an_answered_request_is_passed_over_in_a_snapshot_too() {
    let scene = Scene::new().await;
    let ticket = scene.issued("issue").await;
    let asked = request(&scene, on(&ticket, TicketWish::Call { studio: None }));
    scene.tell(vec![row(&asked)]).await.unwrap();
    let rows = vec![
        feed(1, "outlet", scene.outlet.id.0, &scene.outlet),
        feed(2, "request", asked.id.0, &asked),
    ];
    scene.snapshot(&scene.topic(), 5, rows).await;
    assert_eq!(scene.journal.known().last_seq, 2);
    assert_eq!(scene.journal.known().outlet_position(), 5);
}

#[tokio::test]
async fn a_request_that_cannot_be_done_is_refused_with_its_reason() {
    let scene = Scene::new().await;
    let ticket = scene.issued("issue").await;
    let asked = request(&scene, on(&ticket, TicketWish::Resume));
    let unreadable = scene.clock.uuid();
    scene
        .tell(vec![
            row(&asked),
            ("request", unreadable, json!({ "wish": "of tomorrow" })),
        ])
        .await
        .unwrap();
    let refused = answer(&scene, asked.id).await.unwrap();
    assert_eq!(refused.state, RequestState::Refused);
    assert_eq!(refused.code.as_deref(), Some("wrong_ticket_state"));
    let unread = answer(&scene, unreadable.into()).await.unwrap();
    assert_eq!(unread.code.as_deref(), Some("unreadable"));
    let commands = scene.journal.unsent(1, 10).await.unwrap();
    for entry in commands {
        assert!(matches!(
            Command::read(&entry.json, PROTOCOL).unwrap().act,
            Act::RefuseRequest(_)
        ));
    }
}

#[tokio::test]
async fn invariant_05_a_gap_in_the_feed_is_never_applied() {
    let scene = Scene::new().await;
    let product = feed(4, "outlet", scene.outlet.id.0, &scene.outlet);
    for page in [
        scene.page(3, vec![product.clone()]),
        scene.page(1, vec![product.clone()]),
        gerai_shared::sync::TopicChanges {
            position: 9,
            ..scene.page(1, Vec::new())
        },
    ] {
        let refused = scene.journal.follow(page, scene.epoch).await;
        assert!(
            matches!(refused, Err(JournalError::FeedGap { cursor: 1, .. })),
            "{refused:?}"
        );
    }
    assert_eq!(scene.journal.known().outlet_position(), 1);
}

#[tokio::test]
async fn a_feed_of_another_database_is_refused_until_it_was_greeted() {
    let mut scene = Scene::new().await;
    let page = scene.page(1, Vec::new());
    let strange = scene.journal.follow(page, scene.clock.uuid()).await;
    assert!(matches!(strange, Err(JournalError::EpochChanged)));
    scene.epoch = scene.clock.uuid();
    scene.journal.welcomed(scene.welcome(0)).await.unwrap();
    assert_eq!(scene.journal.known().outlet_position(), 0, "its feed counts anew");
    assert!(scene.journal.known().outlet.is_some(), "work goes on meanwhile");
}

#[tokio::test]
async fn only_a_grant_that_central_signed_for_this_outlet_is_followed() {
    let scene = Scene::new().await;
    let grant = scene.grant("Rina", &[Permission::QueueManage]);
    scene.follow_grant(&grant).await;
    let mut forged = scene.sign(&grant);
    forged.grant = forged.grant.replace("queue.manage", "sales.void");
    let mut elsewhere = grant.clone();
    elsewhere.outlet = scene.clock.uuid().into();
    for wrong in [forged, scene.sign(&elsewhere)] {
        let wrong = serde_json::to_value(wrong).unwrap();
        scene.tell(vec![("grant", grant.staff.0, wrong)]).await.unwrap();
    }
    let (trust, staff) = (scene.journal.trust(), grant.staff);
    let kept = (scene.journal)
        .read(move |connection| journal::grants::of(connection, &trust, staff))
        .await
        .unwrap();
    assert_eq!(kept.as_ref(), Some(&grant));
    assert_eq!(
        scene.journal.known().outlet_position(),
        4,
        "bad rows do not stop the feed"
    );
}

#[tokio::test]
async fn a_deleted_product_is_gone_and_a_snapshot_replaces_all() {
    let scene = Scene::new().await;
    let mut gone = feed(3, "product", scene.photo.id.0, &Value::Null);
    gone.body = None;
    let page = gerai_shared::sync::TopicChanges {
        topic: "catalog".to_owned(),
        after: 2,
        rows: vec![gone],
        position: 3,
    };
    scene.journal.follow(page, scene.epoch).await.unwrap();
    let refused = scene.tap(scene.issue(), "gone").await;
    assert!(matches!(refused, Err(TapError::Refused(Refusal::UnknownProduct))));
    let rows = vec![feed(3, "product", scene.photo.id.0, &scene.photo)];
    scene.snapshot("catalog", 9, rows).await;
    assert_eq!(scene.issued("back").await.number, 1);
    let products: Vec<Value> = (scene.journal)
        .read(|connection| journal::followed_rows(connection, "product"))
        .await
        .unwrap();
    assert_eq!(products.len(), 1);
}

#[tokio::test]
async fn a_remote_ticket_is_checked_in_once_whatever_became_of_it_afar() {
    let scene = Scene::new().await;
    let mut remote = scene.remote_ticket();
    remote.state = gerai_shared::queue::RemoteState::Cancelled;
    let body = serde_json::to_value(&remote).unwrap();
    scene.tell(vec![("remote_ticket", remote.id.0, body)]).await.unwrap();
    let wish = Wish::CheckIn { remote: remote.id };
    let reply = scene.tap(wish.clone(), "in").await.unwrap();
    let ticket: gerai_shared::queue::Ticket = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!((ticket.told().as_str(), ticket.remote), ("M-007", Some(remote.id)));
    let twice = scene.tap(wish, "in again").await;
    assert!(matches!(twice, Err(TapError::Refused(Refusal::Exists))));
}

#[tokio::test]
async fn a_remote_ticket_of_another_day_is_not_checked_in() {
    let scene = Scene::new().await;
    let remote = scene.remote_ticket();
    let body = serde_json::to_value(&remote).unwrap();
    scene.tell(vec![("remote_ticket", remote.id.0, body)]).await.unwrap();
    scene.clock.advance(std::time::Duration::from_secs(24 * 60 * 60));
    let refused = scene.tap(Wish::CheckIn { remote: remote.id }, "late").await;
    assert!(
        matches!(refused, Err(TapError::Refused(Refusal::UnknownTicket))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn invariant_15_below_the_reserve_what_is_followed_goes_on_and_requests_are_answered() {
    let mut scene = Scene::new().await;
    let grant = scene.grant("Rina", &[Permission::QueueManage]);
    scene.follow_grant(&grant).await;
    let ticket = scene.issued("before").await;
    scene.journal = Journal::open_with_reserve(scene.dir.path(), scene.clock.clone(), u64::MAX).unwrap();
    let (done, refused) = (
        request(&scene, on(&ticket, TicketWish::Call { studio: None })),
        request(&scene, on(&ticket, TicketWish::Resume)),
    );
    let mut revoked = grant.clone();
    (revoked.active, revoked.version) = (false, 2);
    let signed = serde_json::to_value(scene.sign(&revoked)).unwrap();
    scene
        .tell(vec![row(&done), ("grant", grant.staff.0, signed), row(&refused)])
        .await
        .unwrap();
    let (trust, staff) = (scene.journal.trust(), grant.staff);
    let kept = (scene.journal)
        .read(move |connection| journal::grants::of(connection, &trust, staff))
        .await
        .unwrap();
    assert_eq!(kept, Some(revoked));
    assert_eq!(answer(&scene, done.id).await.unwrap().state, RequestState::Done);
    assert_eq!(answer(&scene, refused.id).await.unwrap().state, RequestState::Refused);
    let new_work = scene.tap(scene.issue(), "after").await;
    assert!(matches!(new_work, Err(TapError::Journal(JournalError::DiskFull))));
}

#[tokio::test]
async fn invariant_15_a_page_that_does_not_fit_is_not_taken_in_part_and_comes_again() {
    let scene = Scene::new().await;
    let ticket = scene.issued("before").await;
    let asked = request(&scene, on(&ticket, TicketWish::Call { studio: None }));
    let pages = |most: &'static str| {
        scene.journal.write(move |group| {
            group.connection().pragma_update(None, "max_page_count", most)?;
            Ok::<_, JournalError>(())
        })
    };
    let long = json!({ "note": "x".repeat(400_000) });
    let after = scene.journal.known().outlet_position();
    let page = || {
        let rows = vec![
            feed(after + 1, "request", asked.id.0, &asked),
            feed(after + 2, "notice", Uuid::from_u128(5), &long),
        ];
        scene.page(after, rows)
    };
    pages("1").await.unwrap();
    let full = scene.journal.follow(page(), scene.epoch).await;
    assert!(matches!(full, Err(JournalError::DiskFull)), "{full:?}");
    let known = scene.journal.known();
    assert_eq!((known.outlet_position(), known.last_seq), (after, 1));
    assert!(answer(&scene, asked.id).await.is_none());
    pages("1000000").await.unwrap();
    scene.journal.follow(page(), scene.epoch).await.unwrap();
    assert_eq!(scene.journal.known().outlet_position(), after + 2);
    assert_eq!(answer(&scene, asked.id).await.unwrap().state, RequestState::Done);
    let verdict = scene.journal.verify().await.unwrap();
    assert_eq!((verdict.commands, verdict.broken_at), (2, None));
}
