//! A ticket's page: its words in every state, and what it never says.

mod leaving;

use gerai_shared::{
    Micros, OutletId, ProductId, StudioId, TicketId, UserId,
    catalog::Category,
    estimate::Wait,
    outlet::{Outlet, Studio},
    problem::Lang,
    queue::{ChosenProduct, RemoteState, RemoteTicket, Series, Ticket, TicketState},
    time::Zone,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    qr::Qr,
    view::{Known, Subject, View, page},
};
use crate::{features::catalog, testing::TestApp, tx};

/// 2026-11-21T07:02:00Z: two minutes past two in Jakarta.
const NOW: Micros = Micros(1_795_244_520_000_000);

fn outlet() -> Outlet {
    Outlet {
        id: OutletId(Uuid::from_u128(1)),
        code: "JKT01".to_owned(),
        name: "Gerai Kemang".to_owned(),
        city: "Jakarta".to_owned(),
        address: "Jl. Kemang Raya 1".to_owned(),
        location: "kemang".to_owned(),
        zone: Zone::Wib,
        day_starts_at: 240,
        hours: vec![None; 7],
        studios: vec![Studio {
            id: StudioId(Uuid::from_u128(3)),
            name: "Ruang 3".to_owned(),
            serves: vec!["photobooth".to_owned()],
        }],
        caps: None,
        outage_cap: None,
        public_url: None,
    }
}

fn remote(state: RemoteState) -> RemoteTicket {
    RemoteTicket {
        id: TicketId(Uuid::from_u128(9)),
        outlet: outlet().id,
        day: outlet().business_day(NOW),
        series: Series::Booking,
        number: 4,
        product: ChosenProduct {
            id: ProductId(Uuid::from_u128(5)),
            name: "Photobooth".to_owned(),
            category: Category::Photobooth,
            minutes: 15,
        },
        party_size: 2,
        customer: UserId(Uuid::from_u128(6)),
        holder: Some("Sari Wulandari".to_owned()),
        state,
        joined_at: NOW,
        starts_at: Some(NOW.plus_minutes(58)),
        token: None,
        phone: None,
    }
}

/// A ticket as the wire has it, so that its newer fields may be absent.
fn ticket(number: u32, state: TicketState) -> Ticket {
    serde_json::from_value(json!({
        "id": Uuid::from_u128(100 + u128::from(number)), "outlet": outlet().id, "day": outlet().business_day(NOW),
        "series": "walk_in", "number": number, "product": remote(RemoteState::Joined).product, "party_size": 3,
        "lane": "regular", "holder": "Budi Santoso", "state": state, "studio": Uuid::from_u128(3), "calls": 1,
        "position": number, "issued_at": NOW, "changed_at": NOW, "revision": 1, "token": "kY3vZ0l2m9Qw7tR5xN8aBg",
    }))
    .unwrap()
}

fn shown(lang: Lang, subject: Subject, day: &[Ticket], heard_at: Option<Micros>) -> View {
    page(&Known {
        lang,
        now: NOW,
        outlet: &outlet(),
        subject: &subject,
        day,
        heard_at,
        door: None,
        wait: None,
        address: "https://gerai.example/t/kY3vZ0l2m9Qw7tR5xN8aBg",
        exit: "kY3vZ0l2m9Qw7tR5xN8aBg/leave?lang=id",
        stays: None,
    })
}

fn of(lang: Lang, state: TicketState) -> View {
    shown(lang, Subject::Here(Box::new(ticket(12, state))), &[], Some(NOW))
}

#[test]
fn every_state_has_its_words_in_both_languages() {
    for (state, id, en) in [
        (TicketState::Waiting, "Kamu berikutnya", "You are next"),
        (
            TicketState::Called,
            "Giliranmu! Ke Ruang 3",
            "It is your turn! Go to Ruang 3",
        ),
        (TicketState::OnHold, "Ditunda sebentar", "On hold for a moment"),
        (TicketState::InSession, "Sesi sedang berjalan", "Your session is on"),
        (TicketState::Finished, "Selesai. Terima kasih!", "Finished. Thank you!"),
        (TicketState::NoShow, "Nomormu sudah dipanggil", "Your number was called"),
        (TicketState::Cancelled, "Tiket dibatalkan", "Ticket cancelled"),
    ] {
        let view = of(Lang::Id, state);
        assert_eq!((view.headline.as_str(), view.told.as_deref()), (id, Some("A-012")));
        assert_eq!(of(Lang::En, state).headline, en);
    }
    for (state, word) in [
        (RemoteState::Joined, "joined"),
        (RemoteState::Cancelled, "cancelled"),
        (RemoteState::CheckedIn, "checked_in"),
    ] {
        let view = shown(Lang::Id, Subject::Remote(Box::new(remote(state))), &[], None);
        assert_eq!((view.state, view.told.as_deref()), (word, Some("B-004")));
        assert_eq!(view.facts[0].value, "21/11/2026, 15.00");
    }
}

#[test]
fn who_waits_is_told_how_many_are_before_them() {
    let day = [
        ticket(10, TicketState::Called),
        ticket(11, TicketState::Waiting),
        ticket(12, TicketState::Waiting),
        ticket(13, TicketState::Waiting),
    ];
    let mine = || Subject::Here(Box::new(day[2].clone()));
    let view = shown(Lang::En, mine(), &day, Some(NOW));
    assert_eq!(view.headline, "1 ahead of you");
    assert_eq!(view.facts.last().map(|fact| fact.value.as_str()), Some("A-010"));
}

#[test]
fn who_waits_is_told_about_how_long_unless_the_outlet_is_silent() {
    let waits = |lang, (low, high), subject: &Subject, heard_at| {
        let view = page(&Known {
            lang,
            now: NOW,
            outlet: &outlet(),
            subject,
            day: &[],
            heard_at: Some(heard_at),
            door: None,
            wait: Some(Wait { low, high }),
            address: "https://gerai.example/t/x",
            exit: "x/leave",
            stays: None,
        });
        let is_wait = |name: &str| name.contains("tunggu") || name.contains("wait");
        let told = view.facts.iter().find(|fact| is_wait(fact.name));
        told.map(|fact| (fact.name, fact.value.clone()))
    };
    let here = Subject::Here(Box::new(ticket(12, TicketState::Waiting)));
    let afar = Subject::Remote(Box::new(remote(RemoteState::Joined)));
    for (lang, range, subject, name, told) in [
        (Lang::Id, (5, 10), &here, "Perkiraan tunggu", "5–10 menit"),
        (Lang::En, (5, 10), &here, "Estimated wait", "5–10 min"),
        (Lang::En, (7, 7), &here, "Estimated wait", "7 min"),
        (Lang::Id, (0, 0), &here, "Perkiraan tunggu", "sebentar lagi"),
        (Lang::En, (0, 5), &afar, "Estimated wait after check-in", "0–5 min"),
    ] {
        assert_eq!(waits(lang, range, subject, NOW), Some((name, told.to_owned())));
    }
    assert_eq!(waits(Lang::En, (5, 10), &here, Micros(NOW.0 - 120_000_000)), None);
}

#[test]
fn an_outlet_that_is_silent_is_said_to_be_offline_since_when() {
    let heard = Micros(NOW.0 - 20 * 60_000_000);
    let offline = |state| shown(Lang::Id, Subject::Here(Box::new(ticket(1, state))), &[], Some(heard)).stale;
    let told = offline(TicketState::Waiting).unwrap();
    assert!(told.contains("per 13.42 (20 menit lalu)"), "{told}");
    assert_eq!(of(Lang::Id, TicketState::Waiting).stale, None);
    assert_eq!(
        offline(TicketState::Cancelled),
        None,
        "what is over does not change any more"
    );
}

#[test]
fn a_ticket_of_another_day_is_past_whatever_it_waited_for() {
    let mut old = ticket(1, TicketState::Waiting);
    old.day = "2026-11-20".parse().unwrap();
    assert_eq!(
        shown(Lang::En, Subject::Here(Box::new(old)), &[], Some(NOW)).state,
        "past"
    );
}

async fn joined(app: &TestApp) -> String {
    let platform = &app.platform;
    tx!(&platform.db, |tx| -> Result<(), catalog::Error> {
        catalog::ensure_location(tx, platform.clock.id(), "Bandung", platform.clock.now()).await?;
        Ok(())
    })
    .unwrap();
    let admin = app.admin().await;
    let (booth, outlet) = (Uuid::from_u128(0xA1), Uuid::from_u128(0xB1));
    let draft = json!({"name": "Booth", "category": "photobooth", "price": 35_000, "duration_minutes": 15});
    let path = format!("/api/admin/catalog/products/{booth}");
    app.put(&path).by(&admin).once().json(&draft).send().await.expect(201);
    let draft = json!({
        "code": "BDG01", "name": "Gerai <Dago>", "city": "Bandung", "address": "Jl. Contoh 1", "location": "bandung",
        "zone": "WIB", "day_starts_at": 240, "hours": vec![json!({"opens": 240, "closes": 1_680}); 7],
        "studios": [{"name": "Booth", "serves": ["photobooth"]}],
    });
    let path = format!("/api/admin/outlets/{outlet}");
    app.put(&path).by(&admin).once().json(&draft).send().await.expect(201);
    let sari = app.customer().await;
    let wish = json!({"outlet": outlet, "product": booth, "party_size": 2, "holder": "Sari Wulandari"});
    let joined = app
        .post("/api/queue/join")
        .by(&sari)
        .once()
        .json(&wish)
        .send()
        .await
        .expect(201);
    let url = joined["data"]["status_url"].as_str().unwrap();
    format!("/t/{}", url.rsplit('/').next().unwrap())
}

#[tokio::test]
async fn the_page_needs_no_sign_in_names_nobody_and_is_kept_by_nobody() {
    let app = TestApp::new().await;
    let path = joined(&app).await;
    let page = app.get(&path).header("accept-language", "en").send().await;
    assert_eq!(
        (page.status.as_u16(), page.header("content-type")),
        (200, "text/html; charset=utf-8")
    );
    assert_eq!(
        (page.header("cache-control"), page.header("referrer-policy")),
        ("no-store", "no-referrer")
    );
    assert!(page.header("x-robots-tag").contains("noindex"));
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    let html = String::from_utf8(page.bytes).unwrap();
    assert!(
        html.contains("M-001") && html.contains("Check in at the outlet"),
        "{html}"
    );
    assert!(!html.contains("Sari"), "it names somebody");
    assert!(!html.contains("<Dago>"), "names are escaped");
    assert!(
        !html.contains("src=") && !html.contains("url("),
        "nothing is loaded from elsewhere"
    );
    // What the outlet's scanner reads is the page's address.
    let address = crate::features::queue::status_url(&app.platform, path.rsplit('/').next().unwrap());
    let qr = Qr::of(&address, "").unwrap();
    assert!(html.contains(&format!("d=\"{}\"", qr.path)), "{html}");
    assert!(
        html.contains("Show it to the outlet") && html.contains("Estimated wait after check-in"),
        "{html}"
    );
    let switched = app
        .get(&format!("{path}?lang=id"))
        .header("accept-language", "en")
        .send()
        .await;
    assert!(
        String::from_utf8(switched.bytes)
            .unwrap()
            .contains("Check-in dulu di gerai")
    );
}

#[tokio::test]
async fn a_token_nobody_knows_yet_says_so_and_tries_again() {
    let app = TestApp::new().await;
    for token in ["kY3vZ0l2m9Qw7tR5xN8aBg", &"x".repeat(500), "%00", "..%2F"] {
        let page = app.get(&format!("/t/{token}")).send().await;
        let html = String::from_utf8(page.bytes).unwrap();
        assert_eq!(page.status, 404, "{token}: {html}");
        assert!(
            html.contains("http-equiv=\"refresh\"") && html.contains("belum sampai"),
            "{html}"
        );
    }
}

#[tokio::test]
async fn pages_are_limited_by_address() {
    let app = TestApp::with(|config| config.limits.requests_per_minute = 2).await;
    for expected in [404, 404, 429] {
        assert_eq!(app.get("/t/guess").send().await.status, expected);
    }
}

#[tokio::test]
async fn a_walk_ins_page_and_a_checked_in_guests_page_follow_the_outlets_ticket() {
    let app = TestApp::new().await;
    let path = joined(&app).await;
    let (admin, outlet) = (app.admin().await, OutletId(Uuid::from_u128(0xB1)));
    let acts = format!("/api/admin/outlets/{outlet}/acts");
    let act = |wish: serde_json::Value| app.post(&acts).by(&admin).once().json(&wish).send();
    let db = app.platform.db.reader();
    let token = path.rsplit('/').next().unwrap();
    let remote = crate::features::queue::remote_by_token(db, token)
        .await
        .unwrap()
        .unwrap();
    act(json!({"kind": "issue", "product": Uuid::from_u128(0xA1), "party_size": 1}))
        .await
        .expect(200);
    act(json!({"kind": "check_in", "remote": remote.id})).await.expect(200);
    let page = app.get(&path).header("accept-language", "en").send().await;
    let html = String::from_utf8(page.bytes).unwrap();
    assert!(html.contains("1 ahead of you"), "{html}");
    assert!(html.contains("Estimated wait</dt><dd>"), "{html}");
    assert!(!html.contains("<svg"), "who has checked in needs no code for it");
    let day = crate::features::queue::day_tickets(db, outlet, remote.day)
        .await
        .unwrap();
    let walk_in = day.iter().find(|ticket| ticket.remote.is_none()).unwrap();
    if let Some(token) = &walk_in.token {
        let page = app.get(&format!("/t/{token}?lang=en")).send().await;
        let html = String::from_utf8(page.bytes).unwrap();
        assert!(html.contains("A-001") && html.contains("You are next"), "{html}");
    }
}
