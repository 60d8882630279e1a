//! What a guest chose, from the number to the receipt.

use gerai_shared::{Change, queue::Ticket};
use serde_json::{Value, json};

use super::till::{Heard, Till};
use crate::journal::scene::Choices;

async fn choose(till: &Till, choices: &Choices, wanted: Value) -> Heard {
    let body = json!({ "product": choices.visit.id, "party_size": 2, "wanted": wanted });
    till.post("/api/outlet/tickets", &body).await
}

#[tokio::test]
async fn what_was_chosen_is_kept_with_the_number_and_can_be_charged() {
    let till = Till::with_staff().await;
    let choices = till.scene.offer_choices().await;
    let print = choices.print.id;
    let heard = choose(
        &till,
        &choices,
        json!({ "packet": "Gold", "extras": [{ "product": print, "quantity": 2 }] }),
    )
    .await;
    assert_eq!(heard.status, 201, "{}", heard.body);
    let told = json!({ "packet": "Gold", "extras": [{ "product": print, "name": "Cetak 4R", "quantity": 2 }] });
    assert_eq!(heard.body["data"]["wanted"], told);
    let queue = till.get("/api/outlet/queue").await.body;
    assert_eq!(queue["data"][0]["wanted"], told, "{queue}");

    let body = json!({
        "lines": [
            { "product": choices.visit.id, "packet": "Gold", "quantity": 1 },
            { "product": choices.visit.id, "packet": "Silver", "quantity": 1 },
            { "product": print, "quantity": 2 },
        ],
        "tendered": 2_000_000,
        "ticket": heard.body["data"]["id"],
    });
    let sold = till.post("/api/outlet/sales", &body).await;
    assert_eq!(sold.status, 201, "{}", sold.body);
    let sale = &sold.body["data"];
    assert_eq!((&sale["total"], &sale["change"]), (&json!(1_880_000), &json!(120_000)));
    let lines: Vec<_> = sale["lines"].as_array().unwrap().iter().collect();
    assert_eq!(
        (&lines[0]["name"], &lines[0]["packet"], &lines[0]["unit_price"]),
        (&json!("Fotografer Wisuda"), &json!("Gold"), &json!(1_100_000))
    );
    assert_eq!(lines[1]["unit_price"], 750_000);
    assert_eq!(lines[2]["packet"], Value::Null);
    let desk = till.get("/api/outlet/sync/commands").await.body;
    assert!(desk.to_string().contains("Fotografer Wisuda · Gold"), "{desk}");
}

#[tokio::test]
async fn another_product_drops_the_packet_and_undo_brings_it_back() {
    let till = Till::with_staff().await;
    let choices = till.scene.offer_choices().await;
    let extras = json!([{ "product": choices.print.id, "quantity": 1 }]);
    let heard = choose(&till, &choices, json!({ "packet": "Gold", "extras": extras })).await;
    let ticket: Ticket = serde_json::from_value(heard.body["data"].clone()).unwrap();
    let moved = till
        .act(&ticket, "transfer", &json!({ "product": till.scene.photo.id }))
        .await;
    let wanted = &moved.body["data"]["wanted"];
    assert_eq!(
        (&wanted["packet"], wanted["extras"].as_array().map(Vec::len)),
        (&Value::Null, Some(1))
    );
    let back = till.act(&ticket, "undo", &json!({})).await;
    assert_eq!(
        back.body["data"]["wanted"], heard.body["data"]["wanted"],
        "{}",
        back.body
    );
}

#[tokio::test]
async fn what_cannot_be_had_is_refused_by_field_and_takes_no_number() {
    let till = Till::with_staff().await;
    let choices = till.scene.offer_choices().await;
    let one = |product| json!({ "extras": [{ "product": product, "quantity": 1 }] });
    for (wanted, code, field) in [
        (json!({ "packet": "Platinum" }), "unknown_packet", "wanted.packet"),
        (one(choices.elsewhere.id), "unfit_extra", "wanted.extras[0].product"),
        (one(till.scene.album.id), "unfit_extra", "wanted.extras[0].product"),
        (
            json!({ "extras": [{ "product": choices.print.id, "quantity": 21 }] }),
            "out_of_bounds",
            "wanted.extras[0].quantity",
        ),
        (json!({ "packets": "Gold" }), "invalid_body", "wanted.packets"),
    ] {
        let heard = choose(&till, &choices, wanted.clone()).await;
        assert_eq!(heard.problem(), (422, code), "{wanted}");
        assert!(
            heard.body["errors"].as_object().unwrap().contains_key(field),
            "{}",
            heard.body
        );
    }
    let remote = till.scene.remote_ticket();
    let both = json!({ "remote": remote.id, "wanted": { "packet": "Gold" } });
    let heard = till.post("/api/outlet/tickets", &both).await;
    assert_eq!(heard.problem(), (422, "invalid_body"));
    let line = json!({ "lines": [{ "product": choices.visit.id, "packet": "Platinum", "quantity": 1 }],
        "tendered": 2_000_000 });
    let heard = till.post("/api/outlet/sales", &line).await;
    assert_eq!(heard.problem(), (422, "unknown_packet"));
    assert!(heard.body["errors"]["lines[0].packet"].is_array(), "{}", heard.body);
    assert_eq!(till.scene.journal.known().last_seq, 0);
}

#[tokio::test]
async fn an_empty_choice_leaves_no_trace() {
    let till = Till::new().await;
    let choices = till.scene.offer_choices().await;
    let heard = choose(&till, &choices, json!({ "packet": " ", "extras": [] })).await;
    assert_eq!(heard.status, 201, "{}", heard.body);
    assert!(heard.body["data"].get("wanted").is_none(), "{}", heard.body);
    let row: Ticket = serde_json::from_value(heard.body["data"].clone()).unwrap();
    assert!(!serde_json::to_string(&Change::Ticket(row)).unwrap().contains("wanted"));
}
