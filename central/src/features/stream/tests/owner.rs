//! An outlet as its owner sees it: all rows in memory, commands in order.

use gerai_shared::{
    Act, Actor, Change, Command, CommandId, Day, Micros, OutletId, Rupiah, SaleId, SessionId, Stamp, State, StudioId,
    TicketId,
    catalog::Category,
    change::{Table, hash_of},
    command::{CallTicket, EndSession, IssueTicket, Sell, SetRoom, StartSession, VoidSale},
    decide,
    queue::{ChosenProduct, Lane, Wanted},
    sale::Line,
    session::RoomState,
    sync::{CommandResult, Push, Pushed},
};
use sea_orm::EntityTrait;
use serde_json::{json, value::RawValue};
use time::macros::date;
use uuid::Uuid;

use super::super::{StreamError, adopt, lock, push};
use crate::{
    features::{catalog, outlets, queue, sales},
    platform::{Platform, http::PageQuery},
    testing::TestApp,
    tx,
};

/// The outlet's edge, without its wire.
pub struct Owner {
    pub outlet: OutletId,
    pub state: State,
    pub seq: u64,
    pub sent: Vec<Sent>,
    made: u128,
}

/// A command with its proof, kept to be sent again.
#[derive(Clone)]
pub struct Sent {
    pub json: String,
    pub hash: String,
    pub changes: Vec<Change>,
}

/// The product all commands are about; in central's catalogue.
pub fn product() -> Uuid {
    Uuid::from_u128(0xA1)
}

/// An app with a product, and an outlet led by an edge of incarnation 1.
pub async fn with_owner(app: &TestApp) -> Owner {
    let admin = app.admin().await;
    let draft = json!({"name": "Booth", "category": "photobooth", "price": 35_000, "duration_minutes": 15});
    app.put(&format!("/api/admin/catalog/products/{}", product()))
        .by(&admin)
        .once()
        .json(&draft)
        .send()
        .await
        .expect(201);
    let outlet = OutletId(Uuid::from_u128(0xB1));
    tx!(&app.platform.db, |tx| -> Result<(), StreamError> {
        lock(tx, outlet).await?;
        adopt(tx, outlet, 1).await?;
        Ok(())
    })
    .unwrap();
    Owner {
        outlet,
        state: State::default(),
        seq: 0,
        sent: Vec::new(),
        made: 0,
    }
}

/// The outlet in the outlets table, without an edge.
pub async fn led_outlet(app: &TestApp) -> gerai_shared::outlet::Outlet {
    let outlet: gerai_shared::outlet::Outlet = serde_json::from_value(json!({
        "id": Uuid::from_u128(0xB2), "code": "TST01", "name": "Tes", "city": "Bandung", "address": "Jalan Tes 1",
        "location": "bandung", "zone": "WIB", "day_starts_at": 240,
        "hours": vec![json!({"opens": 600, "closes": 1320}); 7],
        "studios": [{"id": Uuid::from_u128(0xC1), "name": "Ruang 1", "serves": ["photobooth"]}],
    }))
    .unwrap();
    let now = app.platform.clock.now();
    tx!(&app.platform.db, |tx| -> Result<(), crate::platform::http::Failure> {
        catalog::ensure_location(tx, Uuid::from_u128(0xD1), "Bandung", now).await?;
        outlets::replace(tx, &outlet, now).await?;
        Ok(())
    })
    .unwrap();
    outlet
}

impl Owner {
    pub fn chosen(&self) -> ChosenProduct {
        ChosenProduct {
            id: product().into(),
            name: "Booth".to_owned(),
            category: Category::Photobooth,
            minutes: 15,
        }
    }

    /// An id nothing has yet.
    pub fn fresh(&mut self) -> Uuid {
        self.made += 1;
        Uuid::from_u128(0xE0_0000 + self.made)
    }

    /// Does an act and keeps its command.
    pub fn act(&mut self, act: Act) -> Sent {
        self.seq += 1;
        let id = self.fresh();
        let command = Command {
            id: CommandId(id),
            outlet: self.outlet,
            incarnation: 1,
            seq: self.seq,
            stamp: Stamp {
                time: Micros(1_795_289_400_000_000 + i64::try_from(self.seq).unwrap()),
                day: Day(date!(2026 - 11 - 21)),
                boot: Uuid::nil(),
                uptime: 0,
            },
            actor: Actor::System,
            request: None,
            supersedes: None,
            act,
        };
        let decision = decide(&self.state, &command).unwrap();
        self.state.apply(decision.changes.clone());
        let sent = Sent {
            json: command.to_json(),
            hash: hash_of(&decision.changes),
            changes: decision.changes,
        };
        self.sent.push(sent.clone());
        sent
    }

    pub fn issue(&mut self, number: u32) -> TicketId {
        self.issue_wanting(number, None)
    }

    /// A number is told, with what the guest chose.
    pub fn issue_wanting(&mut self, number: u32, wanted: Option<Wanted>) -> TicketId {
        let ticket = TicketId(self.fresh());
        let product = self.chosen();
        self.act(Act::IssueTicket(IssueTicket {
            ticket,
            number,
            product,
            party_size: 2,
            lane: Lane::Regular,
            customer: None,
            holder: Some("Dewi ☆".to_owned()),
            catalog_version: 1,
            token: None,
            consent: None,
            wanted,
        }));
        ticket
    }

    /// The room is made ready.
    pub fn clean(&mut self) {
        self.act(Act::SetRoom(SetRoom {
            studio: StudioId(Uuid::from_u128(0xC1)),
            state: RoomState::Cleaning,
            note: None,
        }));
    }

    pub fn call(&mut self, ticket: TicketId) -> Sent {
        self.act(Act::CallTicket(CallTicket { ticket, studio: None }))
    }

    pub fn sell(&mut self, receipt: u32, price: i64) -> SaleId {
        self.sell_packet(receipt, price, None)
    }

    /// Two of the product are sold, by a packet of it.
    pub fn sell_packet(&mut self, receipt: u32, price: i64, packet: Option<&str>) -> SaleId {
        let sale = SaleId(self.fresh());
        self.act(Act::Sell(Sell {
            sale,
            receipt,
            lines: vec![Line {
                product: product().into(),
                name: "Booth".to_owned(),
                category: Category::Photobooth,
                quantity: 2,
                unit_price: Rupiah(price),
                amount: Rupiah(price * 2),
                packet: packet.map(str::to_owned),
            }],
            total: Rupiah(price * 2),
            tendered: Rupiah(price * 2 + 5_000),
            ticket: None,
            session: None,
            catalog_version: 1,
            shift: None,
            unacked: None,
        }));
        sale
    }

    pub fn void(&mut self, sale: SaleId) {
        self.act(Act::VoidSale(VoidSale {
            sale,
            reason: "salah ketik".to_owned(),
            shift: None,
        }));
    }

    /// A visit from the ticket to the end of the session.
    pub fn visit(&mut self, number: u32) {
        let ticket = self.issue(number);
        self.call(ticket);
        let (session, studio) = (SessionId(self.fresh()), StudioId(Uuid::from_u128(0xC1)));
        self.act(Act::StartSession(StartSession {
            ticket,
            session,
            studio,
            minutes: 15,
        }));
        self.act(Act::EndSession(EndSession {
            session,
            ticket,
            studio,
        }));
    }

    /// Pushes commands `from..=to`, counted from 1.
    pub async fn push(
        &self,
        platform: &Platform,
        from: usize,
        to: usize,
    ) -> Result<(Vec<CommandResult>, u64), StreamError> {
        push_sent(platform, self.outlet, 1, &self.sent[from - 1..to], false).await
    }

    /// Central's rows of this outlet.
    pub async fn at_central(&self, platform: &Platform) -> State {
        let mut state = State::default();
        let all = PageQuery {
            page: None,
            per_page: Some(1_000),
        };
        for table in [
            Table::Ticket,
            Table::Session,
            Table::Room,
            Table::Intake,
            Table::BusinessDay,
        ] {
            let (_, rows) = queue::rows_page(platform.db.reader(), self.outlet, table, all)
                .await
                .unwrap();
            state.apply(rows);
        }
        for table in [Table::Sale, Table::SaleVoid, Table::Shift] {
            let (_, rows) = sales::rows_page(platform.db.reader(), self.outlet, table, all)
                .await
                .unwrap();
            state.apply(rows);
        }
        state
    }
}

pub async fn push_sent(
    platform: &Platform,
    outlet: OutletId,
    incarnation: u32,
    sent: &[Sent],
    with_rows: bool,
) -> Result<(Vec<CommandResult>, u64), StreamError> {
    let commands = sent
        .iter()
        .map(|sent| Pushed {
            command: RawValue::from_string(sent.json.clone()).unwrap(),
            hash: sent.hash.clone(),
            rows: with_rows.then(|| RawValue::from_string(serde_json::to_string(&sent.changes).unwrap()).unwrap()),
        })
        .collect();
    push(
        platform,
        outlet,
        incarnation,
        Push {
            nonce: Uuid::nil(),
            incarnation,
            before: None,
            commands,
        },
    )
    .await
}

/// Codes of the exceptions central lists, in order.
pub async fn exceptions(platform: &Platform) -> Vec<String> {
    let mut rows = super::super::model::exception::Entity::find()
        .all(platform.db.reader())
        .await
        .unwrap();
    rows.sort_by_key(|row| row.seq);
    rows.into_iter().map(|row| row.code).collect()
}
