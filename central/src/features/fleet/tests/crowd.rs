//! Many edges at once: all get through, none takes more than its place.

use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::future::join_all;
use gerai_shared::sync::{SIGNATURE_HEADER, Welcome, outlet_topic};

use super::{Edge, nth_outlet};
use crate::testing::{Answer, Call, TestApp};

const EDGES: u128 = 50;

/// A hello as it travels, signed by `by`.
fn hello<'a>(app: &'a TestApp, edge: &Edge, by: &Edge) -> Call<'a> {
    let body = serde_json::to_vec(&edge.question(app)).unwrap();
    let signature = STANDARD.encode(by.key.sign(&body).as_ref());
    app.post("/edge/v1/hello")
        .header(SIGNATURE_HEADER, &signature)
        .raw(body)
}

/// Asks until it is let in. Returns the answer, and how often it was sent away before.
async fn patiently<'a>(mut ask: impl FnMut() -> Call<'a>) -> (Answer, u32) {
    let mut sent_away = 0;
    loop {
        let answer = ask().send().await;
        if answer.status != 429 {
            return (answer, sent_away);
        }
        let seconds: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=5).contains(&seconds), "{seconds}");
        sent_away += 1;
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn fifty_edges_that_ask_at_once_all_get_through() {
    let app = TestApp::with(|config| {
        config.limits.pushes_at_once = 2;
        config.limits.pushes_waiting = 4;
    })
    .await;
    let mut edges = Vec::new();
    for nth in 1..=EDGES {
        let outlet = nth_outlet(&app, nth).await;
        edges.push((Edge::of(&app, outlet.id).await, outlet));
    }
    // As after `restored`: each says hello, and takes its snapshot.
    let asked = join_all(edges.iter().map(async |(edge, outlet)| {
        let (answer, hellos) = patiently(|| hello(&app, edge, edge)).await;
        let welcome: Welcome = serde_json::from_value(answer.expect(200)).unwrap();
        let path = format!("/edge/v1/snapshot?topic={}", outlet_topic(outlet.id));
        let (answer, snapshots) = patiently(|| app.get(&path).token(&welcome.session)).await;
        assert!(!answer.expect(200)["rows"].as_array().unwrap().is_empty());
        (hellos, snapshots)
    }))
    .await;
    assert_eq!(asked.len() as u128, EDGES);
    assert!(
        asked.iter().any(|(hellos, _)| *hellos > 0),
        "hellos were not limited: {asked:?}"
    );
    assert!(
        asked.iter().any(|(_, snapshots)| *snapshots > 0),
        "snapshots were not limited: {asked:?}"
    );
}

#[tokio::test]
async fn an_edge_says_one_hello_at_a_time_and_only_its_key_takes_its_place() {
    let app = TestApp::new().await;
    let outlet = nth_outlet(&app, 1).await;
    let edge = Edge::of(&app, outlet.id).await;
    let other = Edge::of(&app, nth_outlet(&app, 2).await.id).await;
    let crowd = join_all((0..30).map(|_| hello(&app, &edge, &edge).send())).await;
    assert!(crowd.iter().any(|answer| answer.status == 200));
    assert!(
        crowd.iter().any(|answer| answer.status == 429),
        "one edge had many places"
    );
    hello(&app, &edge, &other).send().await.problem(401, "bad_signature");
    hello(&app, &other, &other).send().await.expect(200);
}
