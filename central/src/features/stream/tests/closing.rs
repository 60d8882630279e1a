//! The end of a day and of a cash shift, as central looks at them.

use gerai_shared::{
    Act, OutletId, Rupiah, SaleId, ShiftId, TicketId,
    command::{AdjustWait, CloseDay, CloseShift, CorrectShift, MoveCash, OpenShift, PROTOCOL, SetIntake},
    intake::{IntakeState, SeriesTold},
    queue::{Series, TicketState},
    shift::{Direction, Settlement},
    sync::Outcome,
};

use super::{
    super::release_all,
    holding::reading,
    owner::{Owner, exceptions, push_sent, with_owner},
};
use crate::testing::TestApp;

fn close_day(owner: &mut Owner, outlet: OutletId, tickets: Vec<TicketId>, last: u32) {
    let sent = &owner.sent[0];
    let day = gerai_shared::Command::read(&sent.json, gerai_shared::command::PROTOCOL)
        .unwrap()
        .stamp
        .day;
    let told = vec![SeriesTold {
        series: Series::WalkIn,
        last,
    }];
    owner.act(Act::CloseDay(CloseDay {
        outlet,
        day,
        forgotten: false,
        tickets,
        told,
    }));
}

#[tokio::test]
async fn every_kind_of_row_arrives_as_it_is() {
    let app = TestApp::new().await;
    let mut owner = with_owner(&app).await;
    let (outlet, shift) = (owner.outlet, ShiftId(owner.fresh()));
    let (first, second) = (owner.issue(1), owner.issue(2));
    owner.act(Act::OpenShift(OpenShift {
        shift,
        float: Rupiah(200_000),
    }));
    owner.act(Act::MoveCash(MoveCash {
        shift,
        direction: Direction::Out,
        amount: Rupiah(20_000),
        reason: "galon ☆".to_owned(),
    }));
    let sale: SaleId = owner.sell(1, 30_000);
    owner.void(sale);
    owner.act(Act::CloseShift(CloseShift {
        shift,
        settlement: Settlement {
            float: Rupiah(200_000),
            paid_out: Rupiah(20_000),
            expected: Rupiah(180_000),
            counted: Rupiah(179_000),
            difference: Rupiah(-1_000),
            ..Settlement::default()
        },
        note: Some("kurang seribu".to_owned()),
    }));
    owner.act(Act::CorrectShift(CorrectShift {
        shift,
        amount: Rupiah(1_000),
        reason: "di bawah laci".to_owned(),
    }));
    owner.act(Act::AdjustWait(AdjustWait { outlet, minutes: -5 }));
    owner.act(Act::SetIntake(SetIntake {
        outlet,
        state: IntakeState::Closed,
        cap: Some(40),
        message: Some("Tutup".to_owned()),
        cleared: vec![first],
    }));
    close_day(&mut owner, outlet, vec![second], 2);
    let count = owner.sent.len();
    let (results, _) = owner.push(&app.platform, 1, count).await.unwrap();
    assert!(
        results.iter().all(|result| result.outcome != Outcome::SendRows),
        "{results:?}"
    );
    let here = owner.at_central(&app.platform).await;
    assert_eq!(here, owner.state);
    assert_eq!(here.ticket(first).unwrap().now.state, TicketState::Cancelled);
    assert_eq!(here.ticket(second).unwrap().now.state, TicketState::NoShow);
    assert!(
        exceptions(&app.platform)
            .await
            .iter()
            .all(|code| code == "price_variance")
    );
}

#[tokio::test]
async fn a_number_that_was_skipped_is_listed_when_the_day_is_closed() {
    let app = TestApp::new().await;
    let mut owner = with_owner(&app).await;
    let outlet = owner.outlet;
    let tickets = vec![owner.issue(1), owner.issue(2), owner.issue(4)];
    close_day(&mut owner, outlet, tickets, 4);
    let (results, _) = owner.push(&app.platform, 1, 4).await.unwrap();
    assert_eq!(results[3].outcome, Outcome::Excepted);
    assert_eq!(
        serde_json::to_value(&results[3].exceptions).unwrap()[0]["numbers"],
        serde_json::json!(["A-003"])
    );
}

#[tokio::test]
async fn a_closing_that_was_held_is_looked_at_when_it_is_released() {
    let app = TestApp::with(|config| config.sync.protocol_ceiling = 0).await;
    let mut owner = with_owner(&app).await;
    let outlet = owner.outlet;
    let tickets = vec![owner.issue(1), owner.issue(2), owner.issue(4)];
    close_day(&mut owner, outlet, tickets, 4);
    let (results, _) = push_sent(&app.platform, outlet, 1, &owner.sent, true).await.unwrap();
    assert!(
        results.iter().all(|result| result.outcome == Outcome::Held),
        "{results:?}"
    );
    release_all(&reading(&app, PROTOCOL)).await.unwrap();
    assert_eq!(owner.at_central(&app.platform).await, owner.state);
    assert_eq!(exceptions(&app.platform).await, ["numbers_skipped"]);
}

#[tokio::test]
async fn a_settlement_central_cannot_add_up_is_listed() {
    let app = TestApp::new().await;
    let mut owner = with_owner(&app).await;
    let shift = ShiftId(owner.fresh());
    owner.act(Act::OpenShift(OpenShift {
        shift,
        float: Rupiah::ZERO,
    }));
    owner.act(Act::CloseShift(CloseShift {
        shift,
        settlement: Settlement {
            sales: Rupiah(50_000),
            expected: Rupiah(50_000),
            counted: Rupiah(50_000),
            ..Settlement::default()
        },
        note: None,
    }));
    owner.push(&app.platform, 1, 2).await.unwrap();
    assert_eq!(exceptions(&app.platform).await, ["settlement_differs"]);
    assert_eq!(owner.at_central(&app.platform).await, owner.state, "told stands");
}
