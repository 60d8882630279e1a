//! Outlets over a real database.

use gerai_shared::{OutletId, sync::outlet_topic};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{features::catalog, platform::feed, testing::TestApp, tx};

async fn with_location() -> TestApp {
    let app = TestApp::new().await;
    let platform = &app.platform;
    tx!(&platform.db, |tx| -> Result<(), catalog::Error> {
        catalog::ensure_location(tx, platform.clock.id(), "Bandung", platform.clock.now()).await?;
        Ok(())
    })
    .unwrap();
    app
}

fn draft(code: &str) -> Value {
    let day = json!({"opens": 600, "closes": 1_500});
    json!({
        "code": code, "name": "Gerai Dago", "city": "Bandung", "address": "Jl. Contoh 1", "location": "bandung",
        "zone": "WIB", "day_starts_at": 240, "caps": {"sale": 500_000, "day_offline": 2_000_000},
        "outage_cap": 5_000_000, "hours": [null, day, day, day, day, day, day],
        "studios": [
            {"name": "Booth", "serves": ["photobooth"]},
            {"name": "Studio", "serves": ["studioPro", "professionalFoto"]},
        ],
    })
}

fn path(id: u128) -> String {
    format!("/api/admin/outlets/{}", Uuid::from_u128(id))
}

#[tokio::test]
async fn an_outlet_comes_back_as_it_was_written_and_its_edge_is_told_once() {
    let app = with_location().await;
    let admin = app.admin().await;
    let made = app
        .put(&path(1))
        .by(&admin)
        .once()
        .json(&draft("BDG01"))
        .send()
        .await
        .expect(201);

    let shown = app.get(&format!("/api/outlets/{}", Uuid::from_u128(1))).send().await;
    assert_eq!(shown.header("cache-control"), "public, max-age=60");
    let etag = shown.header("etag").to_owned();
    assert_eq!(shown.expect(200)["data"], made["data"]);
    assert_eq!(made["data"]["studios"][1]["name"], "Studio");
    assert_eq!(made["data"]["hours"][0], Value::Null);

    // What was read, sent back: nothing changes.
    let mut same = made["data"].clone();
    same.as_object_mut().unwrap().remove("id");
    app.put(&path(1)).by(&admin).once().json(&same).send().await.expect(200);
    let id = OutletId(Uuid::from_u128(1));
    let rows = feed::page(app.platform.db.reader(), &outlet_topic(id), 0, 10)
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].kind.as_str(), rows[0].id), ("outlet", id.0));
    assert_eq!(rows[0].body.as_ref(), Some(&made["data"]));
    let kept = super::get(app.platform.db.reader(), id).await.unwrap().unwrap();
    assert_eq!(serde_json::to_value(kept).unwrap(), made["data"]);

    // A studio less.
    same["studios"].as_array_mut().unwrap().pop();
    let less = app.put(&path(1)).by(&admin).once().json(&same).send().await.expect(200);
    assert_eq!(less["data"]["studios"].as_array().unwrap().len(), 1);
    let changed = app
        .get(&format!("/api/outlets/{}", Uuid::from_u128(1)))
        .header("if-none-match", &etag)
        .send()
        .await;
    assert_eq!(changed.expect(200)["data"], less["data"]);
}

#[tokio::test]
async fn the_list_is_paged_by_code_and_answers_304() {
    let app = with_location().await;
    let admin = app.admin().await;
    for (id, code) in [(3, "SBY01"), (1, "BDG01"), (2, "JKT01")] {
        app.put(&path(id))
            .by(&admin)
            .once()
            .json(&draft(code))
            .send()
            .await
            .expect(201);
    }
    let page = app.get("/api/outlets?page=2&per_page=2").send().await;
    let etag = page.header("etag").to_owned();
    let page = page.expect(200);
    assert_eq!(page["meta"]["total"], 3);
    assert_eq!(page["data"][0]["code"], "SBY01");
    assert_eq!(page["links"]["prev"], "/api/outlets?page=1&per_page=2");
    let had = app
        .get("/api/outlets?page=2&per_page=2")
        .header("if-none-match", &etag)
        .send()
        .await;
    assert_eq!(had.status, 304);
    app.get(&format!("/api/outlets/{}", Uuid::from_u128(8)))
        .send()
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn what_does_not_fit_is_refused_by_field() {
    let app = with_location().await;
    let admin = app.admin().await;
    let made = app
        .put(&path(1))
        .by(&admin)
        .once()
        .json(&draft("BDG01"))
        .send()
        .await
        .expect(201);
    app.put(&path(2))
        .by(&admin)
        .once()
        .json(&draft("BDG01"))
        .send()
        .await
        .problem(409, "code_taken");
    for (field, value) in [
        ("code", json!("bdg-1")),
        ("name", json!(" ")),
        ("location", json!("kutub")),
        ("day_starts_at", json!(1_440)),
        ("hours", json!([])),
        ("hours", json!(vec![json!({"opens": 700, "closes": 600}); 7])),
        ("studios", json!([{"name": "A", "serves": ["retailProduct"]}])),
        ("studios", made["data"]["studios"].clone()),
    ] {
        let mut wrong = draft("BDG02");
        wrong[field] = value;
        let problem = app
            .put(&path(2))
            .by(&admin)
            .once()
            .json(&wrong)
            .send()
            .await
            .problem(422, "invalid_outlet");
        assert!(problem["errors"].get(field).is_some(), "{field}: {problem}");
    }
    let customer = app.customer().await;
    app.put(&path(2))
        .by(&customer)
        .once()
        .json(&draft("BDG02"))
        .send()
        .await
        .problem(403, "forbidden");
}
