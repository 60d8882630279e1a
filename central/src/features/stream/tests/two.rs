//! Two centrals on one database.

use sea_orm::{EntityTrait, PaginatorTrait};

use super::{
    super::{StreamError, adopt, lock, position},
    owner::with_owner,
};
use crate::testing::TestApp;

#[tokio::test]
async fn invariant_02_exactly_once_though_two_centrals_get_the_pushes() {
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

#[tokio::test]
async fn invariant_03_order_a_push_waits_for_whoever_holds_the_outlet() {
    let app = TestApp::new().await;
    let mut owner = with_owner(&app).await;
    owner.visit(1);
    let holder = app.platform.db.begin().await.unwrap();
    lock(&holder, owner.outlet).await.unwrap();
    let push = owner.push(&app.platform, 1, 4);
    let watched = async {
        // The holder gives the outlet to another edge meanwhile; the push must see that.
        for _ in 0..20 {
            let at = position(app.platform.db.reader(), owner.outlet).await.unwrap().unwrap();
            assert_eq!((at.last_seq, at.incarnation), (0, 1));
        }
        adopt(&holder, owner.outlet, 2).await.unwrap();
        holder.commit().await.unwrap();
    };
    let (pushed, ()) = tokio::join!(push, watched);
    assert!(matches!(pushed, Err(StreamError::Fenced)), "{pushed:?}");
}
