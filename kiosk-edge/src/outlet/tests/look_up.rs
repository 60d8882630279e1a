//! Look-up by telephone number, with the line cut.

use std::time::Duration;

use gerai_shared::{
    Micros,
    phone::mark,
    queue::{RemoteState, RemoteTicket, Series},
};
use serde_json::{Value, json};

use super::till::{Heard, Till, another_screen};

const NUMBER: &str = "+6281234567890";
const TYPED: &str = "0812-3456-7890";
const HOUR: i64 = 60 * 60 * 1_000_000;

/// A ticket of the customer with this number, as central would mark it.
fn of_number(till: &Till, number: u32, token: &str, phone: &str) -> RemoteTicket {
    RemoteTicket {
        number,
        token: Some(token.to_owned()),
        phone: Some(mark(token, phone)),
        holder: Some("Sari Wulandari".to_owned()),
        ..till.scene.remote_ticket()
    }
}

async fn follows(till: &Till, remote: &RemoteTicket) {
    let row = serde_json::to_value(remote).unwrap();
    till.scene
        .tell(vec![("remote_ticket", remote.id.0, row)])
        .await
        .unwrap();
}

async fn look_up(till: &Till, phone: &str) -> Heard {
    till.post("/api/outlet/check-in/look-up", &json!({ "phone": phone }))
        .await
}

fn told(heard: &Heard) -> Vec<(&str, &str)> {
    assert_eq!(heard.status, 200, "{}", heard.body);
    let rows = heard.body["data"].as_array().unwrap().iter();
    rows.map(|row| (row["told"].as_str().unwrap(), row["state"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn a_guest_is_known_by_their_number_however_it_is_typed_and_then_checks_in() {
    let till = Till::new().await;
    let remote = of_number(&till, 7, "token-of-seven", NUMBER);
    follows(&till, &remote).await;
    follows(&till, &of_number(&till, 8, "token-of-eight", "+6281299990000")).await;
    for typed in [
        TYPED,
        "081234567890",
        "6281234567890",
        "+62 812-3456-7890",
        " 0812 3456 7890 ",
    ] {
        let heard = look_up(&till, typed).await;
        assert_eq!(
            heard.body,
            json!({
                "data": [{
                    "id": remote.id, "told": "M-007", "product": "Photobooth 15", "party_size": 2,
                    "holder": "S••• W•••", "starts_at": null, "state": "joined",
                }],
                "phone": "08•• •••• •890",
            }),
            "{typed}"
        );
        assert_eq!(heard.header("cache-control"), Some("no-store"));
    }
    let checked_in = till.post("/api/outlet/check-in", &json!({ "code": remote.id })).await;
    assert_eq!(checked_in.status, 201, "{}", checked_in.body);
    let again = look_up(&till, TYPED).await;
    assert_eq!(
        told(&again),
        [("M-007", "checked_in")],
        "told as such, before central hears of it"
    );
}

#[tokio::test]
async fn todays_are_told_the_earliest_slot_first_and_none_that_was_given_up() {
    let till = Till::new().await;
    let now = till.scene.clock.now();
    let booked = |number: u32, token: &str, hours: i64| RemoteTicket {
        series: Series::Booking,
        starts_at: Some(Micros(now.0 + hours * HOUR)),
        ..of_number(&till, number, token, NUMBER)
    };
    let mut tomorrow = booked(4, "of-tomorrow", 24);
    tomorrow.day = till.scene.outlet.business_day(Micros(now.0 + 24 * HOUR));
    let mut cancelled = booked(5, "given-up", 1);
    cancelled.state = RemoteState::Cancelled;
    let mut used = booked(6, "used", 0);
    used.state = RemoteState::CheckedIn;
    let mut unmarked = booked(9, "unmarked", 1);
    unmarked.phone = None;
    // A mark under another ticket's token says nothing.
    let mut swapped = booked(10, "swapped", 1);
    swapped.phone = Some(mark("used", NUMBER));
    for remote in [
        &of_number(&till, 1, "joined", NUMBER),
        &booked(2, "later", 3),
        &booked(3, "sooner", 2),
        &tomorrow,
        &cancelled,
        &used,
        &unmarked,
        &swapped,
    ] {
        follows(&till, remote).await;
    }
    let heard = look_up(&till, TYPED).await;
    assert_eq!(
        told(&heard),
        [
            ("B-006", "checked_in"),
            ("B-003", "joined"),
            ("B-002", "joined"),
            ("M-001", "joined")
        ]
    );
    assert_eq!(heard.body["data"][1]["starts_at"], json!(now.0 + 2 * HOUR));
}

#[tokio::test]
async fn what_is_no_number_is_refused_by_field_and_a_stranger_altogether() {
    let till = Till::new().await;
    for typed in ["", "0812", "0215551234", "+14155550100", "nol delapan"] {
        let heard = look_up(&till, typed).await;
        assert_eq!(heard.problem(), (422, "invalid_body"), "{typed}");
        assert!(heard.body["errors"]["phone"].is_array(), "{}", heard.body);
        assert!(
            typed.is_empty() || !heard.body.to_string().contains(typed),
            "{}",
            heard.body
        );
    }
    let mut stranger = Till::new().await;
    stranger.token = "no-screen".to_owned();
    assert_eq!(look_up(&stranger, TYPED).await.problem(), (401, "screen_unpaired"));
}

#[tokio::test]
async fn invariant_14_a_screen_that_tries_numbers_in_vain_has_to_wait() {
    let mut till = Till::new().await;
    follows(&till, &of_number(&till, 7, "token-of-seven", NUMBER)).await;
    let try_one = |nth: u32| format!("0813{nth:08}");
    for nth in 0..9 {
        let heard = look_up(&till, &try_one(nth + 10_000_000)).await;
        assert_eq!(heard.body["data"], json!([]), "{nth}");
        // What is found is not counted, nor what is no number.
        assert_eq!(told(&look_up(&till, TYPED).await).len(), 1, "{nth}");
        assert_eq!(look_up(&till, "12").await.status, 422);
    }
    assert_eq!(look_up(&till, &try_one(20_000_000)).await.status, 200);
    for typed in [try_one(20_000_001), TYPED.to_owned()] {
        let heard = look_up(&till, &typed).await;
        assert_eq!(heard.problem(), (429, "too_many_look_ups"), "{}", heard.body);
        assert_eq!(heard.header("retry-after"), Some("600"));
        assert_eq!(
            heard.body["title"],
            "Too many numbers were tried at this screen, try again later"
        );
    }
    let first = std::mem::take(&mut till.token);
    till.token = another_screen(&till).await;
    assert_eq!(
        told(&look_up(&till, TYPED).await).len(),
        1,
        "another screen is not held up"
    );
    till.token = first;
    till.scene.clock.advance(Duration::from_secs(599));
    assert_eq!(look_up(&till, TYPED).await.header("retry-after"), Some("1"));
    till.scene.clock.advance(Duration::from_secs(1));
    assert_eq!(told(&look_up(&till, TYPED).await).len(), 1);
}

#[tokio::test]
async fn of_many_at_once_only_so_many_are_tried() {
    let till = Till::new().await;
    let calls = (0..64).map(|nth| {
        let typed = format!("0813{:08}", 10_000_000 + nth);
        let till = &till;
        async move { look_up(till, &typed).await.status.as_u16() }
    });
    let statuses = futures_util::future::join_all(calls).await;
    let answered = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(answered, 10, "{statuses:?}");
}

/// Nothing of it is on the outlet's disk: neither what was typed nor what central was told.
#[tokio::test]
async fn no_number_is_stored() {
    let till = Till::new().await;
    follows(&till, &of_number(&till, 7, "token-of-seven", NUMBER)).await;
    assert_eq!(told(&look_up(&till, TYPED).await).len(), 1);
    look_up(&till, "0813 1111 2222").await;
    let rows: Vec<Value> = till
        .scene
        .journal
        .read(|db| {
            let mut tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
            let tables: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let mut said = Vec::new();
            for table in tables {
                let mut rows = db.prepare(&format!("SELECT * FROM \"{table}\""))?;
                let columns = rows.column_count();
                let mut rows = rows.query([])?;
                while let Some(row) = rows.next()? {
                    for at in 0..columns {
                        if let Ok(text) = row.get::<_, String>(at) {
                            said.push(json!(text));
                        }
                    }
                }
            }
            Ok(said)
        })
        .await
        .unwrap();
    assert!(rows.iter().any(|text| text.to_string().contains("token-of-seven")));
    for number in ["81234567890", "8123456", "3456-7890", "81311112222", "1111 2222"] {
        let found = rows.iter().find(|text| text.to_string().contains(number));
        assert_eq!(found, None, "{number}");
    }
}
