//! Booking one outlet's commands.

use super::{
    super::{StreamError, adopt, lock},
    owner::{exceptions, push_sent, with_owner},
};
use crate::{testing::TestApp, tx};
use gerai_shared::{
    Act, OutletId,
    command::{Header, IssueTicket, OnTicket},
    queue::{Extra, Lane, Wanted},
    sync::Outcome,
};
use uuid::Uuid;

#[tokio::test]
async fn a_batch_makes_the_owners_rows_and_a_replay_changes_nothing() {
    let app = TestApp::new().await;
    let mut owner = with_owner(&app).await;
    for number in 1..=40 {
        owner.visit(number);
        let sale = owner.sell(number, 35_000);
        if number % 3 == 0 {
            owner.void(sale);
        }
    }
    let all = owner.sent.len();
    let (first, acked) = owner.push(&app.platform, 1, all).await.unwrap();
    assert_eq!(acked, all as u64);
    assert!(
        first.iter().all(|result| result.outcome == Outcome::Applied),
        "{first:?}"
    );
    assert_eq!(owner.at_central(&app.platform).await, owner.state);

    let (again, acked_again) = owner.push(&app.platform, 1, all).await.unwrap();
    assert_eq!((again, acked_again), (first, acked));
    assert_eq!(owner.at_central(&app.platform).await, owner.state);
    assert!(exceptions(&app.platform).await.is_empty());
}

/// Read back from whichever database this runs on, as it was told.
#[tokio::test]
async fn what_a_guest_chose_and_the_packet_that_was_sold_are_kept() {
    let app = TestApp::new().await;
    let mut owner = with_owner(&app).await;
    let extra = |nth: u128| Extra {
        product: Uuid::from_u128(0xAD_0000 + nth).into(),
        name: format!("Cetak ☆ {nth} {}", "x".repeat(180)),
        quantity: 20,
    };
    let choices = [(Some("Emas ☆"), 0), (None, 2), (Some("Perak"), 20)];
    for (number, (packet, extras)) in (1..).zip(choices) {
        let wanted = Wanted {
            packet: packet.map(str::to_owned),
            extras: (0..extras).map(extra).collect(),
        };
        owner.issue_wanting(number, Some(wanted));
    }
    let first = owner.issue(4);
    owner.call(first);
    owner.sell_packet(1, 35_000, Some("Emas ☆"));
    owner.sell(2, 35_000);
    owner.push(&app.platform, 1, owner.sent.len()).await.unwrap();
    let central = owner.at_central(&app.platform).await;
    assert_eq!(central, owner.state);
    let codes = exceptions(&app.platform).await;
    assert!(!codes.contains(&"diverged".to_owned()), "{codes:?}");
}

#[tokio::test]
async fn batches_that_overlap_are_applied_once() {
    let app = TestApp::new().await;
    let mut owner = with_owner(&app).await;
    for number in 1..=10 {
        owner.visit(number);
    }
    owner.push(&app.platform, 1, 15).await.unwrap();
    let (results, acked) = owner.push(&app.platform, 8, 40).await.unwrap();
    assert_eq!((results.len(), acked), (33, 40));
    assert_eq!(owner.at_central(&app.platform).await, owner.state);
}

#[tokio::test]
async fn a_gap_another_body_and_another_life_are_refused() {
    let app = TestApp::new().await;
    let mut owner = with_owner(&app).await;
    let ticket = owner.issue(1);
    owner.call(ticket);
    owner.issue(2);
    let gap = owner.push(&app.platform, 2, 3).await;
    assert!(matches!(gap, Err(StreamError::Gap { acked: 0, got: 2 })), "{gap:?}");

    owner.push(&app.platform, 1, 3).await.unwrap();
    let mut other = owner.sent[0].clone();
    other.json = other.json.replacen("\"party_size\":2", "\"party_size\":3", 1);
    let conflict = push_sent(&app.platform, owner.outlet, 1, &[other], false).await;
    assert!(
        matches!(conflict, Err(StreamError::Conflict { seq: 1 })),
        "{conflict:?}"
    );

    let fenced = push_sent(&app.platform, owner.outlet, 2, &owner.sent, false).await;
    assert!(matches!(fenced, Err(StreamError::Fenced)), "{fenced:?}");
}

#[tokio::test]
async fn invariant_06_convergence_where_hashes_differ_the_owners_rows_stand() {
    let app = TestApp::new().await;
    let mut owner = with_owner(&app).await;
    owner.issue(1);
    owner.issue(2);
    owner.issue(3);
    // The edge's rows are other than central would decide.
    let gerai_shared::Change::Ticket(ticket) = &mut owner.sent[1].changes[0] else {
        unreachable!()
    };
    ticket.party_size = 9;
    owner.sent[1].hash = gerai_shared::change::hash_of(&owner.sent[1].changes);
    owner.state.apply(owner.sent[1].changes.clone());

    let (results, acked) = owner.push(&app.platform, 1, 3).await.unwrap();
    let outcomes: Vec<_> = results.iter().map(|result| result.outcome).collect();
    assert_eq!(outcomes, [Outcome::Applied, Outcome::SendRows]);
    assert_eq!(acked, 1);

    let (results, _) = push_sent(&app.platform, owner.outlet, 1, &owner.sent[1..2], true)
        .await
        .unwrap();
    assert_eq!(results[0].outcome, Outcome::Excepted);
    owner.push(&app.platform, 3, 3).await.unwrap();
    assert_eq!(owner.at_central(&app.platform).await, owner.state);
    assert_eq!(exceptions(&app.platform).await, ["diverged"]);
}

#[tokio::test]
async fn told_stands_and_what_speaks_against_it_is_listed() {
    let app = TestApp::new().await;
    let mut owner = with_owner(&app).await;
    let admin = app.admin().await;
    let sale = owner.sell(1, 30_000);
    owner.void(sale);
    owner.void(sale);
    owner.issue(1);
    owner.issue(1);
    let path = format!("/api/admin/catalog/products/{}", super::owner::product());
    owner.push(&app.platform, 1, 5).await.unwrap();
    app.delete(&path).by(&admin).once().send().await;
    owner.sell(2, 35_000);
    let (results, _) = owner.push(&app.platform, 6, 6).await.unwrap();
    assert_eq!(results[0].outcome, Outcome::Excepted);
    assert_eq!(
        exceptions(&app.platform).await,
        ["price_variance", "voided_twice", "number_taken", "product_gone"]
    );
    assert_eq!(owner.at_central(&app.platform).await, owner.state);
}

#[tokio::test]
async fn a_command_the_database_cannot_take_does_not_stop_the_others() {
    let app = TestApp::new().await;
    let mut owner = with_owner(&app).await;
    owner.issue(1);
    let (product, ticket) = (owner.chosen(), owner.fresh().into());
    owner.act(Act::IssueTicket(IssueTicket {
        ticket,
        number: u32::MAX,
        product,
        party_size: 1,
        lane: Lane::Regular,
        customer: None,
        holder: None,
        catalog_version: 1,
        token: None,
        consent: None,
        wanted: None,
    }));
    let last = owner.issue(2);
    let (results, acked) = owner.push(&app.platform, 1, 3).await.unwrap();
    let outcomes: Vec<_> = results.iter().map(|result| result.outcome).collect();
    assert_eq!(outcomes, [Outcome::Applied, Outcome::Excepted, Outcome::Applied]);
    assert_eq!(acked, 3);
    assert_eq!(exceptions(&app.platform).await, ["not_stored"]);
    assert!(owner.at_central(&app.platform).await.ticket(last).is_some());
    // The stream goes on behind it.
    owner.act(Act::CancelTicket(gerai_shared::command::WithReason {
        ticket: last,
        reason: None,
    }));
    let undo = owner.act(Act::UndoTicket(gerai_shared::command::UndoTicket {
        ticket: last,
        session: None,
        studio: None,
    }));
    assert!(undo.json.contains("ticket.undo"));
    owner.call(last);
    owner.act(Act::RecallTicket(OnTicket { ticket: last }));
    assert_eq!(owner.push(&app.platform, 4, 7).await.unwrap().1, 7);
}

#[tokio::test]
async fn an_outlets_commands_change_no_other_outlets_rows() {
    let app = TestApp::new().await;
    let mut owner = with_owner(&app).await;
    let ticket = owner.issue(1);
    owner.push(&app.platform, 1, 1).await.unwrap();
    let before = owner.at_central(&app.platform).await;

    let thief = OutletId(Uuid::from_u128(0xB9));
    tx!(&app.platform.db, |tx| -> Result<(), StreamError> {
        lock(tx, thief).await?;
        adopt(tx, thief, 1).await?;
        Ok(())
    })
    .unwrap();
    // It knows the row to the byte, calls the ticket, and says that the row is its own, or not.
    let (mine, mut seq) = (owner.outlet.to_string(), 0_u64);
    let stolen = owner.call(ticket);
    let id = serde_json::from_str::<Header>(&stolen.json).unwrap().id.to_string();
    for (with_rows, renamed) in [(false, false), (true, false), (true, true)] {
        seq += 1;
        let mut sent = stolen.clone();
        sent.json = sent
            .json
            .replace(&mine, &thief.to_string())
            .replace("\"seq\":2", &format!("\"seq\":{seq}"))
            .replace(&id, &Uuid::from_u128(0xF00 + u128::from(seq)).to_string());
        if renamed {
            let rows = serde_json::to_string(&sent.changes).unwrap();
            sent.changes = serde_json::from_str(&rows.replace(&mine, &thief.to_string())).unwrap();
        }
        let (results, _) = push_sent(&app.platform, thief, 1, &[sent], with_rows).await.unwrap();
        assert_eq!(results[0].outcome, Outcome::Excepted, "{results:?}");
        assert_eq!(owner.at_central(&app.platform).await, before);
    }
    assert_eq!(exceptions(&app.platform).await, ["not_stored"; 3]);
}
