//! Checking in with a code, with the line cut.

use gerai_shared::{
    Micros,
    queue::{RemoteState, RemoteTicket, Series},
};
use serde_json::json;

use super::till::{Heard, Till};
use crate::journal::scene::Scene;

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

async fn follows(till: &Till, remote: &RemoteTicket) {
    let row = serde_json::to_value(remote).unwrap();
    let rows = vec![("remote_ticket", remote.id.0, row)];
    till.scene.tell(rows).await.unwrap();
}

async fn check_in(till: &Till, code: &str) -> Heard {
    till.post("/api/outlet/check-in", &json!({ "code": code })).await
}

fn booking(scene: &Scene, number: u32, token: &str) -> RemoteTicket {
    RemoteTicket {
        series: Series::Booking,
        number,
        starts_at: Some(scene.clock.now()),
        token: Some(token.to_owned()),
        ..scene.remote_ticket()
    }
}

#[tokio::test]
async fn a_guest_checks_in_by_number_token_or_id_once() {
    let till = Till::new().await;
    let mobile = till.scene.remote_ticket();
    let (first, second) = (
        booking(&till.scene, 7, "first-of-the-bookings_"),
        booking(&till.scene, 8, "second-of-the-bookings"),
    );
    for remote in [&mobile, &first, &second] {
        follows(&till, remote).await;
    }
    for (code, told) in [
        ("m-007".to_owned(), "M-007"),
        ("https://gerai.example/t/first-of-the-bookings_".to_owned(), "B-007"),
        (second.id.to_string(), "B-008"),
    ] {
        let heard = check_in(&till, &code).await;
        assert_eq!(
            (heard.status.as_u16(), heard.body["data"]["told"].as_str()),
            (201, Some(told))
        );
        assert_eq!(heard.body["data"]["state"], "waiting", "and can be called");
        assert_eq!(check_in(&till, &code).await.problem(), (409, "exists"));
    }
    for unknown in ["M-099", "A-001", "", "no-such-token"] {
        assert_eq!(
            check_in(&till, unknown).await.problem(),
            (404, "unknown_ticket"),
            "{unknown}"
        );
    }
}

#[tokio::test]
async fn a_booking_is_good_on_its_day_and_being_there_beats_a_cancellation() {
    let till = Till::new().await;
    let mut tomorrow = booking(&till.scene, 1, "of-tomorrow");
    tomorrow.day = till.scene.outlet.business_day(Micros(till.scene.clock.now().0 + DAY));
    follows(&till, &tomorrow).await;
    let mut cancelled = booking(&till.scene, 1, "cancelled-from-afar");
    cancelled.state = RemoteState::Cancelled;
    follows(&till, &cancelled).await;
    assert_eq!(check_in(&till, "of-tomorrow").await.problem(), (404, "unknown_ticket"));
    assert_eq!(
        check_in(&till, &tomorrow.id.to_string()).await.problem(),
        (404, "unknown_ticket")
    );
    let heard = check_in(&till, "B-001").await;
    assert_eq!(heard.status, 201, "{}", heard.body);
    assert_eq!(
        heard.body["data"]["remote"],
        json!(cancelled.id),
        "today's, not tomorrow's"
    );
}

#[tokio::test]
async fn an_answer_that_was_lost_is_told_again_also_after_the_row_is_gone() {
    let till = Till::new().await;
    let remote = till.scene.remote_ticket();
    follows(&till, &remote).await;
    let body = json!({ "code": "M-007" });
    let first = till.post_as("/api/outlet/check-in", &body, "lost").await;
    let mut moved = remote.clone();
    moved.day = till.scene.outlet.business_day(Micros(till.scene.clock.now().0 + DAY));
    follows(&till, &moved).await;
    let again = till.post_as("/api/outlet/check-in", &body, "lost").await;
    assert_eq!((again.status.as_u16(), &again.body), (201, &first.body));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
}

#[tokio::test]
async fn a_booking_goes_before_walk_ins_once_it_is_due_and_not_when_its_holder_comes_late() {
    let till = Till::with_staff().await;
    let now = till.scene.clock.now().0;
    let minutes = |minutes: i64| Micros(now + minutes * 60_000_000);
    for (number, starts_at) in [(1, minutes(25)), (2, minutes(12)), (3, minutes(-16)), (4, minutes(-15))] {
        let remote = RemoteTicket {
            starts_at: Some(starts_at),
            ..booking(&till.scene, number, &format!("token-of-booking-{number}"))
        };
        follows(&till, &remote).await;
    }
    let expected = till.get("/api/outlet/expected").await.body;
    let names = |page: &serde_json::Value| -> Vec<String> {
        let rows = page["data"].as_array().unwrap().iter();
        rows.map(|row| row["told"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&expected), ["B-003", "B-004", "B-002", "B-001"]);
    assert_eq!(expected["data"][0]["holder"], "Sari");
    let _first = till.issue().await;
    for number in 1..=4 {
        assert_eq!(check_in(&till, &format!("b{number}")).await.status, 201);
    }
    let _last = till.issue().await;
    let queue = async || names(&till.get("/api/outlet/queue").await.body);
    assert!(names(&till.get("/api/outlet/expected").await.body).is_empty());
    // The third came sixteen minutes after its slot, the fourth fifteen.
    assert_eq!(queue().await, ["B-004", "A-001", "B-001", "B-002", "B-003", "A-002"]);
    till.scene.clock.advance(std::time::Duration::from_secs(2 * 60));
    assert_eq!(queue().await, ["B-004", "B-002", "A-001", "B-001", "B-003", "A-002"]);
    till.scene.clock.advance(std::time::Duration::from_secs(13 * 60));
    assert_eq!(queue().await, ["B-004", "B-002", "B-001", "A-001", "B-003", "A-002"]);
    // However late the outlet itself is.
    till.scene.clock.advance(std::time::Duration::from_secs(20 * 60));
    assert_eq!(queue().await[..3], ["B-004", "B-002", "B-001"]);

    till.post("/api/outlet/staff/sign-out", &json!({})).await;
    assert_eq!(till.get("/api/outlet/expected").await.problem(), (403, "staff_needed"));
}
