//! The log and its page.

use sea_orm::DbErr;
use serde_json::json;

use super::{Entry, log};
use crate::{features::catalog, testing::TestApp, tx};

#[tokio::test]
async fn an_entry_says_who_did_what_before_and_after() {
    let app = TestApp::new().await;
    let (admin, subject) = (app.admin().await, app.platform.clock.id());
    let clock = &app.platform.clock;
    tx!(&app.platform.db, |tx| -> Result<(), DbErr> {
        let entry = Entry::new("catalog", "updated", "Product changed")
            .on("product", subject)
            .by(admin.id)
            .changed(Some(&json!({"price": 1})), Some(&json!({"price": 2})))
            .with("reason", "typo");
        log(tx, clock, entry).await?;
        log(tx, clock, Entry::new("fleet", "approved", "Edge approved")).await
    })
    .unwrap();

    let path = format!("/api/admin/activity?subject_id={subject}");
    let page = app.get(&path).by(&admin).send().await.expect(200);
    assert_eq!(page["meta"]["total"], 1, "{page}");
    let entry = &page["data"][0];
    assert_eq!(entry["causer_id"], json!(admin.id));
    assert_eq!(
        entry["attribute_changes"],
        json!({"old": {"price": 1}, "attributes": {"price": 2}})
    );
    assert_eq!(entry["properties"]["reason"], "typo");

    let page = app
        .get("/api/admin/activity?per_page=1")
        .by(&admin)
        .send()
        .await
        .expect(200);
    assert_eq!(page["meta"]["last_page"], 2, "{page}");
    assert_eq!(page["data"][0]["log_name"], "fleet", "newest first");
}

#[tokio::test]
async fn an_act_that_is_rolled_back_leaves_no_entry() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let outcome: Result<(), DbErr> = tx!(&app.platform.db, |tx| -> Result<(), DbErr> {
        log(
            tx,
            &app.platform.clock,
            Entry::new("catalog", "deleted", "Product deleted"),
        )
        .await?;
        Err(DbErr::Custom("the act failed".to_owned()))
    });
    assert!(outcome.is_err());
    let page = app.get("/api/admin/activity").by(&admin).send().await.expect(200);
    assert_eq!(page["meta"]["total"], 0);
}

#[tokio::test]
async fn an_import_is_told_of_product_by_product_and_what_it_leaves_alone_is_not() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let told = async || {
        let page = app
            .get("/api/admin/activity?log_name=catalog")
            .by(&admin)
            .send()
            .await
            .expect(200);
        page["data"].as_array().unwrap().clone()
    };
    for (sheet, events) in [
        (
            "category,name,price,duration_minutes\nphotobooth,Booth,35000,15\n",
            vec!["created"],
        ),
        (
            "category,name,price,duration_minutes\nphotobooth,Booth,35000,15\n",
            vec!["created"],
        ),
        (
            "category,name,price,duration_minutes\nphotobooth,Booth,40000,15\n",
            vec!["created", "updated"],
        ),
    ] {
        catalog::import(&app.platform, sheet.as_bytes(), &|_| None)
            .await
            .unwrap();
        let mut found: Vec<_> = told()
            .await
            .iter()
            .map(|row| row["event"].as_str().unwrap().to_owned())
            .collect();
        found.sort();
        assert_eq!(found, events);
    }
}
