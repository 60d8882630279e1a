//! What speaks against a booked command, by the rows central owns. Never a refusal: told stands.

use std::collections::HashMap;

use gerai_shared::{Act, Actor, Command, Exception, OutletId, ProductId, StaffId, catalog::Product, outlet::Grant};
use sea_orm::{ConnectionTrait, DbErr};

use crate::features::{catalog, staff};

/// Central's rows that a batch of commands is held against.
pub(super) struct Review {
    products: HashMap<ProductId, Product>,
    grants: HashMap<StaffId, Grant>,
}

impl Review {
    /// Loads what these commands touch, a read per table.
    pub(super) async fn load<'c>(
        tx: &impl ConnectionTrait,
        outlet: OutletId,
        commands: impl Iterator<Item = &'c Command>,
    ) -> Result<Self, DbErr> {
        let (mut products, mut staff_ids) = (Vec::new(), Vec::new());
        for command in commands {
            products.extend(products_of(&command.act).into_iter().map(|(id, _)| id));
            staff_ids.extend(command.actor.staff());
        }
        products.sort_unstable();
        products.dedup();
        staff_ids.sort_unstable();
        staff_ids.dedup();
        Ok(Self {
            products: catalog::products(tx, &products).await?,
            grants: staff::grants_of(tx, &staff_ids, outlet).await?,
        })
    }

    /// What a person should look at.
    pub(super) fn exceptions(&self, command: &Command) -> Vec<Exception> {
        let mut exceptions = Vec::new();
        for (id, name) in products_of(&command.act) {
            if !self.products.contains_key(&id) {
                exceptions.push(Exception::ProductGone { product: name });
            }
        }
        if let Act::Sell(sell) = &command.act {
            for line in &sell.lines {
                match self.products.get(&line.product) {
                    Some(product) if product.price != line.unit_price => exceptions.push(Exception::PriceVariance {
                        product: line.name.clone(),
                        sold_at: line.unit_price,
                        listed: product.price,
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
