//! The catalogue over a real database: its shape to the letter, its queries counted, its imports
//! whole or not at all.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::http::StatusCode;
use gerai_shared::{Rupiah, catalog::Category, sync::CATALOG_TOPIC};
use sea_orm::Condition;
use serde_json::json;
use uuid::Uuid;

use super::{Draft, Error, Feature, Packet, RetailGroup, import, shelf, store};
use crate::{
    platform::feed,
    testing::{Answer, TestApp},
};

const SHEET: &str = "\
category,name,price,display_order,retail_group,duration_minutes,features,photos,packets,available_in
retailProduct,Album Mini,45000,20,album,,,,,
thematic,Kamar Senja,85000,10,,15,take_photo=Sepuasnya;duration=15 menit,a.svg,,Bandung-nya
professionalFoto,Wisuda,550000,10,,60,,,name=Perak;price=750000|name=Emas;price=1100000;info=Album,
photobooth,Booth Klasik,35000,10,,10,,,,
";

fn sheet() -> String {
    SHEET.replace("Bandung-nya", "bandung")
}

fn picture(name: &str) -> Option<Vec<u8>> {
    (name == "a.svg").then(|| b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec())
}

async fn with_location() -> TestApp {
    let app = TestApp::new().await;
    let platform = &app.platform;
    crate::tx!(&platform.db, |tx| -> Result<(), Error> {
        super::ensure_location(tx, platform.clock.id(), "Bandung", platform.clock.now()).await?;
        Ok(())
    })
    .unwrap();
    app
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.bytes).into_owned()
}

async fn position(app: &TestApp) -> u64 {
    feed::position(app.platform.db.reader(), CATALOG_TOPIC).await.unwrap()
}

#[tokio::test]
async fn the_public_catalogue_has_its_eight_groups_in_order() {
    let app = with_location().await;
    import(&app.platform, sheet().as_bytes(), &picture).await.unwrap();

    let reply = app.get("/api/catalog-products").send().await;

    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("cache-control"), "public, max-age=300");
    assert_eq!(reply.header("gerai-feed"), "4");
    let groups = [
        "photobooth",
        "thematic",
        "studioPro",
        "highAngle",
        "wideAngle",
        "professionalFoto",
        "additional",
        "retailProduct",
        "album",
        "bingkai",
        "merchandise",
        "gift_decor",
    ];
    let told = text(&reply);
    let places: Vec<_> = groups
        .iter()
        .map(|group| told.find(&format!("\"{group}\":")).unwrap())
        .collect();
    assert!(places.is_sorted(), "{told}");
    let body = reply.json();
    let thematic = &body["thematic"][0];
    assert_eq!(thematic["available_in"], json!(["bandung"]));
    assert_eq!(thematic["price"], 85_000);
    assert_eq!(thematic["price_display"], "Rp 85.000");
    assert_eq!(thematic["features"][0]["duration"], "15 menit");
    assert!(thematic["photos"][0].as_str().unwrap().starts_with("/media/"));
    assert_eq!(body["professionalFoto"][0]["packets"][1]["info"], "Album");
    assert_eq!(body["retailProduct"]["album"][0]["name"], "Album Mini");
    assert_eq!(body["retailProduct"]["bingkai"], json!([]));
    let keys: Vec<_> = body["photobooth"][0].as_object().unwrap().keys().cloned().collect();
    let expected = [
        "category",
        "display_order",
        "duration_minutes",
        "features",
        "id",
        "info",
        "name",
        "people",
        "photos",
        "price",
        "price_display",
        "variant_text",
    ];
    let mut keys = keys;
    keys.sort();
    assert_eq!(keys, expected);
}

#[tokio::test]
async fn the_catalogue_is_loaded_in_four_queries_however_much_there_is() {
    let app = TestApp::new().await;
    crate::seed::run(&app.platform, true).await.unwrap();
    let mut db = app.platform.db.reader().clone();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    db.set_metric_callback(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
    });

    let page = shelf::load(&db).await.unwrap();

    assert_eq!(asked.load(Ordering::SeqCst), 4);
    assert_eq!(page.position, position(&app).await);
}

#[tokio::test]
async fn a_caller_who_has_it_gets_304_until_it_changes() {
    let app = with_location().await;
    import(&app.platform, sheet().as_bytes(), &picture).await.unwrap();
    let first = app.get("/api/catalog-products").send().await;
    let etag = first.header("etag").to_owned();

    let again = app
        .get("/api/catalog-products")
        .header("if-none-match", &etag)
        .send()
        .await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(again.header("etag"), etag.as_str());
    assert!(again.bytes.is_empty());

    let admin = app.admin().await;
    let id = Uuid::from_u128(7);
    let draft = json!({"name": "Booth Baru", "category": "photobooth", "price": 30_000, "duration_minutes": 10});
    let path = format!("/api/admin/catalog/products/{id}");
    let made = app.put(&path).by(&admin).once().json(&draft).send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", text(&made));

    let changed = app
        .get("/api/catalog-products")
        .header("if-none-match", &etag)
        .send()
        .await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_eq!(changed.json()["photobooth"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_edge_never_gets_what_is_older_than_it_knows_of() {
    let app = with_location().await;
    import(&app.platform, sheet().as_bytes(), &picture).await.unwrap();
    app.get("/api/catalog-products").send().await;
    // Changed behind the back of the program that keeps the page: by another central, or a command.
    let more = "category,name,price,duration_minutes\nphotobooth,Booth Baru,30000,10\n";
    import(&app.platform, more.as_bytes(), &picture).await.unwrap();
    let at = position(&app).await;

    let fresh = app
        .get("/api/catalog-products")
        .header("gerai-feed-at-least", &at.to_string())
        .send()
        .await;

    assert_eq!(fresh.header("gerai-feed"), at.to_string().as_str());
    assert_eq!(fresh.json()["photobooth"].as_array().unwrap().len(), 2);
    let beyond = app
        .get("/api/catalog-products")
        .header("gerai-feed-at-least", "999999")
        .send()
        .await;
    assert_eq!(beyond.status, StatusCode::OK);
}

#[tokio::test]
async fn a_bad_row_is_named_and_nothing_is_imported() {
    let app = with_location().await;
    let bad = sheet()
        .replace("Wisuda,550000", "Wisuda,lima ratus")
        .replace("photobooth,Booth Klasik", "photoboth,Booth Klasik");

    let error = import(&app.platform, bad.as_bytes(), &picture).await.unwrap_err();

    let told = error.to_string();
    assert!(told.contains("line 4, column price, value `lima ratus`"), "{told}");
    assert!(told.contains("line 5, column category, value `photoboth`"), "{told}");
    assert!(told.contains("photobooth, thematic"), "{told}");
    let kept = store::read(app.platform.db.reader(), Condition::all()).await.unwrap();
    assert!(kept.products.is_empty());
    assert_eq!(position(&app).await, 0);
}

#[tokio::test]
async fn what_is_wrong_with_a_sheet_is_said() {
    let app = with_location().await;
    for (bad, told) in [
        ("name,prize\n", "line 1, column prize"),
        ("name,price\nA,1\n", "`category` and `name`"),
        (
            "category,name,price\nadditional,A,1\nadditional,A,2\n",
            "line 3, column name, value `A`: is the product of line 2",
        ),
        ("category,name,price\nphotobooth,A,1\n", "column duration_minutes"),
        (
            "category,name,price,photos\nadditional,A,1,b.svg\n",
            "there is no picture `b.svg`",
        ),
        (
            "category,name,price,available_in\nadditional,A,1,kutub\n",
            "`kutub` is not a location; one of bandung",
        ),
        ("category,name,price\nadditional,A,-5\n", "is not a price"),
        (
            "id,name\n00000000-0000-0000-0000-000000000009,A\n",
            "is needed for a new product",
        ),
    ] {
        let error = import(&app.platform, bad.as_bytes(), &picture)
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(told), "{error}");
    }
    let uneven = import(&app.platform, b"category,name,price\nadditional,A\n", &picture).await;
    assert!(matches!(uneven, Err(Error::Csv(_))));
}

#[tokio::test]
async fn an_import_again_changes_nothing_and_columns_left_out_are_left_alone() {
    let app = with_location().await;
    let first = import(&app.platform, sheet().as_bytes(), &picture).await.unwrap();
    assert_eq!((first.created, first.changed, first.unchanged), (4, 0, 0));
    let at = position(&app).await;

    let again = import(&app.platform, sheet().as_bytes(), &picture).await.unwrap();
    assert_eq!((again.created, again.changed, again.unchanged), (0, 0, 4));
    assert_eq!(position(&app).await, at);

    let dearer = "category,name,price\nprofessionalFoto,Wisuda,600000\n";
    let priced = import(&app.platform, dearer.as_bytes(), &picture).await.unwrap();
    assert_eq!((priced.created, priced.changed), (0, 1));
    assert_eq!(position(&app).await, at + 1);
    let body = app
        .get("/api/catalog-products")
        .header("gerai-feed-at-least", "5")
        .send()
        .await
        .json();
    assert_eq!(body["professionalFoto"][0]["price_display"], "Rp 600.000");
    assert_eq!(body["professionalFoto"][0]["packets"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn every_field_of_a_product_comes_back_as_it_was_written() {
    let app = with_location().await;
    let platform = &app.platform;
    let now = platform.clock.now();
    let draft = Draft {
        price_display: Some("mulai Rp 1".to_owned()),
        price: Rupiah(1_000_000_000),
        info: Some("Baris satu\nbaris dua 😀".to_owned()),
        variant_text: Some("A / B".to_owned()),
        people: Some("1–2 orang".to_owned()),
        max_party: Some(2),
        display_order: -3,
        duration_minutes: 1_440,
        active: false,
        features: vec![
            Feature {
                take_photo: Some("a".to_owned()),
                digital_copy: Some("b".to_owned()),
                ..Feature::default()
            },
            Feature {
                printed_sheet: Some("c".to_owned()),
                duration: Some("d".to_owned()),
                other: Some("e".to_owned()),
                ..Feature::default()
            },
        ],
        photos: vec![format!("{:032x}.webp", 7), format!("{:032x}.svg", 5)],
        packets: vec![
            Packet {
                name: "Emas".to_owned(),
                price_display: Some("Rp 2".to_owned()),
                price: Rupiah(2),
                info: Some("x".to_owned()),
            },
            Packet {
                name: "Perak".to_owned(),
                price_display: Some("Rp 1".to_owned()),
                price: Rupiah(1),
                info: None,
            },
        ],
        available_in: vec!["bandung".to_owned()],
        name: "Wisuda".to_owned(),
        ..Draft::of(Category::ProfessionalFoto)
    };
    let id = platform.clock.id();
    let written = draft.clone();
    crate::tx!(&platform.db, |tx| -> Result<(), Error> {
        super::service::replace(tx, id, written.clone(), now).await?;
        Ok(())
    })
    .unwrap();

    let kept = super::service::find(platform.db.reader(), id).await.unwrap().unwrap();

    assert_eq!(kept.draft, draft);
    assert_eq!((kept.created_at, kept.updated_at), (now, now));
    let listed = super::listed(platform.db.reader(), &[id.into()]).await.unwrap();
    // Whoever asks for some products asks for prices, not for what a card shows.
    let found = &listed[&id.into()].product;
    let expected = gerai_shared::catalog::Product {
        display: found.display.clone(),
        ..draft.product(id)
    };
    assert_eq!(*found, expected);
    assert!(!listed[&id.into()].active);
    assert!(
        super::products(platform.db.reader(), &[id.into()])
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn admins_write_and_delete_once_and_the_feed_says_so_once() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let path = format!("/api/admin/catalog/products/{}", Uuid::from_u128(9));
    let draft = json!({"name": "Magnet", "category": "retailProduct", "price": 20_000, "retail_group": "merchandise"});

    let made = app.put(&path).by(&admin).key("k1").json(&draft).send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", text(&made));
    let again = app.put(&path).by(&admin).key("k1").json(&draft).send().await;
    assert_eq!(
        (text(&again), again.header("idempotency-replayed")),
        (text(&made), "true")
    );
    // Another key, the same product: nothing changes, nobody is told.
    let same = app.put(&path).by(&admin).key("k2").json(&draft).send().await;
    assert_eq!(same.status, StatusCode::OK);
    assert_eq!(position(&app).await, 1);

    let gone = app.delete(&path).by(&admin).key("k3").send().await;
    assert_eq!(gone.status, StatusCode::OK, "{}", text(&gone));
    assert_eq!(
        app.delete(&path).by(&admin).key("k4").send().await.status,
        StatusCode::NOT_FOUND
    );
    let rows = feed::page(app.platform.db.reader(), CATALOG_TOPIC, 0, 10)
        .await
        .unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].body.as_ref().unwrap()["retail_group"], "merchandise");
    assert_eq!(rows[1].body, None);
}

#[tokio::test]
async fn a_product_that_does_not_fit_is_refused_by_field() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let path = format!("/api/admin/catalog/products/{}", Uuid::from_u128(9));
    for (draft, field) in [
        (json!({"name": " ", "category": "additional", "price": 1}), "name"),
        (
            json!({"name": "A", "category": "photobooth", "price": 1}),
            "duration_minutes",
        ),
        (
            json!({"name": "A", "category": "retailProduct", "price": 1}),
            "retail_group",
        ),
        (
            json!({"name": "A", "category": "additional", "price": 1, "retail_group": "album"}),
            "retail_group",
        ),
        (json!({"name": "A", "category": "additional", "price": -1}), "price"),
        (
            json!({"name": "A", "category": "additional", "price": 1, "photos": ["../key"]}),
            "photos",
        ),
        (
            json!({"name": "A", "category": "additional", "price": 1, "available_in": ["x"]}),
            "available_in",
        ),
        (
            json!({"name": "A", "category": "additional", "price": 1, "packets": [{"name": "P", "price": 1}]}),
            "packets",
        ),
    ] {
        let reply = app.put(&path).by(&admin).once().json(&draft).send().await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", text(&reply));
        assert!(reply.json()["errors"].get(field).is_some(), "{field}: {}", text(&reply));
    }
    let wrong = app
        .put(&path)
        .by(&admin)
        .once()
        .json(&json!({"name": "A", "category": "studio", "price": 1}))
        .send()
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&wrong).contains("professionalFoto"), "{}", text(&wrong));
}

#[tokio::test]
async fn pictures_are_kept_by_their_content_and_never_change() {
    let app = with_location().await;
    import(&app.platform, sheet().as_bytes(), &picture).await.unwrap();
    let body = app.get("/api/catalog-products").send().await.json();
    let path = body["thematic"][0]["photos"][0].as_str().unwrap().to_owned();

    let shown = app.get(&path).send().await;
    assert_eq!(shown.status, StatusCode::OK);
    assert_eq!(shown.header("content-type"), "image/svg+xml");
    assert_eq!(shown.header("cache-control"), "public, max-age=31536000, immutable");
    let etag = shown.header("etag").to_owned();
    assert!(etag.starts_with('"'), "{etag} is not strong");
    let had = app.get(&path).header("if-none-match", &etag).send().await;
    assert_eq!(had.status, StatusCode::NOT_MODIFIED);
    for bad in [
        "/media/central-key.pk8",
        "/media/..%2Fcentral-key.pk8",
        "/media/00000000000000000000000000000000.svg",
    ] {
        assert_eq!(app.get(bad).send().await.status, StatusCode::NOT_FOUND, "{bad}");
    }
}

#[test]
fn retail_groups_are_read_as_they_are_written() {
    for group in RetailGroup::ALL {
        assert_eq!(group.as_str().parse(), Ok(group));
        assert_eq!(serde_json::to_value(group).unwrap(), group.as_str());
    }
}
