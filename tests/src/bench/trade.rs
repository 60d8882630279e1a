//! What outlets do all day, made by hand: commands with central's own products, prices and rooms.

use anyhow::{Context, Result};
use gerai_shared::{
    Act, ProductId, Rupiah, SaleId, SessionId, StudioId, TicketId,
    catalog::Category,
    command::{CallTicket, EndSession, IssueTicket, Sell, StartSession, VoidSale},
    queue::{ChosenProduct, Lane},
    sale::Line,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Admin,
    wire::{self, WireEdge},
};

/// An outlet's trade.
#[derive(Debug)]
pub(super) struct Trade {
    visited: ChosenProduct,
    sold: (ProductId, String, Rupiah),
    studio: StudioId,
    tickets: u32,
    receipts: u32,
}

fn id(row: &Value) -> Result<Uuid> {
    Ok(row["id"].as_str().context("a row without an id")?.parse()?)
}

fn product_of<'p>(products: &'p [Value], category: &str) -> Result<&'p Value> {
    let wanted = |row: &&Value| row["category"] == category;
    products
        .iter()
        .find(wanted)
        .with_context(|| format!("no product of {category}"))
}

fn name(row: &Value) -> String {
    row["name"].as_str().unwrap_or_default().to_owned()
}

impl Trade {
    /// The trade of an outlet of the seeded chain.
    ///
    /// # Errors
    /// When central's lists cannot be read.
    pub(super) async fn of(admin: &Admin, outlet: Uuid) -> Result<Self> {
        let products = admin.all("/api/admin/catalog/products").await?;
        let visited = product_of(&products, "photobooth")?;
        let sold = product_of(&products, "retailProduct")?;
        let profile = admin.get(&format!("/api/outlets/{outlet}")).await?;
        let studio = &profile.data()["studios"][0];
        Ok(Self {
            visited: ChosenProduct {
                id: id(visited)?.into(),
                name: name(visited),
                category: Category::Photobooth,
                minutes: 15,
            },
            sold: (
                id(sold)?.into(),
                name(sold),
                Rupiah(sold["price"].as_i64().context("a product without a price")?),
            ),
            studio: id(studio)?.into(),
            tickets: 0,
            receipts: 0,
        })
    }

    /// Lets an edge do at least so many acts: a guest takes a ticket, is called, visits and buys; one
    /// sale in ten is taken back.
    ///
    /// # Errors
    /// When the rules refuse one.
    pub(super) fn work(&mut self, edge: &mut WireEdge, acts: usize) -> Result<()> {
        let due = edge.journal.len() + acts;
        while edge.journal.len() < due {
            let ticket = TicketId(wire::fresh_id());
            let session = SessionId(wire::fresh_id());
            let sale = SaleId(wire::fresh_id());
            self.tickets += 1;
            self.receipts += 1;
            let mut visit = vec![
                self.issue(ticket),
                Act::CallTicket(CallTicket {
                    ticket,
                    studio: Some(self.studio),
                }),
                Act::StartSession(StartSession {
                    ticket,
                    session,
                    studio: self.studio,
                    minutes: 15,
                }),
                Act::EndSession(EndSession {
                    session,
                    ticket,
                    studio: self.studio,
                }),
                self.sell(sale),
            ];
            if self.receipts.is_multiple_of(10) {
                visit.push(Act::VoidSale(VoidSale {
                    sale,
                    reason: "salah barang".to_owned(),
                    shift: None,
                }));
            }
            for act in visit {
                if edge.journal.len() < due {
                    edge.act(act)?;
                }
            }
        }
        Ok(())
    }

    fn issue(&self, ticket: TicketId) -> Act {
        Act::IssueTicket(IssueTicket {
            ticket,
            number: self.tickets,
            product: self.visited.clone(),
            party_size: 2,
            lane: Lane::Regular,
            customer: None,
            holder: Some("Budi".to_owned()),
            catalog_version: 1,
            token: None,
            consent: None,
            wanted: None,
        })
    }

    fn sell(&self, sale: SaleId) -> Act {
        let (product, name, price) = &self.sold;
        Act::Sell(Sell {
            sale,
            receipt: self.receipts,
            lines: vec![Line {
                product: *product,
                name: name.clone(),
                category: Category::RetailProduct,
                quantity: 1,
                unit_price: *price,
                amount: *price,
                packet: None,
            }],
            total: *price,
            tendered: *price,
            ticket: None,
            session: None,
            catalog_version: 1,
            shift: None,
            unacked: None,
        })
    }
}
