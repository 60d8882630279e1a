//! What a screen shows when it wakes up.

use std::time::Duration;

use gerai_shared::Micros;
use serde_json::{Value, json};

use super::till::{Heard, Till};
use crate::{
    clock::Clock,
    journal::scene::{MORNING, PIN},
};

#[tokio::test]
async fn the_outlet_says_its_day_its_line_and_its_catalogue() {
    let till = Till::new().await;
    let view = till.get("/api/outlet").await.body["data"].take();
    assert_eq!((&view["day"], &view["open"]), (&json!("2026-11-21"), &json!(true)));
    assert_eq!(
        (&view["link"]["state"], &view["catalog"]["version"]),
        (&json!("internet"), &json!(2))
    );
    assert_eq!(view["outlet"]["code"], "JKT01");
    let products = till.get("/api/outlet/products").await.body;
    assert_eq!(
        (&products["version"], &products["data"][0]["name"]),
        (&json!(2), &json!("Photobooth 15"))
    );
}

const HOUR: u64 = 3_600;

fn later(hours: u64) -> Micros {
    Micros(MORNING.0 + i64::try_from(hours * HOUR * 1_000_000).unwrap())
}

/// An outlet whose machine has booted with this clock and no line, and a screen where Rina is in.
async fn booted(at: Micros) -> Till {
    let mut till = Till::with_staff().await;
    till.issue().await;
    till.reboot(at);
    assert_eq!(till.sign_in("Rina", PIN).await.status, 200);
    till
}

async fn confirm(till: &Till, body: Value) -> Heard {
    till.post("/api/outlet/day/confirm", &body).await
}

async fn outlet(till: &Till) -> Value {
    till.get("/api/outlet").await.body["data"].take()
}

#[tokio::test]
async fn after_a_boot_without_central_nothing_is_written_until_staff_confirm_the_day() {
    let till = booted(later(1)).await;
    assert_eq!(outlet(&till).await["day_confirmed"], false);
    let body = json!({ "product": till.scene.photo.id, "party_size": 2 });
    let before = till.scene.journal.known().last_seq;
    let refused = till.post("/api/outlet/tickets", &body).await;
    assert_eq!(refused.problem(), (409, "day_unconfirmed"));
    assert_eq!(refused.body["clock_day"], "2026-11-21");
    assert_eq!(till.scene.journal.known().last_seq, before);
    let wrong = confirm(&till, json!({ "day": "2026-11-20" })).await;
    assert_eq!(wrong.problem(), (409, "day_differs"));
    assert_eq!(
        (&wrong.body["clock_day"], &wrong.body["stated_day"]),
        (&json!("2026-11-21"), &json!("2026-11-20"))
    );
    assert_eq!(till.post("/api/outlet/tickets", &body).await.status, 409);
    assert_eq!(confirm(&till, json!({ "day": "2026-11-21" })).await.status, 204);
    assert_eq!(outlet(&till).await["day_confirmed"], true);
    assert_eq!(till.issue().await.number, 2);
}

#[tokio::test]
async fn what_was_told_before_the_boot_is_told_again_without_a_day() {
    let mut till = Till::new().await;
    let body = json!({ "product": till.scene.photo.id, "party_size": 2 });
    let first = till.post_as("/api/outlet/tickets", &body, "once").await;
    till.reboot(later(1));
    let again = till.post_as("/api/outlet/tickets", &body, "once").await;
    assert_eq!((again.status, again.body), (first.status, first.body));
}

#[tokio::test]
async fn the_program_alone_started_again_goes_on_at_once() {
    let mut till = Till::new().await;
    let boot = |hours, at| Clock::still_on("one boot", Duration::from_secs(hours * HOUR), at);
    till.scene.clock = boot(1, MORNING);
    till.scene.clock.central_said(MORNING);
    till.reopen();
    till.scene.journal.keep_time().await.unwrap();
    // The machine runs on for two hours; its clock is set to 1970 meanwhile.
    till.scene.clock = boot(3, Micros(0));
    till.reopen();
    assert_eq!(till.issue().await.number, 1);
    assert_eq!(outlet(&till).await["time"], json!(later(2)));
}

#[tokio::test]
async fn a_dead_clock_is_told_the_day_and_goes_on_from_there_over_a_restart() {
    let mut till = booted(Micros(0)).await;
    assert_eq!(
        outlet(&till).await["day"],
        "2026-11-21",
        "not before what is written down"
    );
    let tomorrow = json!({ "day": "2026-11-22", "time": "10:00" });
    assert_eq!(confirm(&till, tomorrow).await.status, 204);
    assert_eq!(outlet(&till).await["time"], json!(later(24)));
    let ticket = till.issue().await;
    assert_eq!((ticket.day.to_string().as_str(), ticket.number), ("2026-11-22", 1));
    assert_eq!(
        till.act(&ticket, "call", &json!({})).await.status,
        200,
        "still signed in"
    );
    till.scene.clock = Clock::still_on("another boot", Duration::from_secs(HOUR), Micros(0));
    till.reopen();
    assert_eq!(outlet(&till).await["time"], json!(later(25)));
    assert_eq!(till.issue().await.number, 2);
    till.sign_in("Rina", PIN).await;
    let yesterday = json!({ "day": "2026-11-21", "time": "10:00" });
    assert_eq!(confirm(&till, yesterday).await.problem(), (409, "day_past"));
}

#[tokio::test]
async fn a_clock_a_day_ahead_is_set_back_and_locks_do_not_outlast_it() {
    let mut till = Till::new().await;
    till.reboot(later(25));
    for _ in 0..5 {
        till.sign_in("Nobody", "000000").await;
    }
    assert_eq!(
        till.sign_in("Rina", PIN).await.status,
        403,
        "a day without central: nobody new"
    );
    till.reboot(later(1));
    // What signing in wrote pulls the clock forward, but not what staff say.
    assert_eq!(outlet(&till).await["day"], "2026-11-22");
    let known = "INSERT INTO staff_known VALUES (?1, 0)";
    let path = till.scene.dir.path().join("journal.db");
    let id = till.grant.staff.0;
    rusqlite::Connection::open(path)
        .unwrap()
        .execute(known, [id.as_bytes()])
        .unwrap();
    assert_eq!(till.sign_in("Rina", PIN).await.status, 200);
    assert_eq!(
        confirm(&till, json!({ "day": "2026-11-21", "time": "11:05" }))
            .await
            .status,
        204
    );
    assert_eq!(till.issue().await.day.to_string(), "2026-11-21");
    let locked = till.sign_in("Nobody", "000000").await;
    assert_eq!(
        (locked.problem(), locked.header("retry-after")),
        ((423, "locked"), Some("900"))
    );
}

#[tokio::test]
async fn the_ladder_is_climbed_down_by_hours_and_a_clock_set_back_does_not_help() {
    let mut till = Till::with_staff().await;
    let album = |quantity| {
        let lines = json!([{ "product": till.scene.album.id, "quantity": quantity }]);
        json!({ "lines": lines, "tendered": 1_000_000 })
    };
    let (one, two) = (album(1), album(2));
    let sell = "/api/outlet/sales";
    let sold = till.post(sell, &two).await;
    assert_eq!(sold.status, 201, "{}", sold.body);
    let void = format!("{sell}/{}/void", sold.body["data"]["id"].as_str().unwrap());
    let because = json!({ "reason": "wrong" });
    let ladder = outlet(&till).await["ladder"].take();
    assert_eq!(
        ladder,
        json!({ "hours_offline": 0, "level": "full", "sale_cap": null, "void_limit": null,
            "allows": ["queue", "sales", "voids", "first_sign_in"] })
    );

    till.scene.clock.advance(Duration::from_secs(24 * HOUR));
    till.sign_in("Rina", PIN).await;
    assert_eq!(till.post(&void, &because).await.problem(), (403, "ladder_void_limit"));
    till.scene.clock.advance(Duration::from_secs(48 * HOUR));
    till.sign_in("Rina", PIN).await;
    assert_eq!(till.post(&void, &because).await.problem(), (403, "ladder_no_voids"));
    let before = till.scene.journal.known().last_seq;
    let refused = till.post(sell, &two).await;
    assert_eq!(refused.problem(), (403, "ladder_sale_cap"));
    assert!(
        refused.body["detail"].as_str().unwrap().contains("72 hours"),
        "{}",
        refused.body
    );
    assert_eq!(till.scene.journal.known().last_seq, before, "nothing of it was written");
    assert_eq!(till.post(sell, &one).await.status, 201);
    assert_eq!(outlet(&till).await["ladder"]["sale_cap"], 60_000);

    // Its battery dead, the machine boots into the past: what was written down counts.
    till.reboot(Micros(0));
    assert_eq!(outlet(&till).await["ladder"]["hours_offline"], 72);
    till.scene.clock.advance(Duration::from_secs(100 * HOUR));
    till.sign_in("Rina", PIN).await;
    confirm(&till, json!({ "day": outlet(&till).await["day"] })).await;
    assert_eq!(till.post(sell, &one).await.problem(), (403, "ladder_queue_only"));
    till.issue().await;
    till.scene.clock.central_said(later(200));
    till.sign_in("Rina", PIN).await;
    assert_eq!(till.post(sell, &two).await.status, 201, "central has spoken");
}

#[tokio::test]
async fn the_queue_is_the_business_days_across_midnight() {
    let till = Till::new().await;
    till.issue().await;
    till.scene.clock.advance(Duration::from_secs(17 * 3_600));
    till.issue().await;
    assert_eq!(
        till.get("/api/outlet/queue").await.body["meta"]["total"],
        2,
        "three at night is still today"
    );
    till.scene.clock.advance(Duration::from_secs(3_600));
    let ticket = till.issue().await;
    assert_eq!((ticket.number, ticket.day.to_string().as_str()), (1, "2026-11-22"));
    assert_eq!(till.get("/api/outlet/queue").await.body["meta"]["total"], 1);
}

#[tokio::test]
async fn the_desk_says_what_waits_and_how_long() {
    let till = Till::new().await;
    till.issue().await;
    till.scene.clock.advance(Duration::from_secs(90));
    till.issue().await;
    let desk = till.get("/api/outlet/sync").await.body["data"].take();
    assert_eq!(
        (&desk["backlog"], &desk["oldest_ms"], &desk["last_seq"]),
        (&json!(2), &json!(90_000), &json!(2))
    );
    assert_eq!(desk["waiting"][0]["told"], "A-001");
    assert_eq!(desk["waiting"][0]["kind"], "ticket.issue");
    assert_eq!(
        (&desk["cursors"], &desk["incarnation"]),
        (&json!({ "catalog": 2, "outlet": 2 }), &json!(1))
    );
    assert_eq!(desk["last_hash"], json!(till.scene.journal.known().last_hash));
}
