//! The sync desk's list and remedies, through the API, with the line cut.

use gerai_shared::{
    Exception,
    change::hash_of,
    outlet::Permission,
    sync::{CommandResult, Outcome, PushReply},
};
use serde_json::{Value, json};

use super::till::{Till, another_screen};
use crate::{
    journal::scene::PIN,
    sync::{Line, LinkState},
};

const LIST: &str = "/api/outlet/sync/commands";

/// Central answers for the commands so far: `outcomes` of the first, the others applied.
async fn acked(till: &Till, outcomes: &[(Outcome, Vec<Exception>)]) {
    let entries = till.scene.journal.unsent(0, 1_000).await.unwrap();
    let mut outcomes = outcomes.iter().cloned();
    let results: Vec<CommandResult> = entries
        .iter()
        .map(|entry| {
            let (outcome, exceptions) = outcomes.next().unwrap_or((Outcome::Applied, Vec::new()));
            CommandResult {
                id: entry.id,
                seq: entry.seq,
                outcome,
                exceptions,
            }
        })
        .collect();
    let reply = PushReply {
        nonce: till.scene.clock.uuid(),
        epoch: till.scene.epoch,
        acked_seq: entries.last().map_or(0, |entry| entry.seq),
        results,
        time: till.scene.clock.now(),
    };
    till.scene.journal.settle(reply).await.unwrap();
}

async fn sell(till: &Till) -> Value {
    let lines = json!([{ "product": till.scene.album.id, "quantity": 1 }]);
    let sold = till
        .post("/api/outlet/sales", &json!({ "lines": lines, "tendered": 50_000 }))
        .await;
    assert_eq!(sold.status, 201, "{}", sold.body);
    sold.body
}

async fn list(till: &Till, state: &str) -> Value {
    let heard = till.get(&format!("{LIST}?state={state}")).await;
    assert_eq!(heard.status, 200, "{}", heard.body);
    heard.body
}

#[tokio::test]
async fn what_waits_says_what_it_is_about_who_gave_it_and_why_it_waits() {
    let till = Till::with_staff().await;
    let ticket = till.issue().await;
    let sale = sell(&till).await;
    till.scene.clock.advance(std::time::Duration::from_secs(90));
    let waiting = list(&till, "waiting").await;
    assert_eq!(waiting["meta"]["total"], 2);
    let [first, second] = [&waiting["data"][0], &waiting["data"][1]];
    assert_eq!(
        (
            &first["kind"],
            &first["about"]["ticket"]["told"],
            &first["about"]["product"]
        ),
        (&json!("ticket.issue"), &json!(ticket.told()), &json!("Photobooth 15"))
    );
    assert_eq!(
        (&first["by"]["as"], &first["by"]["name"]),
        (&json!("staff"), &json!("Rina"))
    );
    assert_eq!(
        (&first["age_seconds"], &first["state"]),
        (&json!(90), &json!("waiting"))
    );
    assert_eq!(first["cause"], json!({ "code": "line_down", "line": "internet" }));
    assert_eq!(first["remedies"], json!(["cancel_ticket"]));
    assert_eq!(second["about"]["sale"]["receipt_code"], sale["data"]["receipt_code"]);
    assert_eq!(
        (&second["about"]["amount"], &second["about"]["sale"]["products"]),
        (&json!(50_000), &json!(["Album A5"]))
    );
    assert_eq!(second["remedies"], json!(["void_sale"]));
    till.link.send_modify(|link: &mut LinkState| link.state = Line::Up);
    let waiting = list(&till, "waiting").await;
    assert_eq!(waiting["data"][0]["cause"], json!({ "code": "sending" }));
    assert_eq!(waiting["data"][1]["cause"], json!({ "code": "behind", "seq": 1 }));
}

#[tokio::test]
async fn held_listed_and_settled_commands_are_apart_and_a_review_settles() {
    let till = Till::with_staff().await;
    let ticket = till.issue().await;
    assert_eq!(till.act(&ticket, "call", &json!({})).await.status, 200);
    sell(&till).await;
    sell(&till).await;
    let gone = vec![
        Exception::ProductGone {
            product: "Album A5".to_owned(),
        },
        Exception::VoidedTwice,
    ];
    let held = || (Outcome::Held, Vec::new());
    acked(&till, &[held(), held(), (Outcome::Excepted, gone)]).await;
    assert_eq!(list(&till, "waiting").await["meta"]["total"], 0);
    let held = list(&till, "held").await;
    assert_eq!(held["data"][0]["cause"]["code"], "unknown_version");
    assert_eq!(
        held["data"][1]["cause"],
        json!({ "code": "behind", "seq": 1 }),
        "it is about the same ticket"
    );
    let excepted = list(&till, "excepted").await;
    let listed = &excepted["data"][0];
    assert_eq!((&excepted["meta"]["total"], &listed["seq"]), (&json!(1), &json!(3)));
    assert_eq!(listed["cause"], json!({ "code": "exceptions" }));
    assert_eq!(listed["exceptions"][0]["exception"]["product"], "Album A5");
    assert_eq!(list(&till, "settled").await["data"][0]["seq"], 4);
    let all = till.get(LIST).await.body;
    assert_eq!(all["meta"]["total"], 3);
    assert_eq!(
        all["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| &row["seq"])
            .collect::<Vec<_>>(),
        [1, 2, 3]
    );
    let page = till.get(&format!("{LIST}?state=held&per_page=1")).await.body;
    assert_eq!(
        page["links"]["next"],
        "/api/outlet/sync/commands?state=held&page=2&per_page=1"
    );
    // An admin looks at one exception, then at the other.
    let id = listed["id"].as_str().unwrap().parse().unwrap();
    let review = |codes: Value, open| json!({ "command": id, "codes": codes, "open": open });
    till.scene
        .tell(vec![("reviewed", id, review(json!(["voided_twice"]), 1))])
        .await
        .unwrap();
    let excepted = list(&till, "excepted").await;
    assert_eq!(excepted["data"][0]["exceptions"][1]["reviewed"], true);
    assert_eq!(excepted["data"][0]["exceptions"][0]["reviewed"], false);
    till.scene
        .tell(vec![(
            "reviewed",
            id,
            review(json!(["voided_twice", "product_gone"]), 0),
        )])
        .await
        .unwrap();
    assert_eq!(list(&till, "excepted").await["meta"]["total"], 0);
    assert_eq!(list(&till, "settled").await["data"][1]["seq"], 3);
}

#[tokio::test]
async fn two_who_void_one_sale_at_once_void_it_once() {
    let till = Till::with_staff().await;
    let sale = sell(&till).await;
    let path = format!("{LIST}/{}/remedy", sale["command"]["id"].as_str().unwrap());
    let other = another_screen(&till).await;
    let body = json!({ "remedy": "void_sale", "reason": "dobel" });
    let at_other = |path: &str, body: &Value| {
        http::Request::post(path)
            .header("gerai-screen", &other)
            .header("accept-language", "en")
            .header("idempotency-key", till.scene.clock.uuid().to_string())
            .body(axum::body::Body::from(body.to_string()))
            .unwrap()
    };
    let signed_in = till
        .send(at_other(
            "/api/outlet/staff/sign-in",
            &json!({ "name": "Rina", "pin": PIN }),
        ))
        .await;
    assert_eq!(signed_in.status, 200);
    let (one, two) = tokio::join!(till.post(&path, &body), till.send(at_other(&path, &body)));
    let (done, refused) = if one.status == 200 { (one, two) } else { (two, one) };
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(
        (&done.body["supersedes"], &done.body["data"][0]["row"]["reason"]),
        (&sale["command"]["id"], &json!("dobel"))
    );
    assert_eq!(refused.problem(), (409, "sale_voided"));
    assert_eq!(refused.body["title"], "This sale has been voided already");
    assert_eq!(
        till.scene.journal.known().last_seq,
        2,
        "one void, and no trace of the other"
    );
    let waiting = list(&till, "waiting").await;
    assert_eq!(waiting["data"][1]["supersedes"], sale["command"]["id"]);
    assert_eq!(
        (
            &waiting["data"][0]["about"]["sale"]["voided"],
            &waiting["data"][0]["remedies"]
        ),
        (&json!(true), &json!([]))
    );
    let entries = till.scene.journal.unsent(1, 1).await.unwrap();
    assert!(entries[0].json.contains("\"supersedes\""), "the journal names it, too");
    assert_eq!(entries[0].changes_hash.len(), hash_of(&[]).len());
}

#[tokio::test]
async fn tickets_are_cancelled_and_shifts_corrected_by_the_same_way() {
    let till = Till::with_staff().await;
    let issue = json!({ "product": till.scene.photo.id, "party_size": 2 });
    let issued = till.post("/api/outlet/tickets", &issue).await.body;
    let path = |id: &Value| format!("{LIST}/{}/remedy", id.as_str().unwrap());
    let cancel = json!({ "remedy": "cancel_ticket", "reason": "dobel" });
    let done = till.post(&path(&issued["command"]["id"]), &cancel).await;
    assert_eq!(done.body["data"][0]["row"]["state"], "cancelled", "{}", done.body);
    let again = till.post(&path(&issued["command"]["id"]), &cancel).await;
    assert_eq!(again.problem(), (409, "wrong_ticket_state"));
    let void = json!({ "remedy": "void_sale", "reason": "x" });
    let refused = till.post(&path(&issued["command"]["id"]), &void).await;
    assert_eq!(refused.problem(), (422, "invalid_body"), "a ticket is not a sale");
    let opened = till.post("/api/outlet/shifts", &json!({ "float": 100_000 })).await.body;
    let shift = opened["data"]["id"].as_str().unwrap();
    let close = format!("/api/outlet/shifts/{shift}/close");
    let closed = till.post(&close, &json!({ "counted": 90_000 })).await.body;
    let correct = json!({ "remedy": "correct_shift", "amount": 10_000, "reason": "di bawah laci" });
    let corrected = till.post(&path(&closed["command"]["id"]), &correct).await;
    assert_eq!(corrected.body["data"][0]["row"]["corrections"][0]["amount"], 10_000);
    let unknown = json!(till.scene.clock.uuid().to_string());
    assert_eq!(till.post(&path(&unknown), &correct).await.problem(), (404, "not_found"));
}

#[tokio::test]
async fn the_list_and_each_remedy_have_a_permission() {
    let till = Till::new().await;
    assert_eq!(till.get(LIST).await.problem(), (403, "staff_needed"));
    let viewer = till.scene.grant("Dewi", &[Permission::SyncView, Permission::SalesSell]);
    till.scene.follow_grant(&viewer).await;
    till.sign_in("Dewi", PIN).await;
    let sale = sell(&till).await;
    let path = format!("{LIST}/{}/remedy", sale["command"]["id"].as_str().unwrap());
    let body = json!({ "remedy": "void_sale", "reason": "x" });
    assert_eq!(till.post(&path, &body).await.problem(), (403, "permission_missing"));
    assert_eq!(list(&till, "waiting").await["data"][0]["by"]["name"], "Dewi");
}
