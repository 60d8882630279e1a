//! What speaks against a booked command, by the rows central owns. Never a refusal: told stands.

use std::collections::HashMap;

use gerai_shared::{
    Act, Actor, Command, CommandId, Exception, OutletId, ProductId, RequestId, Rupiah, StaffId, outlet::Grant,
};
use sea_orm::{ConnectionTrait, DbErr};

use crate::features::{catalog, requests, staff};

/// Central's rows that a batch of commands is held against.
pub(super) struct Review {
    prices: HashMap<ProductId, Rupiah>,
    grants: HashMap<StaffId, Grant>,
    /// What a person accepted of a fenced edge's, by the request it came back as.
    accepted: HashMap<RequestId, CommandId>,
}

impl Review {
    /// Loads what these commands touch, a read per table.
    pub(super) async fn load<'c>(
        tx: &impl ConnectionTrait,
        outlet: OutletId,
        commands: impl Iterator<Item = &'c Command>,
    ) -> Result<Self, DbErr> {
        let (mut products, mut staff_ids, mut asked) = (Vec::new(), Vec::new(), Vec::new());
        for command in commands {
            products.extend(products_of(&command.act).into_iter().map(|(id, _)| id));
            staff_ids.extend(command.actor.staff());
            asked.extend(command.request);
        }
        products.sort_unstable();
        products.dedup();
        staff_ids.sort_unstable();
        staff_ids.dedup();
        Ok(Self {
            prices: catalog::prices(tx, &products).await?,
            grants: staff::grants_of(tx, &staff_ids, outlet).await?,
            accepted: requests::told_again(tx, &asked).await?,
        })
    }

    /// What a person should look at.
    pub(super) fn exceptions(&self, command: &Command) -> Vec<Exception> {
        let mut exceptions = Vec::new();
        if let Some(of) = command.request.and_then(|request| self.accepted.get(&request)) {
            exceptions.push(Exception::Reviewed { command: *of });
        }
        for (id, name) in products_of(&command.act) {
            if !self.prices.contains_key(&id) {
                exceptions.push(Exception::ProductGone { product: name });
            }
        }
        if let Act::Sell(sell) = &command.act {
            for line in &sell.lines {
                match self.prices.get(&line.product) {
                    Some(listed) if *listed != line.unit_price => exceptions.push(Exception::PriceVariance {
                        product: line.name.clone(),
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
            if !current.is_some_and(|grant| grant.active) {
                exceptions.push(Exception::GrantRevoked {
                    judged_by: grant_version,
                    current: current.map_or(0, |grant| grant.version),
                });
            }
        }
        exceptions
    }
}

/// The products an act names, with their names as told.
fn products_of(act: &Act) -> Vec<(ProductId, String)> {
    match act {
        Act::IssueTicket(issue) => vec![(issue.product.id, issue.product.name.clone())],
        Act::TransferTicket(transfer) => transfer
            .product
            .iter()
            .map(|product| (product.id, product.name.clone()))
            .collect(),
        Act::Sell(sell) => sell
            .lines
            .iter()
            .map(|line| (line.product, line.name.clone()))
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use gerai_shared::{
        Act, Actor, Command, Exception, OutletId, Rupiah, ScreenId, StaffId, catalog::Category, command::Sell,
        outlet::Grant, sale::Line,
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
            }],
            total: Rupiah(30_000),
            tendered: Rupiah(30_000),
            ticket: None,
            session: None,
            catalog_version: 1,
            shift: None,
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
        let grant = Grant {
            staff: STAFF,
            outlet: OutletId(Uuid::from_u128(3)),
            name: "Rina".to_owned(),
            permissions: Vec::new(),
            pin_hash: String::new(),
            version: 5,
            active,
        };
        let review = Review {
            prices: [(Uuid::from_u128(9).into(), Rupiah(price))].into(),
            grants: [(STAFF, grant)].into(),
            accepted: std::collections::HashMap::new(),
        };
        review.exceptions(&sale())
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
}
