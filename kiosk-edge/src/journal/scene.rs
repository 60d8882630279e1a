//! An enrolled outlet with products, a room and staff, for tests.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::STANDARD};
use gerai_shared::{
    Actor, Micros, Rupiah, ScreenId, StaffId, UserId,
    catalog::{Category, Display, Packet, Product},
    outlet::{Grant, Hours, Outlet, Permission, SignedGrant, Studio},
    queue::{ChosenProduct, Lane, RemoteState, RemoteTicket, Series, Ticket},
    sync::{CATALOG_TOPIC, Enrolled, FeedRow, SeriesFloor, Snapshot, TopicChanges, Welcome, outlet_topic},
    time::Zone,
    wish::{TicketWish, Wish},
};
use serde::Serialize;
use serde_json::Value;
use tempfile::TempDir;
use uuid::Uuid;

use super::{Booked, Circumstances, Journal, JournalError, Question, Reply, Tap, TapError};
use crate::clock::Clock;

/// 2026-11-21T03:00:00Z: ten in the morning in Jakarta.
pub(crate) const MORNING: Micros = Micros(1_795_230_000_000_000);
pub(crate) const PIN: &str = "246810";

pub(crate) struct Scene {
    pub(crate) dir: TempDir,
    /// Where a second copy goes, once it is opened as `serve` does.
    pub(crate) second: TempDir,
    pub(crate) clock: Clock,
    pub(crate) journal: Journal,
    pub(crate) outlet: Outlet,
    pub(crate) photo: Product,
    pub(crate) album: Product,
    pub(crate) epoch: Uuid,
    key: Ed25519KeyPair,
}

/// What a guest may choose from.
pub(crate) struct Choices {
    /// Has packets `Silver` (750,000) and `Gold` (1,100,000).
    pub(crate) visit: Product,
    /// An add-on of 15,000.
    pub(crate) print: Product,
    /// An add-on that is not offered here.
    pub(crate) elsewhere: Product,
}

fn product(clock: &Clock, name: &str, category: Category, price: i64, minutes: u32) -> Product {
    Product {
        id: clock.uuid().into(),
        name: name.to_owned(),
        category,
        retail_group: None,
        price: Rupiah(price),
        duration_minutes: minutes,
        max_party: None,
        available_in: Vec::new(),
        display: Display::default(),
    }
}

pub(crate) fn feed(number: u64, kind: &str, id: Uuid, body: &impl Serialize) -> FeedRow {
    FeedRow {
        number,
        kind: kind.to_owned(),
        id,
        body: Some(serde_json::to_value(body).unwrap()),
    }
}

impl Scene {
    /// Enrolled, greeted, and following.
    pub(crate) async fn new() -> Self {
        let scene = Self::enrolled().await;
        scene.journal.welcomed(scene.welcome(0)).await.unwrap();
        let catalog = vec![
            feed(1, "product", scene.photo.id.0, &scene.photo),
            feed(2, "product", scene.album.id.0, &scene.album),
        ];
        scene.snapshot(CATALOG_TOPIC, 2, catalog).await;
        let profile = feed(1, "outlet", scene.outlet.id.0, &scene.outlet);
        scene.snapshot(&scene.topic(), 1, vec![profile]).await;
        scene
    }

    /// Enrolled, but never greeted.
    pub(crate) async fn enrolled() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::still(MORNING);
        let journal = Journal::open_with_reserve(dir.path(), clock.clone(), 0).unwrap();
        let studio = Studio {
            id: clock.uuid().into(),
            name: "Ruang 1".to_owned(),
            serves: vec!["photobooth".to_owned()],
        };
        let outlet = Outlet {
            id: clock.uuid().into(),
            code: "JKT01".to_owned(),
            name: "Kemang".to_owned(),
            city: "Jakarta".to_owned(),
            address: "Jl. Kemang Raya 1".to_owned(),
            location: "kemang".to_owned(),
            zone: Zone::Wib,
            day_starts_at: 240,
            hours: vec![
                Some(Hours {
                    opens: 540,
                    closes: 1_320
                });
                7
            ],
            studios: vec![studio],
            caps: None,
            outage_cap: None,
            public_url: Some("https://gerai.example".to_owned()),
        };
        let scene = Self {
            photo: product(&clock, "Photobooth 15", Category::Photobooth, 35_000, 15),
            album: product(&clock, "Album A5", Category::RetailProduct, 50_000, 0),
            epoch: clock.uuid(),
            key: Ed25519KeyPair::generate().unwrap(),
            dir,
            second: tempfile::tempdir().unwrap(),
            clock,
            journal,
            outlet,
        };
        scene.clock.central_said(scene.clock.now());
        scene.journal.enrolled(scene.enrolment(1)).await.unwrap();
        scene
    }

    pub(crate) fn enrolment(&self, incarnation: u32) -> Enrolled {
        Enrolled {
            edge: self.clock.uuid().into(),
            outlet: self.outlet.id,
            status: "active".to_owned(),
            incarnation,
            central_key: STANDARD.encode(self.key.public_key().as_ref()),
        }
    }

    pub(crate) fn welcome(&self, acked_seq: u64) -> Welcome {
        Welcome {
            nonce: self.clock.uuid(),
            session: "session".to_owned(),
            token: "token".to_owned(),
            epoch: self.epoch,
            acked_seq,
            series: vec![SeriesFloor {
                day: self.outlet.business_day(self.clock.now()),
                series: Series::Receipt,
                next: 100,
            }],
            rows: Vec::new(),
            rows_since: None,
            certificate: None,
            least_protocol: 0,
            time: self.clock.now(),
        }
    }

    pub(crate) fn topic(&self) -> String {
        outlet_topic(self.outlet.id)
    }

    pub(crate) async fn snapshot(&self, topic: &str, position: u64, rows: Vec<FeedRow>) {
        let snapshot = Snapshot {
            epoch: self.epoch,
            topic: topic.to_owned(),
            position,
            rows,
        };
        self.journal.follow_snapshot(snapshot).await.unwrap();
    }

    /// The next rows of the outlet's topic.
    pub(crate) async fn tell(&self, rows: Vec<(&str, Uuid, Value)>) -> Result<(), JournalError> {
        let after = self.journal.known().outlet_position();
        let rows: Vec<FeedRow> = rows
            .into_iter()
            .zip(after + 1..)
            .map(|((kind, id, body), number)| feed(number, kind, id, &body))
            .collect();
        self.journal.follow(self.page(after, rows), self.epoch).await
    }

    pub(crate) fn page(&self, after: u64, rows: Vec<FeedRow>) -> TopicChanges {
        TopicChanges {
            topic: self.topic(),
            after,
            position: rows.last().map_or(after, |row| row.number),
            rows,
        }
    }

    pub(crate) fn grant(&self, name: &str, permissions: &[Permission]) -> Grant {
        let quick = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).unwrap());
        let hash = quick
            .hash_password_with_salt(PIN.as_bytes(), b"salt of a test")
            .unwrap();
        Grant {
            staff: StaffId(self.clock.uuid()),
            outlet: self.outlet.id,
            name: name.to_owned(),
            permissions: permissions.to_vec(),
            pin_hash: hash.to_string(),
            version: 1,
            active: true,
        }
    }

    pub(crate) fn sign(&self, grant: &Grant) -> SignedGrant {
        let grant = serde_json::to_string(grant).unwrap();
        SignedGrant {
            signature: STANDARD.encode(self.key.sign(grant.as_bytes())),
            grant,
        }
    }

    pub(crate) async fn follow_grant(&self, grant: &Grant) {
        let signed = serde_json::to_value(self.sign(grant)).unwrap();
        self.tell(vec![("grant", grant.staff.0, signed)]).await.unwrap();
    }

    /// The outlet's profile, as it is now.
    pub(crate) async fn profile(&self) {
        let profile = serde_json::to_value(&self.outlet).unwrap();
        self.tell(vec![("outlet", self.outlet.id.0, profile)]).await.unwrap();
    }

    /// One more product.
    pub(crate) async fn sell_too(&self, product: &Product) {
        let rows = [&self.photo, &self.album, product];
        let rows = (1..)
            .zip(rows)
            .map(|(number, row)| feed(number, "product", row.id.0, row));
        self.snapshot(CATALOG_TOPIC, 3, rows.collect()).await;
    }

    /// Add-ons to choose, and a product with a photographer that has packets.
    pub(crate) async fn offer_choices(&self) -> Choices {
        let mut visit = product(
            &self.clock,
            "Fotografer Wisuda",
            Category::ProfessionalFoto,
            550_000,
            60,
        );
        visit.display.packets = [("Silver", 750_000), ("Gold", 1_100_000)]
            .map(|(name, price)| Packet {
                name: name.to_owned(),
                price: Rupiah(price),
                info: None,
            })
            .to_vec();
        let print = product(&self.clock, "Cetak 4R", Category::Additional, 15_000, 0);
        let mut elsewhere = product(&self.clock, "Sewa Papan", Category::Additional, 40_000, 0);
        elsewhere.available_in = vec!["bali".to_owned()];
        let rows = [&self.photo, &self.album, &visit, &print, &elsewhere];
        let rows = (1..)
            .zip(rows)
            .map(|(number, row)| feed(number, "product", row.id.0, row));
        self.snapshot(CATALOG_TOPIC, 5, rows.collect()).await;
        Choices {
            visit,
            print,
            elsewhere,
        }
    }

    pub(crate) fn remote_ticket(&self) -> RemoteTicket {
        RemoteTicket {
            id: self.clock.uuid().into(),
            outlet: self.outlet.id,
            day: self.outlet.business_day(self.clock.now()),
            series: Series::Mobile,
            number: 7,
            product: ChosenProduct {
                id: self.photo.id,
                name: self.photo.name.clone(),
                category: self.photo.category,
                minutes: 15,
            },
            party_size: 2,
            customer: UserId(self.clock.uuid()),
            holder: Some("Sari".to_owned()),
            state: RemoteState::Joined,
            joined_at: self.clock.now(),
            starts_at: None,
            token: Some("kY3vZ0l2m9Qw7tR5xN8aBg".to_owned()),
            phone: None,
        }
    }

    pub(crate) fn issue(&self) -> Wish {
        Wish::Issue {
            product: self.photo.id,
            party_size: 2,
            holder: Some("Budi".to_owned()),
            lane: Lane::Regular,
            customer: None,
            consent: None,
            wanted: None,
        }
    }

    pub(crate) async fn tap(&self, wish: Wish, key: &str) -> Result<Reply, TapError> {
        self.journal.tap(tap(wish, key)).await
    }

    /// A ticket was issued; the row that followed.
    pub(crate) async fn issued(&self, key: &str) -> Ticket {
        let reply = self.tap(self.issue(), key).await.unwrap();
        serde_json::from_slice(&reply.body).unwrap()
    }

    /// Closes the journal, so that no connection holds its file.
    pub(crate) async fn close(&mut self) {
        let elsewhere = tempfile::tempdir().unwrap();
        self.journal = Journal::open_with_reserve(elsewhere.path(), self.clock.clone(), 0).unwrap();
    }

    /// Opens it again as `serve` does: a damaged one is salvaged.
    pub(crate) fn reopen_or_salvage(&mut self) {
        let room = super::Room { reserve: 0, most: None };
        self.journal =
            Journal::open_or_salvage(self.dir.path(), Some(self.second.path()), self.clock.clone(), room).unwrap();
    }

    /// Closes the journal and opens it again, as after a power cut.
    pub(crate) fn reopen(&mut self) {
        self.journal = Journal::open_with_reserve(self.dir.path(), self.clock.clone(), 0).unwrap();
    }
}

pub(crate) fn tap(wish: Wish, key: &str) -> Tap {
    let screen = ScreenId(Uuid::nil());
    Tap {
        question: Question {
            scope: "screen:test".to_owned(),
            key: key.to_owned(),
            fingerprint: serde_json::to_string(&wish).unwrap(),
        },
        wish,
        actor: Actor::Guest { screen },
        status: 201,
        answer: first_row,
        circumstances: Circumstances::default(),
        supersedes: None,
    }
}

pub(crate) fn on(ticket: &Ticket, act: TicketWish) -> Wish {
    Wish::Ticket { ticket: ticket.id, act }
}

fn first_row(booked: &Booked<'_>) -> serde_json::Result<Vec<u8>> {
    let change = serde_json::to_value(&booked.decision.changes[0])?;
    serde_json::to_vec(&change["row"])
}
