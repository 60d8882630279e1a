//! Held commands, and their release.

use gerai_shared::{
    Act, Command,
    command::{IssueTicket, PROTOCOL},
    queue::Lane,
    sync::{CommandResult, Outcome},
    wish::Wish,
};
use serde_json::json;

use super::{
    super::{StreamError, adopt, lock, release_all},
    owner::{Owner, exceptions, led_outlet, push_sent, with_owner},
};
use crate::{features::requests, platform::Platform, testing::TestApp, tx};

fn outcomes(results: &[CommandResult]) -> Vec<Outcome> {
    results.iter().map(|result| result.outcome).collect()
}

/// The same central as a program that reads so much.
pub(super) fn reading(app: &TestApp, ceiling: u16) -> Platform {
    let mut config = (*app.platform.config).clone();
    config.sync.protocol_ceiling = ceiling;
    let mut platform = app.platform.clone();
    platform.config = std::sync::Arc::new(config);
    platform
}

/// Pushes all to a central that reads none of it.
async fn hold(app: &TestApp, owner: &Owner) {
    let older = reading(app, 0);
    let (results, _) = push_sent(&older, owner.outlet, 1, &owner.sent, true).await.unwrap();
    assert!(
        results.iter().all(|result| result.outcome == Outcome::Held),
        "{results:?}"
    );
}

#[tokio::test]
async fn invariant_11_version_skew_held_until_the_upgrade() {
    // A program of the second protocol does not read tickets of the third, but rooms.
    let app = TestApp::with(|config| config.sync.protocol_ceiling = 2).await;
    let mut owner = with_owner(&app).await;
    owner.clean();
    let first = owner.issue(1);
    owner.call(first);
    owner.clean();
    let (results, acked) = owner.push(&app.platform, 1, 4).await.unwrap();
    assert_eq!((outcomes(&results).last(), acked), (Some(&Outcome::SendRows), 1));
    let (results, acked) = push_sent(&app.platform, owner.outlet, 1, &owner.sent[1..], true)
        .await
        .unwrap();
    assert_eq!(outcomes(&results), [Outcome::Held, Outcome::Held, Outcome::Applied]);
    assert_eq!(acked, 4);
    assert_ne!(owner.at_central(&app.platform).await, owner.state);

    let platform = reading(&app, PROTOCOL);
    release_all(&platform).await.unwrap();
    assert_eq!(owner.at_central(&platform).await, owner.state);
    let (results, _) = owner.push(&platform, 1, 4).await.unwrap();
    assert!(
        results.iter().all(|result| result.outcome == Outcome::Applied),
        "{results:?}"
    );
    assert!(exceptions(&platform).await.is_empty());
}

/// A held sale is looked at like any other once it can be read.
#[tokio::test]
async fn a_released_command_is_reviewed() {
    let app = TestApp::with(|config| config.sync.protocol_ceiling = 0).await;
    let mut owner = with_owner(&app).await;
    owner.sell(1, 1_000);
    hold(&app, &owner).await;
    release_all(&reading(&app, PROTOCOL)).await.unwrap();
    assert_eq!(exceptions(&app.platform).await, ["price_variance"]);
}

/// The stream goes on, whatever becomes of a held command.
#[tokio::test]
async fn a_held_command_that_cannot_be_stored_stops_nothing() {
    let app = TestApp::new().await;
    let mut owner = with_owner(&app).await;
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
    owner.issue(1);
    hold(&app, &owner).await;
    let after = owner.issue(2);
    let (results, acked) = owner.push(&app.platform, 3, 3).await.unwrap();
    assert_eq!((outcomes(&results), acked), (vec![Outcome::Applied], 3));
    release_all(&app.platform).await.unwrap();
    assert_eq!(exceptions(&app.platform).await, ["not_stored"]);
    let rows = owner.at_central(&app.platform).await;
    assert!(rows.ticket(after).is_some());
    assert_eq!(rows.rows().count(), 2, "the other held one is booked");
}

#[tokio::test]
async fn a_released_command_that_diverges_is_booked_with_its_owners_rows() {
    let app = TestApp::new().await;
    let mut owner = with_owner(&app).await;
    owner.issue(1);
    let gerai_shared::Change::Ticket(ticket) = &mut owner.sent[0].changes[0] else {
        unreachable!()
    };
    ticket.party_size = 9;
    owner.sent[0].hash = gerai_shared::change::hash_of(&owner.sent[0].changes);
    owner.state.apply(owner.sent[0].changes.clone());
    hold(&app, &owner).await;
    release_all(&app.platform).await.unwrap();
    assert_eq!(owner.at_central(&app.platform).await, owner.state);
    assert_eq!(exceptions(&app.platform).await, ["diverged"]);
}

/// Rows are booked only with the hash that was pushed and is in the journal's chain.
#[tokio::test]
async fn rows_that_a_command_was_not_proved_with_are_not_booked() {
    let app = TestApp::new().await;
    let mut owner = with_owner(&app).await;
    owner.issue(1);
    let gerai_shared::Change::Ticket(ticket) = &mut owner.sent[0].changes[0] else {
        unreachable!()
    };
    ticket.party_size = 9;
    let (results, _) = push_sent(&app.platform, owner.outlet, 1, &owner.sent, true)
        .await
        .unwrap();
    assert_eq!(outcomes(&results), [Outcome::Excepted]);
    assert_eq!(exceptions(&app.platform).await, ["not_stored"]);
}

/// The rows are the new edge's to make, and it has not got these.
#[tokio::test]
async fn invariant_06_what_was_held_of_a_replaced_edge_is_told_to_the_one_that_leads() {
    let app = TestApp::new().await;
    let mut owner = with_owner(&app).await;
    let ticket = owner.issue(1);
    hold(&app, &owner).await;
    let outlet = owner.outlet;
    tx!(&app.platform.db, |tx| -> Result<(), StreamError> {
        lock(tx, outlet).await?;
        adopt(tx, outlet, 2).await?;
        Ok(())
    })
    .unwrap();
    release_all(&app.platform).await.unwrap();
    assert!(owner.at_central(&app.platform).await.ticket(ticket).is_none());
    let asked = requests::waiting(app.platform.db.reader(), outlet).await.unwrap();
    let [Wish::Told { act, of }] = asked.iter().map(|asked| &asked.wish).collect::<Vec<_>>()[..] else {
        panic!("{asked:?}")
    };
    let first = Command::read(&owner.sent[0].json, PROTOCOL).unwrap();
    assert_eq!((&**act, *of), (&first.act, first.id));
    assert_eq!(exceptions(&app.platform).await, ["not_stored"]);
    // Once.
    release_all(&app.platform).await.unwrap();
    let asked = requests::waiting(app.platform.db.reader(), outlet).await.unwrap();
    assert_eq!(asked.len(), 1);
}

#[tokio::test]
async fn central_does_not_say_done_for_what_waits_behind_a_held_command() {
    let app = TestApp::new().await;
    let mut owner = with_owner(&app).await;
    let admin = app.admin().await;
    owner.outlet = led_outlet(&app).await.id;
    let outlet = owner.outlet;
    let leads = async |incarnation| {
        tx!(&app.platform.db, |tx| -> Result<(), StreamError> {
            lock(tx, outlet).await?;
            adopt(tx, outlet, incarnation).await?;
            Ok(())
        })
        .unwrap();
    };
    leads(1).await;
    let ticket = owner.issue(1);
    owner.push(&app.platform, 1, 1).await.unwrap();
    owner.call(ticket);
    push_sent(&reading(&app, 0), owner.outlet, 1, &owner.sent[1..], true)
        .await
        .unwrap();
    leads(0).await;
    let hold = format!("/api/queue/tickets/{ticket}/hold");
    let act = async || app.post(&hold).by(&admin).once().json(&json!({})).send().await;
    act().await.problem(409, "rows_held");
    release_all(&app.platform).await.unwrap();
    assert_eq!(act().await.expect(200)["data"]["request"]["state"], "done");
}
