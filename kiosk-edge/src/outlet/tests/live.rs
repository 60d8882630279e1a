//! Events reach every screen of the outlet, after the commit.

use std::time::Duration;

use axum::{body::BodyDataStream, response::Response};
use futures_util::StreamExt;
use gerai_shared::Micros;
use serde_json::json;

use super::till::Till;
use crate::sync::{Line, LinkState, Standing};

pub(super) struct Ear {
    body: BodyDataStream,
    heard: String,
}

impl Ear {
    pub(super) fn on(response: Response) -> Self {
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            body: response.into_body().into_data_stream(),
            heard: String::new(),
        }
    }

    /// Listens until an event of this name; what it said.
    pub(super) async fn next(&mut self, name: &str) -> String {
        let listen = async {
            loop {
                while let Some((event, rest)) = self.heard.split_once("\n\n") {
                    let (event, rest) = (event.to_owned(), rest.to_owned());
                    self.heard = rest;
                    if event.lines().any(|line| line == format!("event: {name}")) {
                        return event;
                    }
                }
                let bytes = self.body.next().await.expect("the stream goes on").unwrap();
                self.heard.push_str(std::str::from_utf8(&bytes).unwrap());
            }
        };
        tokio::time::timeout(Duration::from_secs(5), listen)
            .await
            .expect("heard in time")
    }
}

#[tokio::test]
async fn a_change_is_heard_with_its_number_and_guests_hear_no_names() {
    let mut till = Till::with_staff().await;
    let mut staff = Ear::on(till.stream("/api/outlet/events").await);
    staff.next("sync").await;
    let counter = till.token.clone();
    till.token = crate::outlet::add_screen(&till.scene.journal, "Booth")
        .await
        .unwrap()
        .token;
    let mut guest = Ear::on(till.stream("/api/outlet/events").await);
    guest.next("sync").await;
    till.token = counter;
    till.issue().await;
    let heard = staff.next("change").await;
    assert!(heard.contains("id: 1") && heard.contains("Budi"), "{heard}");
    assert!(staff.next("sync").await.contains(r#""backlog":1"#));
    let heard = guest.next("change").await;
    assert!(heard.contains("id: 1") && !heard.contains("Budi"), "{heard}");
    till.post("/api/outlet/staff/sign-out", &json!({})).await;
    till.issue().await;
    let heard = staff.next("change").await;
    assert!(
        heard.contains("id: 2") && !heard.contains("Budi"),
        "whoever was signed in has left: {heard}"
    );
}

#[tokio::test]
async fn the_line_and_the_feed_are_heard() {
    let till = Till::new().await;
    let mut ear = Ear::on(till.stream("/api/outlet/events").await);
    let first = ear.next("link").await;
    assert!(first.contains("retry: 500"), "{first}");
    let said = first
        .split_once("data: ")
        .map(|(_, said)| said.lines().next().unwrap())
        .unwrap();
    let said: serde_json::Value = serde_json::from_str(said).unwrap();
    assert_eq!(
        said,
        json!({ "state": "internet", "since": 1, "standing": "active", "trouble": null }),
        "and nothing else"
    );
    till.link.send_replace(LinkState {
        state: Line::Up,
        since: Micros(2),
        standing: Standing::Active,
        trouble: None,
    });
    assert!(ear.next("link").await.contains("up"));
    till.scene.follow_grant(&till.grant).await;
    assert!(ear.next("feed").await.contains(r#""position":3"#));
}

#[tokio::test]
async fn a_screen_that_lags_is_told_to_load_again_and_holds_nobody_up() {
    let till = Till::new().await;
    let mut ear = Ear::on(till.stream("/api/outlet/events").await);
    ear.next("sync").await;
    for _ in 0..1_100 {
        till.scene.follow_grant(&till.grant).await;
    }
    ear.next("reload").await;
}
