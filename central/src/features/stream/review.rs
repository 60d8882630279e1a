//! What speaks against a booked command, by the rows central owns. Never a refusal: told stands.

use std::collections::HashMap;

use gerai_shared::{
    Act, Actor, Command, CommandId, Exception, OutletId, ProductId, RequestId, Rupiah, StaffId,
    outlet::{Grant, Outlet},
};
use sea_orm::{ConnectionTrait, DbErr};

use crate::features::{catalog, outlets, requests, staff};

/// Central's rows that a batch of commands is held against.
pub(super) struct Review {
    prices: HashMap<ProductId, Rupiah>,
    /// By product and name.
    packets: HashMap<ProductId, HashMap<String, Rupiah>>,
    grants: HashMap<StaffId, Grant>,
    /// What a person accepted of a fenced edge's, by the request it came back as.
    accepted: HashMap<RequestId, CommandId>,
    /// The outlet with its caps; none where nothing was sold against caps.
    outlet: Option<Outlet>,
}

impl Review {
    /// Loads what these commands touch, a read per table.
    pub(super) async fn load<'c>(
        tx: &impl ConnectionTrait,
        outlet: OutletId,
        commands: impl Iterator<Item = &'c Command>,
    ) -> Result<Self, DbErr> {
        let (mut products, mut with_packets) = (Vec::new(), Vec::new());
        let (mut staff_ids, mut asked) = (Vec::new(), Vec::new());
        let mut capped = false;
        for command in commands {
            capped |= matches!(&command.act, Act::Sell(sell) if sell.unacked.is_some());
            for named in named_by(&command.act) {
                products.push(named.product);
                with_packets.extend(named.packet.map(|_| named.product));
            }
            staff_ids.extend(command.actor.staff());
            asked.extend(command.request);
        }
        for ids in [&mut products, &mut with_packets] {
            ids.sort_unstable();
            ids.dedup();
        }
        staff_ids.sort_unstable();
        staff_ids.dedup();
        Ok(Self {
            prices: catalog::prices(tx, &products).await?,
            packets: catalog::packet_prices(tx, &with_packets).await?,
            grants: staff::grants_of(tx, &staff_ids, outlet).await?,
            accepted: requests::told_again(tx, &asked).await?,
            outlet: if capped { outlets::get(tx, outlet).await? } else { None },
        })
    }

    /// What central lists a product at, or the packet of it; none when it is not offered any more.
    fn listed(&self, product: ProductId, packet: Option<&str>) -> Option<&Rupiah> {
        let price = self.prices.get(&product)?;
        match packet {
            Some(packet) => self.packets.get(&product)?.get(packet),
            None => Some(price),
        }
    }

    /// What a person should look at.
    pub(super) fn exceptions(&self, command: &Command) -> Vec<Exception> {
        let mut exceptions = Vec::new();
        if let Some(of) = command.request.and_then(|request| self.accepted.get(&request)) {
            exceptions.push(Exception::Reviewed { command: *of });
        }
        for named in named_by(&command.act) {
            if self.listed(named.product, named.packet).is_none() {
                exceptions.push(Exception::ProductGone { product: named.told() });
            }
        }
        if let Act::Sell(sell) = &command.act {
            let unacked = self.outlet.as_ref().zip(sell.unacked);
            if let Some(over) = unacked.and_then(|(outlet, unacked)| outlet.over_cap(sell.total, unacked)) {
                exceptions.push(Exception::OverCap {
                    what: over.what,
                    cap: over.cap,
                    left: over.left,
                    total: sell.total,
                });
            }
            for line in &sell.lines {
                match self.listed(line.product, line.packet.as_deref()) {
                    Some(listed) if *listed != line.unit_price => exceptions.push(Exception::PriceVariance {
                        product: line.told(),
                        sold_at: line.unit_price,
                        listed: *listed,
                    }),
                    _ => {}
                }
            }
        }
        if let Actor::Staff {
            staff, grant_version, ..
        } = command.actor
        {
            let current = self.grants.get(&staff);
            let needs = command.act.permission();
            let may = |grant: &Grant| needs.is_none_or(|permission| grant.permissions.contains(&permission));
            if !current.is_some_and(|grant| grant.active && may(grant)) {
                exceptions.push(Exception::GrantRevoked {
                    judged_by: grant_version,
                    current: current.map_or(0, |grant| grant.version),
                });
            }
        }
        exceptions
    }
}

/// A product an act names, and the packet of it, as told.
struct Named<'a> {
    product: ProductId,
    name: &'a str,
    packet: Option<&'a str>,
}

impl Named<'_> {
    fn told(&self) -> String {
        gerai_shared::catalog::told(self.name, self.packet)
    }
}

/// The products an act names.
fn named_by(act: &Act) -> Vec<Named<'_>> {
    let named = |product, name, packet| Named { product, name, packet };
    match act {
        Act::IssueTicket(issue) => {
            let wanted = issue.wanted.as_ref();
            let packet = wanted.and_then(|wanted| wanted.packet.as_deref());
            let extras = wanted.iter().flat_map(|wanted| &wanted.extras);
            std::iter::once(named(issue.product.id, &issue.product.name, packet))
                .chain(extras.map(|extra| named(extra.product, &extra.name, None)))
                .collect()
        }
        Act::TransferTicket(transfer) => transfer
            .product
            .iter()
            .map(|product| named(product.id, &product.name, None))
            .collect(),
        Act::Sell(sell) => sell
            .lines
            .iter()
            .map(|line| named(line.product, &line.name, line.packet.as_deref()))
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use gerai_shared::{
        Act, Actor, Command, Exception, OutletId, Rupiah, ScreenId, StaffId,
        catalog::Category,
        command::{RefuseRequest, Sell, VoidSale},
        outlet::{Capped, Grant, Outlet, Permission},
        sale::{Line, Unacked},
    };
    use uuid::Uuid;

    use super::Review;

    const STAFF: StaffId = StaffId(Uuid::from_u128(7));

    /// A sale at 30,000 by a member of staff whose grant was of version 3 then.
    fn sale() -> Command {
        let act = Sell {
            sale: Uuid::from_u128(1).into(),
            receipt: 1,
            lines: vec![Line {
                product: Uuid::from_u128(9).into(),
                name: "Album".to_owned(),
                category: Category::RetailProduct,
                quantity: 1,
                unit_price: Rupiah(30_000),
                amount: Rupiah(30_000),
                packet: None,
            }],
            total: Rupiah(30_000),
            tendered: Rupiah(30_000),
            ticket: None,
            session: None,
            catalog_version: 1,
            shift: None,
            unacked: None,
        };
        Command {
            id: Uuid::from_u128(2).into(),
            outlet: OutletId(Uuid::from_u128(3)),
            incarnation: 1,
            seq: 1,
            stamp: gerai_shared::Stamp {
                time: gerai_shared::Micros(0),
                day: gerai_shared::Zone::Wib.business_day(gerai_shared::Micros(0), 0),
                boot: Uuid::nil(),
                uptime: 0,
            },
            actor: Actor::Staff {
                screen: ScreenId(Uuid::nil()),
                staff: STAFF,
                grant_version: 3,
            },
            request: None,
            supersedes: None,
            act: Act::Sell(act),
        }
    }

    fn review(price: i64, active: bool) -> Vec<Exception> {
        reviewed_for(&sale(), price, active, &[Permission::SalesSell])
    }

    fn reviewed(command: &Command, price: i64, active: bool) -> Vec<Exception> {
        reviewed_for(command, price, active, &[Permission::SalesSell])
    }

    fn reviewed_for(command: &Command, price: i64, active: bool, permissions: &[Permission]) -> Vec<Exception> {
        held_against(price, active, permissions).exceptions(command)
    }

    /// Central lists the product at `price`, and its packet `Gold` at 90,000; the grant is now of `permissions`.
    fn held_against(price: i64, active: bool, permissions: &[Permission]) -> Review {
        let grant = Grant {
            staff: STAFF,
            outlet: OutletId(Uuid::from_u128(3)),
            name: "Rina".to_owned(),
            permissions: permissions.to_vec(),
            pin_hash: String::new(),
            version: 5,
            active,
        };
        Review {
            prices: [(Uuid::from_u128(9).into(), Rupiah(price))].into(),
            packets: [(Uuid::from_u128(9).into(), [("Gold".to_owned(), Rupiah(90_000))].into())].into(),
            grants: [(STAFF, grant)].into(),
            accepted: std::collections::HashMap::new(),
            outlet: None,
        }
    }

    fn sale_of(packet: &str, price: i64) -> Command {
        let mut command = sale();
        if let Act::Sell(sell) = &mut command.act {
            sell.lines[0].packet = Some(packet.to_owned());
            sell.lines[0].unit_price = Rupiah(price);
        }
        command
    }

    #[test]
    fn invariant_10_authority_as_of_then_is_listed_and_never_refused() {
        assert!(review(30_000, true).is_empty());
        assert_eq!(
            review(30_000, false),
            [Exception::GrantRevoked {
                judged_by: 3,
                current: 5
            }]
        );
    }

    #[test]
    fn invariant_10_an_act_whose_permission_was_taken_away_since_is_listed() {
        let revoked = [Exception::GrantRevoked {
            judged_by: 3,
            current: 5,
        }];
        let mut rest = Permission::ALL.to_vec();
        rest.retain(|permission| *permission != Permission::SalesSell);
        assert_eq!(reviewed_for(&sale(), 30_000, true, &rest), revoked);
        let mut void = sale();
        void.act = Act::VoidSale(VoidSale {
            sale: Uuid::from_u128(1).into(),
            reason: "salah".to_owned(),
            shift: None,
        });
        assert_eq!(reviewed_for(&void, 30_000, true, &[Permission::SalesSell]), revoked);
        assert!(reviewed_for(&void, 30_000, true, &[Permission::SalesVoid]).is_empty());
        void.act = Act::RefuseRequest(RefuseRequest {
            request: Uuid::from_u128(4).into(),
            code: "exists".to_owned(),
        });
        assert!(reviewed_for(&void, 30_000, true, &[]).is_empty(), "anybody may");
    }

    #[test]
    fn a_sale_made_offline_over_a_cap_that_was_lowered_is_listed_and_never_refused() {
        let outlet = |cap: i64| -> Outlet {
            serde_json::from_value(serde_json::json!({
                "id": Uuid::from_u128(3), "code": "JKT01", "name": "Kemang", "city": "Jakarta", "address": "Jl. 1",
                "location": "kemang", "zone": "WIB", "day_starts_at": 240, "hours": [], "studios": [],
                "caps": {"sale": 30_000, "day_offline": cap},
            }))
            .unwrap()
        };
        let over = |unacked: Option<Unacked>, cap: i64| {
            let mut command = sale();
            if let Act::Sell(sell) = &mut command.act {
                sell.unacked = unacked;
            }
            let mut review = held_against(30_000, true, &[Permission::SalesSell]);
            review.outlet = Some(outlet(cap));
            review.exceptions(&command)
        };
        let day = |day: i64| {
            Some(Unacked {
                day: Rupiah(day),
                outage: Rupiah(90_000),
            })
        };
        assert!(over(day(20_000), 50_000).is_empty());
        assert_eq!(
            over(day(20_000), 45_000),
            [Exception::OverCap {
                what: Capped::Day,
                cap: Rupiah(45_000),
                left: Rupiah(25_000),
                total: Rupiah(30_000),
            }]
        );
        assert!(over(None, 0).is_empty(), "the line was up, or nothing was capped");
    }

    #[test]
    fn invariant_12_the_price_on_the_receipt_stands_and_the_variance_is_listed() {
        assert_eq!(
            review(35_000, true),
            [Exception::PriceVariance {
                product: "Album".to_owned(),
                sold_at: Rupiah(30_000),
                listed: Rupiah(35_000),
            }]
        );
    }

    #[test]
    fn invariant_12_a_packet_is_held_against_its_own_price() {
        assert!(reviewed(&sale_of("Gold", 90_000), 30_000, true).is_empty());
        assert_eq!(
            reviewed(&sale_of("Gold", 80_000), 30_000, true),
            [Exception::PriceVariance {
                product: "Album · Gold".to_owned(),
                sold_at: Rupiah(80_000),
                listed: Rupiah(90_000),
            }]
        );
        assert_eq!(
            reviewed(&sale_of("Silver", 90_000), 30_000, true),
            [Exception::ProductGone {
                product: "Album · Silver".to_owned()
            }]
        );
    }
}
