//! Two centrals on one database.

use sea_orm::{EntityTrait, PaginatorTrait};

use super::owner::with_owner;
use crate::testing::TestApp;

#[tokio::test]
async fn two_centrals_that_get_one_outlets_pushes_at_once_apply_them_once_and_in_order() {
    let app = TestApp::new().await;
    let twin = app.twin().await;
    let mut owner = with_owner(&app).await;
    for number in 1..=30 {
        owner.visit(number);
    }
    let all = owner.sent.len();
    let mut acked = 0;
    while acked < all {
        // Both get the same next commands; one of them may come too early and be told so.
        let to = (acked + 24).min(all);
        let (one, other) = tokio::join!(
            owner.push(&app.platform, acked + 1, to),
            owner.push(&twin.platform, acked + 1, to)
        );
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!(one, other, "both are told the same");
        acked = usize::try_from(one.1).unwrap();
    }
    assert_eq!(owner.at_central(&app.platform).await, owner.state);
    let commands = super::super::model::command::Entity::find();
    let stored = commands.count(app.platform.db.reader()).await.unwrap();
    assert_eq!(stored, all as u64);
}
