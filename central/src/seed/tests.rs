//! The demo chain, and that seeding again changes nothing.

use std::collections::HashSet;

use gerai_shared::{
    OutletId, StaffId, Zone,
    catalog::Category,
    sync::{CATALOG_TOPIC, outlet_topic},
};
use serde_json::{Value, json};

use super::{DEMO_ADMIN, chain, run};
use crate::{
    features::{catalog, outlets, staff},
    platform::feed,
    testing::TestApp,
};

async fn positions(app: &TestApp) -> Vec<(String, u64)> {
    let db = app.platform.db.reader();
    let mut topics = vec![CATALOG_TOPIC.to_owned()];
    topics.extend(
        chain::demo_outlets()
            .unwrap()
            .into_iter()
            .map(|outlet| outlet_topic(outlet.id)),
    );
    let mut positions = Vec::new();
    for topic in topics {
        let at = feed::position(db, &topic).await.unwrap();
        positions.push((topic, at));
    }
    positions
}

#[tokio::test]
async fn the_demo_is_a_realistic_chain() {
    let app = TestApp::new().await;
    run(&app.platform, true).await.unwrap();
    let db = app.platform.db.reader();

    let outlets = outlets::all(db).await.unwrap();
    assert_eq!(outlets.len(), 12);
    let zones: HashSet<Zone> = outlets.iter().map(|outlet| outlet.zone).collect();
    assert_eq!(zones.len(), 3);
    assert!(outlets.iter().all(|outlet| (2..=6).contains(&outlet.studios.len())));
    let body = app.get("/api/catalog-products").send().await.expect(200);
    let mut products = 0;
    for category in Category::ALL {
        let group = &body[category.as_str()];
        let items: Vec<&Value> = match group {
            Value::Object(goods) => goods.values().flat_map(|goods| goods.as_array().unwrap()).collect(),
            group => group.as_array().unwrap().iter().collect(),
        };
        assert!(!items.is_empty(), "{}", category.as_str());
        for item in &items {
            let path = item["photos"][0].as_str().unwrap();
            app.get(path).send().await.expect(200);
        }
        products += items.len();
    }
    assert!(products >= 60, "{products}");
    let offered = body["thematic"].as_array().unwrap().iter();
    assert!(
        offered
            .clone()
            .all(|product| !product["available_in"].as_array().unwrap().is_empty())
    );
    assert!(body["professionalFoto"][0]["packets"].as_array().unwrap().len() > 1);
    let by_outlet = |outlet: OutletId| {
        let app = &app;
        async move {
            let rows = feed::page(app.platform.db.reader(), &outlet_topic(outlet), 0, 100)
                .await
                .unwrap();
            rows.iter().filter(|row| row.kind == "grant").count()
        }
    };
    for outlet in &outlets {
        assert!((3..=4).contains(&by_outlet(outlet.id).await), "{}", outlet.code);
    }
    let admin = json!({"email": DEMO_ADMIN.0, "password": DEMO_ADMIN.1});
    let signed_in = app.post("/api/auth/login").json(&admin).send().await.expect(200);
    assert_eq!(signed_in["user"]["role"], "admin");
}

#[tokio::test]
async fn seeding_again_changes_nothing_not_even_what_was_changed_since() {
    let app = TestApp::new().await;
    run(&app.platform, true).await.unwrap();
    let admin = app.admin().await;
    let db = app.platform.db.reader();
    let body = app.get("/api/catalog-products").send().await.expect(200);
    let product = format!(
        "/api/admin/catalog/products/{}",
        body["photobooth"][0]["id"].as_str().unwrap()
    );
    app.delete(&product).by(&admin).once().send().await.expect(200);
    let outlet = outlets::all(db).await.unwrap()[0].id;
    let rows = feed::page(db, &outlet_topic(outlet), 0, 100).await.unwrap();
    let member = StaffId(rows.iter().find(|row| row.kind == "grant").unwrap().id);
    let grant = format!("/api/admin/grants/{member}/{outlet}");
    app.delete(&grant).by(&admin).once().send().await.expect(200);
    let before = positions(&app).await;

    run(&app.platform, true).await.unwrap();

    assert_eq!(positions(&app).await, before);
    assert!(!staff::grant(db, member, outlet).await.unwrap().unwrap().active);
    let after = app.get("/api/catalog-products").send().await.expect(200);
    assert_eq!(
        after["photobooth"].as_array().unwrap().len(),
        body["photobooth"].as_array().unwrap().len() - 1
    );
    assert_eq!(catalog::version(db).await.unwrap(), before[0].1);
}

#[tokio::test]
async fn without_the_demo_there_are_roles_only() {
    let app = TestApp::new().await;
    run(&app.platform, false).await.unwrap();
    run(&app.platform, false).await.unwrap();
    assert!(outlets::all(app.platform.db.reader()).await.unwrap().is_empty());
    assert_eq!(catalog::version(app.platform.db.reader()).await.unwrap(), 0);
}
